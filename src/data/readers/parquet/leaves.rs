//! The columns of a Parquet file as text, those of structs below their dotted names. Called by [`read`](super::read).

use crate::data::readers::batch::BatchBuilder;
use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, FixedSizeBinaryArray, Float32Array, Float64Array, Int64Array, RecordBatch,
    StringArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{can_cast_types, cast};
use arrow::datatypes::{DataType, Field, Float32Type, Float64Type, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use jiff::Timestamp;
use jiff::tz::TimeZone;

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

/// The kind of a column that is no struct and no list; `None` where it cannot be text.
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

/// The type of the elements of a list.
fn element(data_type: &DataType) -> Option<&DataType> {
    match data_type {
        DataType::List(field) | DataType::LargeList(field) | DataType::FixedSizeList(field, _) => {
            Some(field.data_type())
        }
        _ => None,
    }
}

/// Collects the dotted names of the columns below a field, and of those that cannot be text.
pub(super) fn name_leaves(field: &Field, parent: &str, names: &mut Vec<String>, skipped: &mut Vec<String>) {
    let name = if parent.is_empty() { field.name().clone() } else { format!("{parent}.{}", field.name()) };
    match field.data_type() {
        DataType::Struct(fields) => fields.iter().for_each(|f| name_leaves(f, &name, names, skipped)),
        other if kind(element(other).unwrap_or(other)).is_some() => names.push(name),
        _ => skipped.push(name),
    }
}

/// The columns of a batch in the order of [`name_leaves`], and the number of its rows.
pub(super) fn leaves(batch: &RecordBatch) -> Result<(usize, Vec<Leaf>), ArrowError> {
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
    } else if let Some(element) = element(array.data_type()) {
        if kind(element).is_some() {
            leaves.push(Leaf { values: list(array)?, nulls });
        }
    } else if let Some(leaf) = scalars(array, nulls)? {
        leaves.push(leaf);
    }
    Ok(())
}

fn scalars(array: &ArrayRef, nulls: Option<NullBuffer>) -> Result<Option<Leaf>, ArrowError> {
    let Some(kind) = kind(array.data_type()) else { return Ok(None) };
    let plain = match array.data_type() {
        DataType::Dictionary(_, values) => cast(array, values)?,
        _ => ArrayRef::clone(array),
    };
    Ok(Some(Leaf { values: Values::of(&plain, kind)?, nulls }))
}

/// A list of any width as one with offsets of 64 bits, its elements as text.
fn list(array: &ArrayRef) -> Result<Values, ArrowError> {
    let (offsets, elements): (Vec<usize>, ArrayRef) = match array.data_type() {
        DataType::List(_) => {
            let list = array.as_list::<i32>();
            (list.value_offsets().iter().map(|o| *o as usize).collect(), ArrayRef::clone(list.values()))
        }
        DataType::LargeList(_) => {
            let list = array.as_list::<i64>();
            (list.value_offsets().iter().map(|o| *o as usize).collect(), ArrayRef::clone(list.values()))
        }
        _ => {
            let list = array.as_fixed_size_list();
            let width = list.value_length() as usize;
            ((0..=list.len()).map(|row| row * width).collect(), ArrayRef::clone(list.values()))
        }
    };
    let nulls = elements.logical_nulls();
    match scalars(&elements, nulls)? {
        Some(leaf) => Ok(Values::List(offsets, Box::new(leaf))),
        None => Err(ArrowError::CastError("a list whose elements are no scalars".into())),
    }
}

pub(super) struct Leaf {
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
    /// Where the elements of each row begin, and one entry more; the elements.
    List(Vec<usize>, Box<Leaf>),
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
    pub(super) fn size(&self, row: usize) -> usize {
        match &self.values {
            Values::Text(a) => a.value_length(row) as usize,
            Values::Binary(a) => a.value_length(row) as usize,
            Values::FixedBinary(a) => a.value_length() as usize * 2,
            Values::List(offsets, elements) => {
                (offsets[row]..offsets[row + 1]).map(|element| elements.size(element) + 1).sum()
            }
            _ => 32,
        }
    }

    /// Pushes the cell of the row, which is less than the number of rows.
    pub(super) fn write(&self, row: usize, builder: &mut BatchBuilder) {
        if !self.is_null(row) {
            self.extend(row, builder);
        }
        builder.end_cell();
    }

    fn is_null(&self, row: usize) -> bool {
        self.nulls.as_ref().is_some_and(|n| n.is_null(row))
    }

    /// Adds the text of a value that is not null.
    fn extend(&self, row: usize, builder: &mut BatchBuilder) {
        match &self.values {
            Values::Text(a) => builder.extend(a.value(row).as_bytes()),
            Values::Binary(a) => builder.extend(a.value(row)),
            Values::FixedBinary(a) => builder.extend(hex(a.value(row)).as_bytes()),
            Values::Float32(a) if a.value(row).is_nan() => {}
            Values::Float64(a) if a.value(row).is_nan() => {}
            Values::Float32(a) => builder.extend_printed(a.value(row)),
            Values::Float64(a) => builder.extend_printed(a.value(row)),
            Values::Instant(a, unit, utc) => {
                let ticks = a.value(row);
                match instant(ticks, *unit) {
                    Some(t) if *utc => builder.extend_printed(t),
                    Some(t) => builder.extend_printed(TimeZone::UTC.to_datetime(t)),
                    // Beyond the year 9999: shown as it is, and refused as a timestamp later on.
                    None => builder.extend_printed(ticks),
                }
            }
            Values::Date(a, ticks) => {
                let day = a.value(row).div_euclid(*ticks);
                match Timestamp::from_second(day.saturating_mul(86_400)) {
                    Ok(t) => builder.extend_printed(TimeZone::UTC.to_datetime(t).date()),
                    Err(_) => builder.extend_printed(day),
                }
            }
            Values::List(offsets, elements) => {
                let present = (offsets[row]..offsets[row + 1]).filter(|element| !elements.is_null(*element));
                for (i, element) in present.enumerate() {
                    if i > 0 {
                        builder.extend(b";");
                    }
                    elements.extend(element, builder);
                }
            }
        }
    }
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
