//! Workbooks of Excel and LibreOffice into blocks of text. Called by [`file`](super::file).
//!
//! Dates are known by the type of their cell and written in ISO 8601, numbers in their shortest form without an exponent,
//! so that a table reads the same from a sheet as from CSV; errors such as `#N/A` are missing values. The line of a row is
//! its number in the sheet. `.xlsx` and `.xlsb` are read cell by cell, the others as a whole.
//!
//! | file | what it does |
//! |---|---|
//! | `book` | opens a workbook and walks through the cells of a sheet |
//! | `sheets` | which sheet is meant |
//! | `cells` | a value as text |
//! | `errors` | what is said of a workbook that cannot be read |
//! | `rows` | cells into rows, and these into the table |

mod book;
mod cells;
mod errors;
mod rows;
mod sheets;
#[cfg(test)]
mod tests;

pub(super) use errors::{LARGEST_PART, damaged, too_large};

use super::options::ReadOptions;
use super::output::Output;
use super::source_file::Format;
use crate::error::Result;
use std::path::Path;

/// Reads the table of a sheet.
pub(super) fn read(path: &Path, format: Format, options: &ReadOptions, out: &mut Output) -> Result<()> {
    let mut book = book::Book::open(path, format, out.file)?;
    let Some(sheet) = sheets::choose(&mut book, options, out)? else {
        return Ok(());
    };
    rows::read(&mut book, &sheet, options, out)
}
