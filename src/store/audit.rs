//! Who changed what, when: one line of JSON per change in `audit.ndjson`. Written by the other files of this folder.

use crate::error::{Error, Result};
use crate::store::atomic;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::Path;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub at: Timestamp,
    pub who: String,
    pub what: What,
    /// The id of the score.
    pub score: String,
}

/// What was done to a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    Created,
    Cloned,
    DescriptionEdited,
    Rescheduled,
    /// Another model was made champion.
    Promoted,
    Updated,
    Deleted,
    Restored,
    /// What a deletion left was removed for good.
    Purged,
    /// The last good copy was put in the place of a broken file.
    Recovered,
}

/// The log, open before a change is made, so that a change that could not be recorded is not made either.
pub(crate) struct Audit {
    file: File,
}

impl Audit {
    pub fn open(path: &Path) -> Result<Audit> {
        let failed = |e| Error::new(format!("The audit log {} could not be opened.", path.display())).because(e);
        let file = atomic::open_lines(path)
            .map_err(failed)
            .map_err(|e| e.hint("Nothing was changed. Check who may write the file and its folder."))?;
        Ok(Audit { file })
    }

    /// Appends one line. The change is made by now, so a failure is a warning in the program's log and no more.
    pub fn record(&mut self, record: &Record) {
        let written = serde_json::to_vec(record).map_err(std::io::Error::from).and_then(|mut line| {
            line.push(b'\n');
            self.file.write_all(&line)?;
            self.file.sync_data()
        });
        if let Err(e) = written {
            tracing::warn!("a change of the score {} could not be recorded in the audit log: {e}", record.score);
        }
    }
}

/// The name of the user: `$USER`, else `$LOGNAME`, else the number of the user, else `unknown`.
pub fn user() -> String {
    let named =
        ["USER", "LOGNAME"].into_iter().find_map(|v| std::env::var(v).ok().filter(|name| !name.trim().is_empty()));
    named.or_else(user_number).unwrap_or_else(|| "unknown".into())
}

#[cfg(target_os = "linux")]
fn user_number() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    // The folder of a process belongs to its user.
    std::fs::metadata("/proc/self").ok().map(|m| format!("uid {}", m.uid()))
}

#[cfg(not(target_os = "linux"))]
fn user_number() -> Option<String> {
    None
}
