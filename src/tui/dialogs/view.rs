//! How a dialog is drawn: each has its own view.

use super::dialog::Dialog;
use super::{confirm, edit_form, pager, picker, prompt, schedule_form, wizard};
use crate::tui::app::App;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Draws one dialog; gives the place of the cursor where a field of it has it.
pub fn view(app: &App, dialog: &Dialog, buffer: &mut Buffer) -> Option<Position> {
    match dialog {
        Dialog::Wizard(wizard) => wizard::view(app, wizard, buffer),
        Dialog::Edit(form) => edit_form::view(app, form, buffer),
        Dialog::Schedule(form) => schedule_form::view(app, form, buffer),
        Dialog::Confirm(confirm) => confirm::view(app, confirm, buffer),
        Dialog::Picker(picker) => picker::view(app, picker, buffer),
        Dialog::Prompt(prompt) => prompt::view(app, prompt, buffer),
        Dialog::Pager(pager) => pager::view(app, pager, buffer),
    }
}
