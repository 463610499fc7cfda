//! What lies in the trash: deleted scores, for a week.

use super::finding::{Finding, Fix, Topic, counted, foreign, quoted_path};
use crate::runs::known_files;
use crate::runs::layout;
use crate::store::health;
use crate::store::scores::{DAYS_KEPT, TrashEntry, is_entry};
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};

pub(super) fn check(workspace: &Workspace) -> Vec<Finding> {
    let trash = workspace.paths.data.join("trash");
    let entries = workspace.scores.trash();
    let (old, others): (Vec<&TrashEntry>, Vec<&TrashEntry>) = entries.iter().partition(|entry| entry.expired);
    let mut found = expired(workspace, &old);
    let mut strange = Vec::new();
    for entry in others {
        match &entry.score {
            Some(_) => strange.extend(foreign_in(&entry.path)),
            None if layout::is_empty_folder(&entry.path) && is_entry(layout::name(&entry.path)) => {
                let what = "This folder for a deleted score is empty, as a crash leaves it.";
                found.push(Finding::empty(Topic::Trash, &entry.path, what));
            }
            None if layout::is_plain_folder(&entry.path) => found.push(unreadable(&entry.path)),
            None if health::is_temporary(layout::name(&entry.path)) => {}
            None => strange.push(entry.path.clone()),
        }
    }
    found.extend(foreign(strange, &trash));
    if found.is_empty() && !entries.is_empty() {
        let what = format!("The trash is good, with {} to restore.", counted(entries.len(), "score"));
        found.push(Finding::fine(Topic::Trash, &trash, what));
    }
    found
}

fn unreadable(path: &Path) -> Finding {
    Finding::unfixable(Topic::Trash, path, format!("The deleted score in {} cannot be read.", path.display()))
        .because("its score.json is missing or broken, so that it can be neither restored nor removed")
        .next(format!("Mend its score.json, or remove it for good: rm -r {}", quoted_path(path)))
}

/// What was kept for long enough. The store removes all of it or nothing, so a file of somebody else's keeps all of it.
fn expired(workspace: &Workspace, old: &[&TrashEntry]) -> Vec<Finding> {
    let kept_for: Vec<PathBuf> = old.iter().flat_map(|entry| in_entry_and_left_behind(workspace, entry)).collect();
    let describe = |entry: &&TrashEntry| {
        let id = entry.score.as_deref().unwrap_or_default();
        let what = format!("The deleted score {id} is in the trash for more than {DAYS_KEPT} days.");
        let found = match kept_for.first() {
            None => Finding::fixable(Topic::Trash, &entry.path, what, Fix::PurgeTrash(entry.path.clone())),
            Some(file) => Finding::unfixable(Topic::Trash, &entry.path, what)
                .because(format!("{} is not this program's, and would be removed with it", file.display()))
                .next("Move that file away, then: propensity doctor --fix"),
        };
        Finding { score: id.into(), ..found }
    };
    old.iter().map(describe).collect()
}

fn in_entry_and_left_behind(workspace: &Workspace, entry: &TrashEntry) -> Vec<PathBuf> {
    let left_behind = entry.score.as_deref().map(|id| known_files::foreign_in_runs(&workspace.paths.runs(id)));
    foreign_in(&entry.path).into_iter().chain(left_behind.unwrap_or_default()).collect()
}

/// What is not ours in the folder of a deleted score.
fn foreign_in(folder: &Path) -> Vec<PathBuf> {
    let mut foreign = Vec::new();
    for path in layout::entries(folder) {
        match layout::name(&path) {
            "runs" if layout::is_plain_folder(&path) => foreign.extend(known_files::foreign_in_runs(&path)),
            "score.json" if layout::is_plain_file(&path) => {}
            name if health::is_temporary(name) && layout::is_plain_file(&path) => {}
            _ => foreign.push(path),
        }
    }
    foreign
}
