//! How the form is drawn.

use super::state::{EditForm, Field};
use crate::tui::app::App;
use crate::tui::dialogs::frame::{FRAME, frame};
use crate::tui::widgets::form::{self, Button, Control, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, state: &EditForm, buffer: &mut Buffer) -> Option<Position> {
    let why = "Only the description can be changed: another profile type, goal or timeframe would invalidate the model that \
               was learned for it. To change more, clone the score.";
    let buttons = vec![
        Button::new(Field::Cancel, "Cancel"),
        Button::new(Field::Clone, "Clone"),
        Button::new(Field::Save, "Save"),
    ];
    let text = Control::Text { text: &state.description, placeholder: "what this score is for", lines: 4 };
    let rows = vec![
        Row::new("Name", Control::Note(state.name.clone())).gap(),
        Row::new("Description", text).of(Field::Description).gap(),
        Row::new("", Control::Note(why.into())).gap(),
        Row::new("", Control::Buttons { buttons, right: true }).gap(),
    ];
    let width = WIDEST.min(app.size.0);
    let height = form::height(app.theme(), &rows, LABEL, width.saturating_sub(FRAME.0)) + FRAME.1;
    let area = frame(app, buffer, (width, height), "Edit instance", "");
    form::draw(app.theme(), &rows, state.focus, LABEL, area, buffer).cursor
}

/// Columns of the labels, and most of the dialog.
const LABEL: u16 = 14;
const WIDEST: u16 = 92;
