//! Whether the terminal's background is light, as the terminal itself answers (OSC 11). The question goes out with the first
//! bytes and nobody waits for it: the first picture is drawn with what the environment says, and the answer, which is a
//! round trip away, changes the theme when it comes. Terminals that do not know the question say nothing.
//!
//! crossterm reads the answer as keys, `Alt-]` first, so the thread that reads keys hands them through [`AnswerFilter`]:
//! whenever it comes, no part of it is taken for something that was typed.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// Asks for the colour of the background.
pub const QUESTION: &str = "\x1b]11;?\x07";

/// How every answer begins.
const PREFIX: &str = "11;rgb";

/// More than the longest answer has (`rgba:` and four times four digits).
const LONGEST: usize = 40;

/// Keeps back what may be an answer until that is known.
#[derive(Debug, Default)]
pub struct AnswerFilter {
    held: Vec<Event>,
    text: String,
}

/// What an event came to.
#[derive(Debug, Default, PartialEq)]
pub struct Filtered {
    /// What was typed.
    pub events: Vec<Event>,
    /// Whether the background is light.
    pub is_light: Option<bool>,
}

impl AnswerFilter {
    /// Whether something is kept back; where nothing follows it was typed, and [`AnswerFilter::release`] gives it.
    pub fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// What was kept back was no answer.
    pub fn release(&mut self) -> Vec<Event> {
        self.text.clear();
        std::mem::take(&mut self.held)
    }

    /// Takes the next event.
    pub fn next(&mut self, event: Event) -> Filtered {
        let key = match &event {
            Event::Key(key) if key.kind == KeyEventKind::Press => *key,
            // Nothing else is part of an answer, and what is not a key may come in its middle.
            _ => return Filtered { events: vec![event], is_light: None },
        };
        if self.held.is_empty() {
            if !is_alt(key, ']') {
                return Filtered { events: vec![event], is_light: None };
            }
            self.held.push(event);
            return Filtered::default();
        }
        self.held.push(event);
        if is_end(key) && self.text.len() > PREFIX.len() {
            let is_light = is_light(&self.text);
            self.release();
            return Filtered { events: Vec::new(), is_light };
        }
        match key.code {
            KeyCode::Char(c) if self.continues(c) => {
                self.text.push(c);
                Filtered::default()
            }
            _ => Filtered { events: self.release(), is_light: None },
        }
    }

    /// Whether a character can be the next one of an answer.
    fn continues(&self, c: char) -> bool {
        match PREFIX.chars().nth(self.text.len()) {
            Some(expected) => c == expected,
            None => self.text.len() < LONGEST && (c.is_ascii_hexdigit() || matches!(c, ':' | '/')),
        }
    }
}

fn is_alt(key: KeyEvent, c: char) -> bool {
    key.code == KeyCode::Char(c) && key.modifiers.contains(KeyModifiers::ALT)
}

/// BEL, which is Ctrl-G, or ESC and a backslash.
fn is_end(key: KeyEvent) -> bool {
    let bell = key.code == KeyCode::Char('g') && key.modifiers.contains(KeyModifiers::CONTROL);
    bell || is_alt(key, '\\')
}

/// Whether a colour (`11;rgb:ffff/ffff/ffff`, of one to four digits each) is light: by its luma as in ITU-R BT.601.
fn is_light(answer: &str) -> Option<bool> {
    let (_, colour) = answer.split_once(':')?;
    let share = |digits: &str| {
        let most = 16f64.powi(i32::try_from(digits.len()).ok()?) - 1.0;
        let value = u32::from_str_radix(digits, 16).ok()?;
        (most > 0.0).then(|| f64::from(value) / most)
    };
    let parts: Vec<f64> = colour.split('/').map(share).collect::<Option<_>>()?;
    match parts.as_slice() {
        [red, green, blue, ..] => Some(0.299 * red + 0.587 * green + 0.114 * blue > 0.5),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(c: char, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(KeyCode::Char(c), modifiers))
    }

    /// An answer as crossterm tells it.
    fn answer(colour: &str, end: Event) -> Vec<Event> {
        let begin = key(']', KeyModifiers::ALT);
        let text = format!("11;{colour}");
        std::iter::once(begin).chain(text.chars().map(|c| key(c, KeyModifiers::NONE))).chain([end]).collect()
    }

    fn feed(events: Vec<Event>) -> (Vec<Event>, Option<bool>) {
        let mut filter = AnswerFilter::default();
        let mut typed = Vec::new();
        let mut light = None;
        for event in events {
            let filtered = filter.next(event);
            typed.extend(filtered.events);
            light = light.or(filtered.is_light);
        }
        typed.extend(filter.release());
        (typed, light)
    }

    #[test]
    fn an_answer_is_no_typing_and_tells_the_background() {
        let bell = key('g', KeyModifiers::CONTROL);
        let string_end = key('\\', KeyModifiers::ALT);
        for (colour, light) in [
            ("rgb:ffff/ffff/ffff", true),
            ("rgb:FDFD/F6F6/E3E3", true),
            ("rgba:ffff/ffff/ffff/ffff", true),
            ("rgb:f/f/f", true),
            ("rgb:0000/0000/0000", false),
            ("rgb:00/2b/36", false),
        ] {
            assert_eq!(feed(answer(colour, bell.clone())), (Vec::new(), Some(light)), "{colour}");
            assert_eq!(feed(answer(colour, string_end.clone())), (Vec::new(), Some(light)), "{colour}");
        }
    }

    #[test]
    fn what_was_typed_around_an_answer_stays() {
        let q = key('q', KeyModifiers::NONE);
        let mut events = vec![q.clone()];
        events.extend(answer("rgb:ffff/ffff/ffff", key('g', KeyModifiers::CONTROL)));
        events.push(q.clone());
        assert_eq!(feed(events), (vec![q.clone(), q], Some(true)));
        let typed = vec![key(']', KeyModifiers::ALT), key('1', KeyModifiers::NONE), key('x', KeyModifiers::NONE)];
        assert_eq!(feed(typed.clone()), (typed, None));
    }

    proptest! {
        #[test]
        fn nothing_but_answers_is_taken_away(text in "[a-z0-9\\];:/]{0,30}", alt in any::<bool>()) {
            let modifiers = if alt { KeyModifiers::ALT } else { KeyModifiers::NONE };
            // Without an end there is no answer.
            let events: Vec<Event> = text.chars().map(|c| key(c, modifiers)).collect();
            prop_assert_eq!(feed(events.clone()), (events, None));
        }
    }
}
