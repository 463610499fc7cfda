//! Small tables of whole numbers in Parquet: columns of one length, read back as they were; and what is one JSON value. Used
//! by the other files of this folder.

use crate::error::{Context, Error, Result};
use arrow::array::{ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::Int64Type;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Rows written at a time.
const ROWS: usize = 1 << 16;

/// Writes a value as a file of JSON.
///
/// # Errors
/// The disk is full, or the like.
pub(super) fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    let what = || format!("{} could not be written.", path.display());
    std::fs::write(path, serde_json::to_vec(value).context(what)?).context(what)
}

/// Reads it.
///
/// # Errors
/// The file is gone or damaged.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let what = || format!("{} could not be read.", path.display());
    serde_json::from_slice(&std::fs::read(path).context(what)?).context(what)
}

/// Writes named columns of `rows` whole numbers each, every cell asked for by its row.
///
/// # Errors
/// The disk is full, or the like.
pub fn save(path: &Path, columns: &[(&str, &dyn Fn(usize) -> i64)], rows: usize) -> Result<()> {
    let what = || format!("{} could not be written.", path.display());
    let batch = |from: usize, to: usize| {
        let arrays = columns.iter().map(|(name, value)| {
            let array: Int64Array = (from..to).map(|row| Some(value(row))).collect();
            (*name, Arc::new(array) as ArrayRef)
        });
        RecordBatch::try_from_iter(arrays)
    };
    let properties = WriterProperties::builder()
        .set_compression(Compression::LZ4_RAW)
        .set_dictionary_enabled(false)
        .set_encoding(Encoding::DELTA_BINARY_PACKED)
        .set_statistics_enabled(EnabledStatistics::None)
        .build();
    let schema = batch(0, 0).context(what)?.schema();
    let mut writer = ArrowWriter::try_new(File::create(path).context(what)?, schema, Some(properties)).context(what)?;
    for from in (0..rows).step_by(ROWS) {
        writer.write(&batch(from, rows.min(from + ROWS)).context(what)?).context(what)?;
    }
    writer.into_inner().context(what)?.sync_all().context(what)
}

/// Calls `each` with blocks of columns (columns × at most 65,536 rows), in the order in which they were saved.
///
/// # Errors
/// The file is not there, or is damaged.
pub fn load(path: &Path, mut each: impl FnMut(&[&[i64]])) -> Result<()> {
    let what = || format!("{} could not be read.", path.display());
    let file = File::open(path).context(what)?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).context(what)?.with_batch_size(ROWS);
    for batch in reader.build().context(what)? {
        let batch = batch.context(what)?;
        let columns: Option<Vec<&[i64]>> =
            batch.columns().iter().map(|c| c.as_primitive_opt::<Int64Type>().map(|c| c.values().as_ref())).collect();
        each(&columns.ok_or_else(|| Error::new(what()).because("its columns are not whole numbers"))?);
    }
    Ok(())
}

/// Loads one column by its place (0 is the first), each cell turned into what it was made from.
///
/// # Errors
/// Those of [`load`].
pub fn column<T>(path: &Path, number: usize, of: impl Fn(i64) -> T) -> Result<Vec<T>> {
    let mut values = Vec::new();
    load(path, |columns| {
        if let Some(column) = columns.get(number) {
            values.extend(column.iter().map(|&value| of(value)));
        }
    })?;
    Ok(values)
}
