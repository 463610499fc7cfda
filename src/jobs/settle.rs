//! What becomes of a run whose process died: a small summary in its place in the list of runs, so that nobody wonders
//! where it went. Called by [`run_folder`] and [`cancel`], which hold the score's lock.

use super::run_folder::{self, JOURNAL, LOG, REPORT, SUMMARY};
use super::workspace::Workspace;
use super::{cancel, follow};
use crate::domain::live::Live;
use crate::domain::run::Run;
use crate::error::{Context, Result};
use crate::store::{atomic, changes};
use std::path::Path;

/// What tells of a run; everything else in its folder is half written.
const KEPT: [&str; 4] = [JOURNAL, LOG, REPORT, cancel::REQUEST];

/// Settles all that interrupted runs of this score left behind. The caller holds the lock, so none of them is live.
///
/// A folder that resists does not stand in the way of the next run: it is removed, or left.
pub(super) fn all(workspace: &Workspace, (score, score_name): (&str, &str)) {
    let runs = workspace.paths.runs(score);
    for folder in run_folder::live_folders(&runs) {
        // A run that never wrote its first line never began.
        let settled = follow::left(&folder, score).is_some_and(|live| {
            let settled = publish(&runs, &folder, &summary(&live, score_name));
            settled.inspect_err(|e| tracing::warn!("the run {} leaves no trace: {e}", live.run)).is_ok()
        });
        if !settled && let Err(e) = std::fs::remove_dir_all(&folder) {
            tracing::warn!("{} could not be removed: {e}", folder.display());
        }
        changes::touch(&workspace.paths.data);
    }
}

/// A run that is not published as far as it is known, in the form of those that are.
pub fn summary(live: &Live, score_name: &str) -> Run {
    Run {
        status: live.status,
        code: live.code,
        message: live.message.clone(),
        finished_at: live.last_at.max(live.started_at),
        stages: live.stages.clone(),
        ..run_folder::blank(&live.run, (&live.score, score_name), live.kind, live.started_at)
    }
}

fn publish(runs: &Path, folder: &Path, run: &Run) -> Result<()> {
    let what = || format!("The run {} could not be settled.", run.id);
    for file in std::fs::read_dir(folder).context(what)?.flatten() {
        let kept = file.file_name().to_str().is_some_and(|name| KEPT.contains(&name));
        if !kept || file.metadata().is_ok_and(|m| m.len() == 0) {
            std::fs::remove_file(file.path()).context(what)?;
        }
    }
    run_folder::write_json(&folder.join(SUMMARY), run)?;
    std::fs::rename(folder, runs.join(&run.id)).context(what)?;
    atomic::sync_folder(runs).context(what)
}
