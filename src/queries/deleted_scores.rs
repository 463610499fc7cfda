//! What lies in the trash and can be brought back, with what came with it. Called by `propensity score restore` and by the
//! list of deleted scores on the screens.

use crate::error::Result;
use crate::runs::layout;
use crate::store::scores::{DAYS_KEPT, Deleted};
use crate::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::path::Path;

/// A score that can be brought back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeletedScore {
    /// The id, which names it whatever other scores there are.
    pub score: String,
    pub name: String,
    pub deleted_at: Timestamp,
    pub deleted_by: String,
    /// It is removed for good at the first change after that.
    pub kept_until: Timestamp,
    pub runs: usize,
    pub bytes: u64,
}

/// What a trash without a score says.
pub fn empty_trash() -> String {
    format!("The trash is empty. A deleted score can be brought back for {DAYS_KEPT} days.")
}

/// The scores that can be brought back, the last deleted first.
///
/// # Errors
/// The scores file cannot be read.
pub fn list(workspace: &Workspace) -> Result<Vec<DeletedScore>> {
    Ok(workspace.scores.deleted()?.into_iter().map(|deleted| weighed(workspace, deleted)).collect())
}

fn weighed(workspace: &Workspace, deleted: Deleted) -> DeletedScore {
    let moved = deleted.runs_dir();
    // Runs that a deletion could not move lie where they were, and come back from there.
    let folder = if moved.is_dir() { moved } else { workspace.paths.runs(&deleted.score.id) };
    let runs = layout::published(&folder);
    let kept = SignedDuration::from_hours(24 * DAYS_KEPT);
    DeletedScore {
        kept_until: deleted.at.checked_add(kept).unwrap_or(Timestamp::MAX),
        runs: runs.len(),
        bytes: runs.iter().map(|run| size(&folder.join(run))).sum(),
        score: deleted.score.id,
        name: deleted.score.name,
        deleted_at: deleted.at,
        deleted_by: deleted.by,
    }
}

/// Bytes of the files in a folder.
pub(super) fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|f| f.metadata().ok()).map(|m| m.len()).sum()
}

impl DeletedScore {
    /// Whether a restoration by these words means it.
    pub fn is_called(&self, name_or_id: &str) -> bool {
        self.score == name_or_id || self.name.to_lowercase() == name_or_id.trim().to_lowercase()
    }
}
