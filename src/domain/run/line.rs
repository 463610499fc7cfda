//! One run in a list: as much of its summary as lists, charts, schedules and the choice of the champion ask for. Made
//! by `runs::index` from the summaries, and kept in the cache folder.

use super::{Run, RunKind, Status};
use crate::domain::score::schedule::Attempt;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A line in the list of runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunLine {
    /// Id of the run: a time in UTC and four hexadecimal digits (`20261124-020000-1a2f`).
    pub id: String,
    /// Id of the score.
    pub score: String,
    /// Name of the score at the time of the run.
    pub score_name: String,
    /// Training or scoring.
    pub kind: RunKind,
    /// How it ended.
    pub status: Status,
    /// Code of the quality check that stopped it, or of its last remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// What it came to, in a sentence.
    pub message: String,
    /// When its process began to work.
    pub started_at: Timestamp,
    /// When it ended; of an interrupted run the time of the journal's last line.
    pub finished_at: Timestamp,
    /// Profiles that were scored.
    pub scored: u64,
    /// Its as-of date (`YYYY-MM-DD`); empty where the run did not come so far.
    pub as_of: String,
    /// Test AUC of a training run, 0–1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auc: Option<f64>,
    /// Id of the training run whose model gave the scores.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_run: Option<String>,
    /// It was asked for as of a day that had long passed: attributes are those of later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hindsight: bool,
    /// Of a training run: its model was not better, and the champion before it stayed.
    #[serde(default, rename = "lost", skip_serializing_if = "std::ops::Not::not")]
    pub champion_kept: bool,
}

/// Days after which a run about the past knows more of its profiles than was known then.
const HINDSIGHT_DAYS: i64 = 7;

/// Whether a run that was asked for as of `as_of` (`data`, `now` or a date) looks back.
pub fn is_hindsight(as_of: &str, started_at: Timestamp) -> bool {
    let Ok(day) = as_of.parse::<Date>() else { return false };
    let Ok(then) = day.to_zoned_datetime(TimeZone::UTC) else { return false };
    started_at.duration_since(then.timestamp()) > SignedDuration::from_hours(24 * HINDSIGHT_DAYS)
}

impl RunLine {
    /// As much of a summary as the list shows.
    pub fn from_run(run: &Run) -> RunLine {
        RunLine {
            id: run.id.clone(),
            score: run.score.clone(),
            score_name: run.score_name.clone(),
            kind: run.kind,
            status: run.status,
            code: run.code,
            message: run.message.clone(),
            started_at: run.started_at,
            finished_at: run.finished_at,
            scored: run.population.scored,
            as_of: run.cutoffs.as_of.clone(),
            auc: run.metrics.as_ref().and_then(|m| m.auc.as_ref()).map(|auc| auc.value),
            model_run: run.model_run.clone(),
            hindsight: is_hindsight(&run.as_of, run.started_at),
            champion_kept: run.challenge.as_ref().is_some_and(|c| c.champion_kept),
        }
    }

    /// Whether it ended with scores that were published.
    pub fn is_successful(&self) -> bool {
        self.status == Status::Successful
    }

    /// Whether it has a model that scores can come from.
    pub fn has_model(&self) -> bool {
        self.is_successful() && self.kind == RunKind::Training
    }

    /// What orders runs, also of several scores: the time in the id, which for the runs of one score rises even where
    /// the clock was set back.
    pub fn order(&self) -> &str {
        self.id.get(..15).unwrap_or(&self.id)
    }

    /// The order of the runs of one score; those of one second, which only earlier programs made, are told apart by
    /// their start.
    pub fn cmp_order(&self, other: &RunLine) -> Ordering {
        (self.order(), self.started_at, &self.id).cmp(&(other.order(), other.started_at, &other.id))
    }

    /// Seconds from its start to its end.
    pub fn seconds(&self) -> f64 {
        self.finished_at.duration_since(self.started_at).as_secs_f64().max(0.0)
    }

    /// The run as far as a schedule asks.
    pub fn attempt(&self) -> Attempt {
        Attempt { kind: self.kind, status: self.status, at: self.started_at }
    }
}
