//! JSON objects into the rows of a block: nested objects become columns. Called by `lines` and `elements`.

use crate::data::readers::batch::{BYTES, BatchBuilder, ROWS};
use crate::data::readers::output::Output;
use crate::data::readers::window::MAX_ROW;
use crate::domain::source::refusal::Reason;
use crate::error::Result;
use hashbrown::{HashMap, HashSet};
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
pub(super) const LISTED_COLUMNS: usize = 10_000;

/// Why a row was refused.
type RowError = (Reason, String);

/// Rows whose columns are still being found: cells in the order of the file, laid out when the block is handed on.
#[derive(Default)]
pub(super) struct RowBuffer {
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
    /// Keeps or refuses the row that these bytes are.
    pub(super) fn add(&mut self, bytes: &[u8], line: u64, out: &mut Output) -> Result<()> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => out.decoding.preview(bytes),
        };
        match self.read_row(&text, line) {
            Ok(()) => match text {
                Cow::Borrowed(text) => out.decoding.saw(text),
                Cow::Owned(_) => out.decoding.count(),
            },
            Err((reason, detail)) => {
                self.undo_row();
                out.refuse(reason, line, 1, || detail);
            }
        }
        if self.is_full() {
            self.flush(out)?;
        }
        Ok(())
    }

    /// Hands on the last rows.
    pub(super) fn finish(&mut self, out: &mut Output) -> Result<()> {
        self.flush(out)?;
        if self.unlisted {
            out.note(format!("more than {LISTED_COLUMNS} different fields: the list of columns is cut"));
        }
        Ok(())
    }

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
            Some(b'[') if !raw[1..].contains(['[', '{']) => self.join(whole, raw)?,
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

    /// A list of scalars is one cell, `;` between them; null is left out.
    fn join(&mut self, whole: &str, raw: &str) -> Result<(), RowError> {
        let elements: Vec<&RawValue> = parse(whole, raw)?;
        let scalars = elements.iter().map(|e| e.get()).filter(|raw| *raw != "null");
        for (i, raw) in scalars.enumerate() {
            if i > 0 {
                self.text.push(';');
            }
            match raw.strip_prefix('"') {
                Some(_) if raw.contains('\\') => self.text.push_str(&parse::<String>(whole, raw)?),
                Some(inside) => self.text.push_str(inside.strip_suffix('"').unwrap_or(inside)),
                None => self.text.push_str(raw),
            }
        }
        Ok(())
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

/// Parses a part of the row, or says where in the row it is wrong.
fn parse<'a, T: Deserialize<'a>>(whole: &'a str, part: &'a str) -> Result<T, RowError> {
    serde_json::from_str(part).map_err(|e| {
        // The part lies within the row, so the difference of their addresses is its offset.
        let offset = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
        let before = &whole.as_bytes()[..offset.min(whole.len())];
        let line = before.iter().filter(|b| **b == b'\n').count() + e.line();
        let column = match e.line() {
            1 => e.column() + before.iter().rposition(|b| *b == b'\n').map_or(offset, |end| offset - end - 1),
            _ => e.column(),
        };
        let message = e.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let of_line = if line > 1 { format!(" of its line {line}") } else { String::new() };
        (Reason::BadJson, format!("{message} at column {column}{of_line}"))
    })
}

/// Refuses a row that is too large to be kept.
pub(super) fn refuse_large(line: u64, out: &mut Output) {
    out.refuse(Reason::TooLarge, line, 1, || format!("more than {} MiB", MAX_ROW >> 20));
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
