//! JSON into blocks of text: one object on a line (NDJSON), an array of objects, or an object with one such array in it.
//! Called by [`file`](super::file).
//!
//! Nested objects become columns with dotted names (`a.b`), and so do objects in arrays, by index (`a.0.b`); a list of
//! scalars is one cell with `;` between; other arrays stay compact JSON text. Numbers keep their digits as written,
//! because ids are numbers too; null, `{}` and `[]` are missing values. A block has the columns that its rows have, in
//! the order in which they first occurred.
//!
//! | file | what it does |
//! |---|---|
//! | `lines` | cuts the rows out of lines |
//! | `document` | cuts the rows out of an array, or out of values over several lines |
//! | `scan` | finds the end of a value |
//! | `rows` | one object into the cells of a row |

mod document;
mod lines;
mod rows;
mod scan;
#[cfg(test)]
mod tests;

use super::output::Output;
use super::source_file::Format;
use super::window::Window;
use crate::error::Result;
use rows::RowBuffer;
use scan::Scan;

/// How the objects lie in the file.
#[derive(Debug, PartialEq)]
enum Arrangement {
    /// One on a line.
    Lines,
    /// In an array, or over several lines.
    Values,
    /// In an array in an object.
    Wrapped,
}

/// Reads the rows, however they lie in the file.
pub(super) fn read(window: &mut Window, out: &mut Output) -> Result<()> {
    if window.rest().starts_with(b"\xef\xbb\xbf") {
        window.consume(3);
    }
    let mut block = RowBuffer::default();
    let read = match arrangement(window.rest(), window.ended(), out.file.format) {
        Arrangement::Lines => lines::read(window, &mut block, out),
        Arrangement::Values => document::read_values(window, &mut block, out),
        Arrangement::Wrapped => document::read_wrapped(window, &mut block, out),
    };
    // Rows before a failure are good.
    block.finish(out)?;
    read
}

/// Judges by the first bytes. Where a file says by its name that it has one object on a line, only what cannot be that is
/// taken for something else.
fn arrangement(start: &[u8], ended: bool, format: Format) -> Arrangement {
    let start = start.trim_ascii_start();
    let inside = start.get(1..).unwrap_or_default().trim_ascii_start();
    let by_line = format == Format::Ndjson;
    match start.first() {
        Some(b'[') if !by_line || inside.starts_with(b"{") => Arrangement::Values,
        Some(b'{') => of_object(start, ended, by_line),
        _ => Arrangement::Lines,
    }
}

fn of_object(start: &[u8], ended: bool, by_line: bool) -> Arrangement {
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let whole_line = first_line.len() < start.len();
    let goes_on = if by_line {
        first_line == b"{"
    } else {
        first_line.ends_with(b"{") || first_line.ends_with(b"[") || first_line.ends_with(b",")
    };
    let end = Scan::default().end(start);
    let alone = match end {
        Some(end) => start[end..].trim_ascii().is_empty() && ended,
        None => !whole_line || goes_on,
    };
    if (goes_on || !by_line) && alone && document::holds_array(start) {
        Arrangement::Wrapped
    } else if whole_line && goes_on {
        Arrangement::Values
    } else {
        Arrangement::Lines
    }
}

/// How many rows there are in a part of a file, about: the objects that lie in no other object, but for those around an
/// array of objects.
pub(super) fn count_objects(text: &[u8]) -> u64 {
    let (mut open, mut counts) = (Vec::new(), [0_u64; 8]);
    let (mut quoted, mut escaped) = (false, false);
    for &byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = quoted,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                let is_row = byte == b'{' && open.last().is_none_or(|outer| *outer == b'[');
                if let (true, Some(count)) = (is_row, counts.get_mut(open.len())) {
                    *count += 1;
                }
                open.push(byte);
            }
            b'}' | b']' => {
                open.pop();
            }
            _ => {}
        }
    }
    // One object alone is around the rows, if it has any.
    let alone = counts[0] == 1 && counts[1..].iter().any(|count| *count > 0);
    counts.into_iter().skip(usize::from(alone)).find(|count| *count > 0).unwrap_or_default()
}
