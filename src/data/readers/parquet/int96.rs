//! The stamps of Spark, Hive and Impala, which Parquet no longer has: a day and nanoseconds in 96 bits. Called by
//! [`read`](super::read).
//!
//! They are read in microseconds, because dates as `0001-01-01`, which stand for no date, do not fit in 64 bits of
//! nanoseconds. Spark means an instant and says in the file that it wrote it; of others nobody knows, so their stamps are
//! in the zone of the workspace, as all without one.

use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use ::parquet::basic::Type;
use ::parquet::errors::ParquetError;
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, TimeUnit};
use std::sync::Arc;

/// Spark's entry in the metadata of a file.
const SPARK: &str = "org.apache.spark.version";

/// The same file, its 96-bit stamps read as they are meant.
pub(super) fn with_instants(metadata: ArrowReaderMetadata) -> Result<ArrowReaderMetadata, ParquetError> {
    let columns = metadata.parquet_schema().columns();
    let mut leaves = columns.iter().map(|column| column.physical_type() == Type::INT96);
    if !leaves.clone().any(|is_int96| is_int96) {
        return Ok(metadata);
    }
    let entries = metadata.metadata().file_metadata().key_value_metadata();
    let spark = entries.is_some_and(|entries| entries.iter().any(|entry| entry.key == SPARK));
    let stamp = DataType::Timestamp(TimeUnit::Microsecond, spark.then(|| "UTC".into()));
    let schema = metadata.schema();
    let fields: Vec<FieldRef> = schema.fields().iter().map(|field| retyped(field, &mut leaves, &stamp)).collect();
    let schema = Schema::new_with_metadata(fields, schema.metadata().clone());
    let options = ArrowReaderOptions::new().with_schema(Arc::new(schema));
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options)
}

/// The field with `stamp` for its 96-bit leaves; `leaves` tells of each leaf, in the order of the file, whether it is one.
fn retyped(field: &FieldRef, leaves: &mut impl Iterator<Item = bool>, stamp: &DataType) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Struct(fields) => {
            let fields: Vec<FieldRef> = fields.iter().map(|field| retyped(field, leaves, stamp)).collect();
            DataType::Struct(Fields::from(fields))
        }
        DataType::List(field) => DataType::List(retyped(field, leaves, stamp)),
        DataType::LargeList(field) => DataType::LargeList(retyped(field, leaves, stamp)),
        DataType::FixedSizeList(field, size) => DataType::FixedSizeList(retyped(field, leaves, stamp), *size),
        DataType::Map(field, sorted) => DataType::Map(retyped(field, leaves, stamp), *sorted),
        other => match leaves.next() {
            Some(true) => stamp.clone(),
            _ => other.clone(),
        },
    };
    let retyped: Field = field.as_ref().clone().with_data_type(data_type);
    Arc::new(retyped)
}
