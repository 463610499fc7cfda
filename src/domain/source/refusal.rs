//! Rows that were read but kept out, and why. Filled by `data`, stored in the run's report, shown by `data check`.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Why a row was refused. One variant per sentence that a user may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The row has more or fewer cells than the header.
    Ragged,
    /// The line is not a JSON object.
    BadJson,
    /// The row is larger than the program takes.
    TooLarge,
    /// The required id is empty.
    MissingId,
    /// A spreadsheet has shortened the id to a power of ten.
    DamagedId,
    /// The event type is empty.
    MissingEventType,
    /// The required timestamp is empty.
    MissingTimestamp,
    /// The timestamp is none of the known formats, or no such date exists.
    BadTimestamp,
    /// The timestamp lies in the future.
    FutureTimestamp,
    /// The row names a person, account or opportunity that no source has.
    Orphan,
    /// An event with this id was read before.
    DuplicateEventId,
}

impl Reason {
    /// The reason in words, as it stands in tables.
    pub fn words(self) -> &'static str {
        match self {
            Reason::Ragged => "wrong number of cells",
            Reason::BadJson => "not a JSON object",
            Reason::TooLarge => "row too large",
            Reason::MissingId => "id missing",
            Reason::DamagedId => "id damaged by a spreadsheet",
            Reason::MissingEventType => "event type missing",
            Reason::MissingTimestamp => "timestamp missing",
            Reason::BadTimestamp => "timestamp not understood",
            Reason::FutureTimestamp => "timestamp in the future",
            Reason::Orphan => "unknown person, account or opportunity",
            Reason::DuplicateEventId => "event id seen before",
        }
    }
}

/// One refused row, as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// Path of the file that the row stands in.
    pub file: String,
    /// 1-based; for Parquet the row number.
    pub line: u64,
    /// What exactly is wrong with this row, harmless to print.
    pub detail: String,
}

/// Count and first examples of one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonCount {
    /// Rows refused for the reason.
    pub count: u64,
    /// The first of them, at most [`MAX_EXAMPLES`].
    pub examples: Vec<Example>,
}

/// All refused rows of one reading, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Refusals(pub BTreeMap<Reason, ReasonCount>);

/// How many rows of each reason are kept as examples.
pub const MAX_EXAMPLES: usize = 20;

impl Refusals {
    /// Counts one refused row; its example is built only while examples are still wanted.
    pub fn refuse(&mut self, reason: Reason, example: impl FnOnce() -> Example) {
        self.refuse_many(reason, 1, example);
    }

    /// Counts a row that stands for `rows` rows (an unclosed quote swallows the lines after it).
    pub fn refuse_many(&mut self, reason: Reason, rows: u64, example: impl FnOnce() -> Example) {
        let refused = self.0.entry(reason).or_default();
        refused.count += rows;
        if refused.examples.len() < MAX_EXAMPLES {
            refused.examples.push(example());
        }
    }

    /// Adds what a later part of the reading refused.
    pub fn merge(&mut self, other: Refusals) {
        for (reason, theirs) in other.0 {
            let own = self.0.entry(reason).or_default();
            own.count += theirs.count;
            let room = MAX_EXAMPLES.saturating_sub(own.examples.len());
            own.examples.extend(theirs.examples.into_iter().take(room));
        }
    }

    /// Refused rows, over all reasons.
    pub fn total(&self) -> u64 {
        self.0.values().map(|t| t.count).sum()
    }
}
