//! When scores are to run next, by the runs there were. Called by `propensity run start --due`, by the worker that it
//! starts, and by [`score_summaries`](crate::queries::score_summaries) for the screens.

use crate::domain::run::RunKind;
use crate::domain::run::line::RunLine;
use crate::domain::score::Score;
use crate::domain::score::schedule::{self, Due};
use crate::error::Result;
use crate::runs::index;
use crate::workspace::Workspace;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// When a score is to be scored and trained next, by its runs, newest first; runs that look back do not count.
pub fn next<'a>(score: &Score, lines: impl IntoIterator<Item = &'a RunLine>, now: Timestamp, zone: &TimeZone) -> Due {
    let mut lines: Vec<&RunLine> = lines.into_iter().collect();
    // Runs about days before those of an earlier run look back, and are none that a schedule waits for.
    let mut latest = String::new();
    lines.reverse();
    lines.retain(|line| {
        let looks_back = !line.as_of.is_empty() && line.as_of < latest;
        latest = latest.clone().max(line.as_of.clone());
        !looks_back
    });
    schedule::next(&score.schedule, lines.into_iter().rev().map(RunLine::attempt), now, zone)
}

/// What of a score is due.
pub fn due_now(workspace: &Workspace, score: &Score, now: Timestamp) -> Option<RunKind> {
    let lines = index::of(workspace, &score.id).lines;
    schedule::due_now(&next(score, lines.iter().map(|line| &**line), now, &workspace.zone()), now)
}

/// The scores that have a run due, with what is due, in the order of creation.
///
/// # Errors
/// The scores cannot be read.
pub fn due(workspace: &Workspace, now: Timestamp) -> Result<Vec<(Score, RunKind)>> {
    let scores = workspace.scores.list()?.into_iter();
    Ok(scores.filter_map(|score| due_now(workspace, &score, now).map(|kind| (score, kind))).collect())
}
