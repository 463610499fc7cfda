//! A published run by its id, or the newest of a score. Called by whoever shows or continues one run.

use super::index;
use super::layout::SUMMARY;
use super::summary_json;
use crate::domain::run::Run;
use crate::domain::score::is_id;
use crate::domain::text::shell_quoted;
use crate::error::{Error, Result, nearest};
use crate::workspace::Workspace;
use std::path::PathBuf;

/// A run that a reader found.
#[derive(Debug, Clone)]
pub struct FoundRun {
    pub run: Run,
    pub folder: PathBuf,
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
    Ok(FoundRun { run: summary_json::read(&folder)?, folder })
}

/// The run whose scores are shown ([`index::shown`]).
pub fn latest(workspace: &Workspace, score: &str) -> Option<FoundRun> {
    let lines = index::of(workspace, score).lines;
    of_score(workspace, score, &index::shown(&lines)?.id).ok()
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
                .hint(format!("propensity run start {}", shell_quoted(&score.name)))
        });
    }
    for score in &scores {
        let folder = workspace.paths.runs(&score.id).join(wanted);
        if is_id(wanted) && folder.join(SUMMARY).is_file() {
            return Ok(FoundRun { run: summary_json::read(&folder)?, folder });
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
pub(crate) fn new_scores_hint(score_name: &str) -> String {
    format!(
        "`propensity run start {} --kind scoring` writes new scores; `propensity doctor` tells what else is missing",
        shell_quoted(score_name)
    )
}
