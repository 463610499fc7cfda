//! Folders of runs that belong to no score. Every run keeps the definition that it ran with, so that a score that the
//! scores file lost is put back from its runs.

use super::finding::{Finding, Fix, Topic, foreign, quoted_path};
use crate::domain::score::{Score, is_id};
use crate::runs::known_files;
use crate::runs::layout;
use crate::runs::layout::DEFINITION;
use crate::store::health;
use crate::workspace::Workspace;
use serde_json::{Map, Value};
use std::path::Path;

pub(super) fn check(workspace: &Workspace, scores: &[Score]) -> Vec<Finding> {
    let runs = workspace.paths.data.join("runs");
    let deleted: Vec<String> = workspace.scores.trash().into_iter().filter_map(|entry| entry.score).collect();
    let known = |id: &str| scores.iter().any(|score| score.id == id) || deleted.iter().any(|d| d == id);
    let (mut found, mut strange) = (Vec::new(), Vec::new());
    for path in layout::entries(&runs) {
        let name = layout::name(&path);
        let holds_runs =
            || layout::entries(&path).iter().any(|p| known_files::is_run(p) || layout::live_id(p).is_some());
        if path.is_dir() && known(name) || health::is_temporary(name) {
            continue;
        } else if is_id(name) && layout::is_empty_folder(&path) {
            found.push(Finding::empty(Topic::Orphan, &path, "This folder for the runs of a score is empty."));
        } else if path.is_dir() && is_id(name) && holds_runs() {
            found.push(orphan(workspace, &path));
        } else {
            strange.push(path);
        }
    }
    found.extend(foreign(strange, &runs));
    found
}

fn orphan(workspace: &Workspace, folder: &Path) -> Finding {
    let id = layout::name(folder);
    let Some(kept) = definition(folder) else {
        let what = format!("These runs are of a score {id} that is neither listed nor in the trash.");
        let next = format!(
            "Look for the score in the copies of the scores file (*.bak, *.broken-*). If nobody misses it: rm -r {}",
            quoted_path(folder)
        );
        return Finding::unfixable(Topic::Orphan, folder, what).next(next);
    };
    let day = layout::time_of(&kept.run)
        .map_or_else(|| kept.run.clone(), |at| at.to_zoned_datetime(workspace.zone()).strftime("%Y-%m-%d").to_string());
    let what = format!(
        "The score '{}' is missing from the scores file; its runs hold its definition of {day}.",
        kept.score.name
    );
    Finding { score: id.into(), ..Finding::fixable(Topic::Orphan, folder, what, Fix::RestoreScore(kept.raw)) }
}

/// The definition that a run began with.
struct SavedDefinition {
    run: String,
    score: Score,
    raw: Map<String, Value>,
}

/// That of the newest run that has one; a folder under another name than the score's id is a copy, and has none.
fn definition(folder: &Path) -> Option<SavedDefinition> {
    let entries = layout::entries(folder);
    let live = entries.iter().filter_map(|path| Some((layout::live_id(path)?, path)));
    let published = entries.iter().filter(|path| known_files::is_run(path)).map(|path| (layout::name(path), path));
    let mut runs: Vec<(&str, &std::path::PathBuf)> = live.chain(published).collect();
    runs.sort_unstable_by(|a, b| b.cmp(a));
    runs.into_iter().find_map(|(run, path)| {
        let raw: Map<String, Value> = serde_json::from_slice(&std::fs::read(path.join(DEFINITION)).ok()?).ok()?;
        let score: Score = serde_json::from_value(Value::Object(raw.clone())).ok()?;
        let usable = score.id == layout::name(folder) && score.check().is_ok();
        usable.then(|| SavedDefinition { run: run.into(), score, raw })
    })
}
