//! Files of any format into blocks of rows as text, tolerant per row.

pub mod batch;
mod csv;
pub mod file;
mod ndjson;
mod parquet;
pub mod source_files;
pub(super) mod stream;
