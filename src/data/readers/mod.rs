//! Files of any format into blocks of rows as text, tolerant per row: a bad row is refused with its line and reason, all
//! others go on.
//!
//! In the order in which bytes pass through them:
//!
//! | file | what it does |
//! |---|---|
//! | [`source_files`] | the files that a source means, their format and compression |
//! | [`row_estimate`] | how many rows they hold, guessed before they are read |
//! | `stream` | feeds the rows of a source to one consumer, with their mapping; a thread reads ahead |
//! | `file` | opens one file, checks what it is, hands it to the reader of its format |
//! | `digest` | digests the bytes as they lie on the disk |
//! | `window` | a moving window over text, and the largest row |
//! | `csv`, `ndjson`, `parquet` | the formats |
//! | [`output`] | blocks, refused rows, names of columns |
//! | [`batch`] | a block of rows as text |

pub mod batch;
mod csv;
mod digest;
pub mod file;
mod ndjson;
pub mod output;
mod parquet;
pub mod row_estimate;
pub mod source_files;
pub(super) mod stream;
mod window;
