//! What reading the sources found: files, rows, columns, refused rows, event types. Made by `data`, kept in the run's
//! report, shown by `data check`.

use super::column_profile::ColumnProfile;
use super::refusal::Refusals;
use serde::{Deserialize, Serialize};

/// A canonical field and the column that fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldColumn {
    /// Name of the canonical field, as `person_id`.
    pub field: String,
    /// Name of the column in the file.
    pub column: String,
    /// Recognised by another spelling; worth a look.
    pub guessed: bool,
}

/// One file as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileReport {
    /// Path of the file, relative to the configuration where it lies below it.
    pub path: String,
    /// `csv`, `tsv`, `ndjson` or `parquet`.
    pub format: String,
    /// Rows kept.
    pub rows: u64,
    /// Rows that were read but kept out.
    pub refused: u64,
    /// Size of the file as it lies on disk.
    pub bytes: u64,
    /// BLAKE3 of the file's bytes, in hexadecimal.
    pub digest: String,
    /// What is worth knowing about how it was read, in sentences.
    pub notes: Vec<String>,
}

/// One source as read.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceReport {
    /// `person`, `account`, `opportunity` or `event`.
    pub kind: String,
    /// The path of the `[[source]]`: a file, a glob or a folder.
    pub path: String,
    /// Its files in reading order.
    pub files: Vec<FileReport>,
    /// Canonical fields that were found, with their columns.
    pub columns: Vec<FieldColumn>,
    /// Columns that are no canonical field: attributes or event fields.
    pub others: Vec<String>,
    /// First day (`YYYY-MM-DD`) of the rows' own stamps, where they have any.
    pub first_day: Option<String>,
    /// Last day (`YYYY-MM-DD`) of the same.
    pub last_day: Option<String>,
    /// Columns that have empty cells, each with the share (0–1) of rows in which it is empty.
    pub missing: Vec<(String, f64)>,
    /// Refused rows by reason, with examples.
    pub refusals: Refusals,
    /// What is worth knowing about the source, in sentences.
    pub notes: Vec<String>,
    /// The layout of its files: `plain`, or a system and a table of it, as `salesforce.Lead`.
    #[serde(default)]
    pub layout: String,
    /// Columns that tell only of today and are neither attributes nor fields.
    #[serde(default)]
    pub state_columns: Vec<String>,
    /// Events that its rows imply beside what they are, in words.
    #[serde(default)]
    pub implies: Vec<String>,
    /// What its columns look like, where that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ColumnProfile>,
}

impl SourceReport {
    /// Rows kept, over all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|f| f.rows).sum()
    }

    /// Rows refused, over all files.
    pub fn refused(&self) -> u64 {
        self.files.iter().map(|f| f.refused).sum()
    }
}

/// An event type with its events before the as-of date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeCount {
    /// The type as it stands in the data.
    pub event_type: String,
    /// Events of the type before the as-of date.
    pub events: u64,
}

/// The whole reading.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReadReport {
    /// In the order of the configuration.
    pub sources: Vec<SourceReport>,
    /// Persons, each id once.
    pub persons: u64,
    /// Accounts, each id once.
    pub accounts: u64,
    /// Opportunities, each id once.
    pub opportunities: u64,
    /// Events before the as-of date.
    pub events: u64,
    /// Events on or after the as-of date, which were not used.
    pub events_after: u64,
    /// Event types that occur, with their events.
    pub event_types: Vec<TypeCount>,
    /// What somebody should look at, in sentences.
    pub warnings: Vec<String>,
}

impl ReadReport {
    /// Rows refused and rows read, over all sources.
    pub fn refused(&self) -> (u64, u64) {
        let refused = self.sources.iter().map(SourceReport::refused).sum();
        (refused, refused + self.sources.iter().map(SourceReport::rows).sum::<u64>())
    }
}
