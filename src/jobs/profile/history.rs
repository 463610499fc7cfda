//! The scores that a profile had in past runs.

use crate::data::scores::ScorePages;
use crate::domain::progress::Progress;
use crate::domain::run::Status;
use crate::error::Result;
use crate::jobs::run_folder;
use crate::jobs::workspace::Workspace;
use serde::Serialize;

/// Most runs that are looked into.
const MOST: usize = 30;

/// A score of the past.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Past {
    pub run: String,
    /// As `YYYY-MM-DD`.
    pub as_of: String,
    pub score: f64,
    pub percentile: i32,
    pub probability: f64,
}

/// The scores of a profile by run, newest first; runs without it, or whose scores cannot be read, are left out.
///
/// # Errors
/// Cancelled.
pub fn history(workspace: &Workspace, score: &str, profile: &str, progress: &dyn Progress) -> Result<Vec<Past>> {
    let runs = run_folder::list(workspace, score).runs;
    let mut past = Vec::new();
    for found in runs.into_iter().filter(|f| f.run.status == Status::Successful).take(MOST) {
        progress.check()?;
        let Ok(pages) = ScorePages::open(&found.folder.join(run_folder::SCORES)) else { continue };
        let Ok(Some(place)) = pages.find_id(profile, progress) else { continue };
        let Some((_, row)) = pages.rows(&[place]).ok().and_then(|mut rows| rows.pop()) else { continue };
        past.push(Past {
            run: found.run.id,
            as_of: found.run.cutoffs.as_of,
            score: row.score,
            percentile: row.percentile,
            probability: row.probability,
        });
    }
    progress.check()?;
    Ok(past)
}
