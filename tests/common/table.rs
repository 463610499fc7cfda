//! A table of text, and how it is written in every format that the program reads.

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use std::io::Write;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(header: &[&str]) -> Table {
        Table { header: header.iter().map(ToString::to_string).collect(), rows: Vec::new() }
    }

    pub fn push(&mut self, row: &[String]) {
        assert_eq!(row.len(), self.header.len(), "a row has a cell for every column");
        self.rows.push(row.to_vec());
    }

    /// A table from cells, for what a test spells out.
    pub fn of(header: &[&str], rows: &[&[&str]]) -> Table {
        let mut table = Table::new(header);
        for row in rows {
            table.push(&row.iter().map(ToString::to_string).collect::<Vec<_>>());
        }
        table
    }

    /// The same table with its columns in the opposite order.
    pub fn reversed(&self) -> Table {
        let turn = |cells: &Vec<String>| cells.iter().rev().cloned().collect();
        Table { header: turn(&self.header), rows: self.rows.iter().map(turn).collect() }
    }

    /// The rows before `at`, and those from there on.
    pub fn split(&self, at: usize) -> (Table, Table) {
        let part = |rows: &[Vec<String>]| Table { header: self.header.clone(), rows: rows.to_vec() };
        (part(&self.rows[..at]), part(&self.rows[at..]))
    }

    /// The place of a column.
    pub fn column(&self, name: &str) -> usize {
        self.header.iter().position(|h| h == name).expect("the column exists")
    }

    pub fn csv(&self, delimiter: char) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter as u8).from_writer(Vec::new());
        for row in std::iter::once(&self.header).chain(&self.rows) {
            writer.write_record(row).expect("a record can be written");
        }
        writer.into_inner().expect("the text is complete")
    }

    /// JSON lines: numbers as numbers, empty cells left out.
    pub fn ndjson(&self) -> Vec<u8> {
        let mut text = Vec::new();
        for row in &self.rows {
            let cells = self.header.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
            let value =
                |cell: &String| cell.parse::<i64>().map_or_else(|_| cell.clone().into(), serde_json::Value::from);
            let object: serde_json::Map<_, _> = cells.map(|(name, cell)| (name.clone(), value(cell))).collect();
            serde_json::to_writer(&mut text, &object).expect("the line can be written");
            text.push(b'\n');
        }
        text
    }

    /// Parquet with types: stamps as timestamps, whole numbers as integers, empty cells as nulls.
    pub fn parquet(&self) -> Vec<u8> {
        let columns = self.header.iter().enumerate().map(|(at, name)| (name.as_str(), self.typed(at), true));
        let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("the columns are of one length");
        let mut writer =
            parquet::arrow::ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("the file can be begun");
        writer.write(&batch).expect("the rows can be written");
        writer.into_inner().expect("the file can be finished")
    }

    fn typed(&self, at: usize) -> ArrayRef {
        let cells: Vec<Option<&str>> =
            self.rows.iter().map(|r| Some(r[at].as_str()).filter(|cell| !cell.is_empty())).collect();
        let filled = || cells.iter().copied().flatten();
        let stamp = |cell: &str| cell.parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond());
        if filled().all(|c| c.parse::<i64>().is_ok()) {
            return Arc::new(cells.iter().map(|c| c.and_then(|c| c.parse().ok())).collect::<Int64Array>());
        }
        if filled().all(|c| stamp(c).is_some()) {
            let stamps: TimestampMillisecondArray = cells.iter().map(|c| c.and_then(stamp)).collect();
            return Arc::new(stamps.with_timezone("UTC"));
        }
        Arc::new(cells.into_iter().collect::<StringArray>())
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory can be written");
    encoder.finish().expect("the stream can be finished")
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).expect("memory can be compressed")
}
