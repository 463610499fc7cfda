//! Which files below the folder of a score's runs are this program's. Whatever is not is named by the
//! [`doctor`](crate::doctor), and removed by nobody: the [`retention`](super::retention) leaves a run alone that somebody
//! keeps a file of their own with.

use super::layout;
use super::layout::{entries, is_plain_file, is_plain_folder, name};
use crate::data::snapshot;
use crate::store::health;
use std::path::{Path, PathBuf};

/// What a run writes into its folder.
const FILES: [&str; 9] = [
    layout::SUMMARY,
    layout::REPORT,
    layout::JOURNAL,
    layout::MODEL,
    layout::EXPORT,
    layout::SCORES,
    layout::LOG,
    layout::DEFINITION,
    layout::CANCEL_REQUEST,
];

/// What is not ours in the folder of one run, whatever that is called now.
pub(crate) fn foreign_in_run(folder: &Path) -> Vec<PathBuf> {
    let is_known = |path: &Path| {
        let name = name(path);
        let known = FILES.contains(&name) || snapshot::FILES.contains(&name) || health::is_temporary(name);
        known && is_plain_file(path)
    };
    entries(folder).into_iter().filter(|path| !is_known(path)).collect()
}

/// What is not ours in the folder of a score's runs and in the runs.
pub(crate) fn foreign_in_runs(runs: &Path) -> Vec<PathBuf> {
    let mut foreign = Vec::new();
    for path in entries(runs) {
        let name = name(&path);
        if is_run(&path) || layout::live_id(&path).is_some() || layout::removed_id(&path).is_some() {
            foreign.extend(foreign_in_run(&path));
        } else if !(is_plain_file(&path) && (name == layout::LOCK || health::is_temporary(name))) {
            foreign.push(path);
        }
    }
    foreign
}

/// Whether a folder is a published run's: by its name, or because it holds a summary.
pub(crate) fn is_run(folder: &Path) -> bool {
    let name = name(folder);
    let is_named = layout::time_of(name).is_some() || folder.join(layout::SUMMARY).is_file();
    !name.starts_with('.') && is_named && is_plain_folder(folder)
}
