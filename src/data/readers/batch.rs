//! A block of rows as text: what every format is read into, and all that the mapping of columns sees.
//! Filled by the readers of this folder; one block is small enough to stay in the processor's cache.

use super::encoding::Decoding;
use std::fmt::Display;
use std::io::Write;
use std::sync::Arc;

/// Rows after which a block is handed on.
pub const ROWS: usize = 4_096;
/// Bytes of text after which a block is handed on.
pub const BYTES: usize = 1 << 20;

/// Consecutive rows of one file, row by row, every cell valid UTF-8; an empty cell is a missing value.
///
/// Blocks of different files may differ in their columns and the order of these; so may the blocks of one NDJSON file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    columns: Arc<[String]>,
    /// All cells, each followed by one ASCII byte that belongs to none.
    text: String,
    /// Where each cell ends in `text`, row-major, after one leading entry: cell `i` begins one byte after entry `i`.
    ends: Vec<u32>,
    lines: Vec<u64>,
}

impl Batch {
    /// The names of the columns; two blocks with the same pointer have the same columns.
    pub fn columns(&self) -> &Arc<[String]> {
        &self.columns
    }

    /// The position of a column by its exact name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c == name)
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The cell as bytes, which are valid UTF-8. Panics like an index where the row or column does not exist.
    pub fn cell(&self, row: usize, col: usize) -> &[u8] {
        let (start, end) = self.span(row, col);
        &self.text.as_bytes()[start..end]
    }

    /// The cell as text. Panics like an index where the row or column does not exist.
    pub fn text(&self, row: usize, col: usize) -> &str {
        let (start, end) = self.span(row, col);
        &self.text[start..end]
    }

    /// Whether any cell holds one of two ASCII characters; a look at the whole block, which costs less than one at every cell.
    pub fn holds(&self, one: u8, other: u8) -> bool {
        memchr::memchr2(one, other, self.text.as_bytes()).is_some()
    }

    /// The line of the file on which the row begins, 1-based; for Parquet the number of the row.
    pub fn line(&self, row: usize) -> u64 {
        self.lines[row]
    }

    /// The same rows with other cells: `cell` gives that of a column instead of the one that is there.
    pub fn map_cells<'b>(&'b self, cell: impl Fn(usize, &'b str) -> std::borrow::Cow<'b, str>) -> Batch {
        let mut builder = BatchBuilder::new(Arc::clone(&self.columns));
        for row in 0..self.rows() {
            for column in 0..self.columns.len() {
                builder.push(cell(column, self.text(row, column)).as_bytes());
            }
            builder.end_row(self.line(row));
        }
        // Rows of text make a block of text; without rows there is none, and this one has none either.
        builder.into_batch().unwrap_or_else(|| self.clone())
    }

    fn span(&self, row: usize, col: usize) -> (usize, usize) {
        debug_assert!(col < self.columns.len());
        let cell = row * self.columns.len() + col;
        // The first cell has no byte before it: its leading entry is `u32::MAX`, which wraps to 0.
        (self.ends[cell].wrapping_add(1) as usize, self.ends[cell + 1] as usize)
    }
}

/// Builds blocks of rows with a fixed set of columns.
///
/// A row is pushed cell by cell and then either kept by [`end_row`](Self::end_row) or taken back by
/// [`undo_row`](Self::undo_row).
pub(in crate::data) struct BatchBuilder {
    columns: Arc<[String]>,
    text: Vec<u8>,
    ends: Vec<u32>,
    lines: Vec<u64>,
    /// Length of `text` where the row in progress began.
    row_text: usize,
    /// Length of `ends` where the row in progress began.
    row_ends: usize,
}

impl BatchBuilder {
    pub(in crate::data) fn new(columns: Arc<[String]>) -> Self {
        let mut builder =
            BatchBuilder { columns, text: Vec::new(), ends: Vec::new(), lines: Vec::new(), row_text: 0, row_ends: 0 };
        builder.reset();
        builder
    }

    fn reset(&mut self) {
        self.text = Vec::with_capacity(BYTES / 2);
        self.ends = Vec::with_capacity(1 + (ROWS * self.columns.len()).min(BYTES));
        self.ends.push(u32::MAX);
        self.lines = Vec::with_capacity(ROWS);
        self.row_text = 0;
        self.row_ends = 1;
    }

    /// Adds a whole cell to the row in progress.
    pub(in crate::data) fn push(&mut self, cell: &[u8]) {
        self.text.extend_from_slice(cell);
        self.end_cell();
    }

    /// Adds bytes to the cell in progress; [`end_cell`](Self::end_cell) completes it.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len() as u32);
        self.text.push(b'\n');
    }

    /// Where the next bytes go: the base of the ends given to [`mark_end`](Self::mark_end).
    pub(super) fn position(&self) -> usize {
        self.text.len()
    }

    /// Says that a cell ends at `end`, ahead of the bytes, which [`extend`](Self::extend) brings for the whole row
    /// with the one byte between cells and after the last.
    pub(super) fn mark_end(&mut self, end: usize) {
        self.ends.push(end as u32);
    }

    /// Cells of the row in progress.
    pub(super) fn cells(&self) -> usize {
        self.ends.len() - self.row_ends
    }

    /// Adds a number or a date to the cell in progress as it prints itself.
    pub(super) fn extend_printed(&mut self, value: impl Display) {
        // Writing to a vector cannot fail.
        let _ = write!(self.text, "{value}");
    }

    /// The cells of the row in progress.
    pub(super) fn row_cells(&self) -> impl Iterator<Item = &[u8]> {
        cells(&self.text, &self.ends[self.row_ends - 1..])
    }

    /// Whether no cell of the row in progress has anything in it.
    pub(super) fn row_is_empty(&self) -> bool {
        // One byte follows every cell.
        self.text.len() - self.row_text == self.cells()
    }

    pub(super) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Keeps the row in progress, which has as many cells as there are columns.
    pub(in crate::data) fn end_row(&mut self, line: u64) {
        debug_assert_eq!(self.cells(), self.width());
        self.lines.push(line);
        self.row_text = self.text.len();
        self.row_ends = self.ends.len();
    }

    pub(super) fn undo_row(&mut self) {
        self.text.truncate(self.row_text);
        self.ends.truncate(self.row_ends);
    }

    /// The block of rows that are text already; `None` without rows.
    pub(in crate::data) fn into_batch(mut self) -> Option<Batch> {
        self.take(&mut Decoding::default())
    }

    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= ROWS || self.text.len() >= BYTES
    }

    /// The block of the kept rows, if any; the builder is empty afterwards.
    pub(super) fn take(&mut self, decoding: &mut Decoding) -> Option<Batch> {
        self.undo_row();
        if self.lines.is_empty() {
            return None;
        }
        let (text, ends, lines) =
            (std::mem::take(&mut self.text), std::mem::take(&mut self.ends), std::mem::take(&mut self.lines));
        self.reset();
        let columns = Arc::clone(&self.columns);
        // An ASCII byte follows every cell, so the whole is valid exactly if every cell is.
        Some(match String::from_utf8(text) {
            Ok(text) => {
                decoding.saw(&text);
                Batch { columns, text, ends, lines }
            }
            Err(error) => {
                let (text, ends) = decode(error.as_bytes(), &ends, decoding);
                Batch { columns, text, ends, lines }
            }
        })
    }
}

/// The cells between these ends.
fn cells<'t>(text: &'t [u8], ends: &'t [u32]) -> impl Iterator<Item = &'t [u8]> {
    ends.windows(2).map(|pair| &text[pair[0].wrapping_add(1) as usize..pair[1] as usize])
}

/// The same cells as text, those that are no UTF-8 by what the file showed.
fn decode(bytes: &[u8], ends: &[u32], decoding: &mut Decoding) -> (String, Vec<u32>) {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    let mut new_ends = Vec::with_capacity(ends.len());
    new_ends.push(u32::MAX);
    decoding.saw_cells(cells(bytes, ends));
    for cell in cells(bytes, ends) {
        text.push_str(&decoding.decode(cell));
        new_ends.push(text.len() as u32);
        text.push('\n');
    }
    (text, new_ends)
}

/// A block of these rows, for tests.
#[cfg(test)]
pub(in crate::data) fn test_batch(columns: &[&str], rows: &[Vec<&str>]) -> Batch {
    let mut builder = BatchBuilder::new(columns.iter().map(|c| c.to_string()).collect());
    for (line, row) in rows.iter().enumerate() {
        row.iter().for_each(|cell| builder.push(cell.as_bytes()));
        builder.end_row(line as u64 + 2);
    }
    builder.into_batch().unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder(columns: &[&str]) -> BatchBuilder {
        BatchBuilder::new(columns.iter().map(|c| c.to_string()).collect())
    }

    #[test]
    fn cells_come_back_as_pushed() {
        let mut b = builder(&["a", "b"]);
        b.push(b"1");
        b.push(b"");
        b.end_row(2);
        b.push("ü".as_bytes());
        b.push(b"x\ny");
        b.end_row(3);
        let batch = b.take(&mut Decoding::default()).unwrap();
        assert_eq!(batch.rows(), 2);
        assert_eq!((batch.text(0, 0), batch.text(0, 1)), ("1", ""));
        assert_eq!((batch.text(1, 0), batch.cell(1, 1)), ("ü", b"x\ny".as_slice()));
        assert_eq!((batch.line(0), batch.line(1)), (2, 3));
        assert_eq!((batch.column("b"), batch.column("c")), (Some(1), None));
    }

    #[test]
    fn a_character_split_over_two_cells_is_replaced_in_both() {
        let mut decoding = Decoding::default();
        decoding.utf8_only = true;
        let mut b = builder(&["a", "b"]);
        b.push(b"x\xc3");
        b.push(b"\xbcy");
        b.end_row(1);
        let batch = b.take(&mut decoding).unwrap();
        assert_eq!((batch.text(0, 0), batch.text(0, 1), decoding.replaced), ("x\u{fffd}", "\u{fffd}y", 2));
    }

    #[test]
    fn a_row_taken_back_leaves_no_trace() {
        let mut b = builder(&["a"]);
        b.push(b"kept");
        b.end_row(1);
        b.push(b"gone");
        b.push(b"gone");
        b.undo_row();
        assert_eq!(b.cells(), 0);
        b.push(b"kept too");
        b.end_row(3);
        let batch = b.take(&mut Decoding::default()).unwrap();
        assert_eq!((batch.rows(), batch.text(0, 0), batch.text(1, 0)), (2, "kept", "kept too"));
        assert!(b.take(&mut Decoding::default()).is_none());
    }
}
