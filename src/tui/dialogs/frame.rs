//! The frame that every dialog stands in, over a screen that has stepped back.

use crate::domain::text::cut;
use crate::tui::app::App;
use crate::tui::layout::centered;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Padding, Widget};
use unicode_width::UnicodeWidthStr;

/// Columns of border and padding that a frame takes, and its rows.
pub const FRAME: (u16, u16) = (6, 2);

/// The columns and rows that a dialog may take: the title bar and the foot stay, they tell where one is and which keys work.
pub fn room(app: &App) -> (u16, u16) {
    (app.size.0, app.size.1.saturating_sub(3))
}

/// Where a menu may stand: over the edge of its dialog, but not over the title bar and the foot.
pub fn within(app: &App, buffer: &Buffer) -> Rect {
    Rect::new(0, 1, app.size.0, room(app).1).intersection(buffer.area)
}

/// Clears the place of a dialog and draws its border, with a title and something at the right of it; gives its inside.
pub fn frame(app: &App, buffer: &mut Buffer, wanted: (u16, u16), title: &str, beside: &str) -> Rect {
    let mut area = centered(room(app), wanted);
    area.y += 1;
    let area = area.intersection(buffer.area);
    step_back(app, buffer);
    clear(buffer, area);
    let title = cut(title, usize::from(area.width.saturating_sub(FRAME.0)));
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(app.theme().accent())
        .padding(Padding::horizontal(2))
        .title(Line::styled(format!(" {title} "), app.theme().title()));
    if !beside.is_empty() && usize::from(area.width) > title.width() + beside.width() + 12 {
        block = block.title(Line::styled(format!(" {beside} "), app.theme().dim()).right_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    inner
}

/// Fades every cell that is drawn so far.
fn step_back(app: &App, buffer: &mut Buffer) {
    let style = app.theme().behind_dialog();
    for cell in &mut buffer.content {
        cell.set_style(style);
    }
}

/// Empties an area, with a column of air at its sides. A wide character that reaches into it goes as a whole.
fn clear(buffer: &mut Buffer, area: Rect) {
    let left = area.x.saturating_sub(1);
    let right = (area.right() + 1).min(buffer.area.right());
    for y in area.top()..area.bottom() {
        let reaches_in = left.checked_sub(1).filter(|&x| buffer[(x, y)].symbol().width() > 1);
        if let Some(x) = reaches_in {
            buffer[(x, y)].set_symbol(" ");
        }
    }
    Clear.render(Rect { x: left, width: right - left, ..area }, buffer);
}
