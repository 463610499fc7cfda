//! The beginning of a CSV file: its delimiter, the line `sep=` that Excel writes, the title above the table, and the
//! header. Called by `rows`.

use super::splitter::{QUOTE, Split, Splitter};
use crate::data::readers::batch::BatchBuilder;
use crate::data::readers::options::ReadOptions;
use crate::data::readers::output::Output;
use crate::data::readers::source_files::Format;
use crate::data::readers::table::{FirstRow, find, note_skipped};
use crate::data::readers::window::{MAX_ROW, Window};
use crate::error::{Error, Result};

/// Rows by which the header and the delimiter are found.
const ROWS: usize = 150;
/// Delimiters in the order in which they are preferred among equals.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// What the beginning told.
pub(super) struct Beginning {
    pub(super) delimiter: u8,
    /// The cells of the header.
    pub(super) header: Vec<String>,
    /// The line on which the first row below the header begins.
    pub(super) line: u64,
}

/// Reads to the end of the header; `None` where the stream holds nothing but blank lines.
pub(super) fn read(
    window: &mut Window,
    format: Format,
    options: &ReadOptions,
    out: &mut Output,
) -> Result<Option<Beginning>> {
    if window.rest().starts_with(b"\xef\xbb\xbf") {
        window.consume(3);
    }
    let mut given = given_delimiter(format, options, out)?;
    let mut line = 1;
    if let Some((delimiter, length)) = sep_line(window.rest()) {
        window.consume(length);
        given = given.or(Some(delimiter));
        line += 1;
    }
    let most = options.header.map_or(ROWS, |line| usize::try_from(line).unwrap_or(usize::MAX).saturating_add(1));
    let (delimiter, rows) = loop {
        let (delimiter, rows) = first_rows(window, given, (line, most));
        let wanted = options.header.unwrap_or(1);
        if window.ended() || rows.iter().any(|row| row.shape.line >= wanted) {
            break (delimiter, rows);
        }
        if window.rest().len() > MAX_ROW {
            return Err(Error::new(format!("The header of {} is too large.", out.file.display_name()))
                .because(format!("its first line is longer than {} MiB", MAX_ROW >> 20))
                .hint("Check that the file is CSV with one row on a line."));
        }
        window.fill().map_err(|e| out.failed(e))?;
    };
    let Some(at) = header_index(&rows, options, out)? else {
        return Ok(None);
    };
    take_header(window, delimiter, rows, at, out).map(Some)
}

fn given_delimiter(format: Format, options: &ReadOptions, out: &Output) -> Result<Option<u8>> {
    match options.delimiter {
        Some(c) if c.is_ascii() && !matches!(c, '"' | '\r' | '\n') => Ok(Some(c as u8)),
        Some(c) => Err(Error::new(format!("The delimiter {c:?} of {} cannot be used.", out.file.display_name()))
            .hint("A delimiter is one ASCII character that is no quote and no line end, such as , ; | or a tab.")),
        None => Ok((format == Format::Tsv).then_some(b'\t')),
    }
}

/// The delimiter that a first line `sep=;` names, quoted or not, and the bytes of that line.
fn sep_line(text: &[u8]) -> Option<(u8, usize)> {
    let line = &text[..text.iter().position(|b| matches!(b, b'\r' | b'\n'))?];
    let inside = line.strip_prefix(b"\"").and_then(|l| l.strip_suffix(b"\"")).unwrap_or(line);
    let (name, delimiter) = inside.split_at_checked(4)?;
    let &[delimiter] = delimiter else { return None };
    let good = name.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii() && delimiter != QUOTE;
    let end = if text[line.len()..].starts_with(b"\r\n") { 2 } else { 1 };
    good.then_some((delimiter, line.len() + end))
}

/// A row at the beginning, and where the one after it begins.
struct Row {
    shape: FirstRow,
    next: usize,
    next_line: u64,
    unclosed: bool,
}

/// The first rows that are whole in the window, and the delimiter that makes a table of them.
fn first_rows(window: &Window, given: Option<u8>, (line, most): (u64, usize)) -> (u8, Vec<Row>) {
    let split = |delimiter| split_rows(window.rest(), window.ended(), delimiter, (line, most));
    if let Some(delimiter) = given {
        return (delimiter, split(delimiter));
    }
    let usual = usual_delimiter(window.rest());
    let rows = split(usual);
    let alike = match &rows[..] {
        [first, second, ..] => first.shape.cells.len() == second.shape.cells.len() && first.shape.cells.len() > 1,
        _ => false,
    };
    let mut best = (agreement(&rows), usual, rows);
    if alike && header_of(&best.2) == Some(0) {
        return (best.1, best.2);
    }
    for delimiter in DELIMITERS.into_iter().filter(|d| *d != usual) {
        let rows = split(delimiter);
        let cells = agreement(&rows);
        if cells > best.0 {
            best = (cells, delimiter, rows);
        }
    }
    (best.1, best.2)
}

/// The delimiter that occurs most often outside quotes in the first line that is not blank; the first of those named
/// here among equals.
fn usual_delimiter(text: &[u8]) -> u8 {
    let (mut counts, mut quoted) = ([0_u32; 4], false);
    let start = text.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(text.len());
    for &byte in &text[start..] {
        match byte {
            QUOTE => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(i) = DELIMITERS.iter().position(|c| *c == byte) {
                    counts[i] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|n| *n == most).map_or(b',', |i| DELIMITERS[i])
}

/// Cells in rows below the header that have as many as it has, where these are several.
fn agreement(rows: &[Row]) -> usize {
    let Some(at) = header_of(rows) else { return 0 };
    let width = rows[at].shape.cells.len();
    let agree = rows[at + 1..].iter().filter(|row| row.shape.cells.len() == width).count();
    if width < 2 { 0 } else { agree * width }
}

fn header_of(rows: &[Row]) -> Option<usize> {
    let shapes: Vec<FirstRow> = rows.iter().map(|row| row.shape.clone()).collect();
    find(&shapes)
}

fn split_rows(text: &[u8], ended: bool, delimiter: u8, (first_line, most): (u64, usize)) -> Vec<Row> {
    let splitter = Splitter::new(delimiter);
    // The builder takes any number of cells; only `end_row` needs to know how many.
    let mut builder = BatchBuilder::new(Vec::new().into());
    let (mut rows, mut at, mut line, mut after_blank) = (Vec::new(), 0, first_line, false);
    while rows.len() < most {
        match splitter.split(&text[at..], ended, &mut builder) {
            Split::Row { next, lines, unclosed } => {
                at += next;
                let cells: Vec<Vec<u8>> = builder.row_cells().map(<[u8]>::to_vec).collect();
                builder.undo_row();
                let blank = cells.iter().all(|cell| cell.trim_ascii().is_empty()) && !unclosed;
                if !blank {
                    let shape = FirstRow { line, after_blank, cells };
                    rows.push(Row { shape, next: at, next_line: line + lines, unclosed });
                }
                line += lines;
                after_blank = blank;
            }
            Split::Blank { next } => {
                at += next;
                line += 1;
                after_blank = true;
            }
            Split::Incomplete => break,
        }
    }
    rows
}

fn header_index(rows: &[Row], options: &ReadOptions, out: &Output) -> Result<Option<usize>> {
    let Some(wanted) = options.header else {
        return Ok(header_of(rows));
    };
    rows.iter().position(|row| row.shape.line == wanted).map(Some).ok_or_else(|| {
        Error::new(format!("The header of {} is not on line {wanted}.", out.file.display_name()))
            .because("no row begins on that line")
            .hint("Set `header` of the source to the line that names the columns, or leave it out.")
    })
}

fn take_header(window: &mut Window, delimiter: u8, rows: Vec<Row>, at: usize, out: &mut Output) -> Result<Beginning> {
    let row = &rows[at];
    if row.unclosed {
        return Err(Error::new(format!("The header of {} has a quote that is never closed.", out.file.display_name()))
            .hint("Remove the stray quote from the first line, or export again."));
    }
    note_skipped(rows[..at].iter().map(|row| (row.shape.line, &row.shape.cells[..])), out);
    window.consume(row.next);
    let cells = &row.shape.cells;
    out.decoding.saw_cells(cells.iter().map(Vec::as_slice));
    if cells.iter().any(|cell| std::str::from_utf8(cell).is_err()) {
        // What the rows show decides for the header, too.
        out.decoding.saw_cells(window.rest().split(|byte| *byte == b'\n'));
    }
    let header = cells.iter().map(|cell| out.decoding.decode(cell).into_owned()).collect();
    Ok(Beginning { delimiter, header, line: row.next_line })
}
