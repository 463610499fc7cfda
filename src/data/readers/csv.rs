//! CSV and TSV into blocks of text: the hot path of a run, so rows without quotes are split eight bytes at a time and
//! copied whole. Called by [`super::file`].
//!
//! The rules are those of RFC 4180 with the leniency of the `csv` crate, against which the splitting is tested: rows
//! end at LF, CR or CRLF, a quote counts only where a cell begins, `""` within quotes is a quote, and what follows a
//! closing quote belongs to the cell. Written here because the crate cannot tell on which line a row begins under CRLF
//! and blank lines, nor bound the memory that an unclosed quote takes.

use super::batch::BatchBuilder;
use super::output::{Output, named_columns};
use super::source_files::Format;
use super::window::{MAX_ROW, Window};
use crate::domain::source::refusal::Reason;
use crate::error::{Error, Result};
use memchr::{memchr, memchr_iter, memchr3};

const QUOTE: u8 = b'"';

/// Splits the stream into rows. The first line that is not blank is the header.
pub(super) fn read(window: &mut Window, format: Format, delimiter: Option<char>, out: &mut Output) -> Result<()> {
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
                Split::Row { next, lines, open } => {
                    if open {
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
                Split::More if window.ended() => return Ok(None),
                Split::More if window.rest().len() > MAX_ROW => {
                    return Err(Error::new(format!("The header of {} is too large.", out.file.path.display()))
                        .because(format!("its first line is longer than {} MiB", MAX_ROW >> 20))
                        .hint("Check that the file is CSV with one row on a line."));
                }
                Split::More => window.fill().map_err(|e| out.failed(e))?,
            }
        }
    }

    fn read_all(&mut self, window: &mut Window, builder: &mut BatchBuilder, out: &mut Output) -> Result<()> {
        loop {
            match self.splitter.split(window.rest(), window.ended(), builder) {
                Split::Row { next, lines, open } => {
                    self.end_row(next, lines, open, builder, out);
                    window.consume(next);
                    if builder.is_full() {
                        out.flush(builder)?;
                    }
                }
                Split::Blank { next } => {
                    window.consume(next);
                    self.line += 1;
                }
                Split::More if window.ended() => return Ok(()),
                Split::More if window.rest().len() > MAX_ROW => self.skip_row(window, out)?,
                Split::More => window.fill().map_err(|e| out.failed(e))?,
            }
        }
    }

    /// Keeps or refuses the row just split, which took `bytes` of the stream.
    fn end_row(&mut self, bytes: usize, lines: u64, open: bool, builder: &mut BatchBuilder, out: &mut Output) {
        let (cells, width, line) = (builder.cells(), builder.width(), self.line);
        self.line += lines;
        if bytes > MAX_ROW {
            builder.undo_row();
            self.refuse_large(line, lines, out);
        } else if open {
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
        let (line, mut skipper) = (self.line, Skipper { state: State::CellStart, breaks: 0 });
        loop {
            let end = skipper.skip(window.rest(), self.splitter.delimiter);
            window.consume(end.unwrap_or(window.rest().len()));
            if end.is_some() || window.ended() {
                break;
            }
            window.fill().map_err(|e| out.failed(e))?;
        }
        let lines = skipper.breaks + u64::from(!matches!(skipper.state, State::End | State::AfterCr));
        self.line += lines;
        self.refuse_large(line, lines, out);
        Ok(())
    }
}

/// What stands at the beginning of the bytes looked at.
enum Split {
    /// A row, whose cells were pushed to the builder; the next begins at `next`, `lines` lines further down. `open`:
    /// the stream ends within quotes.
    Row {
        next: usize,
        lines: u64,
        open: bool,
    },
    Blank {
        next: usize,
    },
    /// No whole row, or nothing at all; nothing was pushed.
    More,
}

struct Splitter {
    delimiter: u8,
    /// The delimiter, LF and CR, each in all eight bytes.
    needles: [u64; 3],
}

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW7: u64 = 0x7f7f_7f7f_7f7f_7f7f;

impl Splitter {
    fn new(delimiter: u8) -> Self {
        Splitter { delimiter, needles: [delimiter, b'\n', b'\r'].map(|b| u64::from(b) * ONES) }
    }

    /// One bit, the highest, in each byte of the word that is a delimiter, LF or CR (exact zero-byte test of
    /// "Hacker's Delight", 6-1, on the differences).
    fn hits(&self, word: u64) -> u64 {
        let zeros = |x: u64| !(((x & LOW7) + LOW7) | x | LOW7);
        zeros(word ^ self.needles[0]) | zeros(word ^ self.needles[1]) | zeros(word ^ self.needles[2])
    }

    /// Splits the first row of `text`; `ended`: nothing follows `text`.
    fn split(&self, text: &[u8], ended: bool, builder: &mut BatchBuilder) -> Split {
        let Some(&first) = text.first() else {
            return Split::More;
        };
        if matches!(first, b'\r' | b'\n') {
            return match line_end(text, 0, ended) {
                Some(next) => Split::Blank { next },
                None => Split::More,
            };
        }
        if first == QUOTE {
            return self.split_quoted(text, ended, builder);
        }
        let base = builder.position();
        let mut at = 0;
        loop {
            let word = match text[at..].first_chunk::<8>() {
                Some(bytes) => u64::from_le_bytes(*bytes),
                None => {
                    let mut bytes = [0; 8];
                    bytes[..text.len() - at].copy_from_slice(&text[at..]);
                    // The zeros are hits where the delimiter is NUL; the check against the length passes over them.
                    u64::from_le_bytes(bytes)
                }
            };
            let mut hits = self.hits(word);
            while hits != 0 {
                let hit = at + hits.trailing_zeros() as usize / 8;
                hits &= hits - 1;
                if hit >= text.len() {
                    break;
                }
                if text[hit] == self.delimiter {
                    if text.get(hit + 1) == Some(&QUOTE) {
                        builder.undo_row();
                        return self.split_quoted(text, ended, builder);
                    }
                    builder.mark_end(base + hit);
                } else {
                    let Some(next) = line_end(text, hit, ended) else {
                        builder.undo_row();
                        return Split::More;
                    };
                    builder.mark_end(base + hit);
                    builder.extend(&text[..=hit]);
                    return Split::Row { next, lines: 1, open: false };
                }
            }
            at += 8;
            if at >= text.len() {
                break;
            }
        }
        if !ended {
            builder.undo_row();
            return Split::More;
        }
        builder.mark_end(base + text.len());
        builder.extend(text);
        builder.extend(b"\n");
        Split::Row { next: text.len(), lines: 1, open: false }
    }

    /// The same for a row with a quoted cell, cell by cell.
    fn split_quoted(&self, text: &[u8], ended: bool, builder: &mut BatchBuilder) -> Split {
        let (mut at, mut lines) = (0, 1);
        loop {
            if text.get(at) == Some(&QUOTE) {
                at += 1;
                loop {
                    let Some(quote) = memchr(QUOTE, &text[at..]) else {
                        if !ended {
                            builder.undo_row();
                            return Split::More;
                        }
                        let rest = &text[at..];
                        builder.push(rest);
                        // A line end that is the last byte begins no further line.
                        lines += breaks(rest.strip_suffix(b"\n").unwrap_or(rest));
                        return Split::Row { next: text.len(), lines, open: true };
                    };
                    let inside = &text[at..at + quote];
                    lines += breaks(inside);
                    builder.extend(inside);
                    at += quote + 1;
                    if text.get(at) != Some(&QUOTE) {
                        break;
                    }
                    builder.extend(b"\"");
                    at += 1;
                }
            }
            let Some(length) = memchr3(self.delimiter, b'\n', b'\r', &text[at..]) else {
                if !ended {
                    builder.undo_row();
                    return Split::More;
                }
                builder.push(&text[at..]);
                return Split::Row { next: text.len(), lines, open: false };
            };
            builder.push(&text[at..at + length]);
            at += length;
            if text[at] != self.delimiter {
                return match line_end(text, at, ended) {
                    Some(next) => Split::Row { next, lines, open: false },
                    None => {
                        builder.undo_row();
                        Split::More
                    }
                };
            }
            at += 1;
        }
    }
}

/// The place after the line end at `at`; `None` where a CR is the last byte and an LF may follow.
fn line_end(text: &[u8], at: usize, ended: bool) -> Option<usize> {
    match (text[at], text.get(at + 1)) {
        (b'\r', Some(b'\n')) => Some(at + 2),
        (b'\r', None) if !ended => None,
        _ => Some(at + 1),
    }
}

/// Line ends within a quoted cell, where only an LF counts.
fn breaks(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

#[derive(Clone, Copy)]
enum State {
    CellStart,
    Plain,
    Quoted,
    /// After a quote within quotes: the first of two, or the closing one.
    QuoteInQuoted,
    /// After the CR that ends the row.
    AfterCr,
    End,
}

/// Finds the end of a row that comes in pieces, remembering nothing but where it stands.
struct Skipper {
    state: State,
    breaks: u64,
}

impl Skipper {
    /// Where the row ends in this piece, or `None` where it goes on.
    fn skip(&mut self, text: &[u8], delimiter: u8) -> Option<usize> {
        for (i, &byte) in text.iter().enumerate() {
            self.state = match (self.state, byte) {
                (State::AfterCr, b'\n') => {
                    self.state = State::End;
                    return Some(i + 1);
                }
                (State::AfterCr, _) => {
                    self.state = State::End;
                    return Some(i);
                }
                (State::Quoted, QUOTE) => State::QuoteInQuoted,
                (State::CellStart | State::QuoteInQuoted, QUOTE) | (State::Quoted, _) => {
                    self.breaks += u64::from(byte == b'\n');
                    State::Quoted
                }
                (_, b'\r') => {
                    self.breaks += 1;
                    State::AfterCr
                }
                (_, b'\n') => {
                    self.breaks += 1;
                    self.state = State::End;
                    return Some(i + 1);
                }
                (_, b) if b == delimiter => State::CellStart,
                _ => State::Plain,
            };
        }
        None
    }
}

#[cfg(test)]
mod tests;
