//! The scores that a profile had in past runs.

use crate::data::scores::ScorePages;
use crate::domain::progress::Progress;
use crate::error::Result;
use crate::runs::index;
use crate::runs::layout;
use crate::workspace::Workspace;
use jiff::Timestamp;
use serde::Serialize;

/// Most runs that are looked into.
const MAX_RUNS: usize = 30;

/// A score of the past.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PastScore {
    pub run: String,
    /// When the run began: several may be as of one day.
    #[serde(skip)]
    pub started_at: Timestamp,
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
pub fn history(workspace: &Workspace, score: &str, profile: &str, progress: &dyn Progress) -> Result<Vec<PastScore>> {
    let lines = index::of(workspace, score).lines;
    let folder = workspace.paths.runs(score);
    let mut past = Vec::new();
    for line in lines.iter().filter(|line| line.is_successful()).take(MAX_RUNS) {
        progress.check()?;
        let Ok(pages) = ScorePages::open(&folder.join(&line.id).join(layout::SCORES)) else { continue };
        let Ok(Some(place)) = pages.find_id(profile, progress) else { continue };
        let Some((_, row)) = pages.rows(&[place]).ok().and_then(|mut rows| rows.pop()) else { continue };
        past.push(PastScore {
            run: line.id.clone(),
            started_at: line.started_at,
            as_of: line.as_of.clone(),
            score: row.score,
            percentile: row.percentile,
            probability: row.probability,
        });
    }
    progress.check()?;
    Ok(past)
}
