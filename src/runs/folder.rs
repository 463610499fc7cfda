//! The folder of a live run and its lock: `runs/<score>/<run>/`, published by renaming a finished `.<run>.live` folder, so that a reader
//! sees a whole run or none. One run per score at a time holds the score's lock. Called by
//! [`process::execute`](crate::process::execute) for a run, and by whoever must not meet a live one; [`interrupted`] is what
//! becomes of a run whose process died.

use super::interrupted;
use super::layout;
use super::layout::{DEFINITION, LOCK, LOG, SUMMARY, live_path, new_id, newest};
use crate::domain::run::Run;
use crate::domain::score::Score;
use crate::error::{Context, Error, Result};
use crate::store::json::write_json;
use crate::store::lock::{Holder, Lock};
use crate::store::{atomic, changes};
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longer than anybody holds the lock who only looks whether a run is live.
const LOCK_TIMEOUT: Duration = Duration::from_millis(300);

/// A run that is being made.
pub struct LiveRun {
    pub id: String,
    /// The folder to write into.
    pub folder: PathBuf,
    published: PathBuf,
    data_dir: PathBuf,
    _lock: Lock,
}

impl LiveRun {
    /// Makes the live folder, under the lock that `take` gave, with the definition of the score in it.
    ///
    /// # Errors
    /// The folder or the file cannot be made.
    pub fn begin(workspace: &Workspace, score: &Score, now: Timestamp, lock: Lock) -> Result<LiveRun> {
        let runs = workspace.paths.runs(&score.id);
        let failed = |folder: &Path| format!("The folder {} could not be made.", folder.display());
        let id = new_id(now, newest(&runs).as_deref());
        let folder = live_path(&runs, &id);
        std::fs::create_dir(&folder).on_disk(|| failed(&folder))?;
        write_json(&folder.join(DEFINITION), score)?;
        let data_dir = workspace.paths.data.clone();
        Ok(LiveRun { published: runs.join(&id), id, folder, data_dir, _lock: lock })
    }

    /// Makes the run visible: everything to disk, then one rename.
    ///
    /// # Errors
    /// The disk is full, or the like; then nothing is published.
    pub fn publish(&self, run: &Run) -> Result<()> {
        write_json(&self.folder.join(SUMMARY), run)?;
        let log = self.folder.join(LOG);
        if std::fs::metadata(&log).is_ok_and(|m| m.len() == 0) {
            // Nothing was said, and an empty file would only make people look.
            let _ = std::fs::remove_file(&log);
        }
        let what = || format!("The run {} could not be published as {}.", self.id, self.published.display());
        let files = std::fs::read_dir(&self.folder).on_disk(what)?.flatten();
        // A request to stop can be another user's file, and nothing depends on it.
        for file in files.filter(|file| file.file_name() != layout::CANCEL_REQUEST) {
            std::fs::File::open(file.path()).and_then(|f| f.sync_all()).on_disk(what)?;
        }
        atomic::sync_folder(&self.folder).on_disk(what)?;
        std::fs::rename(&self.folder, &self.published).on_disk(what)?;
        // It is published by now, and everybody sees it: only a power cut could still take it back.
        if let Err(e) = self.published.parent().map_or(Ok(()), atomic::sync_folder) {
            tracing::warn!("the folder of the run {} could not be flushed to the disk: {e}", self.id);
        }
        changes::touch(&self.data_dir);
        Ok(())
    }
}

/// Takes the lock of a score's runs, for a run to begin. Of an interrupted run that left its folder behind, a trace is
/// published.
///
/// # Errors
/// Another run of this score is live (the error says whose, and since when), or the folder cannot be made.
pub(crate) fn lock_for_run(workspace: &Workspace, score: &Score) -> Result<Lock> {
    let runs = workspace.paths.runs(&score.id);
    atomic::make_folder(&runs).on_disk(|| format!("The folder {} could not be made.", runs.display()))?;
    let lock = lock(&runs, &score.name)?;
    interrupted::publish_all_best_effort(workspace, (&score.id, &score.name));
    Ok(lock)
}

/// Takes the lock of a score's runs. Looking at it shares it for a moment, while a live run holds it for longer.
pub(crate) fn lock(runs: &Path, score_name: &str) -> Result<Lock> {
    let path = runs.join(LOCK);
    Lock::acquire(&path, LOCK_TIMEOUT).map_err(|error| match Lock::holder(&path) {
        // A lock that may not be taken can still name somebody who held it long ago.
        Some(holder) if Lock::is_held(&path) => already_running(score_name, &holder),
        _ => error,
    })
}

fn already_running(score_name: &str, holder: &Holder) -> Error {
    Error::new(format!("A run of '{score_name}' is live already; a score runs once at a time."))
        .because(format!("{} started it at {} (process {})", holder.user, holder.since, holder.pid))
}

/// The lock of a score's runs, for changes that must not meet a live run. What an interrupted run left is published.
///
/// # Errors
/// A run is live.
pub fn lock_existing(workspace: &Workspace, score: &Score) -> Result<Option<Lock>> {
    let runs = workspace.paths.runs(&score.id);
    if !runs.is_dir() {
        return Ok(None);
    }
    let lock = lock(&runs, &score.name)?;
    interrupted::publish_all_best_effort(workspace, (&score.id, &score.name));
    Ok(Some(lock))
}
