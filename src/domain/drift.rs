//! What has moved since a model was trained: its features and its scores, as a scoring run finds them. Computed by `jobs`,
//! kept in the run's report, shown by the command line and the screens.

use serde::{Deserialize, Serialize};

/// Today's profiles against those of the training.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// The training run.
    pub model_run: String,
    /// Profiles that were looked at: samples, where there are many.
    pub then: u64,
    pub now: u64,
    /// Features that were compared.
    pub features: u64,
    /// The shift from which on something counts as moved (`[thresholds] drift`).
    pub threshold: f64,
    /// Features that moved, the furthest first.
    pub moved: Vec<Moved>,
    /// The scores, where they moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scores: Option<Moved>,
}

/// Something that moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    pub code: String,
    pub label: String,
    /// Population stability index between then and now.
    pub shift: f64,
    /// The shift that samples of this size reach by chance, at most.
    pub chance: f64,
    /// What it was like, in words.
    pub then: String,
    pub now: String,
}

impl Drift {
    pub fn is_none(&self) -> bool {
        self.moved.is_empty() && self.scores.is_none()
    }

    /// One sentence, where something moved.
    pub fn sentence(&self, name: impl Fn(&Moved) -> String) -> Option<String> {
        if self.is_none() {
            return None;
        }
        let named = |m: &Moved| format!("{} ({} → {}, shift {:.2})", name(m), m.then, m.now, m.shift);
        let mut parts: Vec<String> = self.scores.iter().map(named).collect();
        parts.extend(self.moved.iter().take(3).map(named));
        let more = self.moved.len().saturating_sub(3);
        if more > 0 {
            parts.push(format!("{more} more"));
        }
        let features = format!("{} of {} features", self.moved.len(), self.features);
        let what = match (&self.scores, self.moved.len()) {
            (Some(_), 0) => "the scores".to_string(),
            (Some(_), _) => format!("the scores and {features}"),
            (None, _) => features,
        };
        let named = parts.join("; ");
        Some(format!("Drift: {what} moved since the training, more than chance explains: {named}."))
    }
}
