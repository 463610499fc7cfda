//! The folders of runs: `runs/<score>/<run>/`, published by renaming a finished `.<run>.live` folder, so that a reader
//! sees a whole run or none. One run per score at a time holds the score's lock. Called by
//! [`pipeline`](super::pipeline) and everything that lists or reads runs.

use super::workspace::Workspace;
use crate::domain::run::{Run, Status};
use crate::domain::score::Score;
use crate::error::{Context, Error, Result, nearest};
use crate::store::atomic;
use crate::store::lock::{Holder, Lock};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const SUMMARY: &str = "run.json";
pub const REPORT: &str = "report.json";
pub const JOURNAL: &str = "journal.ndjson";
pub const MODEL: &str = "model.json";
pub const EXPORT: &str = "model.xgboost.json";
pub const SCORES: &str = "scores.parquet";

/// The newest version of `run.json` that this program knows.
pub const VERSION: u32 = 1;

/// Longer than anybody holds the lock who only looks whether a run is live.
const PROBE: Duration = Duration::from_millis(300);

/// A run that is being made.
pub struct LiveRun {
    pub id: String,
    /// The folder to write into.
    pub folder: PathBuf,
    published: PathBuf,
    _lock: Lock,
}

impl LiveRun {
    /// Takes the score's lock and makes the live folder. What an interrupted run left behind is cleared away.
    ///
    /// # Errors
    /// Another run of this score is live (the error says whose, and since when), or the folder cannot be made.
    pub fn begin(workspace: &Workspace, score: &Score, now: Timestamp) -> Result<LiveRun> {
        let runs = workspace.paths.runs(&score.id);
        let failed = || format!("The folder {} could not be made.", runs.display());
        std::fs::create_dir_all(&runs).context(failed)?;
        let lock = runs.join(".lock");
        // Listing runs probes this lock for a moment; a live run holds it for longer than that.
        let lock = Lock::acquire(&lock, PROBE).map_err(|error| match Lock::holder(&lock) {
            Some(holder) => busy(score, Some(holder)),
            None => error,
        })?;
        for left in live_folders(&runs) {
            // An interrupted run that cannot be cleared away does not stand in the way of the next one.
            let _ = std::fs::remove_dir_all(left);
        }
        let id = new_id(now);
        let folder = runs.join(format!(".{id}.live"));
        std::fs::create_dir(&folder).context(failed)?;
        Ok(LiveRun { published: runs.join(&id), id, folder, _lock: lock })
    }

    /// Makes the run visible: everything to disk, then one rename.
    ///
    /// # Errors
    /// The disk is full, or the like; then nothing is published.
    pub fn publish(self, run: &Run) -> Result<PathBuf> {
        write_json(&self.folder.join(SUMMARY), run)?;
        let what = || format!("The run {} could not be published.", self.id);
        for file in std::fs::read_dir(&self.folder).context(what)?.flatten() {
            std::fs::File::open(file.path()).and_then(|f| f.sync_all()).context(what)?;
        }
        atomic::sync_folder(&self.folder).context(what)?;
        std::fs::rename(&self.folder, &self.published).context(what)?;
        if let Some(parent) = self.published.parent() {
            atomic::sync_folder(parent).context(what)?;
        }
        Ok(self.published)
    }
}

fn busy(score: &Score, holder: Option<Holder>) -> Error {
    let error = Error::new(format!("A run of '{}' is live already; a score runs once at a time.", score.name));
    match holder {
        Some(h) => error.because(format!("{} started it at {} (process {})", h.user, h.since, h.pid)),
        None => error,
    }
}

/// Sortable by time, unique by the last digits.
fn new_id(now: Timestamp) -> String {
    let stamp = now.strftime("%Y%m%d-%H%M%S");
    let salt = now.subsec_nanosecond() as u32 ^ std::process::id().rotate_left(16);
    format!("{stamp}-{:04x}", salt >> 16 ^ salt & 0xffff)
}

pub fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<()> {
    let what = || format!("{} could not be written.", path.display());
    let text = serde_json::to_string_pretty(value).context(what)?;
    std::fs::write(path, text + "\n").context(what)
}

fn live_folders(runs: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    entries
        .map(|e| e.path())
        .filter(|p| name_of(p).is_some_and(|n| n.starts_with('.') && n.ends_with(".live")))
        .collect()
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name().and_then(|n| n.to_str())
}

/// A run that a reader found.
#[derive(Debug, Clone)]
pub struct FoundRun {
    pub run: Run,
    pub folder: PathBuf,
}

/// What lies in the folder of a score's runs.
#[derive(Debug, Clone, Default)]
pub struct RunList {
    /// Newest first.
    pub runs: Vec<FoundRun>,
    /// Runs that are being made, or were interrupted.
    pub live: Vec<(String, Status)>,
    /// Folders whose `run.json` could not be read, and why.
    pub broken: Vec<(PathBuf, String)>,
}

/// All runs of a score, newest first.
pub fn list(workspace: &Workspace, score: &str) -> RunList {
    let runs = workspace.paths.runs(score);
    let mut found = RunList::default();
    for entry in std::fs::read_dir(&runs).into_iter().flatten().flatten() {
        let folder = entry.path();
        if name_of(&folder).is_none_or(|n| n.starts_with('.')) || !folder.is_dir() {
            continue;
        }
        match read(&folder) {
            Ok(run) => found.runs.push(FoundRun { run, folder }),
            Err(e) => found.broken.push((folder, e.to_string())),
        }
    }
    // Ids tell runs of one second apart, but do not order them.
    found.runs.sort_by(|a, b| (b.run.started_at, &b.run.id).cmp(&(a.run.started_at, &a.run.id)));
    let live = live_folders(&runs);
    if !live.is_empty() {
        let held = matches!(Lock::try_acquire(&runs.join(".lock")), Ok(None));
        let status = if held { Status::Processing } else { Status::Interrupted };
        let id = |p: &PathBuf| name_of(p).map(|n| n.trim_matches('.').trim_end_matches(".live").to_string());
        found.live = live.iter().filter_map(id).map(|id| (id, status)).collect();
    }
    found
}

/// The ids of the published runs in the folder of a score's runs, in no order.
pub fn published(runs: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    entries.filter_map(|e| e.file_name().into_string().ok()).filter(|name| !name.starts_with('.')).collect()
}

/// The summary of a published run.
///
/// # Errors
/// There is none, it is of a newer version, or it does not parse.
pub fn read(folder: &Path) -> Result<Run> {
    let path = folder.join(SUMMARY);
    let broken = || format!("The run {} cannot be read.", path.display());
    let text = std::fs::read_to_string(&path).context(broken)?;
    let value: serde_json::Value = serde_json::from_str(&text).context(broken)?;
    let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
    if version > u64::from(VERSION) {
        return Err(Error::new(broken()).because(format!("it is of version {version}; this program knows {VERSION}")));
    }
    serde_json::from_value(value).context(broken)
}

/// The newest successful run of a score that `wanted` accepts.
pub fn latest(workspace: &Workspace, score: &str, wanted: impl Fn(&Run) -> bool) -> Option<FoundRun> {
    list(workspace, score).runs.into_iter().find(|f| f.run.status == Status::Successful && wanted(&f.run))
}

/// A run by its id, or the latest run of a score by the score's name or id.
///
/// # Errors
/// No such run; the nearest names are told.
pub fn find(workspace: &Workspace, wanted: &str) -> Result<FoundRun> {
    let scores = workspace.scores.list()?;
    if let Ok(score) = workspace.scores.find(wanted) {
        return list(workspace, &score.id).runs.into_iter().next().ok_or_else(|| {
            Error::new(format!("The score '{}' has no run yet.", score.name))
                .hint(format!("propensity run start {}", quoted(&score.name)))
        });
    }
    for score in &scores {
        let folder = workspace.paths.runs(&score.id).join(wanted);
        if crate::domain::score::is_id(wanted) && folder.join(SUMMARY).is_file() {
            return Ok(FoundRun { run: read(&folder)?, folder });
        }
    }
    let error =
        Error::new(format!("There is no run and no score '{wanted}'.")).hint("`propensity run list` lists the runs");
    match nearest(wanted, scores.iter().map(|s| s.name.as_str())) {
        Some(near) => Err(error.because(format!("the nearest score is '{near}'"))),
        None => Err(error),
    }
}

/// A name as a shell takes it.
pub fn quoted(name: &str) -> String {
    if name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
        name.to_string()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

/// The lock of a score's runs, for changes that must not meet a live run.
///
/// # Errors
/// A run is live.
pub fn hold(workspace: &Workspace, score: &Score) -> Result<Option<Lock>> {
    let runs = workspace.paths.runs(&score.id);
    if !runs.is_dir() {
        return Ok(None);
    }
    let path = runs.join(".lock");
    match Lock::try_acquire(&path)? {
        Some(lock) => Ok(Some(lock)),
        None => Err(busy(score, Lock::holder(&path))),
    }
}
