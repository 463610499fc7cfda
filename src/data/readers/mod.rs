//! Files of any format into blocks of rows as text, tolerant per row: a bad row is refused with its line and reason, all
//! others go on.
//!
//! In the order in which bytes pass through them:
//!
//! | file | what it does |
//! |---|---|
//! | [`source_files`], [`source_file`] | the files that a source means, their format and compression |
//! | `archive` | files in ZIP archives |
//! | [`row_estimate`] | how many rows they hold, guessed before they are read |
//! | `stream` | feeds the rows of a source to one consumer, with their mapping; a thread reads ahead |
//! | [`options`] | what the configuration says about reading a file |
//! | [`file`](mod@file) | opens one file, hands it to the reader of its format |
//! | `file_kind` | what a file is by its first bytes |
//! | `digest` | digests the bytes as they lie on the disk |
//! | `encoding` | text in any encoding as UTF-8 |
//! | `window` | a moving window over text, and the largest row |
//! | `csv`, `json`, `workbook`, `parquet` | the formats |
//! | `table` | where a table begins and ends, and the names of its columns |
//! | [`output`] | blocks, refused rows, notes |
//! | [`batch`] | a block of rows as text |

mod archive;
pub mod batch;
mod csv;
mod digest;
mod encoding;
pub mod file;
mod file_kind;
mod json;
pub mod options;
pub mod output;
mod parquet;
pub mod row_estimate;
pub mod source_file;
pub mod source_files;
pub(super) mod stream;
mod table;
mod window;
mod workbook;
