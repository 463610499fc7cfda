//! The cells of a sheet into rows, and these into the table: its first rows tell where the header is. Called by
//! [`read`](super::read).

use super::book::Book;
use super::cells;
use crate::data::readers::batch::BatchBuilder;
use crate::data::readers::options::ReadOptions;
use crate::data::readers::output::Output;
use crate::data::readers::table::{Ending, FirstRow, find, named_columns, note_skipped, ragged};
use crate::domain::source::refusal::Reason;
use crate::error::{Error, Result};
use std::ops::ControlFlow;
use std::ops::Range;

/// Rows by which the header is found.
const FIRST_ROWS: usize = 150;

/// Reads the rows of the sheet.
pub(super) fn read(book: &mut Book, sheet: &str, options: &ReadOptions, out: &mut Output) -> Result<()> {
    let mut rows = Rows { options, row: Row::default(), first: Vec::new(), table: None, last_line: 0, errors: 0 };
    let read = book.each_cell(sheet, &mut |row, column, value| {
        let line = u64::from(row) + 1;
        if line != rows.row.line {
            rows.end_row(out)?;
            rows.row.begin(line);
        }
        rows.errors += u64::from(matches!(value, cells::Value::Error));
        rows.row.push(column as usize, |text| cells::write(value, text));
        Ok(ControlFlow::Continue(()))
    });
    // Rows before a failure are good.
    let ended = rows.finish(out);
    if rows.errors > 0 {
        let plural = if rows.errors == 1 { "" } else { "s" };
        out.note(format!("{} cell{plural} with an error such as #N/A: read as empty", rows.errors));
    }
    read.and(ended)
}

/// The filled cells of a row.
#[derive(Debug, Default)]
struct Row {
    line: u64,
    text: Vec<u8>,
    cells: Vec<(usize, Range<usize>)>,
}

impl Row {
    fn begin(&mut self, line: u64) {
        self.line = line;
        self.text.clear();
        self.cells.clear();
    }

    fn push(&mut self, column: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.text.len();
        write(&mut self.text);
        if self.text.len() > start {
            self.cells.push((column, start..self.text.len()));
        }
    }
}

/// The table below the header.
struct Table {
    builder: BatchBuilder,
    /// The columns of the sheet that it has.
    columns: Range<usize>,
    ending: Ending,
}

struct Rows<'o> {
    options: &'o ReadOptions,
    row: Row,
    /// Rows before the header was found.
    first: Vec<Row>,
    table: Option<Table>,
    /// The line of the last row that is not blank.
    last_line: u64,
    /// Cells with an error.
    errors: u64,
}

impl Rows<'_> {
    /// The row in progress is over.
    fn end_row(&mut self, out: &mut Output) -> Result<()> {
        if self.row.cells.is_empty() {
            return Ok(());
        }
        if let Some(table) = &mut self.table {
            table.add(&self.row, self.last_line, out)?;
            self.last_line = self.row.line;
            return Ok(());
        }
        let line = self.row.line;
        self.first.push(std::mem::take(&mut self.row));
        let enough = self.first.len() >= FIRST_ROWS && self.options.header.is_none_or(|header| line >= header);
        if enough { self.begin_table(out) } else { Ok(()) }
    }

    fn begin_table(&mut self, out: &mut Output) -> Result<()> {
        let first = std::mem::take(&mut self.first);
        let width = first.iter().flat_map(|row| &row.cells).map(|cell| cell.0 + 1).max().unwrap_or_default();
        let mut shapes = Vec::new();
        for row in &first {
            let mut cells = vec![Vec::new(); width];
            for (column, range) in &row.cells {
                cells[*column] = row.text[range.clone()].to_vec();
            }
            let after_blank = shapes.last().is_some_and(|above: &FirstRow| above.line + 1 < row.line);
            shapes.push(FirstRow { line: row.line, after_blank, cells });
        }
        let found = match self.options.header {
            Some(wanted) => Some(shapes.iter().position(|row| row.line == wanted).ok_or_else(|| {
                Error::new(format!("The header of {} is not in row {wanted}.", out.file.display_name()))
                    .because("the row is empty")
                    .hint("Set `header` of the source to the row that names the columns, or leave it out.")
            })?),
            None => find(&shapes),
        };
        let Some(at) = found else { return Ok(()) };
        note_skipped(shapes[..at].iter().map(|row| (row.line, &row.cells[..])), out);
        let used = first[at..].iter().flat_map(|row| &row.cells).map(|cell| cell.0);
        let columns = used.clone().min().unwrap_or_default()..used.max().map_or(0, |last| last + 1);
        let names = shapes[at].cells[columns.clone()].iter().map(|cell| String::from_utf8_lossy(cell).into_owned());
        let names = named_columns(names, self.options, out)?;
        out.columns(names.iter().cloned());
        let mut table = Table { builder: BatchBuilder::new(names.into()), columns, ending: Ending::default() };
        self.last_line = first[at].line;
        for row in &first[at + 1..] {
            table.add(row, self.last_line, out)?;
            self.last_line = row.line;
        }
        self.table = Some(table);
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) -> Result<()> {
        self.end_row(out)?;
        self.row.begin(0);
        if self.table.is_none() {
            self.begin_table(out)?;
        }
        if let Some(table) = &mut self.table {
            table.ending.finish(&mut table.builder, out);
            out.flush(&mut table.builder)?;
        }
        Ok(())
    }
}

impl Table {
    /// Keeps or refuses a row; `last_line` is that of the row before it.
    fn add(&mut self, row: &Row, last_line: u64, out: &mut Output) -> Result<()> {
        if row.line > last_line + 1 {
            self.ending.blank();
        }
        let mut next = self.columns.start;
        for (column, range) in &row.cells {
            if *column < next || *column >= self.columns.end {
                self.refuse(row, *column, out);
                return Ok(());
            }
            (next..*column).for_each(|_| self.builder.push(b""));
            self.builder.push(&row.text[range.clone()]);
            next = column + 1;
        }
        (next..self.columns.end).for_each(|_| self.builder.push(b""));
        if self.ending.is_near() && self.ending.takes((row.line, 1), &mut self.builder, out) {
            return Ok(());
        }
        self.builder.end_row(row.line);
        if self.builder.is_full() {
            out.flush(&mut self.builder)?;
        }
        Ok(())
    }

    fn refuse(&mut self, row: &Row, column: usize, out: &mut Output) {
        self.builder.undo_row();
        let width = self.columns.len();
        let left = column < self.columns.start;
        out.refuse(Reason::Ragged, row.line, 1, || match row.cells.last() {
            Some((last, _)) if !left => ragged(last + 1 - self.columns.start, width, 1),
            _ => "a cell to the left of the table".into(),
        });
    }
}
