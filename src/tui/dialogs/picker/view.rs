//! How a picker is drawn.

use super::state::{Picker, PickerKind};
use crate::domain::text::wrapped;
use crate::queries::deleted_scores;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

pub fn view(app: &App, picker: &Picker, buffer: &mut Buffer) -> Option<Position> {
    let rows = picker.rows(app);
    let (title, hint) = match picker.kind {
        PickerKind::Palette => ("Commands", String::new()),
        PickerKind::Scores => ("Runs of", String::new()),
        PickerKind::Trash => ("Deleted scores", "Enter brings it back, with its runs".to_string()),
        PickerKind::Copy => ("Copy", "where the terminal lets programs copy".to_string()),
        PickerKind::Columns => ("Columns", "Space or Enter shows or hides · Esc is done".to_string()),
        PickerKind::Drafts => {
            ("Drafts", format!("Enter takes it up · {} removes it", app.keymap.key(Action::RemoveRow)))
        }
    };
    let area = frame(app, buffer, (84.min(app.size.0), 24), title, &hint);
    let mut cells = Cells::new(buffer, area);
    cells.put(0, 1, 2, "› ", app.theme.accent());
    let (text, cursor) = picker.filter.window(area.width.saturating_sub(2));
    cells.put(2, 1, area.width, &text, app.theme.text());
    cells.set_cursor(2 + cursor, 1);
    let room = usize::from(area.height.saturating_sub(4));
    let at = picker.selected.min(rows.len().saturating_sub(1));
    let first = at.saturating_sub(room.saturating_sub(1));
    if rows.is_empty() {
        let why = match (picker.kind, &app.trash) {
            (PickerKind::Trash, None) => "Looking…".to_string(),
            (PickerKind::Trash, Some(trash)) if trash.is_empty() => deleted_scores::empty_trash(),
            _ => "Nothing fits these words.".into(),
        };
        for (y, line) in (3u16..).zip(wrapped(&why, usize::from(area.width))) {
            cells.put(0, y, area.width, &line, app.theme.dim());
        }
    }
    for (y, (index, row)) in (3u16..).zip(rows.iter().enumerate().skip(first).take(room)) {
        let style = if row.refusal.is_some() { app.theme.dim() } else { app.theme.text() };
        let beside = row.beside.chars().count() as u16;
        cells.put(0, y, area.width.saturating_sub(beside + 2), &row.text, style);
        cells.put_right(y, &row.beside, app.theme.dim());
        if index == at {
            cells.restyle(0, y, area.width, app.theme.chosen());
        }
    }
    cells.cursor()
}
