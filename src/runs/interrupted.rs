//! What becomes of a run whose process died: a small summary in its place in the list of runs, so that nobody wonders
//! where it went. Called by [`folder`](super::folder) and
//! [`process::cancel`](crate::process::cancel), which hold the score's lock.

use super::journal_state;
use super::layout;
use super::layout::{DEFINITION, JOURNAL, LOG, REPORT, SUMMARY};
use super::summary_json;
use crate::domain::run::Run;
use crate::domain::run::run_progress::RunProgress;
use crate::error::{Context, Result};
use crate::store::json;
use crate::store::{atomic, changes};
use crate::workspace::Workspace;
use std::fs::File;
use std::path::Path;

/// What tells of a run; everything else in its folder is half written.
const KEPT_FILES: [&str; 5] = [JOURNAL, LOG, REPORT, DEFINITION, layout::CANCEL_REQUEST];

/// Publishes what interrupted runs of this score left behind. The caller holds the lock, so none of them is live.
///
/// # Errors
/// A folder that resists, because the disk is full or the like. It is left for the next time; the others are published.
pub(crate) fn publish_all(workspace: &Workspace, (score, score_name): (&str, &str)) -> Result<()> {
    let runs = workspace.paths.runs(score);
    let mut outcome = Ok(());
    for folder in layout::live_folders(&runs) {
        let published = match journal_state::of_dead_run(&folder, score) {
            Some(live) => publish(&runs, &folder, &summary(&live, score_name)),
            // A run that never wrote its first line never began.
            None => std::fs::remove_dir_all(&folder)
                .on_disk(|| format!("The folder {} could not be removed.", folder.display())),
        };
        outcome = outcome.and(published);
        changes::touch(&workspace.paths.data);
    }
    outcome
}

/// The same for those who go on in any case: a folder that resists does not stand in the way of the next run.
pub(crate) fn publish_all_best_effort(workspace: &Workspace, score: (&str, &str)) {
    if let Err(error) = publish_all(workspace, score) {
        tracing::warn!("{error}");
    }
}

/// A run that is not published as far as it is known, in the form of those that are.
pub fn summary(live: &RunProgress, score_name: &str) -> Run {
    Run {
        status: live.status,
        code: live.code,
        message: live.message.clone(),
        finished_at: live.last_at.max(live.started_at),
        stages: live.stages.clone(),
        ..summary_json::empty(&live.run, (&live.score, score_name), live.kind, live.started_at)
    }
}

fn publish(runs: &Path, folder: &Path, run: &Run) -> Result<()> {
    let what = || format!("The run in {} could not be cleared away.", folder.display());
    remove_unfinished_files(folder).on_disk(what)?;
    let said_nothing = |path: &Path| std::fs::metadata(path).is_ok_and(|m| m.len() == 0);
    for path in KEPT_FILES.map(|name| folder.join(name)).iter().filter(|path| said_nothing(path)) {
        std::fs::remove_file(path).on_disk(what)?;
    }
    let summary = folder.join(SUMMARY);
    json::write_json(&summary, run)?;
    File::open(&summary).and_then(|file| file.sync_all()).on_disk(what)?;
    std::fs::rename(folder, runs.join(&run.id)).on_disk(what)?;
    atomic::sync_folder(runs).on_disk(what)
}

/// Leaves only what tells of a run that came to nothing.
pub(crate) fn remove_unfinished_files(folder: &Path) -> std::io::Result<()> {
    for file in std::fs::read_dir(folder)?.flatten() {
        let kept = file.file_name().to_str().is_some_and(|name| KEPT_FILES.contains(&name));
        if !kept {
            std::fs::remove_file(file.path())?;
        }
    }
    Ok(())
}
