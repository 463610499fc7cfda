//! A run: what it came to, how it stands while it is live, what its quality checks found. Made by the pipeline, read by
//! everything that shows or schedules runs.
//!
//! | file or folder | what it holds |
//! |---|---|
//! | [`stage`] | the names of its stages, in order |
//! | [`run_progress`] | a run that is being made |
//! | [`work`], [`work_progress`] | what it has to do, how far it is as a whole, and when it will be over |
//! | [`quality`], [`codes`] | its checks, and what their codes mean |
//! | `summary` | [`Run`]: `run.json` |
//! | `line` | as much of a summary as lists need |
//! | [`timeline`] | how the days of a score went |

pub mod codes;
pub mod line;
pub mod quality;
pub mod run_progress;
pub mod stage;
mod summary;
pub mod timeline;
pub mod work;
pub mod work_progress;

pub use summary::{
    AsOf, BandCount, Challenge, Counts, Cutoffs, Digests, Direction, FactorSummary, PopulationCounts, Run, RunKind,
    Stage, Status,
};
