//! From a model's margins to calibrated log-odds: z = α + β·m (Platt 1999, Probabilistic outputs for support vector
//! machines, without his smoothed targets). Called by `pipeline::train` for the evaluation fit and the deployed one.

use crate::domain::explanation::{log_loss, sigmoid};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// An affine map of margins to calibrated log-odds, with `beta` > 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Intercept α, in log-odds.
    pub alpha: f64,
    /// Slope β, above 0.
    pub beta: f64,
}

impl Calibration {
    /// The calibrated log-odds of a margin.
    pub fn apply(&self, margin: f64) -> f64 {
        self.alpha + self.beta * margin
    }

    /// The α and β of greatest weighted likelihood. The weighted mean of the probabilities equals the weighted share of
    /// true labels to 1e-9.
    ///
    /// β stays 1 and only α is fitted where `intercept_only` is asked for; where the margins are all alike or separate
    /// the classes (no finite β is best); and where the best β would not be positive: the model then ranks no better
    /// than chance, and turning its order around would be a fit to noise.
    ///
    /// # Errors
    /// Lengths that differ, a margin that is not finite, a weight that is negative or not finite, or labels that by
    /// weight are all true or all false.
    pub fn fit(margins: &[f64], labels: &[bool], weights: &[f64], intercept_only: bool) -> Result<Calibration> {
        let failed = |why: &str| Err(Error::new("The probabilities could not be calibrated.").because(why));
        if margins.len() != labels.len() || margins.len() != weights.len() {
            return failed("margins, labels and weights differ in number");
        }
        // The bound keeps sums of products finite; log-odds beyond it are none.
        if margins.iter().any(|m| !(m.is_finite() && m.abs() < 1e100)) {
            return failed("a margin is not a finite number");
        }
        if weights.iter().any(|w| !(w.is_finite() && *w >= 0.0)) {
            return failed("a weight is negative or not a finite number");
        }
        let rows: Vec<Row> = margins
            .iter()
            .zip(labels)
            .zip(weights)
            .filter(|(_, weight)| **weight > 0.0)
            .map(|((&margin, &label), &weight)| Row { margin, label, weight })
            .collect();
        let total: f64 = rows.iter().map(|r| r.weight).sum();
        let share = rows.iter().filter(|r| r.label).map(|r| r.weight).sum::<f64>() / total;
        if !(share > 0.0 && share < 1.0) {
            return failed("the rows to calibrate on have only one outcome");
        }
        let beta = if intercept_only { None } else { fit_slope(&rows, total) };
        let beta = beta.unwrap_or(1.0);
        Ok(Calibration { alpha: fit_intercept(&rows, total, share, beta), beta })
    }
}

struct Row {
    margin: f64,
    label: bool,
    weight: f64,
}

/// The best positive β, if there is one: Newton's method on standardised margins, halving steps that make the loss
/// worse.
fn fit_slope(rows: &[Row], total: f64) -> Option<f64> {
    if is_separated(rows) {
        return None;
    }
    let mean = rows.iter().map(|r| r.weight * r.margin).sum::<f64>() / total;
    let variance = rows.iter().map(|r| r.weight * (r.margin - mean).powi(2)).sum::<f64>() / total;
    let scale = variance.sqrt();
    if scale <= 1e-9 * (1.0 + mean.abs()) || !scale.is_finite() {
        return None;
    }
    let standardized = |r: &Row| (r.margin - mean) / scale;
    let loss_at = |a: f64, b: f64| {
        rows.iter().fold(0.0, |sum, r| sum + r.weight * log_loss(a + b * standardized(r), r.label)) / total
    };
    let (mut a, mut b) = (0.0, 0.0);
    let mut loss = loss_at(a, b);
    for _ in 0..100 {
        let (mut gradient, mut hessian) = ([0.0; 2], [0.0; 3]);
        for r in rows {
            let x = standardized(r);
            let p = sigmoid(a + b * x);
            let (error, curvature) = (r.weight * (p - f64::from(r.label)) / total, r.weight * p * (1.0 - p) / total);
            gradient = [gradient[0] + error, gradient[1] + error * x];
            hessian = [hessian[0] + curvature, hessian[1] + curvature * x, hessian[2] + curvature * x * x];
        }
        if gradient[0].abs().max(gradient[1].abs()) < 1e-12 {
            break;
        }
        let determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
        if determinant <= 1e-300 || !determinant.is_finite() {
            break;
        }
        let step = [
            (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant,
            (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant,
        ];
        let halvings = (0..40).map(|n| 0.5f64.powi(n));
        let better = halvings.map(|by| (a - by * step[0], b - by * step[1])).find(|&(a, b)| loss_at(a, b) < loss);
        // No better point: the loss is at its minimum as far as f64 can tell.
        let Some(next) = better else { break };
        (a, b) = next;
        loss = loss_at(a, b);
    }
    let beta = b / scale;
    (beta > 0.0 && beta.is_finite()).then_some(beta)
}

/// Whether some margin has all true labels on one side and all false ones on the other (it may carry both).
fn is_separated(rows: &[Row]) -> bool {
    let range = |label: bool| {
        let margins = rows.iter().filter(move |r| r.label == label).map(|r| r.margin);
        margins.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), m| (low.min(m), high.max(m)))
    };
    let (positives, negatives) = (range(true), range(false));
    negatives.1 <= positives.0 || positives.1 <= negatives.0
}

/// The α at which the mean probability is `share`: Newton's method within a bracket, halved where a step leaves it.
fn fit_intercept(rows: &[Row], total: f64, share: f64, beta: f64) -> f64 {
    let mean_excess = |alpha: f64| {
        let (mut sum, mut curvature) = (0.0, 0.0);
        for r in rows {
            let p = sigmoid(alpha + beta * r.margin);
            sum += r.weight * p;
            curvature += r.weight * p * (1.0 - p);
        }
        (sum / total - share, curvature / total)
    };
    // If all margins were the lowest (highest) one, this α would be exact; so the true one lies between.
    let exact = share.ln() - (-share).ln_1p();
    let range = rows
        .iter()
        .map(|r| beta * r.margin)
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), m| (low.min(m), high.max(m)));
    let (mut low, mut high) = (exact - range.1, exact - range.0);
    let mut alpha = 0.5 * (low + high);
    for _ in 0..200 {
        let (difference, curvature) = mean_excess(alpha);
        if difference.abs() < 1e-15 {
            break;
        }
        *(if difference > 0.0 { &mut high } else { &mut low }) = alpha;
        let newton = alpha - difference / curvature;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if next == alpha {
            break;
        }
        alpha = next;
    }
    alpha
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::random::Xoshiro256PlusPlus;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn mean_error(fit: &Calibration, margins: &[f64], labels: &[bool], weights: &[f64]) -> f64 {
        let rows = margins.iter().zip(labels).zip(weights);
        let error: f64 = rows.map(|((&m, &l), w)| w * (sigmoid(fit.apply(m)) - f64::from(l))).sum();
        (error / weights.iter().sum::<f64>()).abs()
    }

    /// Labels simulated with log-odds −1 + 0.5·m.
    fn simulated(count: usize) -> (Vec<f64>, Vec<bool>) {
        let mut generator = Xoshiro256PlusPlus::seeded(2);
        let mut uniform = || generator.below(1 << 32) as f64 / (1u64 << 32) as f64;
        let margins: Vec<f64> = (0..count).map(|_| 8.0 * uniform() - 4.0).collect();
        let labels = margins.iter().map(|m| uniform() < sigmoid(-1.0 + 0.5 * m)).collect();
        (margins, labels)
    }

    #[test]
    fn the_map_that_made_the_labels_is_found() {
        let (margins, labels) = simulated(40_000);
        let fit = Calibration::fit(&margins, &labels, &vec![1.0; margins.len()], false).unwrap();
        assert!((fit.alpha + 1.0).abs() < 0.05 && (fit.beta - 0.5).abs() < 0.03, "{fit:?}");
        // The likelihood's other equation: errors are uncorrelated with the margins.
        let errors: f64 = margins.iter().zip(&labels).map(|(&m, &l)| m * (sigmoid(fit.apply(m)) - f64::from(l))).sum();
        assert!((errors / margins.len() as f64).abs() < 1e-9);
        let only = Calibration::fit(&margins, &labels, &vec![1.0; margins.len()], true).unwrap();
        assert_eq!(only.beta, 1.0);
        assert!(mean_error(&only, &margins, &labels, &vec![1.0; margins.len()]) < 1e-9);
    }

    #[test]
    fn a_weight_of_two_is_a_row_twice() {
        let (margins, labels) = simulated(300);
        let weights: Vec<f64> = (0..300).map(|i| f64::from(i % 3)).collect();
        let times = |i: usize| std::iter::repeat_n(i, i % 3);
        let rows: Vec<usize> = (0..300).flat_map(times).collect();
        let twice_margins: Vec<f64> = rows.iter().map(|&i| margins[i]).collect();
        let twice_labels: Vec<bool> = rows.iter().map(|&i| labels[i]).collect();
        let weighted = Calibration::fit(&margins, &labels, &weights, false).unwrap();
        let written = Calibration::fit(&twice_margins, &twice_labels, &vec![1.0; rows.len()], false).unwrap();
        assert!((weighted.alpha - written.alpha).abs() < 1e-8 && (weighted.beta - written.beta).abs() < 1e-8);
    }

    #[test]
    fn without_a_finite_positive_slope_only_the_intercept_is_fitted() {
        let ones = [1.0; 4];
        let labels = [false, false, true, true];
        let cases = [
            ("separated", [1.0, 2.0, 3.0, 4.0]),
            ("separated but for one margin", [1.0, 2.0, 2.0, 4.0]),
            ("reversed", [4.0, 3.0, 2.0, 1.0]),
            ("reversed with an overlap", [4.0, 2.0, 3.0, 1.0]),
            ("all alike", [7.0; 4]),
        ];
        for (what, margins) in cases {
            let fit = Calibration::fit(&margins, &labels, &ones, false).unwrap();
            assert_eq!(fit.beta, 1.0, "{what}");
            assert!(mean_error(&fit, &margins, &labels, &ones) < 1e-9, "{what}");
        }
        let overlap = Calibration::fit(&[1.0, 3.0, 2.0, 4.0], &labels, &ones, false).unwrap();
        assert!(overlap.beta > 0.0 && overlap.beta != 1.0);
    }

    #[test]
    fn what_cannot_be_calibrated_is_refused() {
        let fit = |margins: &[f64], labels: &[bool], weights: &[f64]| Calibration::fit(margins, labels, weights, false);
        assert!(fit(&[], &[], &[]).is_err());
        assert!(fit(&[1.0, 2.0], &[true, true], &[1.0, 1.0]).is_err());
        assert!(fit(&[1.0, 2.0], &[true, false], &[1.0, 0.0]).is_err());
        assert!(fit(&[1.0, 2.0], &[true, false], &[1.0]).is_err());
        assert!(fit(&[1.0, f64::NAN], &[true, false], &[1.0, 1.0]).is_err());
        assert!(fit(&[1.0, 2.0], &[true, false], &[1.0, -1.0]).is_err());
        assert!(fit(&[1.0, 2.0], &[true, false], &[1.0, f64::INFINITY]).is_err());
    }

    proptest! {
        #[test]
        fn the_mean_prediction_is_the_observed_share(
            rows in vec((-30.0..30.0f64, any::<bool>(), 0.01..50.0f64), 2..80),
            only in any::<bool>(),
        ) {
            let margins: Vec<f64> = rows.iter().map(|r| r.0).collect();
            let labels: Vec<bool> = rows.iter().map(|r| r.1).collect();
            let weights: Vec<f64> = rows.iter().map(|r| r.2).collect();
            if let Ok(fit) = Calibration::fit(&margins, &labels, &weights, only) {
                prop_assert!(fit.beta > 0.0);
                prop_assert!(mean_error(&fit, &margins, &labels, &weights) < 1e-9, "{:?}", fit);
            } else {
                prop_assert!(labels.iter().all(|&l| l) || labels.iter().all(|&l| !l));
            }
        }
    }
}
