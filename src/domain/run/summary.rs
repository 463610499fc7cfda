//! A run: its summary (`run.json`), its status, the as-of date. Written by `jobs`, read by the command line.

use super::quality::Check;
use crate::domain::explanation::Band;
use crate::domain::metrics::{Estimate, Metrics, Verdict};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The cutoff at which today's scores are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// The end of the last day in the data.
    Data,
    /// The end of today.
    Now,
    /// The start of a day.
    Date(Date),
}

impl FromStr for AsOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.trim() {
            "data" | "" => Ok(AsOf::Data),
            "now" => Ok(AsOf::Now),
            date => date
                .parse()
                .map(AsOf::Date)
                .map_err(|_| format!("'{date}' is neither data, now nor a date (YYYY-MM-DD)")),
        }
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AsOf::Data => f.write_str("data"),
            AsOf::Now => f.write_str("now"),
            AsOf::Date(date) => date.fmt(f),
        }
    }
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunKind {
    /// Fit, test, then score.
    Training,
    /// Apply the champion model.
    Scoring,
}

impl fmt::Display for RunKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            RunKind::Training => "training",
            RunKind::Scoring => "scoring",
        })
    }
}

impl FromStr for RunKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "training" => Ok(RunKind::Training),
            "scoring" => Ok(RunKind::Scoring),
            other => Err(format!("'{other}' is neither training nor scoring")),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Processing,
    Successful,
    Failed,
    Cancelled,
    Interrupted,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Processing => "processing",
            Status::Successful => "successful",
            Status::Failed => "failed",
            Status::Cancelled => "cancelled",
            Status::Interrupted => "interrupted",
        })
    }
}

/// One stage with the seconds it took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    pub name: String,
    pub seconds: f64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    pub persons: u64,
    pub accounts: u64,
    pub opportunities: u64,
    pub events: u64,
    pub refused: u64,
}

/// The cutoffs of a run as dates (`YYYY-MM-DD`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cutoffs {
    pub as_of: String,
    pub test: Option<String>,
    /// Newest first.
    pub training: Vec<String>,
}

/// Profiles (training: rows over all cutoffs) of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopulationCounts {
    pub train: u64,
    pub train_conversions: u64,
    /// Training rows after negatives were sampled.
    pub train_sampled: u64,
    pub test: u64,
    pub test_conversions: u64,
    pub scored: u64,
}

/// One factor over all scored profiles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactorSummary {
    pub code: String,
    pub label: String,
    /// Mean absolute contribution in log-odds.
    pub mean_absolute: f64,
    /// Correlation of value and contribution: +1 rises with the value, −1 falls; absent for categories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<f64>,
    /// Share of all mean absolute contributions.
    pub share: f64,
    /// Share of the profiles to whose score it matters, with an importance of medium or high; 0 in the runs of older
    /// programs.
    #[serde(default)]
    pub carrying: f64,
}

/// Which way a factor moves the scores as its value grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    /// Up here and down there.
    Both,
}

impl FactorSummary {
    /// `None` where no direction is known: a category, or a value that does not vary.
    pub fn way(&self) -> Option<Direction> {
        self.direction.map(|d| match d {
            d if d > 0.2 => Direction::Up,
            d if d < -0.2 => Direction::Down,
            _ => Direction::Both,
        })
    }
}

/// How many scored profiles are in a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandCount {
    pub band: Band,
    pub profiles: u64,
}

/// Digests in hexadecimal (BLAKE3), by which a run can be told from another and verified.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests {
    /// Of the sources: file digests in reading order.
    pub inputs: String,
    /// Of the score's definition and of the settings that the result depends on.
    pub settings: String,
    /// Of `scores.parquet`.
    pub scores: String,
    /// Of `model.json`.
    pub model: String,
}

/// A new model (the challenger) against the one in use (the champion): both evaluation fits on the test rows of the new
/// one, which neither has learned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Challenge {
    /// The training run of the champion.
    pub champion: String,
    /// Whether the champion goes on giving the scores.
    pub stays: bool,
    /// Why, in a sentence.
    pub why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub champion_auc: Option<Estimate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenger_auc: Option<Estimate>,
    /// AUC of the challenger minus that of the champion, with the interval of the paired difference; absent where the two
    /// could not be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<Estimate>,
}

impl Run {
    /// Seconds from its start to its end.
    pub fn seconds(&self) -> f64 {
        self.finished_at.duration_since(self.started_at).as_secs_f64()
    }
}

/// `run.json`: what a run was and came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub version: u32,
    pub id: String,
    pub score: String,
    pub score_name: String,
    pub kind: RunKind,
    pub status: Status,
    /// Code of the quality check that stopped the run, or of its last remark.
    pub code: Option<u16>,
    pub message: String,
    pub started_at: Timestamp,
    pub finished_at: Timestamp,
    pub program: String,
    pub stages: Vec<Stage>,
    pub counts: Counts,
    pub cutoffs: Cutoffs,
    pub population: PopulationCounts,
    pub metrics: Option<Metrics>,
    /// Test AUC of the same fit without today's attributes.
    pub auc_without_attributes: Option<f64>,
    pub out_of_time: bool,
    pub verdict: Option<Verdict>,
    pub factors: Vec<FactorSummary>,
    /// Scored profiles by score: 20 bins of 5 points; empty in the runs of older programs.
    #[serde(default)]
    pub histogram: Vec<u64>,
    /// Scored profiles by band, best first.
    #[serde(default)]
    pub bands: Vec<BandCount>,
    pub digests: Digests,
    pub warnings: Vec<String>,
    /// Every quality check with the figure found and the threshold.
    pub checks: Vec<Check>,
    /// As asked for: `data`, `now` or a date.
    pub as_of: String,
    /// The run whose scores are shown as the previous ones.
    pub previous: Option<String>,
    /// The training run whose model gave the scores: the champion's. That of a training run is itself, unless the
    /// champion stayed.
    pub model_run: Option<String>,
    /// How a training run's model did against the champion; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// Why there is no XGBoost export, where there is none.
    pub no_xgboost: Option<String>,
}
