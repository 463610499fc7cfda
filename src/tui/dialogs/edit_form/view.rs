//! How the form is drawn.

use super::state::{EditForm, Field};
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::form::{self, Control, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, state: &EditForm, buffer: &mut Buffer) -> Option<Position> {
    let area = frame(app, buffer, (76.min(app.size.0), 14), "Edit instance", "");
    let why = "Only the description can be changed: another profile type, goal or timeframe would invalidate the model that \
               was learned for it. To change more, clone the score.";
    let buttons =
        vec![(Field::Save, "Save".to_string()), (Field::Clone, "Clone".into()), (Field::Cancel, "Cancel".into())];
    let rows = vec![
        Row::new("Name", Control::Note(state.name.clone())).gap(),
        Row::new("Description", Control::Text { text: &state.description, placeholder: "none" }).of(Field::Description),
        Row::new("", Control::Note(why.into())).gap(),
        Row::new("", Control::Buttons { buttons, right: true }).gap(),
    ];
    form::draw(&app.theme, &rows, state.focus, 14, area, buffer).cursor
}
