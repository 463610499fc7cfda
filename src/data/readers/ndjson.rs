//! NDJSON (one JSON object on a line) into blocks of text. Called by [`super::file`].
//!
//! Nested objects become columns with dotted names (`a.b`), and so do objects in arrays, by index (`a.0.b`); other
//! arrays stay compact JSON text. Numbers keep their digits as written, because ids are numbers too; null, `{}` and
//! `[]` are missing values. A block has the columns that its rows have, in the order in which they first occurred.

use super::batch::{BYTES, BatchBuilder, ROWS};
use super::output::Output;
use super::window::{MAX_ROW, Window};
use crate::domain::source::refusal::Reason;
use crate::error::{Error, Result};
use hashbrown::{HashMap, HashSet};
use memchr::memchr;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// Objects nested deeper than this stay JSON text.
const MAX_DEPTH: usize = 32;
/// A row with more fields is refused: its objects are tables keyed by ids, and no records.
const MAX_FIELDS: usize = 4_096;
/// A block starts with the columns of the one before it unless they are more than this.
const MAX_REUSED_COLUMNS: usize = 512;
/// Cells after which a block is handed on, so that many sparse columns take no more memory than few full ones.
const MAX_CELLS: usize = 1 << 20;
/// How many column names are listed for a file.
const LISTED_COLUMNS: usize = 10_000;

/// Splits the stream into lines and these into cells.
pub(super) fn read(window: &mut Window, out: &mut Output) -> Result<()> {
    if window.rest().starts_with(b"\xef\xbb\xbf") {
        window.consume(3);
    }
    refuse_array(window.rest(), out)?;
    let mut block = RowBuffer::default();
    let read = read_lines(window, &mut block, out);
    // Rows before a failure are good.
    block.flush(out)?;
    if block.unlisted {
        out.note(format!("more than {LISTED_COLUMNS} different fields: the list of columns is cut"));
    }
    read
}

/// A whole file that is one JSON array of objects is a common mistake, and better one error than a refusal per line.
fn refuse_array(start: &[u8], out: &Output) -> Result<()> {
    let mut bytes = start.iter().filter(|b| !b.is_ascii_whitespace());
    if bytes.next() == Some(&b'[') && bytes.next() == Some(&b'{') {
        return Err(Error::new(format!("The file {} is one JSON array.", out.file.path.display()))
            .because("JSON is read with one object on a line (NDJSON)")
            .hint("Convert it: jq -c '.[]' FILE > FILE.ndjson."));
    }
    Ok(())
}

fn read_lines(window: &mut Window, block: &mut RowBuffer, out: &mut Output) -> Result<()> {
    let mut line = 1;
    loop {
        let rest = window.rest();
        let end = match memchr(b'\n', rest) {
            Some(end) => end,
            None if window.ended() && rest.is_empty() => return Ok(()),
            None if window.ended() => rest.len(),
            None if rest.len() > MAX_ROW => {
                skip_line(window, out)?;
                refuse_large(line, out);
                line += 1;
                continue;
            }
            None => {
                window.fill().map_err(|e| out.failed(e))?;
                continue;
            }
        };
        if end > MAX_ROW {
            refuse_large(line, out);
        } else {
            read_line(&rest[..end], line, block, out)?;
        }
        let length = rest.len();
        window.consume((end + 1).min(length));
        line += 1;
    }
}

fn refuse_large(line: u64, out: &mut Output) {
    out.refuse(Reason::TooLarge, line, 1, || format!("more than {} MiB", MAX_ROW >> 20));
}

fn skip_line(window: &mut Window, out: &Output) -> Result<()> {
    loop {
        let rest = window.rest();
        if let Some(end) = memchr(b'\n', rest) {
            window.consume(end + 1);
            return Ok(());
        }
        let length = rest.len();
        window.consume(length);
        if window.ended() {
            return Ok(());
        }
        window.fill().map_err(|e| out.failed(e))?;
    }
}

fn read_line(bytes: &[u8], line: u64, block: &mut RowBuffer, out: &mut Output) -> Result<()> {
    if bytes.trim_ascii().is_empty() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(bytes);
    match block.read_row(&text, line) {
        Ok(()) => {
            if matches!(text, Cow::Owned(_)) {
                out.replaced_row();
            }
        }
        Err((reason, detail)) => {
            block.undo_row();
            out.refuse(reason, line, 1, || detail);
        }
    }
    if block.is_full() {
        block.flush(out)?;
    }
    Ok(())
}

/// Why a row was refused.
type RowError = (Reason, String);

/// Rows whose columns are still being found: cells in the order of the file, laid out when the block is handed on.
#[derive(Default)]
struct RowBuffer {
    columns: Vec<String>,
    index: HashMap<String, usize>,
    text: String,
    /// Column, and where in `text` the cell begins and ends.
    cells: Vec<(usize, usize, usize)>,
    /// Where in `cells` the row ends, and its line.
    rows: Vec<(usize, u64)>,
    /// Columns before the row in progress.
    row_columns: usize,
    /// The column that comes next where rows are alike.
    expected: usize,
    /// The columns as last handed on, shared by the blocks that have the same.
    shared: Arc<[String]>,
    /// The columns handed on so far, up to a limit, and whether there were more.
    listed: HashSet<String>,
    unlisted: bool,
}

impl RowBuffer {
    fn read_row(&mut self, text: &str, line: u64) -> Result<(), RowError> {
        self.row_columns = self.columns.len();
        self.expected = 0;
        self.read_object(text, text, &mut String::new(), 0)?;
        self.rows.push((self.cells.len(), line));
        Ok(())
    }

    /// Takes back what [`read_row`](Self::read_row) added before it failed.
    fn undo_row(&mut self) {
        let cells = self.rows.last().map_or(0, |row| row.0);
        if let Some(first) = self.cells.get(cells) {
            self.text.truncate(first.1);
        }
        self.cells.truncate(cells);
        for column in self.columns.drain(self.row_columns..) {
            self.index.remove(&column);
        }
    }

    /// `whole` is the line, for the position of an error.
    fn read_object(&mut self, whole: &str, raw: &str, path: &mut String, depth: usize) -> Result<(), RowError> {
        let object: Object = parse(whole, raw)?;
        for (key, value) in object.0 {
            let parent = path.len();
            if depth > 0 {
                path.push('.');
            }
            path.push_str(&key.0);
            self.read_value(whole, value.get(), path, depth + 1)?;
            path.truncate(parent);
        }
        Ok(())
    }

    /// `raw` is valid JSON but for escapes in its strings.
    fn read_value(&mut self, whole: &str, raw: &str, path: &mut String, depth: usize) -> Result<(), RowError> {
        let start = self.text.len();
        match raw.as_bytes().first() {
            Some(b'n') | None => return Ok(()),
            Some(b'{') if depth < MAX_DEPTH => return self.read_object(whole, raw, path, depth),
            Some(b'[') if depth < MAX_DEPTH && raw.contains('{') => {
                let elements: Vec<&RawValue> = parse(whole, raw)?;
                if elements.iter().any(|e| e.get().starts_with('{')) {
                    let parent = path.len();
                    for (i, element) in elements.iter().enumerate() {
                        path.push_str(&format!(".{i}"));
                        self.read_value(whole, element.get(), path, depth + 1)?;
                        path.truncate(parent);
                    }
                    return Ok(());
                }
                compact(raw, &mut self.text);
            }
            Some(b'{' | b'[') => compact(raw, &mut self.text),
            Some(b'"') if !raw.contains('\\') => self.text.push_str(&raw[1..raw.len() - 1]),
            Some(b'"') => self.text.push_str(&parse::<String>(whole, raw)?),
            Some(_) => self.text.push_str(raw),
        }
        if matches!(&self.text[start..], "[]" | "{}") && !raw.starts_with('"') {
            self.text.truncate(start);
            return Ok(());
        }
        self.add_cell(path, start)
    }

    /// The text from `start` on is the cell of the column `path`.
    fn add_cell(&mut self, path: &str, start: usize) -> Result<(), RowError> {
        let row_start = self.rows.last().map_or(0, |row| row.0);
        if self.cells.len() - row_start >= MAX_FIELDS {
            return Err((Reason::TooLarge, format!("more than {MAX_FIELDS} fields")));
        }
        let column = if self.columns.get(self.expected).is_some_and(|c| c == path) {
            self.expected
        } else if let Some(column) = self.index.get(path) {
            *column
        } else {
            self.index.insert(path.to_string(), self.columns.len());
            self.columns.push(path.to_string());
            self.columns.len() - 1
        };
        self.expected = column + 1;
        self.cells.push((column, start, self.text.len()));
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.rows.len() >= ROWS || self.text.len() >= BYTES || self.rows.len() * self.columns.len() >= MAX_CELLS
    }

    /// Lays the rows out and hands them on.
    fn flush(&mut self, out: &mut Output) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        if *self.shared != *self.columns {
            self.shared = self.columns.as_slice().into();
            for column in self.columns.iter().filter(|c| !self.listed.contains(*c)).cloned().collect::<Vec<_>>() {
                match self.listed.len() {
                    ..LISTED_COLUMNS => {
                        out.columns([column.clone()]);
                        self.listed.insert(column);
                    }
                    _ => self.unlisted = true,
                }
            }
        }
        let mut builder = BatchBuilder::new(Arc::clone(&self.shared));
        let mut slots = vec![(0, 0); self.columns.len()];
        let mut first = 0;
        for &(end, line) in &self.rows {
            slots.fill((0, 0));
            for &(column, start, stop) in &self.cells[first..end] {
                slots[column] = (start, stop);
            }
            for &(start, stop) in &slots {
                builder.push(&self.text.as_bytes()[start..stop]);
            }
            builder.end_row(line);
            first = end;
        }
        self.text.clear();
        self.cells.clear();
        self.rows.clear();
        if self.columns.len() > MAX_REUSED_COLUMNS {
            self.columns.clear();
            self.index.clear();
        }
        out.flush(&mut builder)
    }
}

/// Parses a part of the line, or says at which column of the line it is wrong.
fn parse<'a, T: Deserialize<'a>>(whole: &'a str, part: &'a str) -> Result<T, RowError> {
    serde_json::from_str(part).map_err(|e| {
        // The part lies within the line, so the difference of their addresses is its offset.
        let offset = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
        let message = e.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        (Reason::BadJson, format!("{message} at column {}", offset + e.column()))
    })
}

/// The JSON text without the blanks between its parts.
fn compact(raw: &str, text: &mut String) {
    let (mut quoted, mut escaped) = (false, false);
    for c in raw.chars() {
        if quoted || !c.is_ascii_whitespace() {
            text.push(c);
        }
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = quoted,
            '"' => quoted = !quoted,
            _ => {}
        }
    }
}

/// The members of an object in their order, values as they are written.
struct Object<'a>(Vec<(Key<'a>, &'a RawValue)>);

#[derive(Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[cfg(test)]
mod tests;
