//! When scores are to run next, by the runs there were. Called by `propensity run start --due` and the screens.

use super::run_folder;
use super::workspace::Workspace;
use crate::domain::run::{RunKind, Status};
use crate::domain::schedule::{self, Due};
use crate::domain::score::Score;
use crate::error::Result;
use jiff::Timestamp;

/// When a score is to be scored and trained next.
pub fn next(workspace: &Workspace, score_id: &str) -> Due {
    let runs = run_folder::list(workspace, score_id).runs;
    let good = || runs.iter().map(|found| &found.run).filter(|run| run.status == Status::Successful);
    let scored = good().map(|run| run.started_at).next();
    let trained = good().find(|run| run.kind == RunKind::Training).map(|run| run.started_at);
    schedule::next(scored, trained)
}

/// The scores that have a run due, with what is due, in the order of creation.
///
/// # Errors
/// The scores cannot be read.
pub fn due(workspace: &Workspace, now: Timestamp) -> Result<Vec<(Score, RunKind)>> {
    let scores = workspace.scores.list()?.into_iter();
    Ok(scores.filter_map(|s| schedule::due_now(&next(workspace, &s.id), now).map(|kind| (s, kind))).collect())
}
