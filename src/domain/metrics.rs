//! What a test of a model found: metrics with their intervals, the curves behind them, and the verdict. Computed by
//! `model::evaluate`, stored in a run's `run.json` and `report.json`, shown by `cli` and the screens.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Conversions below which a verdict is always *not enough evidence*.
pub const FEW_CONVERSIONS: u64 = 40;

/// A value and its 95 % interval, which is left out where the data gives none. All are finite.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// Lower end of the interval; absent exactly where `high` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

impl Estimate {
    /// `None` where the value is not finite; without an interval where an end of it is not.
    pub fn new(value: f64, interval: Option<(f64, f64)>) -> Option<Estimate> {
        let interval = interval.filter(|(low, high)| low.is_finite() && high.is_finite());
        value.is_finite().then_some(Estimate { value, low: interval.map(|i| i.0), high: interval.map(|i| i.1) })
    }

    /// High minus low.
    pub fn width(&self) -> Option<f64> {
        Some(self.high? - self.low?)
    }
}

/// The metrics of one test; `None` where the test data does not define one (for example without a conversion).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metrics {
    /// Area under the ROC curve: how often a converter is scored above a non-converter, ties half.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auc: Option<Estimate>,
    /// The AUC among profiles that had done anything before their cutoff; absent where all had. Those that never did are easily
    /// told from converters, and make the AUC over all look better than it is among those that a salesperson would rank.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_auc: Option<Estimate>,
    /// Average precision; a model without any skill has the base rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pr_auc: Option<Estimate>,
    /// The AUC of the baseline *recency*: minus days since the last event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recency_auc: Option<Estimate>,
    /// Share of the test's profiles that converted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_rate: Option<Estimate>,
    /// Conversion rate of the top tenth over the base rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift_10: Option<Estimate>,
    /// Mean negative log-likelihood of the outcomes, in nats.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_loss: Option<Estimate>,
    /// Mean squared difference of probability and outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brier: Option<Estimate>,
}

/// How far a model can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// AUC from 0.80 on, out of time.
    Strong,
    /// AUC from 0.70 on.
    Fair,
    /// Better than recency, with an AUC below 0.70.
    Weak,
    /// Too few conversions, or an interval of the AUC that is too wide.
    #[serde(rename = "not enough evidence")]
    NotEnoughEvidence,
    /// The interval of the gain on recency does not lie above 0.
    #[serde(rename = "no better than recency")]
    NoBetterThanRecency,
}

impl Evaluation {
    /// The AUC that the verdict is on, and its gain on recency: over all profiles, or among the active ones where that is
    /// lower.
    pub fn deciding_auc(&self) -> (Option<&Estimate>, Option<&Estimate>) {
        match (&self.metrics.auc, &self.metrics.active_auc) {
            (Some(all), Some(active)) if active.value < all.value => {
                (Some(active), self.active_gain_on_recency.as_ref())
            }
            (all, _) => (all.as_ref(), self.gain_on_recency.as_ref()),
        }
    }
}

impl Verdict {
    /// The rule, first match first: *not enough evidence* under 40 conversions, without an interval of the AUC, or with
    /// one wider than ±0.10; *no better than recency* unless the paired interval of `gain` (AUC minus the AUC of
    /// recency) lies above 0; Strong from an AUC of 0.80 (Fair where the test is not out of time), Fair from 0.70,
    /// Weak.
    pub fn from_evaluation(
        auc: Option<&Estimate>,
        gain: Option<&Estimate>,
        conversions: u64,
        out_of_time: bool,
    ) -> Verdict {
        let Some((auc, width)) = auc.and_then(|auc| Some((auc.value, auc.width()?))) else {
            return Verdict::NotEnoughEvidence;
        };
        if conversions < FEW_CONVERSIONS || width > 0.20 {
            return Verdict::NotEnoughEvidence;
        }
        if !gain.and_then(|gain| gain.low).is_some_and(|low| low > 0.0) {
            return Verdict::NoBetterThanRecency;
        }
        match auc {
            a if a >= 0.80 && out_of_time => Verdict::Strong,
            a if a >= 0.70 => Verdict::Fair,
            _ => Verdict::Weak,
        }
    }
}

impl Verdict {
    /// In one or two words, where there is no room for more.
    pub fn short(self) -> &'static str {
        match self {
            Verdict::Strong => "Strong",
            Verdict::Fair => "Fair",
            Verdict::Weak => "Weak",
            Verdict::NotEnoughEvidence => "unsure",
            Verdict::NoBetterThanRecency => "no gain",
        }
    }

    /// Whether it says that the figure of the test must not be relied on.
    pub fn is_reservation(self) -> bool {
        matches!(self, Verdict::NotEnoughEvidence | Verdict::NoBetterThanRecency)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Strong => "Strong",
            Verdict::Fair => "Fair",
            Verdict::Weak => "Weak",
            Verdict::NotEnoughEvidence => "not enough evidence",
            Verdict::NoBetterThanRecency => "no better than recency",
        })
    }
}

/// A point of the cumulative gains curve, from (0, 0) to (1, 1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GainPoint {
    /// Share of the profiles, best scores first.
    pub profiles: f64,
    /// Share of all conversions among them.
    pub conversions: f64,
}

/// A point of the ROC curve, from (0, 0) to (1, 1).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RocPoint {
    /// Share (0–1) of those who did not convert among the profiles at or above a score.
    pub false_positive_rate: f64,
    /// Share (0–1) of those who converted among them.
    pub true_positive_rate: f64,
}

/// One tenth of the profiles by score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DecileLift {
    /// 1 holds the best scores, 10 the worst.
    pub decile: u8,
    /// Its conversion rate.
    pub rate: f64,
    /// Its conversion rate over the base rate.
    pub lift: f64,
}

/// One quantile bin of the calibration plot.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Profiles in it.
    pub profiles: u64,
    /// Their mean probability, 0–1.
    pub predicted: f64,
    /// Their conversion rate, 0–1.
    pub observed: f64,
    /// Lower end of the 95 % Wilson interval of `observed`.
    pub low: f64,
    /// Upper end of that interval.
    pub high: f64,
}

/// Bins of 5 points that scores are counted in: the last holds 100, too.
pub const SCORE_BINS: usize = 20;

/// Those who converted in the test and those who did not, by score: [`SCORE_BINS`] counts each, or none at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScoresByOutcome {
    /// Profiles that converted, by bin of their score.
    pub converted: Vec<u64>,
    /// Profiles that did not.
    pub not_converted: Vec<u64>,
}

/// All that a test found, as `report.json` keeps it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// Profiles of the test.
    pub profiles: u64,
    /// Those of them that converted.
    pub conversions: u64,
    /// Groups that were resampled as a whole (accounts, and persons without one).
    pub clusters: u64,
    /// The metrics with their intervals.
    pub metrics: Metrics,
    /// AUC minus the AUC of recency, with the interval of the paired difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain_on_recency: Option<Estimate>,
    /// The same among profiles that had done anything before their cutoff; absent where all had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active_gain_on_recency: Option<Estimate>,
    /// At each hundredth of the profiles; empty without conversions.
    pub gains: Vec<GainPoint>,
    /// At most 101 points; empty where one class is missing.
    pub roc: Vec<RocPoint>,
    /// Best first; empty without conversions.
    pub deciles: Vec<DecileLift>,
    /// Lowest probabilities first, at most ten.
    pub calibration: Vec<CalibrationBin>,
    /// Scores relative to the test's own base rate; empty where one class is missing, and in the reports of older
    /// programs.
    pub scores: ScoresByOutcome,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, low: f64, high: f64) -> Option<Estimate> {
        Estimate::new(value, Some((low, high)))
    }

    #[test]
    fn the_verdict_follows_the_rule() {
        let above = estimate(0.1, 0.01, 0.2);
        let below = estimate(0.1, 0.0, 0.2);
        let cases = [
            (estimate(0.80, 0.75, 0.85), above, 100, true, "Strong"),
            (estimate(0.80, 0.75, 0.85), above, 40, true, "Strong"),
            (estimate(0.80, 0.75, 0.85), above, 39, true, "not enough evidence"),
            (estimate(0.95, 0.93, 0.97), above, 100, false, "Fair"),
            (estimate(0.79, 0.75, 0.85), above, 100, true, "Fair"),
            (estimate(0.70, 0.65, 0.75), above, 100, false, "Fair"),
            (estimate(0.69, 0.65, 0.75), above, 100, true, "Weak"),
            (estimate(0.80, 0.68, 0.89), above, 100, true, "not enough evidence"),
            (Estimate::new(0.80, None), above, 100, true, "not enough evidence"),
            (None, above, 100, true, "not enough evidence"),
            (estimate(0.80, 0.75, 0.85), below, 100, true, "no better than recency"),
            (estimate(0.80, 0.75, 0.85), None, 100, true, "no better than recency"),
            (estimate(0.80, 0.60, 0.95), below, 100, true, "not enough evidence"),
        ];
        for (auc, gain, conversions, out_of_time, verdict) in cases {
            let found = Verdict::from_evaluation(auc.as_ref(), gain.as_ref(), conversions, out_of_time);
            assert_eq!(found.to_string(), verdict, "{auc:?} {gain:?} {conversions} {out_of_time}");
            assert_eq!(serde_json::to_string(&found).unwrap(), format!("\"{verdict}\""));
        }
    }

    #[test]
    fn the_verdict_is_on_the_lower_of_both_aucs() {
        let metrics = |active| Metrics { auc: estimate(0.9, 0.8, 1.0), active_auc: active, ..Metrics::default() };
        let evaluation = |active| Evaluation {
            metrics: metrics(active),
            gain_on_recency: estimate(0.2, 0.1, 0.3),
            active_gain_on_recency: estimate(0.1, 0.0, 0.2),
            ..Evaluation::default()
        };
        let decides = |active| {
            let evaluation = evaluation(active);
            let (auc, gain) = evaluation.deciding_auc();
            (auc.map(|a| a.value), gain.map(|g| g.value))
        };
        assert_eq!(decides(estimate(0.7, 0.6, 0.8)), (Some(0.7), Some(0.1)));
        assert_eq!(decides(estimate(0.95, 0.9, 1.0)), (Some(0.9), Some(0.2)));
        assert_eq!(decides(None), (Some(0.9), Some(0.2)));
    }

    #[test]
    fn an_interval_that_does_not_exist_is_not_written() {
        let metrics =
            Metrics { auc: estimate(0.5, 0.25, 0.75), brier: Estimate::new(0.125, None), ..Metrics::default() };
        let text = serde_json::to_string(&metrics).unwrap();
        assert_eq!(text, r#"{"auc":{"value":0.5,"low":0.25,"high":0.75},"brier":{"value":0.125}}"#);
        assert_eq!(serde_json::from_str::<Metrics>(&text).unwrap(), metrics);
        assert_eq!(Estimate::new(f64::NAN, None), None);
        assert_eq!(estimate(1.0, f64::NAN, 2.0), Estimate::new(1.0, None));
    }
}
