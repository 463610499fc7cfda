//! What a user may rely on in any format; the other readers' tests use the helpers at the top.

use super::*;
use crate::domain::source::refusal::Reason;
use ::parquet::arrow::ArrowWriter;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use proptest::prelude::*;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// All that a reading gave.
#[derive(Debug)]
pub(in crate::data) struct Reading {
    pub(in crate::data) result: Result<FileRead>,
    /// Line and (column, cell) of each row, without missing values.
    pub(in crate::data) rows: Vec<(u64, Vec<(String, String)>)>,
    pub(in crate::data) refusals: Refusals,
}

impl Reading {
    /// The cells of each row, missing ones empty, in the order of the columns.
    pub(in crate::data) fn cells(&self) -> Vec<Vec<&str>> {
        self.rows.iter().map(|row| row.1.iter().map(|cell| cell.1.as_str()).collect()).collect()
    }

    pub(in crate::data) fn lines(&self) -> Vec<u64> {
        self.rows.iter().map(|row| row.0).collect()
    }

    /// Reason, line and detail of every refused row.
    pub(in crate::data) fn refused(&self) -> Vec<(Reason, u64, &str)> {
        let of = |reason| self.refusals.0[reason].examples.iter().map(move |e| (*reason, e.line, e.detail.as_str()));
        self.refusals.0.keys().flat_map(of).collect()
    }

    pub(in crate::data) fn ok(&self) -> &FileRead {
        self.result.as_ref().unwrap()
    }

    pub(in crate::data) fn error(&self) -> String {
        self.result.as_ref().unwrap_err().to_string()
    }
}

/// Writes the bytes to a file of this name and reads it.
pub(in crate::data) fn read_bytes(name: &str, bytes: &[u8]) -> Reading {
    read_with(name, bytes, ReadOptions::default())
}

pub(in crate::data) fn read_with(name: &str, bytes: &[u8], options: ReadOptions) -> Reading {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_file(&path, options)
}

fn read_file(path: &Path, options: ReadOptions) -> Reading {
    let file = SourceFile::new(path.to_path_buf(), None, None).unwrap();
    let reading = read_source(&file, options);
    if let Ok(read) = &reading.result {
        let bytes = std::fs::read(path).unwrap();
        assert_eq!((read.bytes, &read.digest), (bytes.len() as u64, &blake3::hash(&bytes).to_hex().to_string()));
    }
    reading
}

pub(in crate::data) fn read_source(file: &SourceFile, options: ReadOptions) -> Reading {
    let (mut rows, mut refusals) = (Vec::new(), Refusals::default());
    let result = read(file, &options, &mut refusals, &mut |batch| {
        for row in 0..batch.rows() {
            let cells =
                (0..batch.columns().len()).map(|c| (batch.columns()[c].clone(), batch.text(row, c).to_string()));
            rows.push((batch.line(row), cells.collect()));
        }
        Ok(())
    });
    if let Ok(read) = &result {
        assert_eq!((read.rows, read.refused), (rows.len() as u64, refusals.total()));
    }
    Reading { result, rows, refusals }
}

pub(in crate::data) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(in crate::data) fn parquet_bytes(batch: &RecordBatch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

type Table = (Vec<&'static str>, Vec<Vec<String>>);

fn csv_bytes(table: &Table, delimiter: u8) -> Vec<u8> {
    let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(&table.0).unwrap();
    table.1.iter().for_each(|row| writer.write_record(row).unwrap());
    writer.into_inner().unwrap()
}

fn ndjson_bytes(table: &Table) -> Vec<u8> {
    let line = |row: &Vec<String>| {
        let object: serde_json::Map<_, _> =
            table.0.iter().zip(row).map(|(name, cell)| (name.to_string(), cell.as_str().into())).collect();
        serde_json::to_string(&object).unwrap() + "\n"
    };
    table.1.iter().map(line).collect::<String>().into_bytes()
}

fn text_batch(table: &Table) -> RecordBatch {
    let column = |i: usize| Arc::new(StringArray::from_iter_values(table.1.iter().map(|row| &row[i]))) as ArrayRef;
    RecordBatch::try_from_iter(table.0.iter().enumerate().map(|(i, name)| (*name, column(i)))).unwrap()
}

/// Rows of which none is empty or looks like a note below the table.
fn table() -> impl Strategy<Value = Table> {
    let cell = "[a-zA-Z0-9 ,;\\t\"'\\r\\n\\\\éß株]{0,12}";
    let row = (r"[a-z0-9]{1,6}", prop::collection::vec(cell, 2));
    let row = row.prop_map(|(id, cells)| std::iter::once(id).chain(cells).collect());
    prop::collection::vec(row, 1..40).prop_map(|rows| (vec!["id", "größe", "c 3"], rows))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_table_gives_the_same_cells_in_every_format(table in table()) {
        let csv = csv_bytes(&table, b',');
        let ndjson = ndjson_bytes(&table);
        let files = [
            ("t.csv", csv.clone()),
            ("t.csv.gz", gzip(&csv)),
            ("t.csv.zst", zstd::encode_all(&csv[..], 3).unwrap()),
            ("t.tsv", csv_bytes(&table, b'\t')),
            ("t.ndjson", ndjson.clone()),
            ("t.ndjson.gz", gzip(&ndjson)),
            ("t.parquet", parquet_bytes(&text_batch(&table))),
        ];
        for (name, bytes) in files {
            let reading = read_bytes(name, &bytes);
            prop_assert_eq!(&reading.ok().columns, &table.0, "{}", name);
            prop_assert_eq!(reading.cells(), &table.1[..], "{}", name);
            prop_assert_eq!(reading.refusals.total(), 0);
        }
    }

    #[test]
    fn no_bytes_make_any_format_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for name in ["x.csv", "x.tsv", "x.ndjson", "x.json", "x.xlsx", "x.xls", "x.parquet", "x.csv.gz", "x.ndjson.zst"] {
            read_bytes(name, &bytes);
        }
        let unpacked = read_bytes("x.csv", &bytes);
        let packed = read_bytes("x.csv.gz", &gzip(&bytes));
        prop_assert_eq!(unpacked.rows, packed.rows);
        prop_assert_eq!(unpacked.refusals.total(), packed.refusals.total());
    }

    #[test]
    fn a_flipped_byte_in_a_packed_file_gives_rows_or_an_error(at in any::<prop::sample::Index>(), bit in 0..8) {
        let table: Table = (vec!["a", "b"], (0..50).map(|i| vec![i.to_string(), "x".repeat(i % 7)]).collect());
        let csv = csv_bytes(&table, b',');
        let files = [
            ("t.csv.gz", gzip(&csv)),
            ("t.csv.zst", zstd::encode_all(&csv[..], 3).unwrap()),
            ("t.parquet", parquet_bytes(&text_batch(&table))),
        ];
        for (name, mut bytes) in files {
            let at = at.index(bytes.len());
            bytes[at] ^= 1_u8 << bit;
            if let Err(e) = read_bytes(name, &bytes).result {
                prop_assert!(e.to_string().contains(name), "{}", e);
            }
        }
    }
}

#[test]
fn a_packed_file_cut_short_anywhere_is_one_error_that_names_it() {
    let rows: String = (0..30).map(|i| format!("{i},{}\n", blake3::hash(&[i as u8]))).collect();
    let csv = format!("id,value\n{rows}");
    for (name, bytes) in
        [("t.csv.gz", gzip(csv.as_bytes())), ("t.csv.zst", zstd::encode_all(csv.as_bytes(), 3).unwrap())]
    {
        for length in 0..bytes.len() {
            let reading = read_bytes(name, &bytes[..length]);
            let error = reading.error();
            assert!(error.contains(name) && error.contains("ends in the middle") && error.contains("again"), "{error}");
        }
        assert_eq!(read_bytes(name, &bytes).rows.len(), 30);
    }
}

#[test]
fn rows_before_the_cut_have_gone_to_the_sink() {
    let rows: String = (0..100_000).map(|i| format!("{i},{}\n", i % 977)).collect();
    let bytes = gzip(format!("id,value\n{rows}").as_bytes());
    let reading = read_bytes("t.csv.gz", &bytes[..bytes.len() * 3 / 4]);
    assert!(reading.result.is_err());
    assert!(reading.rows.len() > 50_000, "{}", reading.rows.len());
    assert!(reading.rows.iter().enumerate().all(|(i, row)| row.1[0].1 == i.to_string()));
    assert_eq!(reading.refusals.total(), 0);
}

#[test]
fn several_gzip_members_are_one_file() {
    let bytes = [gzip(b"a,b\n1,2\n"), gzip(b"3,4\n")].concat();
    assert_eq!(read_bytes("t.csv.gz", &bytes).cells(), [["1", "2"], ["3", "4"]]);
}

#[test]
fn a_parquet_file_cut_short_anywhere_is_one_error_that_names_it() {
    let table: Table = (vec!["a", "b"], (0..50).map(|i| vec![i.to_string(), format!("value {i}")]).collect());
    let bytes = parquet_bytes(&text_batch(&table));
    for length in (0..bytes.len()).step_by(3).chain([bytes.len() - 1]) {
        let error = read_bytes("t.parquet", &bytes[..length]).error();
        assert!(error.contains("t.parquet") && error.contains("not a whole Parquet file"), "{error}");
    }
}

#[test]
fn an_empty_file_is_no_error_but_noted() {
    for (name, bytes) in
        [("a.csv", b"".as_slice()), ("a.ndjson", b""), ("a.csv", b"\r\n\n"), ("a.csv", b"\xef\xbb\xbf")]
    {
        let reading = read_bytes(name, bytes);
        assert_eq!(reading.ok().notes, ["empty file"], "{name}");
        assert!(reading.rows.is_empty() && reading.ok().columns.is_empty());
    }
    assert_eq!(read_bytes("a.csv", b"id,name\n").ok().notes, ["no rows"]);
}

#[test]
fn a_file_that_is_something_else_is_read_as_what_it_is_and_told() {
    let csv = b"id,name\n1,a\n".as_slice();
    let batch = text_batch(&(vec!["id", "name"], vec![vec!["1".into(), "a".into()]]));
    for (name, bytes, note) in [
        ("x.csv", gzip(csv), "compressed with gzip"),
        ("x.csv", zstd::encode_all(csv, 1).unwrap(), "compressed with zstd"),
        ("x.csv", gzip(&gzip(csv)), "compressed with gzip"),
        ("x.csv", parquet_bytes(&batch), "a Parquet file"),
        ("x.csv", gzip(&parquet_bytes(&batch)), "a Parquet file"),
        ("x.xls", csv.to_vec(), "delimited text"),
        ("x.xlsx", csv.to_vec(), "delimited text"),
    ] {
        let reading = read_bytes(name, &bytes);
        assert_eq!(reading.cells(), [["1", "a"]], "{name} {note}");
        assert!(reading.ok().notes.iter().any(|n| n.contains(note)), "{:?}", reading.ok().notes);
    }
    let bomb = gzip(&gzip(&gzip(&gzip(csv))));
    for (name, bytes, what) in [
        ("x.csv", b"<!DOCTYPE html><html>Sign in</html>".as_slice(), "HTML"),
        ("x.xls", b"<html><table><tr><td>id</td></tr></table>", "HTML"),
        ("x.xls", b"<?xml version=\"1.0\"?><Workbook/>", "XML"),
        ("x.csv", b"PK\x03\x04....", "ZIP"),
        ("x.xlsx", b"PK\x03\x04....", "not a whole workbook"),
        ("x.xlsx", b"PK", "not a whole workbook"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more", "not a whole workbook"),
        ("x.csv", &bomb, "compressed too often"),
    ] {
        let error = read_bytes(name, bytes).error();
        assert!(error.contains(what) && error.contains(name), "{error}");
    }
    assert!(read_bytes("x.csv.gz", b"id,name\n1,2\n").error().contains("x.csv.gz"));
}

fn utf16(text: &str, mark: bool) -> Vec<u8> {
    mark.then_some(0xfeff).into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
}

#[test]
fn text_is_read_in_the_encoding_that_it_is_in() {
    let rows = [["1", "Müller"], ["2", "Zoë €"]];
    let text = "id;name\n1;Müller\n2;Zoë €\n";
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let named = |encoding: &str| ReadOptions { encoding: Some(encoding.into()), ..ReadOptions::default() };
    for (bytes, options, note) in [
        (text.as_bytes(), ReadOptions::default(), None),
        (&*windows, ReadOptions::default(), Some("read as Windows-1252: 2 cells")),
        (&*windows, named("cp1252"), None),
        (&utf16(text, true), ReadOptions::default(), Some("read as UTF-16BE")),
        (&utf16(text, false), ReadOptions::default(), Some("read as UTF-16BE")),
        (&utf16(text, false), named("utf-16be"), None),
    ] {
        let reading = read_with("t.csv", bytes, options);
        assert_eq!(reading.cells(), rows);
        assert_eq!(reading.ok().notes.iter().map(String::as_str).collect::<Vec<_>>(), Vec::from_iter(note));
    }
    let json = "{\"id\":1,\"name\":\"Müller\"}\n{\"id\":2,\"name\":\"x\"}\n";
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(json);
    let reading = read_bytes("t.ndjson", &windows);
    assert_eq!(reading.cells(), [["1", "Müller"], ["2", "x"]]);
    assert_eq!(reading.ok().notes, ["read as Windows-1252: 1 row"]);
    assert_eq!(read_bytes("t.json", &utf16(json, true)).cells(), [["1", "Müller"], ["2", "x"]]);
    let reading = read_with("t.csv", b"id,name\n1,\xe9\n", named("utf-8"));
    assert_eq!((reading.cells(), reading.ok().notes.len()), (vec![vec!["1", "\u{fffd}"]], 1));
    assert!(read_with("t.csv", b"id\n1\n", named("utf-9")).error().contains("utf-8"));
}

fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn files_in_an_archive_are_read_as_if_they_were_unpacked() {
    let csv = b"id,name\n1,a\n".as_slice();
    let parquet = parquet_bytes(&text_batch(&(vec!["id", "name"], vec![vec!["1".into(), "a".into()]])));
    let members = [("a.csv", csv), ("b.csv.gz", &gzip(csv)), ("c.parquet", &parquet)];
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.zip");
    let bytes = zip_of(&members);
    std::fs::write(&path, &bytes).unwrap();
    let member = |name: &str| SourceFile::new(path.clone(), Some(name.into()), None).unwrap();
    for (name, bytes) in members {
        let reading = read_source(&member(name), ReadOptions::default());
        assert_eq!(reading.cells(), [["1", "a"]], "{name}");
        assert_eq!(reading.ok().digest, blake3::hash(bytes).to_hex().to_string());
    }
    let error = read_source(&member("gone.csv"), ReadOptions::default()).error();
    assert!(error.contains("gone.csv") && error.contains("x.zip"), "{error}");

    // The flag of an encrypted member, in its own header and in the directory.
    let mut locked = bytes;
    for signature in [b"PK\x03\x04".as_slice(), b"PK\x01\x02"] {
        let at = locked.windows(4).position(|w| w == signature).unwrap();
        locked[at + if signature[2] == 3 { 6 } else { 8 }] |= 1;
    }
    std::fs::write(&path, &locked).unwrap();
    let error = read_source(&member("a.csv"), ReadOptions::default()).error();
    assert!(error.contains("password") && error.contains("a.csv"), "{error}");
}

#[test]
fn refused_rows_in_an_archive_name_the_file_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.zip");
    std::fs::write(&path, zip_of(&[("out/a.csv", b"id,name\n1\n")])).unwrap();
    let file = SourceFile::new(path, Some("out/a.csv".into()), None).unwrap();
    let reading = read_source(&file, ReadOptions::default());
    assert!(reading.refusals.0[&Reason::Ragged].examples[0].file.ends_with("x.zip/out/a.csv"));
}

#[test]
fn a_missing_file_and_an_error_of_the_sink_are_returned() {
    let file = SourceFile::new("no/such.csv".into(), None, None).unwrap();
    let error = read(&file, &ReadOptions::default(), &mut Refusals::default(), &mut |_| Ok(())).unwrap_err();
    assert!(error.to_string().contains("no/such.csv"));

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.csv");
    std::fs::write(&path, "a\n1\n".repeat(100_000)).unwrap();
    let mut blocks = 0;
    let error = read(&SourceFile { path, ..file }, &ReadOptions::default(), &mut Refusals::default(), &mut |_| {
        blocks += 1;
        Err(Error::cancelled())
    });
    assert_eq!(error.unwrap_err(), Error::cancelled());
    assert_eq!(blocks, 1);
}
