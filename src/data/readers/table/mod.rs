//! Where a table begins and ends among the rows of a CSV file or a sheet, and what its columns are called. Called by
//! `csv` and `workbook`; names of columns also by `parquet`.
//!
//! What lies above the header and below the table is never passed over silently: a note of the file tells how many lines
//! there are and what stands in them.
//!
//! | file | what it does |
//! |---|---|
//! | `header` | finds the row that names the columns |
//! | `ending` | tells the notes below a table from its rows |
//! | `names` | names of columns: trimmed, and told apart |

mod ending;
mod header;
mod names;
#[cfg(test)]
mod tests;

pub(super) use ending::{Ending, ragged};
pub(super) use header::{FirstRow, find, note_skipped};
pub(super) use names::named_columns;

use crate::domain::text::harmless;

/// Characters of a line that are shown in a note.
const SHOWN_CHARACTERS: usize = 60;
/// Lines that are shown in a note.
const SHOWN_LINES: usize = 6;

/// What stands in a cell, without the blanks around it.
fn trimmed(cell: &[u8]) -> &[u8] {
    cell.trim_ascii()
}

fn filled(cells: &[Vec<u8>]) -> usize {
    cells.iter().filter(|cell| !trimmed(cell).is_empty()).count()
}

/// Filled cells, where those that begin with a blank go on with the sentence before them: a comma within a sentence is
/// followed by one.
fn parts(cells: &[Vec<u8>]) -> usize {
    let filled = cells.iter().filter(|cell| !trimmed(cell).is_empty());
    filled.enumerate().filter(|(i, cell)| *i == 0 || !cell.starts_with(b" ")).count()
}

/// `2 lines above the header are not read: line 1 'Open leads', line 2 'All rights …'`.
fn told<'r>(where_found: &str, rows: impl Iterator<Item = (u64, &'r [Vec<u8>])>) -> Option<String> {
    let lines: Vec<String> = rows.map(|(line, cells)| format!("line {line} '{}'", shown(cells))).collect();
    let (plural, verb) = if lines.len() == 1 { ("", "is") } else { ("s", "are") };
    let more = if lines.len() > SHOWN_LINES { ", …" } else { "" };
    (!lines.is_empty()).then(|| {
        let first = lines[..lines.len().min(SHOWN_LINES)].join(", ");
        format!("{} line{plural} {where_found} {verb} not read: {first}{more}", lines.len())
    })
}

fn shown(cells: &[Vec<u8>]) -> String {
    let filled = cells.iter().map(|cell| trimmed(cell)).filter(|cell| !cell.is_empty());
    let text = filled.map(String::from_utf8_lossy).collect::<Vec<_>>().join(", ");
    let mut shown: String = text.chars().take(SHOWN_CHARACTERS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    harmless(&shown).into_owned()
}
