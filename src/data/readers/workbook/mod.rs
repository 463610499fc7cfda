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
//! | `rows` | cells into rows, and these into the table |

mod book;
mod cells;
mod rows;
mod sheets;
#[cfg(test)]
mod tests;

use super::options::ReadOptions;
use super::output::Output;
use super::source_file::{Format, SourceFile};
use crate::error::{Error, Result};
use std::path::Path;

/// A workbook with a larger part that must be held in memory is refused.
pub(super) const LARGEST_PART: u64 = 2 << 30;

/// Reads the table of a sheet.
pub(super) fn read(path: &Path, format: Format, options: &ReadOptions, out: &mut Output) -> Result<()> {
    let mut book = book::Book::open(path, format, out.file)?;
    let Some(sheet) = sheets::choose(&mut book, options, out)? else {
        return Ok(());
    };
    rows::read(&mut book, &sheet, options, out)
}

pub(super) fn damaged(file: &SourceFile, why: impl std::fmt::Display) -> Error {
    let why = why.to_string();
    let protected = why.to_lowercase().contains("password");
    let error = Error::new(format!("The file {} is not a whole workbook.", file.display_name())).because(why);
    error.hint(if protected {
        "Open it and save it without a password."
    } else {
        "It may be cut short, protected by a password or of another format: save or export it again."
    })
}

pub(super) fn too_large(file: &SourceFile) -> Error {
    Error::new(format!("The workbook {} is too large.", file.display_name()))
        .because(format!("a part of it that is held in memory is larger than {} GiB", LARGEST_PART >> 30))
        .hint("Save it as CSV.")
}
