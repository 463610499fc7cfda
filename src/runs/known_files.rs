//! Which files below the folder of a score's runs are this program's. Whatever is not is named by the
//! [`doctor`](crate::doctor), and removed by nobody: the [`retention`](super::retention) leaves a run alone that somebody
//! keeps a file of their own with.

use super::{folder, retention};
use crate::data::snapshot;
use crate::process::cancel;
use crate::store::health;
use std::path::{Path, PathBuf};

/// What a run writes into its folder.
const FILES: [&str; 9] = [
    folder::SUMMARY,
    folder::REPORT,
    folder::JOURNAL,
    folder::MODEL,
    folder::EXPORT,
    folder::SCORES,
    folder::LOG,
    folder::DEFINITION,
    cancel::REQUEST,
];

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

/// What is not ours in the folder of one run, whatever that is called now.
pub(crate) fn foreign_in_run(folder: &Path) -> Vec<PathBuf> {
    let ours = |path: &Path| {
        let name = name(path);
        let known = FILES.contains(&name) || snapshot::FILES.contains(&name) || health::is_temporary(name);
        known && is_plain_file(path)
    };
    entries(folder).into_iter().filter(|path| !ours(path)).collect()
}

/// What is not ours in the folder of a score's runs and in the runs.
pub(crate) fn foreign_in_runs(runs: &Path) -> Vec<PathBuf> {
    let mut foreign = Vec::new();
    for path in entries(runs) {
        let name = name(&path);
        if is_run(&path) || folder::live_id(&path).is_some() || retention::gone_id(&path).is_some() {
            foreign.extend(foreign_in_run(&path));
        } else if !(is_plain_file(&path) && (name == folder::LOCK || health::is_temporary(name))) {
            foreign.push(path);
        }
    }
    foreign
}

/// Whether a folder is a published run's: by its name, or because it holds a summary.
pub(crate) fn is_run(folder: &Path) -> bool {
    let name = name(folder);
    let is_named = folder::time_of(name).is_some() || folder.join(folder::SUMMARY).is_file();
    !name.starts_with('.') && is_named && is_plain_folder(folder)
}
