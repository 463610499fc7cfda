//! How a question is drawn.

use super::state::Confirm;
use crate::domain::text::wrapped;
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use unicode_width::UnicodeWidthStr;

pub fn view(app: &App, confirm: &Confirm, buffer: &mut Buffer) -> Option<Position> {
    let width = 64.min(app.size.0);
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
        let style = if y == 1 { app.theme.title() } else { app.theme.text() };
        cells.put(0, y, area.width, line, style);
    }
    let buttons = confirm.question.buttons(app);
    let labels: Vec<String> = buttons.iter().map(|(_, label)| format!("[ {label} ]")).collect();
    let needed: u16 = labels.iter().map(|l| l.width() as u16 + 2).sum::<u16>().saturating_sub(2);
    let mut x = area.width.saturating_sub(needed);
    let y = (lines.len() as u16 + 2).min(area.height.saturating_sub(2)).max(1);
    for (index, label) in labels.iter().enumerate() {
        let style = if index == confirm.focus.min(labels.len() - 1) { app.theme.focused() } else { app.theme.accent() };
        x += cells.put(x, y, area.width, label, style) + 2;
    }
    None
}
