//! How the Services screen is drawn: the list, and beside it or instead of it the details.

use super::{details, list};
use crate::tui::app::App;
use crate::tui::layout::{GAP, body, columns, details_width};
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws the screen; gives the place of the cursor where a field has it.
pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    // Without a score there are no details, and what to do first has the room.
    if app.scores.is_empty() {
        return list::draw(app, body(app.size), buffer);
    }
    let (left, right) = columns(app.size);
    match right {
        Some(right) => {
            let cursor = list::draw(app, left, buffer);
            let line = Rect { x: left.right() + GAP / 2, width: 1, ..left };
            let mut cells = Cells::new(buffer, line);
            (0..line.height).for_each(|y| {
                cells.put(0, y, 1, "│", app.theme().faint());
            });
            list::draw_scroll_bar(app, line, buffer);
            details::draw(app, right, buffer);
            cursor
        }
        None if app.services.details_open && app.selected().is_some() => {
            let area = Rect { width: details_width(app.size), ..body(app.size) };
            details::draw(app, area, buffer);
            None
        }
        None => {
            let cursor = list::draw(app, left, buffer);
            list::draw_scroll_bar(app, Rect { x: left.right(), width: 1, ..left }, buffer);
            cursor
        }
    }
}
