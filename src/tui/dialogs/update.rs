//! What keys do in the top dialog: each dialog has its own update.

use super::dialog::Dialog;
use super::outcome::Outcome;
use super::{confirm, edit_form, pager, picker, prompt, schedule_form, wizard};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crossterm::event::KeyEvent;

/// Does an action in the top dialog.
pub fn update(app: &mut App, action: Action) -> Outcome {
    let effects = match app.dialogs.last() {
        Some(Dialog::Picker(_)) => return picker::update(app, action),
        Some(Dialog::Wizard(_)) => wizard::update(app, action),
        Some(Dialog::Edit(_)) => edit_form::update(app, action),
        Some(Dialog::Schedule(_)) => schedule_form::update(app, action),
        Some(Dialog::Confirm(_)) => confirm::update(app, action),
        Some(Dialog::Prompt(_)) => prompt::update(app, action),
        Some(Dialog::Pager(_)) => pager::update(app, action),
        None => Vec::new(),
    };
    effects.into()
}

/// A key that is no action: text for the focused field of the top dialog.
pub fn text_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    match app.dialogs.last_mut() {
        Some(Dialog::Wizard(_)) => return wizard::text_key(app, key),
        Some(Dialog::Edit(form)) => form.key(key),
        Some(Dialog::Schedule(form)) => form.key(key),
        Some(Dialog::Picker(picker)) if picker.is_toggled_by(key) => return picker::toggle_selected(app),
        Some(Dialog::Picker(picker)) if picker.has_letters() => return picker::pick_letter(app, key),
        Some(Dialog::Picker(picker)) => picker.key(key),
        Some(Dialog::Prompt(_)) => return prompt::text_key(app, key),
        Some(Dialog::Confirm(_) | Dialog::Pager(_)) | None => {}
    }
    Vec::new()
}

/// Pasted text, for the focused field of the top dialog.
pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match app.dialogs.last_mut() {
        Some(Dialog::Wizard(_)) => return wizard::paste(app, text),
        Some(Dialog::Edit(form)) => form.paste(text),
        Some(Dialog::Schedule(form)) => form.paste(text),
        Some(Dialog::Picker(picker)) => picker.paste(text),
        Some(Dialog::Prompt(prompt)) => prompt.paste(text),
        Some(Dialog::Confirm(_) | Dialog::Pager(_)) | None => {}
    }
    Vec::new()
}
