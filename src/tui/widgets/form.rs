//! Forms: labelled fields under each other, each with its mistake below it, scrolled so that the focused one shows. The
//! button that goes on stands at the right end in every form.

use super::cells::Cells;
use super::chips::{self, Chip, Nouns};
use super::scroll_bar;
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
    warning: Option<String>,
    gap: bool,
}

pub enum Control<'a, F> {
    /// A dropdown.
    Choice {
        value: String,
        placeholder: &'a str,
    },
    /// Text in so many lines.
    Text {
        text: &'a TextField,
        placeholder: &'a str,
        lines: u16,
    },
    /// A text field that has not the focus.
    Unfocused {
        value: &'a str,
        placeholder: &'a str,
        lines: u16,
    },
    /// Values that were entered, below the field in which the next one is typed.
    Values {
        entry: Option<&'a TextField>,
        chips: Vec<Chip>,
        nouns: Nouns,
        placeholder: &'a str,
    },
    Buttons {
        buttons: Vec<Button<F>>,
        right: bool,
    },
    /// Text that cannot be changed.
    Note(String),
}

/// A button. Enter presses it, and no letter does.
#[derive(Debug, Clone)]
pub struct Button<F> {
    pub field: F,
    pub text: String,
    /// It destroys something.
    pub is_danger: bool,
}

impl<F> Button<F> {
    pub fn new(field: F, text: impl Into<String>) -> Button<F> {
        Button { field, text: text.into(), is_danger: false }
    }
}

impl<'a, F> Row<'a, F> {
    pub fn new(label: &'a str, control: Control<'a, F>) -> Row<'a, F> {
        Row { label, control, field: None, mistake: None, warning: None, gap: false }
    }

    #[must_use]
    pub fn of(self, field: F) -> Self {
        Row { field: Some(field), ..self }
    }

    #[must_use]
    pub fn mistake(self, mistake: Option<String>) -> Self {
        Row { mistake, ..self }
    }

    /// What should be looked at and is no mistake; where there is a mistake, that is told alone.
    #[must_use]
    pub fn warning(self, warning: Option<String>) -> Self {
        Row { warning, ..self }
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

/// Lines that the rows take in so many columns.
pub fn height<F>(theme: &Theme, rows: &[Row<'_, F>], label: u16, width: u16) -> u16 {
    rows.iter().map(|row| row_height(theme, row, label, width)).sum()
}

/// Draws the rows, labels in the first `label` columns.
pub fn draw<F: Copy + PartialEq>(
    theme: &Theme,
    rows: &[Row<'_, F>],
    focus: F,
    label: u16,
    area: Rect,
    buffer: &mut Buffer,
) -> Drawn {
    let heights: Vec<u16> = rows.iter().map(|row| row_height(theme, row, label, area.width)).collect();
    let all: u16 = heights.iter().sum();
    let has = |row: &Row<'_, F>| {
        row.field == Some(focus)
            || matches!(&row.control, Control::Buttons { buttons, .. } if buttons.iter().any(|b| b.field == focus))
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
                drawn.anchor = Some(anchor.intersection(area.as_size().into())).map(|a| Rect {
                    x: area.x + a.x,
                    y: area.y + a.y,
                    ..a
                });
            }
        }
        y += height;
    }
    drawn.cursor = cells.cursor();
    let beside = Rect { x: area.right() + 1, width: 1, ..area };
    scroll_bar::draw(theme, beside, usize::from(all), usize::from(first), usize::from(area.height), buffer);
    drawn
}

fn row_height<F>(theme: &Theme, row: &Row<'_, F>, label: u16, width: u16) -> u16 {
    let beside = usize::from(width.saturating_sub(label));
    let control = match &row.control {
        Control::Note(text) => note_lines(row.label, text, label, width).len() as u16,
        Control::Text { lines, .. } | Control::Unfocused { lines, .. } => *lines,
        Control::Values { chips, nouns, .. } => 1 + chips::lines(theme, chips, *nouns, beside).len() as u16,
        Control::Choice { .. } | Control::Buttons { .. } => 1,
    };
    control + u16::from(row.gap) + mistake_lines(row, label, width).len() as u16
}

fn note_lines(own: &str, text: &str, label: u16, width: u16) -> Vec<String> {
    let indent = if own.is_empty() { 0 } else { label };
    wrapped(text, usize::from(width.saturating_sub(indent).max(1)))
}

fn mistake_lines<F>(row: &Row<'_, F>, label: u16, width: u16) -> Vec<String> {
    let room = usize::from(width.saturating_sub(label + 2).max(1));
    row.mistake.as_ref().or(row.warning.as_ref()).map_or_else(Vec::new, |text| wrapped(text, room))
}

/// Draws one row; gives the place of its control.
fn draw_row<F: Copy + PartialEq>(
    theme: &Theme,
    row: &Row<'_, F>,
    focus: F,
    label: u16,
    y: u16,
    cells: &mut Cells<'_>,
) -> Rect {
    let focused = row.field == Some(focus);
    cells.put(0, y, label.saturating_sub(1), row.label, if focused { theme.accent() } else { theme.dim() });
    let width = cells.width().saturating_sub(label);
    let mut place = Rect::new(label, y, width, 1);
    match &row.control {
        Control::Choice { value, placeholder } => choice(theme, cells, place, value, placeholder, focused),
        Control::Text { text, placeholder, lines } => {
            place.height = *lines;
            field(theme, cells, place, Some(text), placeholder, focused);
        }
        Control::Unfocused { value, placeholder, lines } => {
            place.height = *lines;
            let text = TextField::at_start(value);
            field(theme, cells, place, Some(&text), placeholder, focused);
        }
        Control::Values { entry, chips, nouns, placeholder } => {
            field(theme, cells, place, *entry, placeholder, focused);
            cells.put(label + width.saturating_sub(2), y, 1, "▾", theme.field().patch(theme.dim()));
            chips::draw(theme, chips, *nouns, (label, y + 1), cells);
            // The menu opens below the values: what Enter adds stays in sight.
            place.height += chips::lines(theme, chips, *nouns, usize::from(width)).len() as u16;
        }
        Control::Buttons { buttons, right } => {
            let x = if *right { None } else { Some(label) };
            draw_buttons(theme, cells, (x, y), buttons, focus);
        }
        Control::Note(text) => {
            let x = if row.label.is_empty() { 0 } else { label };
            let style = if row.label.is_empty() { theme.dim() } else { theme.text() };
            for (line, text) in (y..).zip(note_lines(row.label, text, label, cells.width())) {
                cells.put(x, line, cells.width(), &text, style);
            }
        }
    }
    let mistake = mistake_lines(row, label, cells.width());
    let below = y + row_height(theme, row, label, cells.width()) - u16::from(row.gap) - mistake.len() as u16;
    let (sign, style) = if row.mistake.is_some() { ("✗", theme.bad()) } else { ("!", theme.warn()) };
    for (line, (at, text)) in (below..).zip(mistake.iter().enumerate()) {
        cells.put(label, line, 1, if at == 0 { sign } else { " " }, style);
        cells.put(label + 2, line, width, text, style);
    }
    place
}

fn choice(theme: &Theme, cells: &mut Cells<'_>, place: Rect, value: &str, placeholder: &str, focused: bool) {
    let Rect { x, y, width, .. } = place;
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
    place: Rect,
    text: Option<&TextField>,
    placeholder: &str,
    focused: bool,
) {
    let Rect { x, y, width, height } = place;
    for line in 0..height {
        cells.put(x, y + line, width, &" ".repeat(usize::from(width)), theme.field());
    }
    let room = width.saturating_sub(2);
    let Some(text) = text.filter(|text| focused || !text.is_empty()) else {
        cells.put(x + 1, y, room, placeholder, theme.field().patch(theme.dim()));
        return;
    };
    let window = text.window(room, height);
    if text.is_empty() {
        cells.put(x + 1, y, room, placeholder, theme.field().patch(theme.dim()));
    }
    for (line, shown) in (y..).zip(&window.lines) {
        cells.put(x + 1, line, room, shown, theme.field());
    }
    // At the side where something is out of sight, in the column that is free there.
    let mark = theme.field().patch(theme.dim());
    if window.more_before {
        cells.put(x, y, 1, "‹", mark);
    }
    if window.more_after {
        cells.put(x + width.saturating_sub(1), y + height.saturating_sub(1), 1, "›", mark);
    }
    if focused {
        cells.set_cursor(x + 1 + window.cursor.0, y + window.cursor.1);
    }
}

/// Draws buttons in a line from x on, or at the right edge.
pub fn draw_buttons<F: Copy + PartialEq>(
    theme: &Theme,
    cells: &mut Cells<'_>,
    (x, y): (Option<u16>, u16),
    buttons: &[Button<F>],
    focus: F,
) {
    let texts: Vec<String> = buttons.iter().map(|button| format!("[ {} ]", button.text)).collect();
    let needed: usize = texts.iter().map(|t| t.width() + 2).sum();
    let mut x = x.unwrap_or_else(|| cells.width().saturating_sub((needed.saturating_sub(2)) as u16));
    for (button, text) in buttons.iter().zip(&texts) {
        let style = match (button.is_danger, button.field == focus) {
            (true, focused) => theme.danger(focused),
            (false, true) => theme.focused(),
            (false, false) => theme.accent(),
        };
        let room = cells.width().saturating_sub(x);
        x += cells.put(x, y, room, text, style) + 2;
    }
}
