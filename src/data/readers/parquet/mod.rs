//! Parquet into blocks of text. Called by [`file`](super::file).
//!
//! Instants are written as RFC 3339 (with `Z` where the column is adjusted to UTC, without an offset where it is not),
//! dates as `YYYY-MM-DD`, numbers in their shortest form without an exponent or a needless `.0`, so that a table reads
//! the same from Parquet as from CSV. Null and NaN are missing values. Structs become columns with dotted names, a list of
//! scalars one cell with `;` between; other lists, maps and an index of pandas without a name are left out, with a note.
//!
//! | file | what it does |
//! |---|---|
//! | `leaves` | columns and their values as text |
//! | `int96` | the stamps of Spark, Hive and Impala |

mod int96;
mod leaves;
#[cfg(test)]
mod tests;

use super::batch::BatchBuilder;
use super::options::ReadOptions;
use super::output::Output;
use super::table::named_columns;
use super::window::MAX_ROW;
use crate::domain::source::refusal::Reason;
use crate::error::{Context, Error, Result};
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use ::parquet::errors::ParquetError;
use arrow::array::RecordBatchReader;
use leaves::{leaves, name_leaves};
use std::fmt::Display;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What pandas calls an index without a name.
const INDEX: &str = "__index_level_";

/// Rows decoded at a time.
const ROWS: usize = 2_048;

/// Reads all rows of the file.
pub(super) fn read(path: &Path, options: &ReadOptions, out: &mut Output) -> Result<()> {
    let file = File::open(path).context(|| format!("The file {} could not be opened.", path.display()))?;
    let (mut reader, index) = catching_panics(out, || open(file))?;
    if !index.is_empty() {
        out.note(format!("left out, as it is pandas' index and no attribute: {}", index.join(", ")));
    }
    let schema = reader.schema();
    let (mut names, mut skipped) = (Vec::new(), Vec::new());
    for field in schema.fields() {
        name_leaves(field, "", &mut names, &mut skipped);
    }
    if !skipped.is_empty() {
        out.note(format!("columns left out because they hold lists or other nested values: {}", skipped.join(", ")));
    }
    let columns = named_columns(names, options, out)?;
    out.columns(columns.iter().cloned());
    let mut builder = BatchBuilder::new(columns.into());
    let read = read_rows(&mut reader, &mut builder, out);
    // Rows before a failure are good.
    out.flush(&mut builder)?;
    read
}

/// The rows of the file but for pandas' index, whose columns are named.
fn open(file: File) -> Result<(ParquetRecordBatchReader, Vec<String>), ParquetError> {
    let metadata = ArrowReaderMetadata::load(&file, Default::default())?;
    let metadata = int96::with_instants(metadata)?;
    let fields = metadata.schema().fields();
    let is_index = |name: &str| name.starts_with(INDEX) && fields.len() > 1;
    let names = fields.iter().map(|field| field.name());
    let index: Vec<String> = names.clone().filter(|name| is_index(name)).cloned().collect();
    let kept = names.enumerate().filter(|(_, name)| !is_index(name)).map(|(i, _)| i);
    let mask = ProjectionMask::roots(metadata.parquet_schema(), kept);
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata).with_batch_size(ROWS);
    let builder = if index.is_empty() { builder } else { builder.with_projection(mask) };
    Ok((builder.build()?, index))
}

/// Runs a step of the library, which on damaged files has been seen to panic where it should return an error; nothing
/// of the reader is used after that.
fn catching_panics<T, E: Display>(out: &Output, step: impl FnOnce() -> Result<T, E>) -> Result<T> {
    let damaged = |why: String| {
        Error::new(format!("The file {} is not a whole Parquet file.", out.file.display_name()))
            .because(why)
            .hint("It may be cut short or of another format: export or copy it again.")
    };
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|e| damaged(e.to_string())),
        Err(_) => Err(damaged("its content contradicts itself".into())),
    }
}

fn read_rows(reader: &mut ParquetRecordBatchReader, builder: &mut BatchBuilder, out: &mut Output) -> Result<()> {
    let mut row_number = 0;
    loop {
        let decoded = catching_panics(out, || match reader.next() {
            Some(batch) => leaves(&batch?).map(Some),
            None => Ok(None),
        })?;
        let Some((rows, leaves)) = decoded else {
            return Ok(());
        };
        for row in 0..rows {
            row_number += 1;
            let mut size = 0;
            for leaf in &leaves {
                size += leaf.size(row);
                if size > MAX_ROW {
                    break;
                }
                leaf.write(row, builder);
            }
            if size > MAX_ROW {
                builder.undo_row();
                out.refuse(Reason::TooLarge, row_number, 1, || format!("more than {} MiB", MAX_ROW >> 20));
            } else {
                builder.end_row(row_number);
            }
            if builder.is_full() {
                out.flush(builder)?;
            }
        }
    }
}
