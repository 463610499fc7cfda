//! How a question is drawn.

use super::state::Confirm;
use crate::domain::text::wrapped;
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::form::{self, Button};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, confirm: &Confirm, buffer: &mut Buffer) -> Option<Position> {
    let width = 72.min(app.size.0);
    let inside = usize::from(width.saturating_sub(6));
    let mut lines: Vec<String> = Vec::new();
    for paragraph in confirm.question.text(app) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(&paragraph, inside));
    }
    let area = frame(app, buffer, (width, lines.len() as u16 + 6), confirm.question.title(), "");
    let mut cells = Cells::new(buffer, area);
    for (y, line) in (1u16..).zip(&lines) {
        let style = if y == 1 { app.theme().title() } else { app.theme().text() };
        cells.put(0, y, area.width, line, style);
    }
    let buttons: Vec<Button<usize>> = (confirm.question.buttons(app).into_iter().enumerate())
        .map(|(at, (answer, label))| Button { field: at, text: label.into(), is_danger: answer.is_danger() })
        .collect();
    let y = (lines.len() as u16 + 2).min(area.height.saturating_sub(2)).max(1);
    form::draw_buttons(
        app.theme(),
        &mut cells,
        (None, y),
        &buttons,
        confirm.focus.min(buttons.len().saturating_sub(1)),
    );
    None
}
