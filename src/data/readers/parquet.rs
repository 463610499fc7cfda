//! Parquet into blocks of text. Called by [`super::file`].
//!
//! Instants are written as RFC 3339 (with `Z` where the column is adjusted to UTC, without an offset where it is not),
//! dates as `YYYY-MM-DD`, numbers in their shortest form without an exponent or a needless `.0`, so that a table reads
//! the same from Parquet as from CSV. Null and NaN are missing values. Structs become columns with dotted names; lists
//! and maps are left out, with a note.

use super::batch::BatchBuilder;
use super::output::{Output, named_columns};
use super::window::MAX_ROW;
use crate::domain::source::refusal::Reason;
use crate::error::{Context, Error, Result};
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, FixedSizeBinaryArray, RecordBatch, RecordBatchReader, StringArray,
};
use arrow::array::{Float32Array, Float64Array, Int64Array};
use arrow::buffer::NullBuffer;
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fmt::Display;
use std::fs::File;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Rows decoded at a time.
const ROWS: usize = 2_048;

/// Reads all rows of the file.
pub(super) fn read(path: &Path, out: &mut Output) -> Result<()> {
    let file = File::open(path).context(|| format!("The file {} could not be opened.", path.display()))?;
    let mut reader = catching_panics(path, || open(file))?;
    let schema = reader.schema();
    let (mut names, mut skipped) = (Vec::new(), Vec::new());
    for field in schema.fields() {
        name_leaves(field, "", &mut names, &mut skipped);
    }
    if !skipped.is_empty() {
        out.note(format!("columns left out because they hold lists or other nested values: {}", skipped.join(", ")));
    }
    let columns = named_columns(out.file, names)?;
    out.columns(columns.iter().cloned());
    let mut builder = BatchBuilder::new(columns.into());
    let read = read_rows(path, &mut reader, &mut builder, out);
    // Rows before a failure are good.
    out.flush(&mut builder)?;
    read
}

fn open(file: File) -> Result<ParquetRecordBatchReader, parquet::errors::ParquetError> {
    ParquetRecordBatchReaderBuilder::try_new(file)?.with_batch_size(ROWS).build()
}

/// Runs a step of the library, which on damaged files has been seen to panic where it should return an error; nothing
/// of the reader is used after that.
fn catching_panics<T, E: Display>(path: &Path, step: impl FnOnce() -> Result<T, E>) -> Result<T> {
    let damaged = |why: String| {
        Error::new(format!("The file {} is not a whole Parquet file.", path.display()))
            .because(why)
            .hint("It may be cut short or of another format: export or copy it again.")
    };
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|e| damaged(e.to_string())),
        Err(_) => Err(damaged("its content contradicts itself".into())),
    }
}

fn read_rows(
    path: &Path,
    reader: &mut ParquetRecordBatchReader,
    builder: &mut BatchBuilder,
    out: &mut Output,
) -> Result<()> {
    let mut row_number = 0;
    loop {
        let decoded = catching_panics(path, || match reader.next() {
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

/// How the values of a column become text.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// By arrow's cast: integers, decimals, booleans, times of day, text.
    Cast,
    Binary,
    FixedBinary,
    Float32,
    Float64,
    /// Ticks of the epoch, so many to a second; whether they are UTC.
    Instant {
        unit: TimeUnit,
        utc: bool,
    },
    /// So many to a day.
    Date {
        ticks: i64,
    },
}

/// The kind of a column that is no struct; `None` where it cannot be text.
fn kind(data_type: &DataType) -> Option<Kind> {
    Some(match data_type {
        DataType::Dictionary(_, values) => return kind(values),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => Kind::Binary,
        DataType::FixedSizeBinary(_) => Kind::FixedBinary,
        DataType::Float16 | DataType::Float32 => Kind::Float32,
        DataType::Float64 => Kind::Float64,
        DataType::Timestamp(unit, zone) => Kind::Instant { unit: *unit, utc: zone.is_some() },
        DataType::Date32 => Kind::Date { ticks: 1 },
        DataType::Date64 => Kind::Date { ticks: 86_400_000 },
        nested if nested.is_nested() => return None,
        other if can_cast_types(other, &DataType::Utf8) => Kind::Cast,
        _ => return None,
    })
}

/// Collects the dotted names of the columns below a field, and of those that cannot be text.
fn name_leaves(field: &Field, parent: &str, names: &mut Vec<String>, skipped: &mut Vec<String>) {
    let name = if parent.is_empty() { field.name().clone() } else { format!("{parent}.{}", field.name()) };
    match field.data_type() {
        DataType::Struct(fields) => fields.iter().for_each(|f| name_leaves(f, &name, names, skipped)),
        other if kind(other).is_some() => names.push(name),
        _ => skipped.push(name),
    }
}

/// The columns of a batch in the order of [`name_leaves`], and the number of its rows.
fn leaves(batch: &RecordBatch) -> Result<(usize, Vec<Leaf>), ArrowError> {
    let mut leaves = Vec::new();
    for column in batch.columns() {
        collect(column, None, &mut leaves)?;
    }
    Ok((batch.num_rows(), leaves))
}

fn collect(array: &ArrayRef, parent: Option<&NullBuffer>, leaves: &mut Vec<Leaf>) -> Result<(), ArrowError> {
    // What lies in a missing struct is missing.
    let nulls = NullBuffer::union(parent, array.logical_nulls().as_ref());
    if let DataType::Struct(_) = array.data_type() {
        for child in array.as_struct().columns() {
            collect(child, nulls.as_ref(), leaves)?;
        }
    } else if let Some(kind) = kind(array.data_type()) {
        let plain = match array.data_type() {
            DataType::Dictionary(_, values) => cast(array, values)?,
            _ => ArrayRef::clone(array),
        };
        leaves.push(Leaf { values: Values::of(&plain, kind)?, nulls });
    }
    Ok(())
}

struct Leaf {
    values: Values,
    nulls: Option<NullBuffer>,
}

enum Values {
    Text(StringArray),
    Binary(BinaryArray),
    FixedBinary(FixedSizeBinaryArray),
    Float32(Float32Array),
    Float64(Float64Array),
    Instant(Int64Array, TimeUnit, bool),
    Date(Int64Array, i64),
}

impl Values {
    fn of(array: &ArrayRef, kind: Kind) -> Result<Values, ArrowError> {
        let int64 =
            |array: &ArrayRef| Ok::<_, ArrowError>(cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone());
        Ok(match kind {
            Kind::Cast => Values::Text(cast(array, &DataType::Utf8)?.as_string::<i32>().clone()),
            Kind::Binary => Values::Binary(cast(array, &DataType::Binary)?.as_binary::<i32>().clone()),
            Kind::FixedBinary => Values::FixedBinary(array.as_fixed_size_binary().clone()),
            Kind::Float32 => Values::Float32(cast(array, &DataType::Float32)?.as_primitive::<Float32Type>().clone()),
            Kind::Float64 => Values::Float64(array.as_primitive::<Float64Type>().clone()),
            Kind::Instant { unit, utc } => Values::Instant(int64(array)?, unit, utc),
            // Date32 is cast by its own width first: there is no direct way to 64 bits.
            Kind::Date { ticks: 1 } => Values::Date(int64(&cast(array, &DataType::Int32)?)?, 1),
            Kind::Date { ticks } => Values::Date(int64(array)?, ticks),
        })
    }
}

impl Leaf {
    /// Bytes of the cell, where they can be many.
    fn size(&self, row: usize) -> usize {
        match &self.values {
            Values::Text(a) => a.value_length(row) as usize,
            Values::Binary(a) => a.value_length(row) as usize,
            Values::FixedBinary(a) => a.value_length() as usize * 2,
            _ => 32,
        }
    }

    /// Pushes the cell of the row, which is less than the number of rows.
    fn write(&self, row: usize, builder: &mut BatchBuilder) {
        if self.nulls.as_ref().is_some_and(|n| n.is_null(row)) {
            return builder.push(b"");
        }
        match &self.values {
            Values::Text(a) => builder.push(a.value(row).as_bytes()),
            Values::Binary(a) => builder.push(a.value(row)),
            Values::FixedBinary(a) => builder.push(hex(a.value(row)).as_bytes()),
            Values::Float32(a) if a.value(row).is_nan() => builder.push(b""),
            Values::Float64(a) if a.value(row).is_nan() => builder.push(b""),
            Values::Float32(a) => print(builder, a.value(row)),
            Values::Float64(a) => print(builder, a.value(row)),
            Values::Instant(a, unit, utc) => {
                let ticks = a.value(row);
                match instant(ticks, *unit) {
                    Some(t) if *utc => print(builder, t),
                    Some(t) => print(builder, TimeZone::UTC.to_datetime(t)),
                    // Beyond the year 9999: shown as it is, and refused as a timestamp later on.
                    None => print(builder, ticks),
                }
            }
            Values::Date(a, ticks) => {
                let day = a.value(row).div_euclid(*ticks);
                match Timestamp::from_second(day.saturating_mul(86_400)) {
                    Ok(t) => print(builder, TimeZone::UTC.to_datetime(t).date()),
                    Err(_) => print(builder, day),
                }
            }
        }
    }
}

fn print(builder: &mut BatchBuilder, value: impl Display) {
    // The text of a number or a date takes at most some 330 bytes (f64::MAX).
    let mut buffer = [0_u8; 400];
    let mut rest = &mut buffer[..];
    let written = write!(rest, "{value}").map_or(0, |()| 400 - rest.len());
    builder.push(&buffer[..written]);
}

fn instant(ticks: i64, unit: TimeUnit) -> Option<Timestamp> {
    match unit {
        TimeUnit::Second => Timestamp::from_second(ticks),
        TimeUnit::Millisecond => Timestamp::from_millisecond(ticks),
        TimeUnit::Microsecond => Timestamp::from_microsecond(ticks),
        TimeUnit::Nanosecond => Timestamp::from_nanosecond(ticks.into()),
    }
    .ok()
}

/// Hexadecimal digits; 16 bytes are a UUID and get its hyphens.
fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2 + 4);
    for (i, byte) in bytes.iter().enumerate() {
        if bytes.len() == 16 && matches!(i, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::{parquet_bytes, read_bytes};
    use super::*;
    use arrow::array::*;
    use arrow::datatypes::{Fields, Int32Type};
    use std::sync::Arc;

    fn row_of(columns: Vec<(&str, ArrayRef)>) -> Vec<(String, String)> {
        let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
        read_bytes("t.parquet", &parquet_bytes(&batch)).rows.remove(0).1
    }

    #[test]
    fn every_type_reads_as_it_stands_in_a_csv() {
        let micros = 1_706_702_400_123_000;
        let row = row_of(vec![
            ("zoned", Arc::new(TimestampMicrosecondArray::from(vec![micros]).with_timezone("UTC"))),
            ("naive", Arc::new(TimestampMillisecondArray::from(vec![1_706_702_400_000]))),
            ("date", Arc::new(Date32Array::from(vec![-1]))),
            ("int", Arc::new(Int64Array::from(vec![i64::MIN]))),
            ("float", Arc::new(Float64Array::from(vec![100.0]))),
            ("small", Arc::new(Float32Array::from(vec![0.1]))),
            ("nan", Arc::new(Float64Array::from(vec![f64::NAN]))),
            ("most", Arc::new(Float64Array::from(vec![-f64::MAX]))),
            ("bool", Arc::new(BooleanArray::from(vec![true]))),
            ("decimal", Arc::new(Decimal128Array::from(vec![1250]).with_precision_and_scale(9, 2).unwrap())),
            ("null", Arc::new(StringArray::from(vec![None::<&str>]))),
            ("bytes", Arc::new(BinaryArray::from(vec![b"Acme".as_slice()]))),
            ("uuid", Arc::new(FixedSizeBinaryArray::try_from_iter([[0x1f_u8; 16]].into_iter()).unwrap())),
            ("dictionary", Arc::new(DictionaryArray::<Int32Type>::from_iter(["Won"]))),
        ]);
        let most = format!("{}", -f64::MAX);
        let expected = [
            ("zoned", "2024-01-31T12:00:00.123Z"),
            ("naive", "2024-01-31T12:00:00"),
            ("date", "1969-12-31"),
            ("int", "-9223372036854775808"),
            ("float", "100"),
            ("small", "0.1"),
            ("nan", ""),
            ("most", &most),
            ("bool", "true"),
            ("decimal", "12.50"),
            ("null", ""),
            ("bytes", "Acme"),
            ("uuid", "1f1f1f1f-1f1f-1f1f-1f1f-1f1f1f1f1f1f"),
            ("dictionary", "Won"),
        ];
        let found: Vec<_> = row.iter().map(|c| (c.0.as_str(), c.1.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn structs_are_flattened_and_lists_left_out_with_a_note() {
        let inner: Fields = vec![Field::new("id", DataType::Utf8, true), Field::new("n", DataType::Int32, true)].into();
        let ids: ArrayRef = Arc::new(StringArray::from(vec!["x", "hidden"]));
        let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None]));
        let nested = StructArray::new(inner, vec![ids, numbers], Some(vec![true, false].into()));
        let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)]), None]);
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("a", Arc::new(nested) as ArrayRef, true),
            ("tags", Arc::new(lists) as ArrayRef, true),
            ("z", Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef, true),
        ])
        .unwrap();
        let reading = read_bytes("t.parquet", &parquet_bytes(&batch));
        assert_eq!(reading.ok().columns, ["a.id", "a.n", "z"]);
        assert_eq!(reading.cells(), [["x", "7", "1"], ["", "", "2"]]);
        assert_eq!(reading.ok().notes, ["columns left out because they hold lists or other nested values: tags"]);
    }

    #[test]
    fn rows_are_numbered_through_over_blocks() {
        let batch = RecordBatch::try_from_iter([("id", Arc::new(Int32Array::from_iter_values(0..10_000)) as ArrayRef)])
            .unwrap();
        let reading = read_bytes("t.parquet", &parquet_bytes(&batch));
        assert!(reading.rows.iter().enumerate().all(|(i, r)| r.0 == i as u64 + 1 && r.1[0].1 == i.to_string()));
        assert_eq!(reading.rows.len(), 10_000);
    }
}
