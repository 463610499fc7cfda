//! Opens a workbook of any kind and walks through the cells of a sheet. Called by `sheets` and `rows`.

use super::cells::Value;
use super::errors::damaged;
use crate::data::readers::source_file::{Format, SourceFile};
use crate::error::{Error, Result};
use calamine::{Data, DataRef, Ods, Range, Reader, SheetType, SheetVisible, Xls, Xlsb, Xlsx, open_workbook};
use std::fmt::Display;
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

type Input = BufReader<File>;

enum Kind {
    Xlsx(Xlsx<Input>),
    Xlsb(Xlsb<Input>),
    Xls(Xls<Input>),
    Ods(Ods<Input>),
}

/// An open workbook.
pub(super) struct Book<'f> {
    file: &'f SourceFile,
    kind: Kind,
}

/// What hears of the cells of a sheet: row and column (from 0) and the value, in the order of the sheet.
pub(super) type OnCell<'c> = dyn FnMut(u32, u32, Value) -> Result<ControlFlow<()>> + 'c;

impl<'f> Book<'f> {
    pub(super) fn open(path: &Path, format: Format, file: &'f SourceFile) -> Result<Book<'f>> {
        let kind = match format {
            Format::Xlsb => Kind::Xlsb(caught(file, || open_workbook(path))?),
            Format::Xls => Kind::Xls(caught(file, || open_workbook(path))?),
            Format::Ods => Kind::Ods(caught(file, || open_workbook(path))?),
            _ => Kind::Xlsx(caught(file, || open_workbook(path))?),
        };
        Ok(Book { file, kind })
    }

    /// The names of the sheets that have cells, visible ones only unless all are hidden.
    pub(super) fn sheets(&self) -> Vec<String> {
        let all = match &self.kind {
            Kind::Xlsx(book) => book.sheets_metadata(),
            Kind::Xlsb(book) => book.sheets_metadata(),
            Kind::Xls(book) => book.sheets_metadata(),
            Kind::Ods(book) => book.sheets_metadata(),
        };
        let sheets = all.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let visible = |sheet: &&&calamine::Sheet| sheet.visible == SheetVisible::Visible;
        let named = |sheet: &calamine::Sheet| sheet.name.clone();
        let shown: Vec<String> = sheets.clone().filter(|sheet| visible(&sheet)).map(named).collect();
        if shown.is_empty() { sheets.map(named).collect() } else { shown }
    }

    /// Hands the cells of a sheet to `on_cell` until it breaks off.
    pub(super) fn each_cell(&mut self, sheet: &str, on_cell: &mut OnCell) -> Result<()> {
        let file = self.file;
        match &mut self.kind {
            Kind::Xlsx(book) => {
                let mut cells = caught(file, || book.worksheet_cells_reader(sheet))?;
                each(file, || cells.next_cell(), on_cell)
            }
            Kind::Xlsb(book) => {
                let mut cells = caught(file, || book.worksheet_cells_reader(sheet))?;
                each(file, || cells.next_cell(), on_cell)
            }
            Kind::Xls(book) => each_of_range(&caught(file, || book.worksheet_range(sheet))?, on_cell),
            Kind::Ods(book) => each_of_range(&caught(file, || book.worksheet_range(sheet))?, on_cell),
        }
    }
}

fn each<'c, E: Display>(
    file: &SourceFile,
    mut next: impl FnMut() -> Result<Option<calamine::Cell<DataRef<'c>>>, E>,
    on_cell: &mut OnCell,
) -> Result<()> {
    while let Some(cell) = caught(file, &mut next)? {
        let (row, column) = cell.get_position();
        let value = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Int(number) => Value::Integer(*number),
            DataRef::Float(number) => Value::Number(*number),
            DataRef::String(text) => Value::Text(text),
            DataRef::SharedString(text) => Value::Text(text),
            DataRef::Bool(value) => Value::Bool(*value),
            DataRef::DateTime(moment) => Value::Moment(*moment),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Value::Text(text),
            DataRef::Error(_) => Value::Error,
        };
        if on_cell(row, column, value)?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

fn each_of_range(range: &Range<Data>, on_cell: &mut OnCell) -> Result<()> {
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let value = match value {
            Data::Empty => continue,
            Data::Int(number) => Value::Integer(*number),
            Data::Float(number) => Value::Number(*number),
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Value::Text(text),
            Data::Bool(value) => Value::Bool(*value),
            Data::DateTime(moment) => Value::Moment(*moment),
            Data::Error(_) => Value::Error,
        };
        // Sheets have far fewer rows than 32 bits count.
        if on_cell(first_row + row as u32, first_column + column as u32, value)?.is_break() {
            return Ok(());
        }
    }
    Ok(())
}

/// Runs a step of the library, which must not end the program where a damaged file makes it panic; nothing of the
/// workbook is used after that.
fn caught<T, E: Display>(file: &SourceFile, step: impl FnOnce() -> Result<T, E>) -> Result<T, Error> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|e| damaged(file, e)),
        Err(_) => Err(damaged(file, "its content contradicts itself")),
    }
}
