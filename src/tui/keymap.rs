//! Which key asks for which action: the table's default keys, changed by `[keys]` of the configuration.

use super::action::{Action, KeyContext, TABLE};
use crate::error::{Error, Result, nearest};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::BTreeMap;

/// A key with its modifiers, as the terminal tells it and as people write it (`C-x`, `S-Tab`, `G`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    control: bool,
    alt: bool,
}

impl Key {
    pub fn of(event: KeyEvent) -> Key {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let alt = event.modifiers.contains(KeyModifiers::ALT);
        let code = match event.code {
            // Terminals tell Shift-Tab in two ways.
            KeyCode::Tab if event.modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            code => code,
        };
        Key { code, control, alt }
    }

    /// Whether the key writes a character. Control and Alt together are AltGr on some keyboards.
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.control == self.alt
    }

    fn parse(text: &str) -> Option<Key> {
        let (mut control, mut alt, mut rest) = (false, false, text);
        loop {
            match rest.split_at_checked(2) {
                Some(("C-", after)) if !after.is_empty() => (control, rest) = (true, after),
                Some(("A-", after)) if !after.is_empty() => (alt, rest) = (true, after),
                _ => break,
            }
        }
        let code = match rest {
            "Enter" => KeyCode::Enter,
            "Esc" => KeyCode::Esc,
            "Tab" => KeyCode::Tab,
            "S-Tab" => KeyCode::BackTab,
            "Space" => KeyCode::Char(' '),
            "Up" => KeyCode::Up,
            "Down" => KeyCode::Down,
            "Left" => KeyCode::Left,
            "Right" => KeyCode::Right,
            "Home" => KeyCode::Home,
            "End" => KeyCode::End,
            "PgUp" => KeyCode::PageUp,
            "PgDn" => KeyCode::PageDown,
            "Delete" => KeyCode::Delete,
            "Insert" => KeyCode::Insert,
            "Backspace" => KeyCode::Backspace,
            _ => named(rest)?,
        };
        Some(Key { code, control, alt })
    }
}

fn named(text: &str) -> Option<KeyCode> {
    let mut chars = text.chars();
    if let (Some(one), None) = (chars.next(), chars.next()) {
        return Some(KeyCode::Char(one));
    }
    text.strip_prefix('F')?.parse().ok().filter(|n| (1..=12).contains(n)).map(KeyCode::F)
}

/// The keys of every action.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap {
    bindings: Vec<(Action, Vec<(Key, String)>)>,
}

impl Keymap {
    /// The default keys, changed by what the configuration says (action → its keys).
    ///
    /// # Errors
    /// An action or a key that does not exist, or one key for two actions in one context.
    pub fn new(changes: &BTreeMap<String, Vec<String>>) -> Result<Keymap> {
        for id in changes.keys() {
            if Action::by_id(id).is_none() {
                let error = Error::new(format!("[keys] names an action that does not exist: '{id}'."));
                return Err(match nearest(id, TABLE.iter().map(|e| e.id)) {
                    Some(near) => error.hint(format!("Did you mean {near}?")),
                    None => error.hint("`?` shows all actions"),
                });
            }
        }
        let mut bindings = Vec::with_capacity(TABLE.len());
        for entry in TABLE {
            let changed = changes.get(entry.id);
            let names: Vec<&str> = match changed {
                Some(keys) => keys.iter().map(String::as_str).collect(),
                None => entry.keys.to_vec(),
            };
            let mut keys = Vec::with_capacity(names.len());
            for name in names {
                let key = Key::parse(name).ok_or_else(|| {
                    Error::new(format!("[keys] {} has a key that does not exist: '{name}'.", entry.id))
                        .hint("keys are written as x, X, C-x, A-x, Enter, Esc, Tab, S-Tab, Space, Up, PgDn, F1, …")
                })?;
                keys.push((key, name.to_string()));
            }
            bindings.push((entry.action, keys));
        }
        let keymap = Keymap { bindings };
        match keymap.collision() {
            Some((key, one, other)) => {
                Err(Error::new(format!("[keys] gives the key {key} to two actions: {one} and {other}.")))
            }
            None => Ok(keymap),
        }
    }

    /// The action that a key asks for in the first of the contexts that knows it.
    pub fn action(&self, key: Key, contexts: &[KeyContext]) -> Option<Action> {
        let within = |context: KeyContext| {
            let bound = |(action, keys): &(Action, Vec<(Key, String)>)| {
                (action.entry().context == context && keys.iter().any(|(k, _)| *k == key)).then_some(*action)
            };
            self.bindings.iter().find_map(bound)
        };
        contexts.iter().find_map(|context| within(*context))
    }

    /// The keys of an action as people write them.
    pub fn keys(&self, action: Action) -> impl Iterator<Item = &str> {
        let keys = self.bindings.iter().find(|(a, _)| *a == action).map(|(_, keys)| keys.as_slice());
        keys.unwrap_or_default().iter().map(|(_, name)| name.as_str())
    }

    /// The first key of an action, short: `↑` for Up.
    pub fn key(&self, action: Action) -> &str {
        match self.keys(action).next().unwrap_or("") {
            "Up" => "↑",
            "Down" => "↓",
            "Left" => "←",
            "Right" => "→",
            name => name,
        }
    }

    /// The key of an action before what it does: `[c] Create score`.
    pub fn label(&self, action: Action, text: &str) -> String {
        match self.key(action) {
            "" => text.to_string(),
            key => format!("[{key}] {text}"),
        }
    }

    /// A key that two actions have in contexts that are open together.
    fn collision(&self) -> Option<(String, &'static str, &'static str)> {
        let all: Vec<(Action, &(Key, String))> =
            self.bindings.iter().flat_map(|(action, keys)| keys.iter().map(move |key| (*action, key))).collect();
        for (i, (one, (key, name))) in all.iter().enumerate() {
            for (other, (second, _)) in &all[i + 1..] {
                if key == second && together(one.entry().context, other.entry().context) {
                    return Some((name.clone(), one.entry().id, other.entry().id));
                }
            }
        }
        None
    }
}

/// Whether the keys of two contexts work at one time.
fn together(one: KeyContext, other: KeyContext) -> bool {
    let shared = |context| matches!(context, KeyContext::Always | KeyContext::Anywhere);
    let dialog = |context| matches!(context, KeyContext::Dialog | KeyContext::Wizard);
    let scored =
        |context| matches!(context, KeyContext::ProfilesScreen | KeyContext::ProfileList | KeyContext::ProfilePage);
    let of_screen =
        scored(one) && scored(other) && (one == KeyContext::ProfilesScreen || other == KeyContext::ProfilesScreen);
    one == other || shared(one) || shared(other) || (dialog(one) && dialog(other)) || of_screen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(id: &str, keys: &[&str]) -> BTreeMap<String, Vec<String>> {
        BTreeMap::from([(id.to_string(), keys.iter().map(|k| k.to_string()).collect())])
    }

    #[test]
    fn the_default_keys_parse_and_never_collide() {
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        assert!(TABLE.iter().all(|e| keymap.keys(e.action).eq(e.keys.iter().copied()) && !e.keys.is_empty()));
    }

    #[test]
    fn keys_can_be_changed_and_mistakes_are_told() {
        let keymap = Keymap::new(&changes("create", &["n", "C-a"])).unwrap();
        let press = |c, modifiers| Key::of(KeyEvent::new(KeyCode::Char(c), modifiers));
        let services = [KeyContext::Services, KeyContext::Anywhere, KeyContext::Always];
        assert_eq!(keymap.action(press('n', KeyModifiers::NONE), &services), Some(Action::Create));
        assert_eq!(keymap.action(press('a', KeyModifiers::CONTROL), &services), Some(Action::Create));
        assert_eq!(keymap.action(press('c', KeyModifiers::NONE), &services), None);
        assert_eq!(keymap.action(press('G', KeyModifiers::SHIFT), &services), Some(Action::Last));
        let message = |id, keys: &[&str]| Keymap::new(&changes(id, keys)).unwrap_err().to_string();
        assert!(message("creat", &["n"]).contains("Did you mean create?"));
        assert!(message("create", &["Hyper-n"]).contains("Hyper-n"));
        assert!(message("create", &["d"]).contains("create and delete"), "{}", message("create", &["d"]));
        assert!(message("create", &["C-l"]).contains("redraw"));
    }

    #[test]
    fn shift_tab_is_one_key_however_it_is_told() {
        let keys =
            [KeyEvent::new(KeyCode::Tab, KeyModifiers::SHIFT), KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT)];
        assert!(keys.into_iter().all(|k| Some(Key::of(k)) == Key::parse("S-Tab")));
    }
}
