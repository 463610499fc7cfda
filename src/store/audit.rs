//! Who did what, when: one line of JSON per action in `audit.ndjson`. Changes of the scores are written by the other files
//! of this folder, what becomes of runs by `process` and `runs`; `propensity audit list` reads it.

use super::atomic;
use crate::error::{Context, Error, Result};
use jiff::Timestamp;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// One line: who did what, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was done.
    pub at: Timestamp,
    /// The name of the user ([`user`]).
    #[serde(rename = "who")]
    pub user: String,
    /// What was done.
    #[serde(rename = "what", deserialize_with = "known_or_other")]
    pub action: Action,
    /// The id of the score; empty where it was about none.
    pub score: String,
    /// More about it, where there is more to say: the run, how many.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A score was created.
    Created,
    /// A score was created as a copy of another.
    Cloned,
    /// The description of a score was changed.
    DescriptionEdited,
    /// It was changed when a score runs.
    Rescheduled,
    /// Another model was made champion.
    Promoted,
    /// Another field of a score was changed, as the first run of it does.
    Updated,
    /// A score was moved to the trash.
    Deleted,
    /// A score was brought back from the trash.
    Restored,
    /// What a deletion left was removed for good.
    Purged,
    /// The last good copy was put in the place of a broken file, or a score that a file lost was put back.
    Recovered,
    /// A run was started.
    RunStarted,
    /// The end of a live run was asked for.
    RunCancelled,
    /// Runs were kept for long enough.
    RunsRemoved,
    /// A timer that starts due runs was installed.
    TimerInstalled,
    /// That timer was removed.
    TimerRemoved,
    /// `doctor` fixed a problem.
    #[serde(rename = "mended")]
    Fixed,
    /// An action that this program does not know: a later one wrote it.
    Other,
}

impl Action {
    /// What was done, for people.
    pub fn words(self) -> &'static str {
        match self {
            Action::Created => "created the score",
            Action::Cloned => "cloned a score",
            Action::DescriptionEdited => "edited the description",
            Action::Rescheduled => "changed the schedule",
            Action::Promoted => "promoted a model",
            Action::Updated => "updated the score",
            Action::Deleted => "deleted the score",
            Action::Restored => "restored the score",
            Action::Purged => "emptied the trash",
            Action::Recovered => "recovered what was lost",
            Action::RunStarted => "started a run",
            Action::RunCancelled => "cancelled a run",
            Action::RunsRemoved => "removed old runs",
            Action::TimerInstalled => "installed a timer",
            Action::TimerRemoved => "removed a timer",
            Action::Fixed => "mended",
            Action::Other => "(a later program's)",
        }
    }
}

/// A later program may know more actions; its lines are records nevertheless.
fn known_or_other<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Action, D::Error> {
    let word = String::deserialize(deserializer)?;
    let known: StrDeserializer<'_, WordError> = word.as_str().into_deserializer();
    Ok(Action::deserialize(known).unwrap_or(Action::Other))
}

/// `audit.ndjson` of a data folder.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("audit.ndjson")
}

/// The records in their order, and the number of lines that are none: a torn last line, garbage. No file holds none.
///
/// # Errors
/// The file is there and cannot be read.
pub fn read(data_dir: &Path) -> Result<(Vec<Record>, usize)> {
    let path = path(data_dir);
    let bytes = match std::fs::read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        read => read.context(|| format!("The audit log {} could not be read.", path.display()))?,
    };
    let lines = bytes.split(|&b| b == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let (mut records, mut unreadable) = (Vec::new(), 0);
    for line in lines {
        match serde_json::from_slice(line) {
            Ok(record) => records.push(record),
            Err(_) => unreadable += 1,
        }
    }
    Ok((records, unreadable))
}

/// Records what this user did, now. Best effort: what was done is done, whether or not it can be recorded.
pub fn note(data_dir: &Path, action: Action, score: &str, detail: impl Into<String>) {
    let record = Record { at: Timestamp::now(), user: user(), action, score: score.into(), detail: detail.into() };
    match Audit::open(&path(data_dir)) {
        Ok(mut audit) => audit.record(&record),
        Err(e) => tracing::warn!("what was done to the score {score} could not be recorded: {e}"),
    }
}

/// The log, open before a change is made, so that a change that could not be recorded is not made either.
pub(crate) struct Audit {
    file: File,
}

impl Audit {
    /// Opens the log for appending, and makes it where it is missing.
    ///
    /// # Errors
    /// The file or its folder cannot be written.
    pub fn open(path: &Path) -> Result<Audit> {
        let failed = |e| Error::new(format!("The audit log {} could not be opened.", path.display())).because(e);
        let file = atomic::open_for_append(path)
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn records_of_every_age_are_read_and_what_is_none_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()).unwrap(), (Vec::new(), 0), "no file");
        let old = r#"{"at":"2026-01-01T00:00:00Z","who":"ann","what":"created","score":"s"}"#;
        let later = r#"{"at":"2027-01-01T00:00:00Z","who":"ann","what":"frozen","score":"s","more":1}"#;
        let garbage: &[u8] = b"\xff\n{\"at\":\"never\"}\n\n";
        fs::write(path(dir.path()), [old.as_bytes(), b"\n", garbage, later.as_bytes(), b"\n{\"at\""].concat()).unwrap();
        note(dir.path(), Action::RunStarted, "s", "training r1");
        note(dir.path(), Action::Fixed, "", "");
        let (records, unreadable) = read(dir.path()).unwrap();
        let shown: Vec<(Action, &str)> = records.iter().map(|r| (r.action, r.detail.as_str())).collect();
        let expected =
            [(Action::Created, ""), (Action::Other, ""), (Action::RunStarted, "training r1"), (Action::Fixed, "")];
        assert_eq!((shown, unreadable), (expected.to_vec(), 3), "the torn line does not take the next one with it");
        let text = fs::read_to_string(path(dir.path())).unwrap_err();
        assert_eq!(text.kind(), ErrorKind::InvalidData);
        let last = fs::read(path(dir.path())).unwrap();
        assert!(!String::from_utf8_lossy(&last).lines().last().unwrap().contains("detail"), "absent when empty");
    }

    #[test]
    fn what_cannot_be_recorded_is_no_error() {
        note(Path::new("/no/such/folder"), Action::RunCancelled, "s", "r1");
    }
}
