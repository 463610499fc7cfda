//! One picture of the state: title bar, screen, dialogs, foot. Called by the runtime once per drained queue.
//!
//! `title_bar` is the line at the top, `footer` the two lines at the foot.

mod footer;
mod title_bar;

use super::app::App;
use super::dialogs;
use super::layout::MIN_SIZE;
use super::screens::router;
use super::widgets::cells::Cells;
use crate::domain::text::wrapped;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// Draws everything; gives the place of the terminal's cursor where a focused field has it.
pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    if app.is_too_small() {
        too_small(app, buffer);
        return None;
    }
    let mut cursor = router::view(app, buffer);
    title_bar::draw(app, buffer);
    for dialog in &app.dialogs {
        cursor = dialogs::view(app, dialog, buffer);
    }
    footer::draw(app, buffer);
    cursor
}

fn too_small(app: &App, buffer: &mut Buffer) {
    let area = buffer.area;
    let text =
        format!("Propensity needs {} × {}; this window is {} × {}.", MIN_SIZE.0, MIN_SIZE.1, app.size.0, app.size.1);
    let lines = wrapped(&text, usize::from(area.width.max(1)));
    let mut cells = Cells::new(buffer, area);
    for (y, line) in (0u16..).zip(lines) {
        cells.put(0, y, area.width, &line, app.theme().text());
    }
}
