//! What the columns of a source look like: made by `data` while a catalog is built, shown by the Data screen and `data
//! catalog`.

use serde::{Deserialize, Serialize};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnType {
    /// No cell has a value.
    Empty,
    /// Moments or days.
    Date,
    /// Numbers.
    Number,
    /// Yes and no.
    Boolean,
    /// Anything else.
    Text,
}

impl ColumnType {
    /// The type in a word.
    pub fn word(self) -> &'static str {
        match self {
            ColumnType::Empty => "empty",
            ColumnType::Date => "date",
            ColumnType::Number => "number",
            ColumnType::Boolean => "yes/no",
            ColumnType::Text => "text",
        }
    }
}

/// One column over all files of its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnProfile {
    /// Its name, or the canonical field that it fills.
    pub name: String,
    /// What its values are.
    pub column_type: ColumnType,
    /// Rows that have the column.
    pub rows: u64,
    /// Of these the ones with a value.
    pub filled: u64,
    /// Different values; a lower bound where `is_more`.
    pub distinct: u64,
    /// There are more different values than were counted.
    pub is_more: bool,
    /// The first different values.
    pub examples: Vec<String>,
    /// Of dates the first and the last day (`YYYY-MM-DD`).
    pub period: Option<(String, String)>,
}

impl ColumnProfile {
    /// Share (0–1) of the rows that have a value.
    pub fn filled_share(&self) -> f64 {
        if self.rows == 0 { 0.0 } else { self.filled as f64 / self.rows as f64 }
    }
}
