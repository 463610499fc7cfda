//! How a page of text is drawn.

use super::state::Pager;
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, pager: &Pager, buffer: &mut Buffer) -> Option<Position> {
    let size = pager.size(app);
    let lines = pager.lines(app, usize::from(size.0.saturating_sub(6)));
    let area = frame(app, buffer, size, &pager.title(), "");
    let mut cells = Cells::new(buffer, area);
    let shown = area.height.saturating_sub(2);
    let scroll = pager.scroll.min((lines.len() as u16).saturating_sub(shown));
    for (y, line) in (1u16..).zip(lines.iter().skip(usize::from(scroll)).take(usize::from(shown))) {
        cells.put_line(0, y, area.width, line);
    }
    if lines.len() as u16 > scroll + shown {
        cells.put_right(area.height.saturating_sub(1), "▾", app.theme().dim());
    }
    None
}
