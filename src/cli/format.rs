//! Text for the terminal: tables, numbers, harmless names. Used by every verb.

pub use crate::domain::format::{count, multiplier, percent, seconds};
pub use crate::domain::text::cut;
use crate::error::{Error, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// Writes to standard output. A reader that went away (`| head`) ends the program quietly.
pub fn out(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => Err(Error::new("The output could not be written.").because(e)),
        Ok(()) => Ok(()),
    }
}

/// A moment as the workspace's clock shows it.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Text from data, made harmless for a terminal.
pub fn harmless(text: &str) -> Cow<'_, str> {
    crate::domain::text::harmless(text)
}

/// The same, keeping line breaks.
pub fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| harmless(line).into_owned()).collect::<Vec<_>>().join("\n")
}

/// Which side a column's cells stand at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// A table without borders: a header line, then the rows, two blanks between columns.
pub fn table(header: &[(&str, Side)], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|r| r.get(column)).map(|c| c.width());
        cells.chain([header[column].0.width()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let mut text = String::new();
        for ((cell, (_, side)), width) in cells.iter().zip(header).zip(&widths) {
            let gap = " ".repeat(width.saturating_sub(cell.width()));
            let padded = if *side == Side::Right { format!("{gap}{cell}") } else { format!("{cell}{gap}") };
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
