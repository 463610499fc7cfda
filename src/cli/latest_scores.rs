//! Finds the run whose scores a command is about. Used by the verbs of `score` and `profile` that print scores.

use crate::domain::text::shell_quoted;
use crate::error::{Error, Result};
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::workspace::Workspace;

/// The latest successful run of a score.
pub fn latest_scores(workspace: &Workspace, name_or_id: &str) -> Result<FoundRun> {
    let score = workspace.scores.find(name_or_id)?;
    find::latest(workspace, &score.id).ok_or_else(|| {
        Error::new(format!("The score '{}' has no scores yet.", score.name))
            .hint(format!("propensity run start {}", shell_quoted(&score.name)))
    })
}
