//! The rows of a CSV file below its header: each is kept, or refused with its line and reason. Called by
//! [`file`](crate::data::readers::file).

use super::beginning::{self, Beginning};
use super::skipper::Skipper;
use super::splitter::{Split, Splitter};
use crate::data::readers::batch::BatchBuilder;
use crate::data::readers::options::ReadOptions;
use crate::data::readers::output::Output;
use crate::data::readers::source_files::Format;
use crate::data::readers::table::{Ending, named_columns, ragged};
use crate::data::readers::window::{MAX_ROW, Window};
use crate::domain::source::refusal::Reason;
use crate::error::Result;

/// Splits the stream into rows, from the header on.
pub(in crate::data::readers) fn read(
    window: &mut Window,
    format: Format,
    options: &ReadOptions,
    out: &mut Output,
) -> Result<()> {
    let Some(Beginning { delimiter, header, line }) = beginning::read(window, format, options, out)? else {
        return Ok(());
    };
    let columns = named_columns(header, options, out)?;
    out.columns(columns.iter().cloned());
    let mut rows = Rows { splitter: Splitter::new(delimiter), line, ending: Ending::default() };
    let mut builder = BatchBuilder::new(columns.into());
    let read = rows.read_all(window, &mut builder, out);
    // Rows before a failure are good.
    rows.ending.finish(&mut builder, out);
    out.flush(&mut builder)?;
    read
}

/// A walk over the rows that knows on which line it is.
struct Rows {
    splitter: Splitter,
    /// Line on which the next row begins.
    line: u64,
    ending: Ending,
}

impl Rows {
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
                    self.ending.blank();
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
        } else if builder.row_is_empty() {
            builder.undo_row();
            self.ending.blank();
        } else if self.ending.is_near() && self.ending.takes((line, lines), builder, out) {
            // It may be a note below the table.
        } else if cells != width {
            builder.undo_row();
            out.refuse(Reason::Ragged, line, lines, || ragged(cells, width, lines));
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
