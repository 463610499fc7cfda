//! How a page of text is drawn.

use super::state::Pager;
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

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
    let bar = Rect { x: area.right() + 1, y: area.y + 1, width: 1, height: shown };
    scroll_bar::draw(app.theme(), bar, lines.len(), usize::from(scroll), usize::from(shown), buffer);
    None
}
