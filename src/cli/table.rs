//! Tables without borders, which the commands print lists as.

use crate::domain::text::Align;
use unicode_width::UnicodeWidthStr;

/// A table: a header line, then the rows, two blanks between columns.
pub fn table(header: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|r| r.get(column)).map(|c| c.width());
        cells.chain([header[column].0.width()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let mut text = String::new();
        for ((cell, (_, align)), width) in cells.iter().zip(header).zip(&widths) {
            let padding = " ".repeat(width.saturating_sub(cell.width()));
            let padded = match align {
                Align::Left => format!("{cell}{padding}"),
                Align::Right => format!("{padding}{cell}"),
            };
            text.push_str(&padded);
            text.push_str("  ");
        }
        text.trim_end().to_string() + "\n"
    };
    let mut text = line(header.iter().map(|h| h.0).collect());
    for row in rows {
        text.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    text
}

/// The table, or any lines, two blanks further right.
pub fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
