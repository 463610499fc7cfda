//! The folders of runs: `runs/<score>/<run>/`, published by renaming a finished `.<run>.live` folder, so that a reader
//! sees a whole run or none. One run per score at a time holds the score's lock. Called by
//! [`pipeline`](crate::process::execute) and everything that lists or reads runs; [`follow`](crate::process::follow) tells what a live one
//! is doing, [`interrupted`] what becomes of one whose process died.

use super::{index, interrupted};
use crate::data::snapshot;
use crate::domain::run::{Counts, Cutoffs, Digests, PopulationCounts, Run, RunKind, Status};
use crate::domain::score::{Score, is_id};
use crate::error::{Context, Error, Result, nearest};
use crate::process::cancel;
use crate::store::lock::{Holder, Lock};
use crate::store::{atomic, changes};
use crate::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub const SUMMARY: &str = "run.json";
pub const REPORT: &str = "report.json";
pub const JOURNAL: &str = "journal.ndjson";
pub const MODEL: &str = "model.json";
pub const EXPORT: &str = "model.xgboost.json";
pub const SCORES: &str = "scores.parquet";
/// The definition of the score as the run began with it, as it stands in `scores.json`: should that be lost, it is put back
/// from here ([`doctor`](crate::doctor)).
pub const DEFINITION: &str = "score.json";
/// What the process of the run said, where it said anything.
pub const LOG: &str = "run.log";
/// The lock in the folder of a score's runs, held as long as one is live.
pub const LOCK: &str = ".lock";

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
        for file in files.filter(|file| file.file_name() != cancel::REQUEST) {
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
pub(crate) fn take(workspace: &Workspace, score: &Score) -> Result<Lock> {
    let runs = workspace.paths.runs(&score.id);
    atomic::make_folder(&runs).on_disk(|| format!("The folder {} could not be made.", runs.display()))?;
    let lock = lock(&runs, &score.name)?;
    interrupted::all_that_can_be(workspace, (&score.id, &score.name));
    Ok(lock)
}

/// Takes the lock of a score's runs. Looking at it shares it for a moment, while a live run holds it for longer.
pub(crate) fn lock(runs: &Path, score_name: &str) -> Result<Lock> {
    let path = runs.join(LOCK);
    Lock::acquire(&path, PROBE).map_err(|error| match Lock::holder(&path) {
        // A lock that may not be taken can still name somebody who held it long ago.
        Some(holder) if Lock::is_held(&path) => busy(score_name, &holder),
        _ => error,
    })
}

fn busy(score_name: &str, holder: &Holder) -> Error {
    Error::new(format!("A run of '{score_name}' is live already; a score runs once at a time."))
        .because(format!("{} started it at {} (process {})", holder.user, holder.since, holder.pid))
}

/// The time, then digits that make it unique among all scores. Among the runs of one score ids order by beginning, even
/// where the clock was set back: then, and for the second of two runs within a second, the id takes the second after
/// that of the `newest`. When a run really began stands in its summary.
fn new_id(now: Timestamp, newest: Option<&str>) -> String {
    let after = newest.and_then(time_of).and_then(|at| at.checked_add(SignedDuration::from_secs(1)).ok());
    let stamp = after.map_or(now, |after| after.max(now)).strftime(STAMP).to_string();
    let salt = now.subsec_nanosecond() as u32 ^ std::process::id().rotate_left(16);
    format!("{stamp}-{:04x}", salt >> 16 ^ salt & 0xffff)
}

const STAMP: &str = "%Y%m%d-%H%M%S";

/// The time that an id is made from.
pub(crate) fn time_of(id: &str) -> Option<Timestamp> {
    let stamp = id.get(..15)?;
    Timestamp::strptime(format!("{STAMP} %z"), format!("{stamp} +0000")).ok()
}

/// The newest run in the folder of a score's runs, published or live.
pub fn newest(runs: &Path) -> Option<String> {
    let live = live_folders(runs).into_iter().filter_map(|folder| live_id(&folder).map(str::to_string));
    published(runs).into_iter().chain(live).filter(|id| time_of(id).is_some()).max()
}

pub fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<()> {
    let what = || format!("{} could not be written.", path.display());
    let text = serde_json::to_string_pretty(value).context(what)?;
    std::fs::write(path, text + "\n").on_disk(what)
}

/// The summary of a run of which nothing is known but what it is.
pub fn blank(id: &str, (score, score_name): (&str, &str), kind: RunKind, began: Timestamp) -> Run {
    Run {
        version: VERSION,
        id: id.into(),
        score: score.into(),
        score_name: score_name.into(),
        kind,
        status: Status::Processing,
        code: None,
        message: String::new(),
        started_at: began,
        finished_at: began,
        program: format!("propensity {}", env!("CARGO_PKG_VERSION")),
        stages: Vec::new(),
        counts: Counts::default(),
        cutoffs: Cutoffs::default(),
        population: PopulationCounts::default(),
        metrics: None,
        auc_without_attributes: None,
        out_of_time: true,
        verdict: None,
        factors: Vec::new(),
        histogram: Vec::new(),
        bands: Vec::new(),
        digests: Digests::default(),
        warnings: Vec::new(),
        checks: Vec::new(),
        as_of: String::new(),
        previous: None,
        model_run: None,
        challenge: None,
        no_xgboost: None,
    }
}

/// The folder of a run while it is being made.
pub fn live_path(runs: &Path, id: &str) -> PathBuf {
    runs.join(format!(".{id}.live"))
}

/// The id of the run whose live folder this is.
pub(crate) fn live_id(folder: &Path) -> Option<&str> {
    name_of(folder)?.strip_prefix('.')?.strip_suffix(".live").filter(|id| is_id(id))
}

/// Folders of runs that are being made, or were interrupted; the newest last.
pub(crate) fn live_folders(runs: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| live_id(p).is_some()).collect();
    folders.sort();
    folders
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

/// The ids of the published runs in the folder of a score's runs, in no order.
pub fn published(runs: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir()));
    folders.filter_map(|e| e.file_name().into_string().ok()).filter(|name| !name.starts_with('.')).collect()
}

/// The summary of a published run.
///
/// # Errors
/// There is none, it is of a newer version, or it does not parse.
pub fn read(folder: &Path) -> Result<Run> {
    let path = folder.join(SUMMARY);
    let broken = || format!("The run {} cannot be read.", path.display());
    let others = |e: Error| e.hint("Nothing was changed, and the other runs are untouched: start a new one.");
    let text = std::fs::read_to_string(&path).context(broken).map_err(others)?;
    let value: serde_json::Value = serde_json::from_str(&text).context(broken).map_err(others)?;
    let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
    if version > u64::from(VERSION) {
        return Err(Error::new(broken())
            .because(format!("it is of version {version}; this program knows {VERSION}"))
            .hint("Update propensity. The file was not changed, and the other runs are untouched."));
    }
    serde_json::from_value(value).context(broken).map_err(others)
}

/// One run of a score.
///
/// # Errors
/// It is not there, or its summary cannot be read.
pub fn of_score(workspace: &Workspace, score: &str, run: &str) -> Result<FoundRun> {
    let folder = workspace.paths.runs(score).join(run);
    if !is_id(run) || !folder.join(SUMMARY).is_file() {
        return Err(Error::new(format!("The run {run} of {score} is not there."))
            .because("it was removed, or never published")
            .hint("`propensity run list` lists the runs"));
    }
    Ok(FoundRun { run: read(&folder)?, folder })
}

/// The run whose scores are shown ([`index::shown`]).
pub fn latest(workspace: &Workspace, score: &str) -> Option<FoundRun> {
    let lines = index::of(workspace, score).lines;
    of_score(workspace, score, &index::shown(&lines)?.id).ok()
}

/// Removes what older runs keep of the data that they read. Everything that a run came to stays.
pub(crate) fn thin_out(workspace: &Workspace, score: &str) {
    let lines = index::of(workspace, score).lines;
    let lasting = index::lasting(&lines);
    let others = lines.iter().filter(|line| line.is_successful() && !lasting.contains(line.id.as_str()));
    let runs = workspace.paths.runs(score);
    others.for_each(|line| snapshot::remove(&runs.join(&line.id)));
}

/// A run by its id, or the latest run of a score by the score's name or id.
///
/// # Errors
/// No such run; the nearest names are told.
pub fn find(workspace: &Workspace, wanted: &str) -> Result<FoundRun> {
    let scores = workspace.scores.list()?;
    if let Ok(score) = workspace.scores.find(wanted) {
        let lines = index::of(workspace, &score.id).lines;
        return lines.iter().find_map(|line| of_score(workspace, &score.id, &line.id).ok()).ok_or_else(|| {
            Error::new(format!("The score '{}' has no run yet.", score.name))
                .hint(format!("propensity run start {}", quoted(&score.name)))
        });
    }
    for score in &scores {
        let folder = workspace.paths.runs(&score.id).join(wanted);
        if is_id(wanted) && folder.join(SUMMARY).is_file() {
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

/// What to do where a scores file is gone or broken.
pub(crate) fn write_scores_anew(score_name: &str) -> String {
    format!(
        "`propensity run start {} --kind scoring` writes new scores; `propensity doctor` tells what else is missing",
        quoted(score_name)
    )
}

/// A name as a shell takes it.
pub fn quoted(name: &str) -> String {
    if name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c)) {
        name.to_string()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

/// The lock of a score's runs, for changes that must not meet a live run. What an interrupted run left is settled.
///
/// # Errors
/// A run is live.
pub fn hold(workspace: &Workspace, score: &Score) -> Result<Option<Lock>> {
    let runs = workspace.paths.runs(&score.id);
    if !runs.is_dir() {
        return Ok(None);
    }
    let lock = lock(&runs, &score.name)?;
    interrupted::all_that_can_be(workspace, (&score.id, &score.name));
    Ok(Some(lock))
}
