//! What a key asks for, and who does it: the top dialog, else the screen that is shown.

use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::{self, Dialog, Outcome, Pager, Picker, PickerKind};
use crate::tui::effect::Effect;
use crate::tui::keymap::Key;
use crate::tui::screens::router;
use crossterm::event::{KeyEvent, KeyEventKind};

pub fn on_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    app.expire_notice();
    app.services.selection_made = true;
    let pressed = Key::of(key);
    let typing = app.is_typing() || app.dialogs.last().is_some_and(Dialog::is_form);
    let action = if typing && pressed.is_text() { None } else { app.keymap.action(pressed, app.key_contexts()) };
    match action {
        // These move the cursor within the text.
        Some(Action::Left | Action::Right | Action::First | Action::Last) if app.is_editing() => text_key(app, key),
        // A letter that leaves the screen leaves no dialog: what was entered there would be lost.
        Some(Action::Quit) if pressed.is_text() && !app.dialogs.is_empty() => text_key(app, key),
        Some(action) => dispatch(app, action),
        None => text_key(app, key),
    }
}

/// A key that is no action: text.
fn text_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    if !app.dialogs.is_empty() {
        return dialogs::text_key(app, key);
    }
    router::text_key(app, key)
}

pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    if !app.dialogs.is_empty() {
        return dialogs::paste(app, text);
    }
    router::paste(app, text)
}

/// Does an action, or says why not.
fn dispatch(app: &mut App, action: Action) -> Vec<Effect> {
    if app.refuses(action) {
        return Vec::new();
    }
    match action {
        Action::Quit => return quit(app),
        Action::Suspend => return vec![Effect::Suspend],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Help if !matches!(app.dialogs.last(), Some(Dialog::Pager(_) | Dialog::Picker(_))) => {
            let help = Picker::help(app.key_contexts());
            app.dialogs.push(Dialog::Picker(help));
            return Vec::new();
        }
        Action::Themes if app.dialogs.is_empty() => {
            app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Themes)));
            return Vec::new();
        }
        Action::Timer if !matches!(app.dialogs.last(), Some(Dialog::Pager(_))) => {
            app.dialogs.push(Dialog::Pager(Pager::timer()));
            return Vec::new();
        }
        Action::Palette if app.dialogs.is_empty() => {
            app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Palette)));
            return Vec::new();
        }
        _ => {}
    }
    if app.dialogs.is_empty() {
        return router::open(app, action).unwrap_or_else(|| router::update(app, action));
    }
    match dialogs::update(app, action) {
        Outcome::Effects(effects) => effects,
        // The palette is closed by now.
        Outcome::Dispatch(action) => dispatch(app, action),
    }
}

/// The program is to end: what was entered is kept as a draft.
pub fn quit(app: &mut App) -> Vec<Effect> {
    app.quitting = true;
    let mut effects = Vec::new();
    if app.workspace.read_only.is_none()
        && let Some(wizard) = app.wizard()
        && wizard.is_changed()
        && !wizard.saving
    {
        effects.push(Effect::KeepDraft(Box::new(wizard.draft_with_input())));
    }
    effects.push(Effect::SaveUi(app.ui_state()));
    effects.push(Effect::Quit);
    effects
}
