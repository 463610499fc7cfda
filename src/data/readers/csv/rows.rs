//! The header and the rows of a CSV file: each row is kept, or refused with its line and reason. Called by
//! [`file`](crate::data::readers::file).

use super::skipper::Skipper;
use super::splitter::{QUOTE, Split, Splitter};
use crate::data::readers::batch::BatchBuilder;
use crate::data::readers::output::{Output, named_columns};
use crate::data::readers::source_files::Format;
use crate::data::readers::window::{MAX_ROW, Window};
use crate::domain::source::refusal::Reason;
use crate::error::{Error, Result};

/// Splits the stream into rows. The first line that is not blank is the header.
pub(in crate::data::readers) fn read(
    window: &mut Window,
    format: Format,
    delimiter: Option<char>,
    out: &mut Output,
) -> Result<()> {
    if window.rest().starts_with(b"\xef\xbb\xbf") {
        window.consume(3);
    }
    let delimiter = match delimiter {
        Some(c) if c.is_ascii() && !matches!(c, '"' | '\r' | '\n') => c as u8,
        Some(c) => {
            return Err(Error::new(format!("The delimiter {c:?} of {} cannot be used.", out.file.path.display()))
                .hint("A delimiter is one ASCII character that is no quote and no line end, such as , ; | or a tab."));
        }
        None => detect_delimiter(window.rest(), format),
    };
    let mut rows = Rows { splitter: Splitter::new(delimiter), line: 1 };
    let Some(columns) = rows.header(window, out)? else {
        return Ok(());
    };
    out.columns(columns.iter().cloned());
    let mut builder = BatchBuilder::new(columns.into());
    let read = rows.read_all(window, &mut builder, out);
    // Rows before a failure are good.
    out.flush(&mut builder)?;
    read
}

/// The delimiter that occurs most often outside quotes in the first line that is not blank; the first of those named
/// here among equals.
fn detect_delimiter(text: &[u8], format: Format) -> u8 {
    if format == Format::Tsv {
        return b'\t';
    }
    let candidates = [b',', b';', b'\t', b'|'];
    let (mut counts, mut quoted) = ([0_u32; 4], false);
    let start = text.iter().position(|b| !matches!(b, b'\r' | b'\n')).unwrap_or(text.len());
    for &byte in &text[start..] {
        match byte {
            QUOTE => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(i) = candidates.iter().position(|c| *c == byte) {
                    counts[i] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|n| *n == most).map_or(b',', |i| candidates[i])
}

/// A walk over the rows that knows on which line it is.
struct Rows {
    splitter: Splitter,
    /// Line on which the next row begins.
    line: u64,
}

impl Rows {
    /// The names of the columns, or `None` where the stream holds nothing but blank lines.
    fn header(&mut self, window: &mut Window, out: &mut Output) -> Result<Option<Vec<String>>> {
        // The builder takes any number of cells; only `end_row` needs to know how many.
        let mut builder = BatchBuilder::new(Vec::new().into());
        loop {
            match self.splitter.split(window.rest(), window.ended(), &mut builder) {
                Split::Row { next, lines, unclosed } => {
                    if unclosed {
                        return Err(Error::new(format!(
                            "The header of {} has a quote that is never closed.",
                            out.file.path.display()
                        ))
                        .hint("Remove the stray quote from the first line, or export again."));
                    }
                    window.consume(next);
                    self.line += lines;
                    return named_columns(out.file, builder.row_cells()).map(Some);
                }
                Split::Blank { next } => {
                    window.consume(next);
                    self.line += 1;
                }
                Split::Incomplete if window.ended() => return Ok(None),
                Split::Incomplete if window.rest().len() > MAX_ROW => {
                    return Err(Error::new(format!("The header of {} is too large.", out.file.path.display()))
                        .because(format!("its first line is longer than {} MiB", MAX_ROW >> 20))
                        .hint("Check that the file is CSV with one row on a line."));
                }
                Split::Incomplete => window.fill().map_err(|e| out.failed(e))?,
            }
        }
    }

    fn read_all(&mut self, window: &mut Window, builder: &mut BatchBuilder, out: &mut Output) -> Result<()> {
        loop {
            match self.splitter.split(window.rest(), window.ended(), builder) {
                Split::Row { next, lines, unclosed } => {
                    self.end_row(next, lines, unclosed, builder, out);
                    window.consume(next);
                    if builder.is_full() {
                        out.flush(builder)?;
                    }
                }
                Split::Blank { next } => {
                    window.consume(next);
                    self.line += 1;
                }
                Split::Incomplete if window.ended() => return Ok(()),
                Split::Incomplete if window.rest().len() > MAX_ROW => self.skip_row(window, out)?,
                Split::Incomplete => window.fill().map_err(|e| out.failed(e))?,
            }
        }
    }

    /// Keeps or refuses the row just split, which took `bytes` of the stream.
    fn end_row(&mut self, bytes: usize, lines: u64, unclosed: bool, builder: &mut BatchBuilder, out: &mut Output) {
        let (cells, width, line) = (builder.cells(), builder.width(), self.line);
        self.line += lines;
        if bytes > MAX_ROW {
            builder.undo_row();
            self.refuse_large(line, lines, out);
        } else if unclosed {
            builder.undo_row();
            out.refuse(Reason::Ragged, line, lines, || match lines {
                1 => "a quote is opened and never closed".into(),
                _ => format!("a quote is opened and never closed, which swallowed {lines} lines"),
            });
        } else if cells != width {
            builder.undo_row();
            out.refuse(Reason::Ragged, line, lines, || {
                let found = format!("{cells} {} instead of {width}", if cells == 1 { "cell" } else { "cells" });
                match lines {
                    1 => found,
                    _ => format!(
                        "{found}, and it spans {lines} lines: a quote is opened and not closed where it should be"
                    ),
                }
            });
        } else {
            builder.end_row(line);
        }
    }

    fn refuse_large(&self, line: u64, lines: u64, out: &mut Output) {
        out.refuse(Reason::TooLarge, line, lines, || {
            let size = format!("more than {} MiB", MAX_ROW >> 20);
            if lines == 1 { size } else { format!("{size} over {lines} lines: a quote may not be closed") }
        });
    }

    /// Passes over a row that is too large without keeping it.
    fn skip_row(&mut self, window: &mut Window, out: &mut Output) -> Result<()> {
        let (line, mut skipper) = (self.line, Skipper::new());
        loop {
            let end = skipper.skip(window.rest(), self.splitter.delimiter);
            window.consume(end.unwrap_or(window.rest().len()));
            if end.is_some() || window.ended() {
                break;
            }
            window.fill().map_err(|e| out.failed(e))?;
        }
        let lines = skipper.lines();
        self.line += lines;
        self.refuse_large(line, lines, out);
        Ok(())
    }
}
