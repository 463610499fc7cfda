//! The AUC against counted pairs, its interval against the formula and by coverage.

use super::*;
use crate::domain::random::Xoshiro256PlusPlus;
use proptest::collection::vec;
use proptest::prelude::*;

/// ψ of the ROC literature: 1 where the positive is above the negative, ½ where they are tied.
fn psi(positive: f64, negative: f64) -> f64 {
    if positive == negative { 0.5 } else { f64::from(positive > negative) }
}

fn classes(scores: &[f64], labels: &[bool]) -> (Vec<f64>, Vec<f64>) {
    let of = |class| scores.iter().zip(labels).filter(move |(_, l)| **l == class).map(|(s, _)| *s).collect();
    (of(true), of(false))
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// DeLong's covariance of the AUCs of two scores, term by term from the definition.
fn delong(first: &[f64], second: &[f64], labels: &[bool]) -> f64 {
    let part = |scores: &[f64], of_positives: bool| -> Vec<f64> {
        let (positives, negatives) = classes(scores, labels);
        if of_positives {
            positives.iter().map(|&x| mean(&negatives.iter().map(|&y| psi(x, y)).collect::<Vec<_>>())).collect()
        } else {
            negatives.iter().map(|&y| mean(&positives.iter().map(|&x| psi(x, y)).collect::<Vec<_>>())).collect()
        }
    };
    [true, false]
        .map(|class| {
            let (a, b) = (part(first, class), part(second, class));
            let (mean_a, mean_b) = (mean(&a), mean(&b));
            let products: f64 = a.iter().zip(&b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum();
            products / (a.len() as f64 - 1.0) / a.len() as f64
        })
        .iter()
        .sum()
}

fn rows() -> impl Strategy<Value = Vec<(f64, f64, bool)>> {
    let score = || (0..12i32).prop_map(|v| f64::from(v) / 3.0 - 1.0);
    vec((score(), score(), any::<bool>()), 4..60)
}

proptest! {
    #[test]
    fn the_auc_counts_pairs_and_its_variance_is_delongs(rows in rows()) {
        let first: Vec<f64> = rows.iter().map(|r| r.0).collect();
        let second: Vec<f64> = rows.iter().map(|r| r.1).collect();
        let labels: Vec<bool> = rows.iter().map(|r| r.2).collect();
        let ids: Vec<u32> = (0..rows.len() as u32).map(|i| 1_000_000_007u32.wrapping_mul(i)).collect();
        let (positives, negatives) = classes(&first, &labels);
        let found = auc(&first, &labels, &ids);
        if positives.is_empty() || negatives.is_empty() {
            prop_assert_eq!(found, None);
            return Ok(());
        }
        let pairs: Vec<f64> = positives.iter().flat_map(|&x| negatives.iter().map(move |&y| psi(x, y))).collect();
        let found = found.unwrap();
        prop_assert!((found.value - mean(&pairs)).abs() < 1e-12);
        let single: Vec<f32> = first.iter().map(|&s| s as f32).collect();
        let weighted = weighted_auc(&single, &labels, &vec![0.25; labels.len()]).unwrap();
        prop_assert!((weighted - found.value).abs() < 1e-12);

        let placements = Placements::new(&first, &labels).unwrap();
        let found_variance = variance(placements.of_row.iter().copied(), placements.auc, &labels, &Clusters::renumber(&ids));
        prop_assert_eq!(found_variance.is_some(), positives.len() >= 2 && negatives.len() >= 2);
        if let Some(found_variance) = found_variance {
            prop_assert!((found_variance.variance - delong(&first, &first, &labels)).abs() < 1e-12);
            let gain = auc_difference(&first, &second, &labels, &ids).unwrap();
            let truth = delong(&first, &first, &labels) + delong(&second, &second, &labels) - 2.0 * delong(&first, &second, &labels);
            if truth > 1e-9 && gain.low.unwrap() > -1.0 {
                prop_assert!((gain.value - gain.low.unwrap() - t_quantile(found_variance.clusters) * truth.sqrt()).abs() < 1e-9);
            }
        }
        for end in [found.low, found.high].into_iter().flatten() {
            prop_assert!((0.0..=1.0).contains(&end));
        }
    }

    #[test]
    fn copies_within_a_cluster_add_no_evidence(rows in rows(), copies in 2usize..6) {
        let repeat = |copies: usize| {
            let rows: Vec<_> = rows.iter().enumerate().flat_map(|r| std::iter::repeat_n(r, copies)).collect();
            let scores: Vec<f64> = rows.iter().map(|r| r.1.0).collect();
            let second: Vec<f64> = rows.iter().map(|r| r.1.1).collect();
            let labels: Vec<bool> = rows.iter().map(|r| r.1.2).collect();
            let ids: Vec<u32> = rows.iter().map(|r| r.0 as u32 / 2).collect();
            (auc(&scores, &labels, &ids), auc_difference(&scores, &second, &labels, &ids))
        };
        let ends = |e: Estimate| [e.value, e.low.unwrap_or(-9.0), e.high.unwrap_or(-9.0)];
        let (once, often) = (repeat(1), repeat(copies));
        for (a, b) in [(once.0, often.0), (once.1, often.1)] {
            prop_assert_eq!(a.is_some(), b.is_some());
            if let (Some(a), Some(b)) = (a, b) {
                for (x, y) in ends(a).into_iter().zip(ends(b)) {
                    prop_assert!((x - y).abs() < 1e-9, "{:?} {:?}", a, b);
                }
            }
        }
    }
}

/// A standard normal draw, by the sum of twelve uniforms.
fn normal(generator: &mut Xoshiro256PlusPlus) -> f64 {
    (0..12).map(|_| generator.below(1 << 30) as f64 / f64::from(1 << 30)).sum::<f64>() - 6.0
}

/// Accounts of one to five persons whose scores and outcomes share an effect of the account. For normal scores a
/// distance of √2·Φ⁻¹(.76) = 1 between the classes gives the AUC Φ(1/√2) = .7602.
#[test]
fn the_interval_covers_the_truth_in_95_of_100_samples() {
    let truth = 0.760249938906524;
    let mut generator = Xoshiro256PlusPlus::seeded(11);
    let (samples, mut clustered, mut naive) = (600, 0, 0);
    for _ in 0..samples {
        let (mut scores, mut labels, mut ids) = (vec![], vec![], vec![]);
        for account in 0..80 {
            let effect = normal(&mut generator) * 0.8;
            // Half of the accounts convert as a whole: the clustering that a naive interval gets most wrong.
            let converts = generator.below(4) == 0;
            for _ in 0..1 + generator.below(5) {
                scores.push(effect + normal(&mut generator) * 0.6 + f64::from(converts));
                labels.push(converts);
                ids.push(account);
            }
        }
        let covers = |ids: &[u32]| {
            auc(&scores, &labels, ids).is_some_and(|e| e.low.unwrap() <= truth && truth <= e.high.unwrap())
        };
        clustered += u32::from(covers(&ids));
        let rows: Vec<u32> = (0..scores.len() as u32).collect();
        naive += u32::from(covers(&rows));
    }
    let share = f64::from(clustered) / f64::from(samples);
    assert!((0.92..=0.98).contains(&share), "{share}");
    assert!(f64::from(naive) / f64::from(samples) < 0.88, "clustering must matter here: {naive}");
}

#[test]
fn degenerate_input_gives_less_and_never_nan() {
    let ids = [0, 1, 2, 3];
    let labels = [true, true, false, false];
    let perfect = auc(&[4.0, 3.0, 2.0, 1.0], &labels, &ids).unwrap();
    assert_eq!((perfect.value, perfect.high), (1.0, Some(1.0)));
    let low = perfect.low.unwrap();
    assert!((low - 0.3424).abs() < 1e-3, "Wilson's lower end of 2 in 2: {low}");
    let reversed = auc(&[1.0, 2.0, 3.0, 4.0], &labels, &ids).unwrap();
    assert_eq!((reversed.value, reversed.low), (0.0, Some(0.0)));
    assert!((reversed.high.unwrap() + low - 1.0).abs() < 1e-12);
    let opposed = auc_difference(&[4.0, 3.0, 2.0, 1.0], &[1.0, 2.0, 3.0, 4.0], &labels, &ids).unwrap();
    assert_eq!((opposed.value, opposed.high), (1.0, Some(1.0)));
    assert!(opposed.low.unwrap() < 0.2, "four rows prove little: {opposed:?}");
    let same = auc_difference(&[4.0, 3.0, 2.0, 1.0], &[8.0, 3.0, 2.0, 1.0], &labels, &ids).unwrap();
    assert_eq!((same.value, same.low, same.high), (0.0, Some(0.0), Some(0.0)));

    assert_eq!(auc(&[1.0; 4], &labels, &ids), Estimate::new(0.5, None));
    assert_eq!(auc(&[4.0, 1.0, 2.0, 3.0], &labels, &[7; 4]), Estimate::new(0.5, None), "one cluster");
    assert_eq!(auc(&[f64::NEG_INFINITY, 1.0, -0.0, 0.0], &labels, &ids).unwrap().value, 0.5);
    assert_eq!(auc(&[0.0, -0.0, -0.0, 0.0], &labels, &ids), Estimate::new(0.5, None));
    assert_eq!(auc(&[f64::NAN, 1.0, 2.0, 3.0], &labels, &ids), None);
    assert_eq!(auc(&[1.0, 2.0], &[true, true], &[0, 1]), None);
    assert_eq!(auc(&[1.0, 2.0], &[false, false], &[0, 1]), None);
    assert_eq!(auc(&[], &[], &[]), None);
    assert_eq!(auc(&[1.0], &labels, &ids), None);
    assert_eq!(auc(&[1.0; 4], &labels, &[0]), None);
}

#[test]
fn a_feature_is_screened_by_weight_without_its_missing_rows() {
    let labels = [true, false, true, false, true];
    let values = [1.0, 2.0, 3.0, f32::NAN, f32::NAN];
    // The pairs are (1, 2) of weight 1·4 and (3, 2) of weight 3·4.
    assert_eq!(weighted_auc(&values, &labels, &[1.0, 4.0, 3.0, 9.0, 9.0]), Some(0.75));
    assert_eq!(separation(&values, &labels, &[3.0, 4.0, 1.0, 9.0, 9.0]), Some(0.75));
    assert_eq!(weighted_auc(&values, &labels, &[1.0, 0.0, 3.0, 9.0, 9.0]), None);
    assert_eq!(weighted_auc(&values, &labels, &[1.0, f64::NAN, 3.0, 9.0, 9.0]), None);
    assert_eq!(weighted_auc(&values, &labels, &[1.0]), None);
    assert_eq!(separation(&[f32::NAN; 5], &labels, &[1.0; 5]), None);
}

/// Against the usual table.
#[test]
fn the_quantiles_of_few_clusters_are_those_of_students_t() {
    for (degrees, quantile) in
        [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (29, 2.045), (999, 1.962)]
    {
        let found = t_quantile(degrees + 1);
        assert!((found - quantile).abs() < 0.01, "{degrees}: {found} is not {quantile}");
    }
}
