//! The frame that every dialog stands in.

use crate::domain::text::cut;
use crate::tui::app::App;
use crate::tui::layout::centered;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Padding, Widget};

/// Clears the place of a dialog and draws its border, with a title and something at the right of it; gives its inside.
pub fn frame(app: &App, buffer: &mut Buffer, wanted: (u16, u16), title: &str, beside: &str) -> Rect {
    // The title bar and the foot stay: they tell where one is and which keys work.
    let room = (app.size.0, app.size.1.saturating_sub(3));
    let mut area = centered(room, wanted);
    area.y += 1;
    let area = area.intersection(buffer.area);
    Clear.render(area, buffer);
    let title = cut(title, usize::from(area.width.saturating_sub(6)));
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(app.theme.dim())
        .padding(Padding::horizontal(2))
        .title(Line::styled(format!(" {title} "), app.theme.title()));
    if !beside.is_empty() && usize::from(area.width) > title.chars().count() + beside.chars().count() + 12 {
        block = block.title(Line::styled(format!(" {beside} "), app.theme.dim()).right_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    inner
}
