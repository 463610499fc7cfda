//! The kinds of work that a run consists of, and what each may cost: how much of it there is stands in the journal, so
//! that whoever reads it can tell how far the run is. The pipeline plans and begins steps of it,
//! [`work_progress`](super::work_progress) adds them up.

use serde::{Deserialize, Serialize};

/// A kind of work whose cost grows with its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Rows of the sources are read.
    Read,
    /// Rows that were read become daily activity.
    RollUp,
    /// Profiles are labelled and checked.
    Check,
    /// Features of rows are computed; a unit is a cell.
    Features,
    /// Features are searched for leaks; a unit is a cell.
    Leaks,
    /// Boosting rounds; a unit is what one costs, see `model::train`.
    Fit,
    /// Folds on which a ridge logistic is fitted; a unit is a cell.
    Ridge,
    /// Rows of the test are evaluated.
    Test,
    /// The new model is described: its values, its baseline; a unit is a cell.
    Describe,
    /// Profiles are ranked; a unit is a cell.
    Rank,
    /// Profiles are scored and explained; a unit is a cell.
    Score,
    /// Daily activity is kept; a unit is a row.
    Keep,
    /// What a later program does.
    #[serde(other)]
    Other,
}

impl Work {
    /// Seconds that a unit takes on a machine of two cores. Only the ratios matter: what the run has done so far tells
    /// how fast this machine is (`benches/progress.py` measures them).
    pub fn usual_rate(self) -> f64 {
        match self {
            Work::Read => 1.0e-6,
            Work::RollUp => 9.0e-8,
            Work::Check => 3.0e-6,
            Work::Features => 2.5e-8,
            Work::Leaks => 1.0e-7,
            Work::Fit => 6.7e-10,
            Work::Ridge => 5.0e-7,
            Work::Test => 8.0e-6,
            Work::Describe => 8.0e-8,
            Work::Rank => 3.0e-8,
            Work::Score => 2.7e-7,
            Work::Keep => 1.5e-7,
            Work::Other => 0.0,
        }
    }
}

/// A piece of work, done or to come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its kind.
    pub work: Work,
    /// How many rows, rounds or profiles it has, as its progress counts them.
    pub count: u64,
    /// Units of work that each of them is; at least 0.
    #[serde(default = "one")]
    pub size: f64,
    /// The count is a guess: the work ends when it is good enough, or is not counted yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
}

fn one() -> f64 {
    1.0
}

impl Step {
    /// So many rows, rounds or profiles of `size` units each.
    pub fn new(work: Work, count: u64, size: f64) -> Step {
        Step { work, count, size, open: false }
    }

    /// Units of work in all: finite and at least 0, whatever a journal holds.
    pub fn units(&self) -> f64 {
        let units = self.count as f64 * self.size;
        if units.is_nan() { 0.0 } else { units.clamp(0.0, 1e18) }
    }
}
