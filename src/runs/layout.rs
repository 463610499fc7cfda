//! What lies where in the folder of a score's runs: a published run in `<run>/`, one that is being made in `.<run>.live/`,
//! one that is being removed in `.<run>.gone/`, and beside them the lock. An id of a run begins with the time at which it
//! began. Used by everything that reads, writes or checks runs.

use crate::domain::score::is_id;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};

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

/// The time, then digits that make it unique among all scores. Among the runs of one score ids order by beginning, even
/// where the clock was set back: then, and for the second of two runs within a second, the id takes the second after
/// that of the `newest`. When a run really began stands in its summary.
pub(super) fn new_id(now: Timestamp, newest: Option<&str>) -> String {
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

/// The folder of a run while it is being made.
pub fn live_path(runs: &Path, id: &str) -> PathBuf {
    runs.join(format!(".{id}.live"))
}

/// The id of the run whose live folder this is.
pub(crate) fn live_id(folder: &Path) -> Option<&str> {
    name(folder).strip_prefix('.')?.strip_suffix(".live").filter(|id| is_id(id))
}

/// Folders of runs that are being made, or were interrupted; the newest last.
pub(crate) fn live_folders(runs: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|e| e.path()).filter(|p| live_id(p).is_some()).collect();
    folders.sort();
    folders
}

/// The ids of the published runs in the folder of a score's runs, in no order.
pub fn published(runs: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir()));
    folders.filter_map(|e| e.file_name().into_string().ok()).filter(|name| !name.starts_with('.')).collect()
}

/// The request in the folder of a live run.
pub const CANCEL_REQUEST: &str = "cancel.json";

const REMOVED: &str = ".gone";

/// The folder of a run while it is being removed.
pub(crate) fn removed_path(runs: &Path, id: &str) -> PathBuf {
    runs.join(format!(".{id}{REMOVED}"))
}

/// The id of the run whose removed folder this is.
pub(crate) fn removed_id(folder: &Path) -> Option<&str> {
    name(folder).strip_prefix('.')?.strip_suffix(REMOVED).filter(|id| is_id(id))
}

/// Folders of removed runs that a crash left.
pub(crate) fn removed_folders(runs: &Path) -> Vec<PathBuf> {
    let is_gone = |path: &PathBuf| removed_id(path).is_some() && is_plain_folder(path);
    entries(runs).into_iter().filter(is_gone).collect()
}

/// What lies in a folder, by path; nothing where it cannot be listed.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    paths.sort();
    paths
}

/// The last part of a path; empty where it is no text, which is no name of ours.
pub(crate) fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Whether it is a file itself, not a link to one.
pub(crate) fn is_plain_file(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|m| m.is_file())
}

/// Whether it is a folder itself, not a link to one.
pub(crate) fn is_plain_folder(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|m| m.is_dir())
}

/// Whether it is a folder itself, with nothing in it.
pub(crate) fn is_empty_folder(path: &Path) -> bool {
    is_plain_folder(path) && std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
}
