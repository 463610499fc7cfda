//! The business as a run read it, kept in the run's folder: persons, accounts and their daily activity, so that one
//! profile can be looked at, explained and asked "what if" later, whatever became of the sources since. Written by a run,
//! read by `queries::profile` for one profile at a time: of the files only the pages around that profile are read.
//!
//! | file | rows | columns |
//! |---|---|---|
//! | `snapshot-persons.parquet` | persons by id | `id`, `created`, `account` and `linked`, where their activity stands, `link.…` features at the as-of date where the model has them and scores persons, attributes |
//! | `snapshot-accounts.parquet` | accounts by id | the same, with `persons`: the rows of their persons |
//! | `snapshot-activity.parquet` | by subject and day | `subject`, `day`, `event_type`, `count` |
//! | `snapshot-numbers.parquet` | by subject and day | `subject`, `day`, `field`, `sum`, `last` |
//! | `snapshot.json` | | days, event types and fields by number |
//!
//! `write` writes the tables, `read` answers for one profile at a time.

mod read;
mod write;

pub use read::Snapshot;
pub use write::write;

use crate::domain::source::activity::Day;
use serde::{Deserialize, Serialize};
use std::path::Path;

const PERSONS: &str = "snapshot-persons.parquet";
const ACCOUNTS: &str = "snapshot-accounts.parquet";
const ACTIVITY: &str = "snapshot-activity.parquet";
const NUMBERS: &str = "snapshot-numbers.parquet";
const META: &str = "snapshot.json";
/// The files of a snapshot.
pub const FILES: [&str; 5] = [META, PERSONS, ACCOUNTS, ACTIVITY, NUMBERS];
const VERSION: u32 = 1;

/// What is one figure or one list each.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    version: u32,
    as_of: Day,
    first_day: Day,
    types: Vec<String>,
    fields: Vec<String>,
    /// None in the snapshots of older programs, whose models do not ask for them.
    #[serde(default)]
    active_days: Vec<Day>,
    /// Codes of the link features that the profiles were scored by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    links: Vec<String>,
}

/// Removes a snapshot; what is not there is no mistake.
pub fn remove(folder: &Path) {
    for name in FILES {
        let _ = std::fs::remove_file(folder.join(name));
    }
}

#[cfg(test)]
mod tests;
