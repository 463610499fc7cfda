//! A run: what it came to, how it stands while it is live, what its quality checks found. Made by the pipeline, read by
//! everything that shows or schedules runs.
//!
//! [`summary`] is `run.json`, and [`line`] as much of it as lists need; [`run_progress`] is a run that is being made;
//! [`stage`] names its stages; [`quality`] holds its checks and [`codes`] what their codes mean; [`timeline`] marks the days of a score.

pub mod codes;
pub mod line;
pub mod quality;
pub mod run_progress;
pub mod stage;
mod summary;
pub mod timeline;

pub use summary::{
    AsOf, BandCount, Challenge, Counts, Cutoffs, Digests, Direction, FactorSummary, PopulationCounts, Run, RunKind,
    Stage, Status,
};
