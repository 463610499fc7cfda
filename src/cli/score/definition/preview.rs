//! What the goal of a new definition matches in the data. Called by `score create` and `score clone`, before they write.

use crate::cli::progress::ProgressLine;
use crate::domain::score::{Repeatable, Score};
use crate::error::Result;
use crate::queries::catalog::{self, GoalPreview};
use crate::workspace::Workspace;

/// Looks what the goal matches, and whether the fields exist. Where repeatable is left to the data, it is decided now
/// and then frozen; a workspace without sources (or without any conversion yet) decides at its first training.
pub fn preview(workspace: &Workspace, score: &mut Score) -> Result<Option<GoalPreview>> {
    if workspace.config.sources.is_empty() {
        return Ok(None);
    }
    let progress = ProgressLine::cancelling();
    let preview = catalog::preview(workspace, score, workspace.as_of(None)?, &progress);
    progress.clear();
    let preview = preview?;
    if score.repeatable == Repeatable::Auto && preview.converters > 0 {
        score.repeatable = if preview.one_off { Repeatable::No } else { Repeatable::Yes };
    }
    Ok(Some(preview))
}
