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
    /// Features that moved: first those that could have stayed, then those that grow with the calendar; each by how far.
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

impl Moved {
    /// Whether it grows with the calendar: ages, and counts over all time. That it moved is no news.
    pub fn grows(&self) -> bool {
        grows(&self.code)
    }
}

/// Whether a feature grows with the calendar, by its code.
pub fn grows(code: &str) -> bool {
    code.ends_with(".all") || matches!(code, "since.first" | "tenure")
}

impl Drift {
    /// Features whose move is news.
    pub fn news(&self) -> impl Iterator<Item = &Moved> {
        self.moved.iter().filter(|moved| !moved.grows())
    }

    /// Whether nothing moved that could have stayed.
    pub fn is_none(&self) -> bool {
        self.news().next().is_none() && self.scores.is_none()
    }

    /// One sentence, where something moved.
    pub fn sentence(&self, name: impl Fn(&Moved) -> String) -> Option<String> {
        if self.is_none() {
            return None;
        }
        let named = |m: &Moved| format!("{} ({} → {}, shift {:.2})", name(m), m.then, m.now, m.shift);
        let mut parts: Vec<String> = self.scores.iter().map(named).collect();
        parts.extend(self.news().take(3).map(named));
        let moved = self.news().count();
        let more = moved.saturating_sub(3);
        if more > 0 {
            parts.push(format!("{more} more"));
        }
        let features = format!("{moved} of {} features", self.features);
        let what = match (&self.scores, moved) {
            (Some(_), 0) => "the scores".to_string(),
            (Some(_), _) => format!("the scores and {features}"),
            (None, _) => features,
        };
        let named = parts.join("; ");
        Some(format!("Drift: {what} moved since the training, more than chance explains: {named}."))
    }
}
