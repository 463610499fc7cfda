//! A run that is being made, as its journal tells it: the state that the screens and the command line show. `jobs`
//! folds it from the journal.

use super::{RunKind, Stage, Status};
use jiff::Timestamp;
use serde::Serialize;

/// What is known of a run before it is published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunProgress {
    pub run: String,
    /// Id of the score.
    pub score: String,
    pub kind: RunKind,
    /// Whose process it is.
    pub user: String,
    pub pid: u32,
    pub started_at: Timestamp,
    /// Processing as long as the lock is held; else what the journal's last line says, or interrupted.
    pub status: Status,
    pub code: Option<u16>,
    pub message: String,
    /// Who asked it to stop.
    pub cancelled_by: Option<String>,
    /// Stages that are over.
    pub stages: Vec<Stage>,
    /// The stage it is in, and since when.
    pub stage: Option<String>,
    pub stage_since: Timestamp,
    /// How far the stage is, in its own units.
    pub done: u64,
    pub total: Option<u64>,
    /// Rows of the sources read so far.
    pub rows: u64,
    pub warnings: u64,
    /// Time of the last line.
    pub last_at: Timestamp,
}

impl RunProgress {
    /// Share of the current stage that is done, where it is known.
    pub fn share(&self) -> Option<f64> {
        self.total.filter(|t| *t > 0).map(|total| (self.done as f64 / total as f64).min(1.0))
    }

    pub fn is_running(&self) -> bool {
        self.status == Status::Processing
    }
}
