//! The evaluation against plain computations, and on degenerate tests.

use super::*;
use crate::domain::explanation::sigmoid;
use crate::domain::random::{Xoshiro256PlusPlus, mix_64};
use proptest::collection::vec;
use proptest::prelude::*;

struct Test {
    scores: Vec<f64>,
    probabilities: Vec<f64>,
    recency: Vec<f64>,
    labels: Vec<bool>,
    clusters: Vec<u32>,
}

impl Test {
    fn evaluate(&self) -> Evaluation {
        evaluate(&self.scores, &self.probabilities, &self.recency, &self.labels, &self.clusters, 7)
    }
}

/// Profiles that convert with exactly the probability that is predicted; recency knows nothing.
fn calibrated(profiles: usize) -> Test {
    let mut generator = Xoshiro256PlusPlus::seeded(5 ^ mix_64(1));
    let mut uniform = || generator.below(1 << 32) as f64 / (1u64 << 32) as f64;
    let scores: Vec<f64> = (0..profiles).map(|_| 6.0 * uniform() - 5.0).collect();
    let probabilities: Vec<f64> = scores.iter().map(|&z| sigmoid(z)).collect();
    let labels = probabilities.iter().map(|p| uniform() < *p).collect();
    let recency =
        (0..profiles).map(|i| if i % 3 == 0 { f64::NEG_INFINITY } else { -(uniform() * 90.0).floor() }).collect();
    Test { scores, probabilities, recency, labels, clusters: (0..profiles as u32).map(|i| i / 2).collect() }
}

#[test]
fn a_good_model_is_seen_as_one() {
    let found = calibrated(4000).evaluate();
    let metrics = &found.metrics;
    assert_eq!((found.profiles, found.clusters), (4000, 2000));
    let interval = |e: Option<Estimate>| {
        let e = e.unwrap();
        assert!(e.low.unwrap() < e.value && e.value < e.high.unwrap(), "{e:?}");
        (e.low.unwrap(), e.value, e.high.unwrap())
    };
    assert!(interval(metrics.auc).0 > 0.75);
    let (low, _, high) = interval(metrics.recency_auc);
    assert!(low < 0.5 && 0.5 < high);
    assert!(interval(found.gain_on_recency).0 > 0.2);
    assert!(interval(metrics.lift_10).0 > 2.0);
    let base_rate = interval(metrics.base_rate).1;
    assert!((base_rate - found.conversions as f64 / 4000.0).abs() < 1e-12);
    assert!(interval(metrics.pr_auc).0 > base_rate);
    interval(metrics.brier);
    let certain = -base_rate * base_rate.ln() - (1.0 - base_rate) * (1.0 - base_rate).ln();
    assert!(interval(metrics.log_loss).2 < certain);

    assert_eq!(found.calibration.len(), 10);
    let inside = found.calibration.iter().filter(|b| b.low <= b.predicted && b.predicted <= b.high).count();
    assert!(inside >= 8, "{:?}", found.calibration);
    assert_eq!(found.calibration.iter().map(|b| b.profiles).sum::<u64>(), 4000);
    assert!(found.calibration.is_sorted_by(|a, b| a.predicted < b.predicted));
}

#[test]
fn curves_agree_with_the_metrics() {
    let found = calibrated(4000).evaluate();
    let lift = found.metrics.lift_10.unwrap().value;
    assert_eq!(found.gains.len(), 101);
    assert!((found.gains[10].conversions - 0.1 * lift).abs() < 1e-12);
    assert_eq!((found.gains[0].conversions, found.gains[100].conversions), (0.0, 1.0));
    assert!(found.gains.is_sorted_by(|a, b| a.conversions <= b.conversions));
    assert_eq!(found.deciles.iter().map(|d| d.decile).collect::<Vec<_>>(), (1..=10).collect::<Vec<u8>>());
    assert!((found.deciles[0].lift - lift).abs() < 1e-12);
    assert!((found.deciles.iter().map(|d| d.lift).sum::<f64>() - 10.0).abs() < 1e-9);
    assert!((found.deciles[0].rate - lift * found.metrics.base_rate.unwrap().value).abs() < 1e-12);

    assert!(found.roc.len() > 50 && found.roc.len() <= 101);
    let area: f64 = found
        .roc
        .windows(2)
        .map(|w| {
            (w[1].false_positive_rate - w[0].false_positive_rate) * (w[0].true_positive_rate + w[1].true_positive_rate)
                / 2.0
        })
        .sum();
    assert!((area - found.metrics.auc.unwrap().value).abs() < 0.005);
    let ends = [found.roc[0], found.roc[found.roc.len() - 1]];
    assert_eq!(ends.map(|p| (p.false_positive_rate, p.true_positive_rate)), [(0.0, 0.0), (1.0, 1.0)]);
}

/// Against the definition with odds in the place of log-odds: 100·o/(o + o_base).
#[test]
fn scores_by_outcome_are_those_of_every_profile_counted_one_by_one() {
    let test = calibrated(4000);
    let found = test.evaluate();
    let rate = found.conversions as f64 / 4000.0;
    let (mut converted, mut others) = (vec![0u64; 20], vec![0u64; 20]);
    for (p, label) in test.probabilities.iter().zip(&test.labels) {
        let (odds, base) = (p / (1.0 - p), rate / (1.0 - rate));
        let score = 100.0 * odds / (odds + base);
        let bin = (0..20).find(|&bin| score < 5.0 * (bin + 1) as f64).unwrap();
        let of_outcome = if *label { &mut converted } else { &mut others };
        of_outcome[bin] += 1;
    }
    assert_eq!(found.scores, ScoresByOutcome { converted, not_converted: others });
    assert_eq!(found.scores.converted.iter().sum::<u64>(), found.conversions);
    // Average odds are a score of 50, and certainty has its bins at the ends.
    let sure = evaluate(&[0.0; 4], &[0.0, 0.5, 0.5, 1.0], &[0.0; 4], &[false, true, false, true], &[0, 1, 2, 3], 7);
    let bins = |counts: &[u64]| (0..20).filter(|&bin| counts[bin] > 0).collect::<Vec<_>>();
    assert_eq!([bins(&sure.scores.converted), bins(&sure.scores.not_converted)], [vec![10, 19], vec![0, 10]]);
    let impossible = evaluate(&[0.0; 2], &[0.5, 1.5], &[0.0; 2], &[false, true], &[0, 1], 7);
    assert_eq!(impossible.scores, ScoresByOutcome::default());
}

#[test]
fn the_order_of_tied_rows_changes_nothing() {
    let mut test = calibrated(500);
    test.scores.iter_mut().for_each(|s| *s = s.round());
    test.probabilities = test.scores.iter().map(|&z| sigmoid(z)).collect();
    let found = test.evaluate();
    test.scores.reverse();
    test.probabilities.reverse();
    test.recency.reverse();
    test.labels.reverse();
    let reversed = test.evaluate();
    assert_eq!((found.gains, found.roc, found.deciles), (reversed.gains, reversed.roc, reversed.deciles));
    assert_eq!(found.calibration.len(), reversed.calibration.len());
    assert_eq!(found.metrics.auc.unwrap().value, reversed.metrics.auc.unwrap().value);
    assert_eq!(found.metrics.pr_auc.unwrap().value, reversed.metrics.pr_auc.unwrap().value);
}

#[test]
fn an_evaluation_is_the_same_on_any_number_of_threads_and_survives_json() {
    let test = calibrated(300);
    let with =
        |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| test.evaluate());
    assert_eq!(with(1), with(3));
    let text = serde_json::to_string(&with(1)).unwrap();
    assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), with(1));
}

#[test]
fn what_is_not_defined_is_left_out() {
    assert_eq!(evaluate(&[], &[], &[], &[], &[], 7), Evaluation::default());
    assert_eq!(evaluate(&[1.0], &[0.5], &[], &[true], &[0], 7), Evaluation::default());

    let one_class = evaluate(&[1.0, 2.0], &[0.5, 0.25], &[0.0, 1.0], &[false, false], &[0, 1], 7);
    let metrics = &one_class.metrics;
    assert_eq!((metrics.auc, metrics.pr_auc, metrics.lift_10, metrics.recency_auc), (None, None, None, None));
    assert_eq!(metrics.base_rate.unwrap().value, 0.0);
    assert!(metrics.log_loss.is_some() && one_class.gains.is_empty() && one_class.roc.is_empty());
    assert_eq!(one_class.scores, ScoresByOutcome::default());

    let one_cluster = evaluate(&[1.0, 2.0], &[0.5, 0.25], &[0.0, 1.0], &[false, true], &[4, 4], 7);
    assert_eq!(one_cluster.metrics.auc, Estimate::new(1.0, None));
    assert_eq!(one_cluster.metrics.brier, Estimate::new((0.25 + 0.5625) / 2.0, None));

    let tied = evaluate(&[1.0; 20], &[0.5; 20], &[0.0; 20], &std::array::from_fn::<_, 20, _>(|i| i < 5), &[0; 20], 7);
    assert_eq!(tied.metrics.auc, Estimate::new(0.5, None));
    assert!((tied.metrics.lift_10.unwrap().value - 1.0).abs() < 1e-12);
    assert_eq!((tied.calibration.len(), tied.roc.len()), (1, 2));
    assert!(tied.deciles.iter().all(|d| (d.lift - 1.0).abs() < 1e-9));
}

fn any_score() -> impl Strategy<Value = f64> {
    prop_oneof![4 => -2.0..2.0f64, 2 => Just(0.0), 1 => Just(f64::NEG_INFINITY), 1 => Just(f64::NAN), 1 => Just(1.0)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// JSON writes NaN as null, which no number reads back.
    #[test]
    fn nothing_panics_and_nothing_is_nan(rows in vec((any_score(), any_score(), any_score(), any::<bool>(), 0u32..5), 0..25)) {
        let test = Test {
            scores: rows.iter().map(|r| r.0).collect(),
            probabilities: rows.iter().map(|r| r.1).collect(),
            recency: rows.iter().map(|r| r.2).collect(),
            labels: rows.iter().map(|r| r.3).collect(),
            clusters: rows.iter().map(|r| r.4).collect(),
        };
        prop_assert!(!serde_json::to_string(&test.evaluate()).unwrap().contains("null"));
    }
}
