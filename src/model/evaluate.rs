//! A test's scores against what happened: every metric with its 95 % interval, and the curves. Called once per test by
//! `pipeline::train`, and by `pipeline::comparison::realised` for past predictions; the verdict on the result is
//! [`crate::domain::metrics::Verdict`].

use super::auc::{Clusters, auc, auc_difference, wilson};
use super::bootstrap::RankedTest;
use crate::domain::explanation::{log_odds, score};
use crate::domain::metrics::{
    CalibrationBin, DecileLift, Estimate, Evaluation, GainPoint, Metrics, RocPoint, SCORE_BINS, ScoresByOutcome,
};

#[cfg(test)]
mod tests;

/// Bins of the calibration plot.
const CALIBRATION_BINS: usize = 10;

/// Evaluates a test; every slice has one entry per profile.
///
/// `scores` rank (higher = more likely), `probabilities` are the calibrated ones, `recency` is the baseline's score
/// (minus days since the last event, [`f64::MIN`] for never), `labels` what happened, `clusters` the account's number, or one of
/// the person's own. AUCs have Obuchowski's interval, the others a bootstrap over clusters drawn from `seed`.
///
/// What the data does not define is left out: AUCs, PR-AUC, lift and curves where a class is missing, intervals with
/// fewer than two clusters, everything that NaN entered. Slices of different lengths give an empty evaluation.
pub fn evaluate(
    scores: &[f64],
    probabilities: &[f64],
    recency: &[f64],
    labels: &[bool],
    clusters: &[u32],
    seed: u64,
) -> Evaluation {
    let count = labels.len();
    if [scores.len(), probabilities.len(), recency.len(), clusters.len()].iter().any(|&n| n != count) {
        return Evaluation::default();
    }
    let conversions = labels.iter().filter(|&&label| label).count();
    let numbered = Clusters::renumber(clusters);
    let ranked = !scores.iter().any(|s| s.is_nan());
    let order = descending(scores);

    let test = RankedTest::new(&order, scores, probabilities, labels, &numbered);
    let (point, resamples) = (test.metrics(), test.resample(seed));
    let if_ranked = |value: f64, interval| if ranked { Estimate::new(value, interval) } else { None };
    let active = ActiveRows::new(scores, recency, labels, clusters);
    let metrics = Metrics {
        auc: auc(scores, labels, clusters),
        active_auc: active.as_ref().and_then(|a| auc(&a.scores, &a.labels, &a.clusters)),
        recency_auc: auc(recency, labels, clusters),
        pr_auc: if_ranked(point.pr_auc, resamples.interval(|f| f.pr_auc)),
        lift_10: if_ranked(point.lift_10, resamples.interval(|f| f.lift_10)),
        base_rate: Estimate::new(point.base_rate, resamples.interval(|f| f.base_rate)),
        log_loss: Estimate::new(point.log_loss, resamples.interval(|f| f.log_loss)),
        brier: Estimate::new(point.brier, resamples.interval(|f| f.brier)),
    };
    let mut evaluation = Evaluation {
        profiles: count as u64,
        conversions: conversions as u64,
        clusters: numbered.count as u64,
        metrics,
        gain_on_recency: auc_difference(scores, recency, labels, clusters),
        active_gain_on_recency: active.and_then(|a| auc_difference(&a.scores, &a.recency, &a.labels, &a.clusters)),
        calibration: calibration(probabilities, labels),
        scores: scores_by_outcome(probabilities, labels),
        ..Evaluation::default()
    };
    if ranked && conversions > 0 && conversions < count {
        let steps = steps(&order, scores, labels);
        evaluation.gains = gains(&steps, count as f64, conversions as f64);
        evaluation.deciles = deciles(&evaluation.gains, conversions as f64 / count as f64);
        evaluation.roc = roc(&steps, count as f64, conversions as f64);
    }
    evaluation
}

/// The rows of profiles that had done anything before their cutoff.
struct ActiveRows {
    scores: Vec<f64>,
    recency: Vec<f64>,
    labels: Vec<bool>,
    clusters: Vec<u32>,
}

impl ActiveRows {
    /// `None` where all had.
    fn new(scores: &[f64], recency: &[f64], labels: &[bool], clusters: &[u32]) -> Option<ActiveRows> {
        let active: Vec<usize> = (0..recency.len()).filter(|&row| recency[row] > f64::MIN).collect();
        (active.len() < recency.len()).then(|| ActiveRows {
            scores: active.iter().map(|&row| scores[row]).collect(),
            recency: active.iter().map(|&row| recency[row]).collect(),
            labels: active.iter().map(|&row| labels[row]).collect(),
            clusters: active.iter().map(|&row| clusters[row]).collect(),
        })
    }
}

/// Row numbers, highest value first, ties in row order.
fn descending(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_unstable_by(|&i, &j| values[j as usize].total_cmp(&values[i as usize]).then(i.cmp(&j)));
    order
}

/// Profiles and conversions down to and including each distinct score, from (0, 0).
fn steps(order: &[u32], scores: &[f64], labels: &[bool]) -> Vec<(f64, f64)> {
    let (mut profiles, mut conversions) = (0.0, 0.0);
    let mut steps = vec![(0.0, 0.0)];
    for tied in order.chunk_by(|&i, &j| scores[i as usize] == scores[j as usize]) {
        profiles += tied.len() as f64;
        conversions += tied.iter().filter(|&&i| labels[i as usize]).count() as f64;
        steps.push((profiles, conversions));
    }
    steps
}

/// The share of conversions in each leading hundredth of the profiles; within a tie it grows evenly.
fn gains(steps: &[(f64, f64)], count: f64, conversions: f64) -> Vec<GainPoint> {
    let mut step = 0;
    (0..=100u32)
        .map(|percent| {
            let wanted = count * f64::from(percent) / 100.0;
            while step + 2 < steps.len() && steps[step + 1].0 < wanted {
                step += 1;
            }
            let ((from, found), (to, then)) = (steps[step], steps[step + 1]);
            let captured = found + (then - found) * ((wanted - from) / (to - from)).clamp(0.0, 1.0);
            GainPoint { profiles: f64::from(percent) / 100.0, conversions: captured / conversions }
        })
        .collect()
}

fn deciles(gains: &[GainPoint], base_rate: f64) -> Vec<DecileLift> {
    let ends = gains.iter().step_by(10);
    let lifts = ends.clone().zip(ends.skip(1)).map(|(from, to)| 10.0 * (to.conversions - from.conversions));
    (1..).zip(lifts).map(|(decile, lift)| DecileLift { decile, lift, rate: lift * base_rate }).collect()
}

/// Of each hundredth of the false positive rate the last point that lies on the curve, with both ends.
fn roc(steps: &[(f64, f64)], count: f64, conversions: f64) -> Vec<RocPoint> {
    let points = steps.iter().map(|&(profiles, found)| RocPoint {
        false_positive_rate: (profiles - found) / (count - conversions),
        true_positive_rate: found / conversions,
    });
    let mut kept: Vec<RocPoint> = Vec::new();
    for point in points {
        // The first point has the hundredth 0 to itself: up to 99 more, and the end.
        let hundredth = |p: &RocPoint| (p.false_positive_rate * 99.0).floor() as u32;
        match kept.last_mut() {
            Some(last) if is_origin(last) || hundredth(last) != hundredth(&point) => kept.push(point),
            Some(last) => *last = point,
            None => kept.push(point),
        }
    }
    kept
}

/// The curve's beginning, which no later point replaces.
fn is_origin(point: &RocPoint) -> bool {
    point.false_positive_rate == 0.0 && point.true_positive_rate == 0.0
}

/// Predicted against observed in bins of about equal size; profiles with one probability share a bin.
fn calibration(probabilities: &[f64], labels: &[bool]) -> Vec<CalibrationBin> {
    if probabilities.iter().any(|p| !p.is_finite()) {
        return Vec::new();
    }
    let mut order = descending(probabilities);
    order.reverse();
    let mut sums = [(0u64, 0.0, 0u64); CALIBRATION_BINS];
    let mut below = 0;
    for tied in order.chunk_by(|&i, &j| probabilities[i as usize] == probabilities[j as usize]) {
        let bin = &mut sums[CALIBRATION_BINS * (2 * below + tied.len()) / (2 * labels.len())];
        bin.0 += tied.len() as u64;
        bin.1 += tied.iter().map(|&i| probabilities[i as usize]).sum::<f64>();
        bin.2 += tied.iter().filter(|&&i| labels[i as usize]).count() as u64;
        below += tied.len();
    }
    let filled = sums.into_iter().filter(|bin| bin.0 > 0);
    filled
        .map(|(profiles, predicted, conversions)| {
            let observed = conversions as f64 / profiles as f64;
            let (low, high) = wilson(observed, profiles as f64);
            CalibrationBin { profiles, predicted: predicted / profiles as f64, observed, low, high }
        })
        .collect()
}

/// How the scores of those who converted lie against those of the others. A score is relative to the base rate of the
/// test: 100·σ(z − b), z and b being the log-odds of the probability and of the base rate.
fn scores_by_outcome(probabilities: &[f64], labels: &[bool]) -> ScoresByOutcome {
    let conversions = labels.iter().filter(|&&label| label).count();
    let is_probability = |p: &f64| (0.0..=1.0).contains(p);
    if conversions == 0 || conversions == labels.len() || !probabilities.iter().all(is_probability) {
        return ScoresByOutcome::default();
    }
    let base = log_odds(conversions as f64 / labels.len() as f64);
    let mut counts = ScoresByOutcome { converted: vec![0; SCORE_BINS], not_converted: vec![0; SCORE_BINS] };
    for (&p, &label) in probabilities.iter().zip(labels) {
        let bin = (score(log_odds(p), base) * SCORE_BINS as f64 / 100.0) as usize;
        let of_outcome = if label { &mut counts.converted } else { &mut counts.not_converted };
        of_outcome[bin.min(SCORE_BINS - 1)] += 1;
    }
    counts
}
