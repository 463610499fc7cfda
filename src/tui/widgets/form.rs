//! Forms: labelled fields under each other, each with its mistake below it, scrolled so that the focused one shows.

use super::cells::Cells;
use super::text_field::TextField;
use crate::domain::text::wrapped;
use crate::tui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr;

/// One row of a form. `F` names its fields.
pub struct Row<'a, F> {
    label: &'a str,
    control: Control<'a, F>,
    field: Option<F>,
    mistake: Option<String>,
    gap: bool,
}

pub enum Control<'a, F> {
    /// A dropdown.
    Choice {
        value: String,
        placeholder: &'a str,
    },
    Text {
        text: &'a TextField,
        placeholder: &'a str,
    },
    /// A text field that has not the focus.
    Unfocused {
        value: &'a str,
        placeholder: &'a str,
    },
    /// Values that were entered, at the right of the field in which the next one is typed.
    Values {
        entry: Option<&'a TextField>,
        values: &'a [String],
        placeholder: &'a str,
    },
    Buttons {
        buttons: Vec<(F, String)>,
        right: bool,
    },
    /// Text that cannot be changed.
    Note(String),
}

impl<'a, F> Row<'a, F> {
    pub fn new(label: &'a str, control: Control<'a, F>) -> Row<'a, F> {
        Row { label, control, field: None, mistake: None, gap: false }
    }

    #[must_use]
    pub fn of(self, field: F) -> Self {
        Row { field: Some(field), ..self }
    }

    #[must_use]
    pub fn mistake(self, mistake: Option<String>) -> Self {
        Row { mistake, ..self }
    }

    /// With an empty line above.
    #[must_use]
    pub fn gap(self) -> Self {
        Row { gap: true, ..self }
    }
}

/// What drawing found out.
pub struct Drawn {
    pub cursor: Option<Position>,
    /// Where the focused control stands: a menu opens below it.
    pub anchor: Option<Rect>,
}

/// Most columns of a field.
const FIELD: u16 = 44;
/// Columns of the field in which a value is typed, where values stand at its right.
const ENTRY: u16 = 24;

/// Draws the rows, labels in the first `label` columns.
pub fn draw<F: Copy + PartialEq>(
    theme: &Theme,
    rows: &[Row<'_, F>],
    focus: F,
    label: u16,
    area: Rect,
    buffer: &mut Buffer,
) -> Drawn {
    let heights: Vec<u16> = rows.iter().map(|r| height(r, label, area.width)).collect();
    let all: u16 = heights.iter().sum();
    let has = |row: &Row<'_, F>| {
        row.field == Some(focus)
            || matches!(&row.control, Control::Buttons { buttons, .. } if buttons.iter().any(|(f, _)| *f == focus))
    };
    let at = rows.iter().position(has).unwrap_or(0);
    let above: u16 = heights[..at].iter().sum();
    // A row of context above and below the focused one, where the form is longer than its area.
    let first = (above + heights.get(at).copied().unwrap_or(0) + 1)
        .saturating_sub(area.height)
        .min(all.saturating_sub(area.height));
    let mut cells = Cells::new(buffer, area);
    let mut drawn = Drawn { cursor: None, anchor: None };
    let mut y = 0;
    for (row, height) in rows.iter().zip(heights) {
        // Rows that are cut at the upper edge are left out: a label without its field says nothing.
        if y >= first {
            let anchor = draw_row(theme, row, focus, label, y - first + u16::from(row.gap), &mut cells);
            if row.field == Some(focus) {
                drawn.anchor = anchor.map(|(x, y, width)| Rect::new(area.x + x, area.y + y, width, 1));
            }
        }
        y += height;
    }
    if all > first + area.height {
        cells.put_right(area.height.saturating_sub(1), "▾", theme.dim());
    }
    if first > 0 {
        cells.put_right(0, "▴", theme.dim());
    }
    drawn.cursor = cells.cursor();
    drawn
}

fn height<F>(row: &Row<'_, F>, label: u16, width: u16) -> u16 {
    let control = match &row.control {
        Control::Note(text) => note_lines(row.label, text, label, width).len() as u16,
        _ => 1,
    };
    control + u16::from(row.gap) + u16::from(row.mistake.is_some())
}

fn note_lines(own: &str, text: &str, label: u16, width: u16) -> Vec<String> {
    let indent = if own.is_empty() { 0 } else { label };
    wrapped(text, usize::from(width.saturating_sub(indent).max(1)))
}

/// Draws one row; gives the place and width of its control.
fn draw_row<F: Copy + PartialEq>(
    theme: &Theme,
    row: &Row<'_, F>,
    focus: F,
    label: u16,
    y: u16,
    cells: &mut Cells<'_>,
) -> Option<(u16, u16, u16)> {
    let focused = row.field == Some(focus);
    cells.put(0, y, label.saturating_sub(1), row.label, if focused { theme.accent() } else { theme.dim() });
    let width = cells.width().saturating_sub(label).min(FIELD);
    match &row.control {
        Control::Choice { value, placeholder } => choice(theme, cells, (label, y, width), value, placeholder, focused),
        Control::Text { text, placeholder } => field(theme, cells, (label, y, width), Some(text), placeholder, focused),
        Control::Unfocused { value, placeholder } => {
            let text = TextField::new(value);
            field(theme, cells, (label, y, width), Some(&text), placeholder, focused);
        }
        Control::Values { entry, values, placeholder } => {
            let wide = if values.is_empty() { width } else { width.min(ENTRY) };
            field(theme, cells, (label, y, wide), *entry, placeholder, focused);
            chips(theme, cells, (label + wide + 1, y), values);
        }
        Control::Buttons { buttons, right } => self::buttons(theme, cells, (label, y), buttons, focus, *right),
        Control::Note(text) => {
            let x = if row.label.is_empty() { 0 } else { label };
            let style = if row.label.is_empty() { theme.dim() } else { theme.text() };
            for (line, text) in (y..).zip(note_lines(row.label, text, label, cells.width())) {
                cells.put(x, line, cells.width(), &text, style);
            }
        }
    }
    if let Some(mistake) = &row.mistake {
        cells.put(label, y + 1, cells.width(), &format!("✗ {mistake}"), theme.bad());
    }
    Some((label, y, width))
}

fn choice(
    theme: &Theme,
    cells: &mut Cells<'_>,
    (x, y, width): (u16, u16, u16),
    value: &str,
    placeholder: &str,
    focused: bool,
) {
    let background = if focused { theme.focused() } else { theme.field() };
    cells.put(x, y, width, &" ".repeat(usize::from(width)), background);
    let (text, style) =
        if value.is_empty() { (placeholder, background.patch(theme.dim())) } else { (value, background) };
    cells.put(x + 1, y, width.saturating_sub(4), text, style);
    cells.put(x + width.saturating_sub(2), y, 1, "▾", background.patch(theme.dim()));
}

fn field(
    theme: &Theme,
    cells: &mut Cells<'_>,
    (x, y, width): (u16, u16, u16),
    text: Option<&TextField>,
    placeholder: &str,
    focused: bool,
) {
    cells.put(x, y, width, &" ".repeat(usize::from(width)), theme.field());
    let room = width.saturating_sub(2);
    let (shown, cursor) = text.map_or((String::new(), 0), |t| t.window(room));
    if shown.is_empty() {
        cells.put(x + 1, y, room, placeholder, theme.field().patch(theme.dim()));
    } else {
        cells.put(x + 1, y, room, &shown, theme.field().patch(theme.text()));
    }
    if focused {
        cells.set_cursor(x + 1 + cursor, y);
    }
}

fn chips(theme: &Theme, cells: &mut Cells<'_>, (mut x, y): (u16, u16), values: &[String]) {
    for (index, value) in values.iter().enumerate() {
        let left = cells.width().saturating_sub(x);
        let more = values.len() - index;
        if left < 8 && more > 0 {
            cells.put(x, y, left, &format!("+{more}"), theme.dim());
            return;
        }
        x += cells.put(x, y, left.saturating_sub(5), value, theme.title());
        x += cells.put(x, y, 2, " ×", theme.dim()) + 2;
    }
}

fn buttons<F: Copy + PartialEq>(
    theme: &Theme,
    cells: &mut Cells<'_>,
    (label, y): (u16, u16),
    buttons: &[(F, String)],
    focus: F,
    right: bool,
) {
    let texts: Vec<String> = buttons.iter().map(|(_, text)| format!("[ {text} ]")).collect();
    let needed: usize = texts.iter().map(|t| t.width() + 2).sum();
    let mut x = if right { cells.width().saturating_sub((needed - 2) as u16) } else { label };
    for ((field, _), text) in buttons.iter().zip(&texts) {
        let style = if *field == focus { theme.focused() } else { theme.accent() };
        let room = cells.width().saturating_sub(x);
        x += cells.put(x, y, room, text, style) + 2;
    }
}
