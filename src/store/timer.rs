//! `timer.json`: when a timer was installed for this workspace, and when one called last. Written by
//! `propensity run start --due` and `propensity schedule`, read through [`schedule::timer_health`](crate::schedule::timer_health),
//! which says what it means.
//!
//! What cannot be read is as good as nothing known, and what cannot be written stops no run: the next call writes anew.

use super::{atomic, changes};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What is known of the timer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimerRecord {
    version: u64,
    /// When it was installed by this program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installed_at: Option<Timestamp>,
    /// When one called last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub called_at: Option<Timestamp>,
    /// What a later program keeps here; it survives.
    #[serde(flatten)]
    others: Map<String, Value>,
}

/// The version that is written where there is no file yet.
const VERSION: u64 = 1;

/// The name of the file.
pub const FILE: &str = "timer.json";

impl TimerRecord {
    /// A timer that was installed and called at these moments.
    pub fn new(installed_at: Option<Timestamp>, called_at: Option<Timestamp>) -> TimerRecord {
        TimerRecord { version: VERSION, installed_at, called_at, others: Map::new() }
    }

    /// Reads the record of a data folder; an empty one where there is none that can be used.
    pub fn read(data_dir: &Path) -> TimerRecord {
        inspect(data_dir).unwrap_or_default().unwrap_or_default()
    }
}

/// The record of a data folder, `None` where there is none.
///
/// # Errors
/// The file cannot be read or is no such record; why, in words.
pub fn inspect(data_dir: &Path) -> Result<Option<TimerRecord>, String> {
    match std::fs::read(path(data_dir)) {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e.to_string()),
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|e| e.to_string()),
    }
}

/// `timer.json` of a data folder.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE)
}

/// Records that a timer called now. Best effort, and only where there is a data folder: before the first score nothing is
/// due, and a folder must not be made where a drive is away.
pub fn called(data_dir: &Path, now: Timestamp) {
    change(data_dir, |record| record.called_at = Some(now));
}

/// Records that a timer was installed now, whatever called before it. Best effort, as [`called`].
pub fn installed(data_dir: &Path, now: Timestamp) {
    change(data_dir, |record| record.installed_at = Some(now));
}

/// Forgets the timer, because it was removed. Another one is known again from its next call on.
pub fn removed(data_dir: &Path) {
    if path(data_dir).exists() {
        change(data_dir, |record| (record.installed_at, record.called_at) = (None, None));
    }
}

/// Without a lock: of two that write at a time either tells of a timer that is there.
fn change(data_dir: &Path, change: impl FnOnce(&mut TimerRecord)) {
    if !data_dir.is_dir() {
        return;
    }
    let mut record = inspect(data_dir).unwrap_or_default().unwrap_or_else(|| TimerRecord::new(None, None));
    change(&mut record);
    let written = serde_json::to_vec_pretty(&record).map_err(|e| e.to_string()).and_then(|mut bytes| {
        bytes.push(b'\n');
        atomic::write(&path(data_dir), &bytes).map_err(|e| e.to_string())
    });
    match written {
        Ok(()) => changes::touch(data_dir),
        Err(why) => tracing::warn!("the call of the timer could not be recorded: {why}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn what_was_recorded_is_read_and_what_a_later_program_wrote_survives() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(TimerRecord::read(dir.path()), TimerRecord::default());
        let (one, other) = (at("2026-11-12T06:30:00Z"), at("2026-11-13T06:30:00Z"));
        installed(dir.path(), one);
        let before = changes::stamp(dir.path());
        called(dir.path(), other);
        assert_ne!(changes::stamp(dir.path()), before, "the screens learn of it");
        assert_eq!(TimerRecord::read(dir.path()), TimerRecord::new(Some(one), Some(other)));
        std::fs::write(path(dir.path()), r#"{"version":9,"called_at":"2026-11-12T06:30:00Z","host":"x"}"#).unwrap();
        called(dir.path(), other);
        let kept: Value = serde_json::from_slice(&std::fs::read(path(dir.path())).unwrap()).unwrap();
        assert_eq!((&kept["version"], &kept["host"]), (&9.into(), &"x".into()));
        assert_eq!(kept["called_at"], "2026-11-13T06:30:00Z");
        removed(dir.path());
        assert_eq!(TimerRecord::read(dir.path()).called_at, None);
    }

    #[test]
    fn garbage_is_nothing_known_and_a_folder_that_is_not_there_is_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let nowhere = dir.path().join("nowhere");
        called(&nowhere, at("2026-11-12T06:30:00Z"));
        assert!(!nowhere.exists());
        removed(dir.path());
        assert!(!path(dir.path()).exists());
        std::fs::write(path(dir.path()), "{").unwrap();
        assert!(inspect(dir.path()).is_err());
        assert_eq!(TimerRecord::read(dir.path()), TimerRecord::default());
        called(dir.path(), at("2026-11-12T06:30:00Z"));
        assert!(TimerRecord::read(dir.path()).called_at.is_some());
    }
}
