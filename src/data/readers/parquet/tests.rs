//! What a user may rely on when reading Parquet as others write it.

use crate::data::readers::file::tests::{parquet_bytes, read_bytes};
use ::parquet::data_type::{Int96, Int96Type};
use arrow::array::*;
use arrow::datatypes::{DataType, Field, Fields, Int32Type};
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
fn structs_are_flattened_and_lists_are_one_cell_or_left_out_with_a_note() {
    let inner: Fields = vec![Field::new("id", DataType::Utf8, true), Field::new("n", DataType::Int32, true)].into();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["x", "hidden"]));
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![Some(7), None]));
    let nested = StructArray::new(inner, vec![ids, numbers], Some(vec![true, false].into()));
    let lists = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None, Some(3)]), None]);
    let element = Arc::new(Field::new("item", nested.data_type().clone(), true));
    let offsets = arrow::buffer::OffsetBuffer::from_lengths([2, 0]);
    let records = ListArray::new(element, offsets, Arc::new(nested.clone()), None);
    let batch = RecordBatch::try_from_iter_with_nullable([
        ("a", Arc::new(nested) as ArrayRef, true),
        ("tags", Arc::new(lists) as ArrayRef, true),
        ("records", Arc::new(records) as ArrayRef, true),
        ("z", Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef, true),
    ])
    .unwrap();
    let reading = read_bytes("t.parquet", &parquet_bytes(&batch));
    assert_eq!(reading.ok().columns, ["a.id", "a.n", "tags", "z"]);
    assert_eq!(reading.cells(), [["x", "7", "1;3", "1"], ["", "", "", "2"]]);
    assert_eq!(reading.ok().notes, ["columns left out because they hold lists or other nested values: records"]);
}

#[test]
fn rows_are_numbered_through_over_blocks() {
    let batch =
        RecordBatch::try_from_iter([("id", Arc::new(Int32Array::from_iter_values(0..10_000)) as ArrayRef)]).unwrap();
    let reading = read_bytes("t.parquet", &parquet_bytes(&batch));
    assert!(reading.rows.iter().enumerate().all(|(i, r)| r.0 == i as u64 + 1 && r.1[0].1 == i.to_string()));
    assert_eq!(reading.rows.len(), 10_000);
}

#[test]
fn wide_types_of_other_programs_read_as_the_plain_ones() {
    let big = arrow::datatypes::i256::from_i128(1250);
    let mut words = StringDictionaryBuilder::<Int32Type>::new();
    words.append_value("Won");
    let tags = LargeListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), Some(2)])]);
    let mut names = ListBuilder::new(StringBuilder::new());
    names.append_value([Some("a"), Some("b")]);
    let row = row_of(vec![
        ("large", Arc::new(LargeStringArray::from(vec!["x"]))),
        ("view", Arc::new(StringViewArray::from(vec!["a string longer than twelve bytes"]))),
        ("u64", Arc::new(UInt64Array::from(vec![u64::MAX]))),
        ("decimal256", Arc::new(Decimal256Array::from(vec![big]).with_precision_and_scale(50, 2).unwrap())),
        ("dictionary", Arc::new(words.finish())),
        ("nanos", Arc::new(TimestampNanosecondArray::from(vec![1_706_702_400_123_456_789]).with_timezone("+02:00"))),
        ("large_list", Arc::new(tags)),
        ("names", Arc::new(names.finish())),
        ("binary_view", Arc::new(BinaryViewArray::from(vec![b"Acme".as_slice()]))),
    ]);
    let found: Vec<_> = row.iter().map(|c| (c.0.as_str(), c.1.as_str())).collect();
    let expected = [
        ("large", "x"),
        ("view", "a string longer than twelve bytes"),
        ("u64", "18446744073709551615"),
        ("decimal256", "12.50"),
        ("dictionary", "Won"),
        ("nanos", "2024-01-31T12:00:00.123456789Z"),
        ("large_list", "1;2"),
        ("names", "a;b"),
        ("binary_view", "Acme"),
    ];
    assert_eq!(found, expected);
}

/// A file as Spark or Hive writes it: stamps of 96 bits.
fn int96_file(stamps: &[(i64, i64)], spark: bool) -> Vec<u8> {
    let schema = "message m { required int96 at; required int32 n; }";
    let schema = Arc::new(::parquet::schema::parser::parse_message_type(schema).unwrap());
    let entry = ::parquet::file::metadata::KeyValue::new("org.apache.spark.version".into(), "3.5.0".to_string());
    let properties = ::parquet::file::properties::WriterProperties::builder()
        .set_key_value_metadata(spark.then(|| vec![entry]))
        .build();
    let mut bytes = Vec::new();
    let mut writer =
        ::parquet::file::writer::SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let values: Vec<Int96> = stamps
        .iter()
        .map(|(day, nanos)| {
            let mut value = Int96::new();
            value.set_data(*nanos as u32, (*nanos >> 32) as u32, (*day + 2_440_588) as u32);
            value
        })
        .collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int96Type>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    let numbers: Vec<i32> = (0..stamps.len() as i32).collect();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<::parquet::data_type::Int32Type>().write_batch(&numbers, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn stamps_of_96_bits_are_instants_where_spark_wrote_them() {
    // The second is the day that databases write for no date.
    let stamps = [(19_753, 43_200_123_000_000), (-719_162, 0)];
    let reading = read_bytes("t.parquet", &int96_file(&stamps, true));
    assert_eq!(reading.cells(), [["2024-01-31T12:00:00.123Z", "0"], ["0001-01-01T00:00:00Z", "1"]]);
    let reading = read_bytes("t.parquet", &int96_file(&stamps[..1], false));
    assert_eq!(reading.cells(), [["2024-01-31T12:00:00.123", "0"]]);
}

#[test]
fn an_index_of_pandas_is_no_column_and_files_without_rows_are_no_error() {
    let ids = |n: i64| Arc::new(Int64Array::from_iter_values(0..n)) as ArrayRef;
    let batch = RecordBatch::try_from_iter([("id", ids(2)), ("__index_level_0__", ids(2))]).unwrap();
    let reading = read_bytes("t.parquet", &parquet_bytes(&batch));
    assert_eq!((reading.cells(), &reading.ok().columns[..]), (vec![vec!["0"], vec!["1"]], &["id".to_string()][..]));
    assert!(reading.ok().notes[0].contains("__index_level_0__"), "{:?}", reading.ok().notes);

    let empty = RecordBatch::try_from_iter([("id", ids(0))]).unwrap();
    let mut bytes = Vec::new();
    ::parquet::arrow::ArrowWriter::try_new(&mut bytes, empty.schema(), None).unwrap().close().unwrap();
    for bytes in [parquet_bytes(&empty), bytes] {
        let reading = read_bytes("t.parquet", &bytes);
        assert_eq!(
            (reading.ok().notes.clone(), &reading.ok().columns[..]),
            (vec!["no rows".into()], &["id".to_string()][..])
        );
    }
}
