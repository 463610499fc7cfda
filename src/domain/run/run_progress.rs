//! A run that is being made, as its journal tells it: the state that the screens and the command line show.
//! `process::follow` folds it from the journal.

use super::{RunKind, Stage, Status};
use jiff::Timestamp;
use serde::Serialize;

/// What is known of a run before it is published.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunProgress {
    /// Id of the run.
    pub run: String,
    /// Id of the score.
    pub score: String,
    /// Training or scoring.
    pub kind: RunKind,
    /// Name of the user whose process it is.
    pub user: String,
    /// Id of that process.
    pub pid: u32,
    /// When it began to work.
    pub started_at: Timestamp,
    /// Processing as long as the lock is held; else what the journal's last line says, or interrupted.
    pub status: Status,
    /// Code that it ended with, once it has.
    pub code: Option<u16>,
    /// What it came to, in a sentence; empty while it goes on.
    pub message: String,
    /// Name of the user who asked it to stop.
    pub cancelled_by: Option<String>,
    /// Stages that are over.
    pub stages: Vec<Stage>,
    /// Name of the stage it is in; none before the first and after the last.
    pub stage: Option<String>,
    /// When that stage began.
    pub stage_since: Timestamp,
    /// How far the stage is, in its own units (rows, rounds, profiles).
    pub done: u64,
    /// Units of the stage, where they are known.
    pub total: Option<u64>,
    /// Rows of the sources read so far.
    pub rows: u64,
    /// Warnings in the journal so far.
    pub warnings: u64,
    /// Time of the journal's last line.
    pub last_at: Timestamp,
}

impl RunProgress {
    /// Share (0–1) of the current stage that is done, where it is known.
    pub fn share(&self) -> Option<f64> {
        self.total.filter(|t| *t > 0).map(|total| (self.done as f64 / total as f64).min(1.0))
    }

    /// Whether its process lives.
    pub fn is_running(&self) -> bool {
        self.status == Status::Processing
    }
}
