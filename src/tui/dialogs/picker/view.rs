//! How a picker is drawn.

use super::state::{Picker, PickerKind};
use crate::domain::text::wrapped;
use crate::queries::deleted_scores;
use crate::tui::app::App;
use crate::tui::dialogs::frame::{FRAME, frame};
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

/// Lines above the rows.
pub const HEAD: u16 = 3;
/// Least and most columns.
const LEAST: u16 = 48;
const EMPTY: u16 = 72;
const WIDEST: u16 = 110;

/// As large as all its rows, so that it keeps its size while one types.
pub fn size(app: &App, picker: &Picker) -> (u16, u16) {
    let rows = picker.all_rows(app);
    let widest = rows.iter().map(|row| row.text.width() + row.beside.width() + 3).max().unwrap_or_default() as u16;
    // An empty list says why in a line.
    let widest = if rows.is_empty() { EMPTY } else { widest };
    let hint = picker.hint().width() as u16 + 16;
    let width = (widest.max(hint) + FRAME.0).clamp(LEAST, WIDEST);
    // An empty one says why in a few lines.
    (width, (rows.len() as u16).max(3) + head(picker) + 1 + FRAME.1)
}

/// Lines above the rows: where a letter takes one, nothing is typed.
fn head(picker: &Picker) -> u16 {
    if picker.has_letters() { 1 } else { HEAD }
}

impl Picker {
    fn title(&self) -> &'static str {
        match self.kind {
            PickerKind::Palette => "Commands",
            PickerKind::Scores => "Runs of",
            PickerKind::Copy => "Copy",
            PickerKind::Columns => "Columns",
            PickerKind::Trash => "Deleted scores",
            PickerKind::Drafts => "Drafts",
            PickerKind::Sort => "Sort by",
            PickerKind::Related => "Persons of the account",
            PickerKind::Themes => "Theme",
            PickerKind::Help => "Keys and codes",
        }
    }

    /// What stands in the frame.
    fn hint(&self) -> String {
        match self.kind {
            PickerKind::Trash => "Enter brings it back, with its runs".into(),
            PickerKind::Copy => "where the terminal lets programs copy".into(),
            PickerKind::Columns => "Space or Enter shows or hides · Esc is done".into(),
            PickerKind::Drafts => String::new(),
            PickerKind::Sort => "the same letter again turns it round".into(),
            PickerKind::Palette | PickerKind::Scores | PickerKind::Related | PickerKind::Themes | PickerKind::Help => {
                String::new()
            }
        }
    }
}

pub fn view(app: &App, picker: &Picker, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.theme();
    let rows = picker.rows(app);
    let at = picker.selected.min(rows.len().saturating_sub(1));
    let area = frame(app, buffer, size(app, picker), picker.title(), &picker.hint());
    let head = head(picker);
    let mut cells = Cells::new(buffer, area);
    if !picker.has_letters() {
        let choices = rows.iter().filter(|row| !row.is_heading()).count();
        let number = rows.iter().take(at + 1).filter(|row| !row.is_heading()).count();
        let place = if choices == 0 { String::new() } else { format!("{} of {}", number.max(1), choices) };
        cells.put(0, 1, 2, "› ", theme.accent());
        let (text, cursor) = picker.filter.line(area.width.saturating_sub(4 + place.width() as u16));
        if picker.filter.is_empty() {
            cells.put(2, 1, area.width, "type to search", theme.dim());
        }
        cells.put(2, 1, area.width, &text, theme.text());
        cells.put_right(1, &place, theme.dim());
        cells.set_cursor(2 + cursor, 1);
    }
    let room = usize::from(area.height.saturating_sub(head + 1));
    let first = at.saturating_sub(room.saturating_sub(1));
    // A heading right above the first row is shown with it.
    let first = if at <= 1 { 0 } else { first };
    if rows.is_empty() {
        let why = match (picker.kind, &app.trash) {
            (PickerKind::Trash, None) => "Looking…".to_string(),
            (PickerKind::Trash, Some(trash)) if trash.is_empty() => deleted_scores::empty_trash(),
            _ => "Nothing holds these words.".into(),
        };
        for (y, line) in (head..).zip(wrapped(&why, usize::from(area.width))) {
            cells.put(0, y, area.width, &line, theme.dim());
        }
    }
    for (y, (index, row)) in (head..).zip(rows.iter().enumerate().skip(first).take(room)) {
        let style = match row {
            row if row.is_heading() => theme.title(),
            row if row.refusal.is_some() => theme.dim(),
            _ => theme.text(),
        };
        let beside = row.beside.width() as u16;
        cells.put(0, y, area.width.saturating_sub(beside + 2), &row.text, style);
        cells.put_right(y, &row.beside, theme.dim());
        if index == at {
            cells.restyle(0, y, area.width, theme.chosen());
        }
    }
    let cursor = cells.cursor();
    let bar = Rect { x: area.right() + 1, y: area.y + head, width: 1, height: room as u16 };
    scroll_bar::draw(theme, bar, rows.len(), first, room, buffer);
    cursor
}
