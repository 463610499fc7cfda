//! Text for the terminal: tables, numbers, harmless names. Used by every verb.

use crate::domain::explanation::odds_multiplier;
use crate::error::{Error, Result};
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

/// `1234567` → `1,234,567`.
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage.
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    if value.abs() >= 10.0 { format!("{value:.0} %") } else { format!("{value:.1} %") }
}

/// Log-odds as an odds multiplier.
pub fn multiplier(log_odds: f64) -> String {
    let odds = odds_multiplier(log_odds);
    if odds >= 10.0 {
        format!("×{odds:.0}")
    } else if odds >= 0.095 {
        format!("×{odds:.1}")
    } else {
        format!("×{odds:.2}")
    }
}

/// A text cut to a display width, with an ellipsis.
pub fn cut(text: &str, width: usize) -> String {
    let text = harmless(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let mut short = String::new();
    for character in text.chars() {
        if short.width() + unicode_width::UnicodeWidthChar::width(character).unwrap_or(0) + 1 > width {
            break;
        }
        short.push(character);
    }
    short + "…"
}

/// Seconds as people say them.
pub fn seconds(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1} s")
    } else if value < 120.0 {
        format!("{value:.0} s")
    } else {
        format!("{:.0} min {:.0} s", (value / 60.0).floor(), value % 60.0)
    }
}
