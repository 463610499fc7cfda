//! A run: its summary (`run.json`), its status, the as-of date. Written by the pipeline,
//! read through `runs`.

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

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Its process lives.
    Processing,
    /// Its scores were published.
    Successful,
    /// A quality check stopped it, or an error.
    Failed,
    /// Somebody asked it to stop.
    Cancelled,
    /// Its process ended without a last line in the journal.
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
    /// As the journal calls it, for example `read`.
    pub name: String,
    /// How long it took.
    pub seconds: f64,
}

/// What the sources hold, as far as a run reads it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Persons, each id once.
    pub persons: u64,
    /// Accounts, each id once.
    pub accounts: u64,
    /// Opportunities, each id once.
    pub opportunities: u64,
    /// Events before the as-of date.
    pub events: u64,
    /// Rows that were read but kept out.
    pub refused: u64,
}

/// The cutoffs of a run as dates (`YYYY-MM-DD`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cutoffs {
    /// The cutoff at which profiles are scored; empty where the run did not come so far.
    pub as_of: String,
    /// The newest cutoff of the out-of-time test; none in a scoring run.
    pub test: Option<String>,
    /// The other cutoffs of the test, newest first: there are some where one has few conversions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_tests: Vec<String>,
    /// Matured cutoffs after the test, in whose timeframes nobody converted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_season: Vec<String>,
    /// The cutoffs that the evaluation fit learned from, newest first.
    pub training: Vec<String>,
}

impl Cutoffs {
    /// All cutoffs of the test, newest first.
    pub fn tests(&self) -> impl Iterator<Item = &str> {
        self.test.iter().chain(&self.further_tests).map(String::as_str)
    }
}

/// Profiles (training: rows over all cutoffs) of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopulationCounts {
    /// Eligible rows over all training cutoffs, before negatives were sampled.
    pub train: u64,
    /// Those of them that converted within the timeframe.
    pub train_conversions: u64,
    /// Training rows after negatives were sampled.
    pub train_sampled: u64,
    /// Eligible profiles at the test cutoff.
    pub test: u64,
    /// Those of them that converted within the timeframe.
    pub test_conversions: u64,
    /// Eligible profiles at the as-of date.
    pub scored: u64,
    /// Profiles that are not scored because they had reached a one-off goal before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub converted_before: u64,
    /// Profiles that are not scored because the population rule of the score leaves them out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub outside_rule: u64,
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

/// One factor over all scored profiles.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactorSummary {
    /// Code of the feature, as `count.webVisit.30d`.
    pub code: String,
    /// The feature in words, as `Web visits, last 30 days`.
    pub label: String,
    /// Mean absolute contribution in log-odds.
    pub mean_absolute: f64,
    /// Correlation of value and contribution, −1 to 1: +1 rises with the value, −1 falls; absent for categories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<f64>,
    /// Share (0–1) of all mean absolute contributions.
    pub share: f64,
    /// Share (0–1) of the profiles to whose score it matters, with an importance of medium or high; 0 in the runs of
    /// older programs.
    #[serde(default, rename = "carrying")]
    pub influenced_share: f64,
}

/// Which way a factor moves the scores as its value grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The scores rise with the value.
    Up,
    /// The scores fall as the value rises.
    Down,
    /// Up here and down there.
    Both,
}

impl FactorSummary {
    /// `None` where no direction is known: a category, or a value that does not vary.
    pub fn effect_direction(&self) -> Option<Direction> {
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
    /// The band.
    pub band: Band,
    /// Scored profiles whose score is in it.
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
    /// Id of the training run of the champion.
    pub champion: String,
    /// Whether the champion goes on giving the scores.
    #[serde(rename = "stays")]
    pub champion_kept: bool,
    /// Why, in a sentence.
    pub why: String,
    /// AUC of the champion on the challenger's test rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub champion_auc: Option<Estimate>,
    /// AUC of the challenger on the same rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenger_auc: Option<Estimate>,
    /// AUC of the challenger minus that of the champion, with the interval of the paired difference; absent where the
    /// two could not be compared.
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
    /// Version of the format of `run.json`.
    pub version: u32,
    /// Unique within the workspace, and the name of the run's folder: a time in UTC and four hexadecimal digits
    /// (`20261124-020000-1a2f`).
    pub id: String,
    /// Id of the score.
    pub score: String,
    /// Name of the score at the time of the run.
    pub score_name: String,
    /// Training or scoring.
    pub kind: RunKind,
    /// How it ended.
    pub status: Status,
    /// Code of the quality check that stopped the run, or of its last remark.
    pub code: Option<u16>,
    /// What it came to, in a sentence.
    pub message: String,
    /// When its process began to work.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// The program that made it, as `propensity 0.1.0`.
    pub program: String,
    /// What it did, in order, with the seconds.
    pub stages: Vec<Stage>,
    /// What it read.
    pub counts: Counts,
    /// The days it learned from, was tested at and scored at.
    pub cutoffs: Cutoffs,
    /// Who was eligible at them.
    pub population: PopulationCounts,
    /// What the test found; none in a scoring run.
    pub metrics: Option<Metrics>,
    /// Test AUC (0–1) of the same fit without today's attributes.
    pub auc_without_attributes: Option<f64>,
    /// Whether the test lies after everything that the tested fit learned from.
    pub out_of_time: bool,
    /// How far the model can be trusted.
    pub verdict: Option<Verdict>,
    /// The influential factors over all scored profiles, largest share first.
    pub factors: Vec<FactorSummary>,
    /// Scored profiles by score: 20 bins of 5 points; empty in the runs of older programs.
    #[serde(default)]
    pub histogram: Vec<u64>,
    /// Scored profiles by band, best first.
    #[serde(default)]
    pub bands: Vec<BandCount>,
    /// Digests of what went in and what came out.
    pub digests: Digests,
    /// Warnings, each a whole sentence.
    pub warnings: Vec<String>,
    /// Every quality check with the figure found and the threshold.
    pub checks: Vec<Check>,
    /// As asked for: `data`, `now` or a date.
    pub as_of: String,
    /// Id of the run whose scores are shown as the previous ones.
    pub previous: Option<String>,
    /// Id of the training run whose model gave the scores: the champion's. That of a training run is itself, unless the
    /// champion stayed.
    pub model_run: Option<String>,
    /// How a training run's model did against the champion; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// Why there is no XGBoost export, where there is none.
    pub no_xgboost: Option<String>,
}
