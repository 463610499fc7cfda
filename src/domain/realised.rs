//! What past runs predicted against what came, once their prediction timeframe has passed. Computed by the runs after
//! (`pipeline::comparison::realised`), kept in their report, shown by `queries::report`, `cli` and the screens.

use super::metrics::{Evaluation, Metrics};
use crate::domain::run::line::RunLine;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// One past run, evaluated by what happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Realised {
    /// Id of the run whose predictions are evaluated.
    pub run: String,
    /// Id of the training run whose model gave the scores.
    pub model_run: String,
    /// The run's cutoff (`YYYY-MM-DD`).
    pub as_of: String,
    /// The day up to which conversions counted (`YYYY-MM-DD`, exclusive).
    pub until: String,
    /// The run was made long after its cutoff, so that it knew attributes of later.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hindsight: bool,
    /// Profiles that were scored and are still known.
    pub profiles: u64,
    /// Profiles that were scored and that the data know no more.
    pub gone: u64,
    /// Mean predicted probability (0–1): the conversion rate that was expected.
    pub expected: f64,
    /// Of the predictions against what happened; `metrics.base_rate` is the rate that came.
    pub evaluation: Evaluation,
    /// What the test of that model had found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tested: Option<Metrics>,
}

impl Realised {
    /// The month of the cutoff, as `YYYY-MM`: one run of each is judged, so that the timeframes overlap little.
    pub fn month(&self) -> &str {
        month(&self.as_of)
    }

    /// The conversion rate that came, 0–1.
    pub fn rate(&self) -> f64 {
        self.evaluation.conversions as f64 / self.profiles.max(1) as f64
    }
}

/// The month of a date that is written as `YYYY-MM-DD`.
pub fn month(date: &str) -> &str {
    date.get(..7).unwrap_or(date)
}

/// By month the runs whose predictions can be evaluated, the one that is to be evaluated first: its model had not learned from
/// what it was to predict. Runs that looked back come last, because they knew attributes of later; among equals the
/// first by as-of date. Also what the retention keeps until it was evaluated.
pub fn runs_to_evaluate(lines: &[Arc<RunLine>]) -> BTreeMap<&str, Vec<&RunLine>> {
    let by_id: HashMap<&str, &RunLine> = lines.iter().map(|line| (line.id.as_str(), &**line)).collect();
    let honest = |line: &RunLine| {
        let model = line.model_run.as_deref().and_then(|id| by_id.get(id));
        model.is_some_and(|model| model.as_of <= line.as_of)
    };
    let mut found: BTreeMap<&str, Vec<&RunLine>> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.is_successful() && !line.as_of.is_empty() && honest(line)) {
        found.entry(month(&line.as_of)).or_default().push(line);
    }
    for runs in found.values_mut() {
        runs.sort_by_key(|line| (line.hindsight, &line.as_of, &line.id));
    }
    found
}
