//! What has drifted since a model was trained: its features and its scores, as a scoring run finds them. Computed by
//! `pipeline::comparison::drift`, kept in the run's report, shown by `queries::report` and the screens.

use serde::{Deserialize, Serialize};

/// Today's profiles against those of the training.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Id of the training run whose model is applied.
    pub model_run: String,
    /// Profiles of the training that were looked at: a sample, where there are many.
    #[serde(rename = "then")]
    pub reference: u64,
    /// Profiles of this run that were looked at: a sample, where there are many.
    #[serde(rename = "now")]
    pub current: u64,
    /// How many features were compared.
    pub features: u64,
    /// The population stability index from which on something counts as drifted (`[thresholds] drift`).
    pub threshold: f64,
    /// Features that drifted: first those that could have stayed, then those that grow with the calendar; each group by
    /// falling index.
    #[serde(rename = "moved")]
    pub drifted: Vec<DistributionShift>,
    /// The scores, where they drifted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<DistributionShift>,
}

/// A feature, or the scores, whose distribution shifted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DistributionShift {
    /// Code of the feature (`count.webVisit.30d`), or `scores`.
    pub code: String,
    /// The feature in words (`Web visits, last 30 days`), or `Scores`.
    pub label: String,
    /// Population stability index between the two samples, 0 where they are alike (see `model::drift`).
    #[serde(rename = "shift")]
    pub psi: f64,
    /// The index that samples of these sizes exceed by chance with a probability of at most 5 %, over all comparisons.
    #[serde(rename = "chance")]
    pub critical_psi: f64,
    /// What the values were like in the training, in words: `median 3`, or the share of the bin that changed most.
    #[serde(rename = "then")]
    pub reference: String,
    /// What they are like now, in the same words.
    #[serde(rename = "now")]
    pub current: String,
}

impl DistributionShift {
    /// Whether it grows with the calendar: ages, and counts over all time. That it drifted is no news.
    pub fn grows_with_calendar(&self) -> bool {
        grows_with_calendar(&self.code)
    }
}

/// Whether a feature grows with the calendar, by its code.
pub fn grows_with_calendar(code: &str) -> bool {
    code.ends_with(".all") || matches!(code, "since.first" | "tenure")
}

impl Drift {
    /// Features that drifted and could have stayed.
    pub fn unexpected(&self) -> impl Iterator<Item = &DistributionShift> {
        self.drifted.iter().filter(|shift| !shift.grows_with_calendar())
    }

    /// Whether nothing drifted that could have stayed.
    pub fn is_stable(&self) -> bool {
        self.unexpected().next().is_none() && self.scores.is_none()
    }

    /// One sentence on what drifted, with at most three features, each called as `name` calls it; `None` where all is
    /// stable.
    pub fn sentence(&self, name: impl Fn(&DistributionShift) -> String) -> Option<String> {
        if self.is_stable() {
            return None;
        }
        let described =
            |s: &DistributionShift| format!("{} ({} → {}, shift {:.2})", name(s), s.reference, s.current, s.psi);
        let mut parts: Vec<String> = self.scores.iter().map(described).collect();
        parts.extend(self.unexpected().take(3).map(described));
        let count = self.unexpected().count();
        let more = count.saturating_sub(3);
        if more > 0 {
            parts.push(format!("{more} more"));
        }
        let features = format!("{count} of {} features", self.features);
        let what = match (&self.scores, count) {
            (Some(_), 0) => "the scores".to_string(),
            (Some(_), _) => format!("the scores and {features}"),
            (None, _) => features,
        };
        let parts = parts.join("; ");
        Some(format!("Drift: {what} moved since the training, more than chance explains: {parts}."))
    }
}
