//! What reading the sources found: files, rows, columns, refused rows, event types. Made by `data`, kept in the run's
//! report, shown by `data check`.

use super::refusal::Refusals;
use serde::{Deserialize, Serialize};

/// A canonical field and the column that fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldColumn {
    pub field: String,
    pub column: String,
    /// Recognised by another spelling; worth a look.
    pub guessed: bool,
}

/// One file as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    pub path: String,
    pub format: String,
    /// Rows kept.
    pub rows: u64,
    pub refused: u64,
    pub bytes: u64,
    /// BLAKE3 of the file's bytes, in hexadecimal.
    pub digest: String,
    pub notes: Vec<String>,
}

/// One source as read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceReport {
    pub kind: String,
    pub path: String,
    pub files: Vec<FileReport>,
    pub columns: Vec<FieldColumn>,
    /// Columns that are no canonical field: attributes or event fields.
    pub others: Vec<String>,
    /// First and last day (`YYYY-MM-DD`) of the rows' own stamps, where they have any.
    pub first_day: Option<String>,
    pub last_day: Option<String>,
    /// Share of rows in which a column is empty, for the columns that have empty cells.
    pub missing: Vec<(String, f64)>,
    pub refusals: Refusals,
    pub notes: Vec<String>,
}

impl SourceReport {
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|f| f.rows).sum()
    }

    pub fn refused(&self) -> u64 {
        self.files.iter().map(|f| f.refused).sum()
    }
}

/// An event type with its events before the as-of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeCount {
    pub event_type: String,
    pub events: u64,
}

/// The whole reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadReport {
    pub sources: Vec<SourceReport>,
    pub persons: u64,
    pub accounts: u64,
    pub opportunities: u64,
    pub events: u64,
    /// Events on or after the as-of date, which were not used.
    pub events_after: u64,
    pub event_types: Vec<TypeCount>,
    pub warnings: Vec<String>,
}

impl ReadReport {
    /// Rows refused and rows read, over all sources.
    pub fn refused(&self) -> (u64, u64) {
        let refused = self.sources.iter().map(SourceReport::refused).sum();
        (refused, refused + self.sources.iter().map(SourceReport::rows).sum::<u64>())
    }
}
