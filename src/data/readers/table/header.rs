//! Finds the row that names the columns. It is the first one unless that is implausible: a report has a title above its
//! table. Called by the readers of CSV and of workbooks with the first rows of the file.
//!
//! Rows of data are never taken for a title: what is passed over has one part, or far fewer than the table has columns
//! and no second line like it directly below, unless a blank line parts it from the header.

use super::{filled, parts, told};
use crate::data::readers::output::Output;

/// The header lies on one of so many lines.
const LINES: u64 = 30;
/// So many rows below a row say how wide the table is.
const ROWS_BELOW: usize = 100;
/// So many rows below a header must mostly have its width.
const ROWS_THAT_AGREE: usize = 20;

/// A row at the start of a file that is not blank.
#[derive(Debug, Clone, Default)]
pub(in crate::data::readers) struct FirstRow {
    /// Line or row of the sheet on which it begins, 1-based.
    pub(in crate::data::readers) line: u64,
    /// Whether the line before it is blank or has empty cells only.
    pub(in crate::data::readers) after_blank: bool,
    pub(in crate::data::readers) cells: Vec<Vec<u8>>,
}

/// The index of the header among the first rows; `None` where there are none.
pub(in crate::data::readers) fn find(rows: &[FirstRow]) -> Option<usize> {
    if rows.is_empty() {
        return None;
    }
    let found = (0..rows.len())
        .take_while(|&at| rows[at].line <= LINES)
        .find(|&at| is_plausible(rows, at) && (at == 0 || (is_header(rows, at) && are_titles(rows, at))));
    Some(found.unwrap_or(0))
}

/// Cells up to the last filled one.
fn used(row: &FirstRow) -> usize {
    row.cells.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |at| at + 1)
}

/// The width that most of the rows below have or come near to: the upper quartile, which neither titles nor notes change
/// while the table is a quarter of the rows.
fn width_below(rows: &[FirstRow], at: usize) -> usize {
    let mut widths: Vec<usize> = rows[at + 1..].iter().take(ROWS_BELOW).map(used).collect();
    widths.sort_unstable();
    widths.get(widths.len() * 3 / 4).copied().unwrap_or_default()
}

fn is_plausible(rows: &[FirstRow], at: usize) -> bool {
    // A sentence with commas has other cells than the row below it; a header may have blanks behind its commas, too.
    let cells = &rows[at].cells;
    let like_next = rows.get(at + 1).is_none_or(|next| next.cells.len() == cells.len());
    let filled = if like_next { filled(cells) } else { parts(cells) };
    let width = width_below(rows, at);
    filled * 2 >= width && (filled > 1 || width <= 1)
}

/// Whether a row that is not the first one names the columns of the rows below it.
fn is_header(rows: &[FirstRow], at: usize) -> bool {
    let width = rows[at].cells.len();
    let names_only = rows[at].cells.iter().all(|cell| is_name(cell));
    let Some(next) = rows.get(at + 1) else {
        return names_only && rows[at].after_blank;
    };
    // Notes come after a blank line.
    let block = rows[at + 2..].iter().take_while(|row| !row.after_blank);
    let block: Vec<&FirstRow> = block.take(ROWS_THAT_AGREE).collect();
    let agree = block.iter().filter(|row| row.cells.len() == width).count();
    names_only && next.cells.len() == width && agree * 2 >= block.len()
}

/// A number or a date is no name of a column.
fn is_name(cell: &[u8]) -> bool {
    let text = String::from_utf8_lossy(cell);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits == 0 || text.chars().filter(|c| c.is_alphabetic()).count() > 2
}

/// Whether all rows above `header` may be passed over.
fn are_titles(rows: &[FirstRow], header: usize) -> bool {
    let width = filled(&rows[header].cells);
    let few = |row: &FirstRow| parts(&row.cells) == 1 || parts(&row.cells) * 2 < width;
    let is_table = |pair: &[FirstRow]| {
        let (first, second) = (parts(&pair[0].cells), parts(&pair[1].cells));
        first > 1 && first == second
    };
    let above = &rows[..header];
    above.iter().all(few) && (rows[header].after_blank || !above.windows(2).any(is_table))
}

/// Tells of the rows above the header.
pub(in crate::data::readers) fn note_skipped<'r>(rows: impl Iterator<Item = (u64, &'r [Vec<u8>])>, out: &mut Output) {
    if let Some(note) = told("above the header", rows) {
        out.note(note);
    }
}
