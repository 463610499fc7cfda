//! Whether a distribution shifted between two samples, by more than their sizes explain. Called by `pipeline::comparison::drift`
//! for the features and the scores of a scoring run.

use serde::{Deserialize, Serialize};

/// Most bins of the values.
const MAX_BINS: usize = 10;
/// Most categories that have a bin of their own.
const MAX_CATEGORIES: usize = 20;

/// A distribution, cut into bins at its own quantiles, so that another sample can be counted into the same ones.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Bins {
    /// Upper ends (inclusive) of all bins but the last, rising.
    pub edges: Vec<f32>,
    /// Per bin, and the missing values at the end.
    pub counts: Vec<u64>,
    /// Of the values that are not missing.
    pub median: Option<f32>,
}

impl Bins {
    /// The bins of `values` (NaN = missing), cut at their deciles; `categorical` ones at every code, up to 20.
    pub fn from_values(values: impl Iterator<Item = f32>, categorical: bool) -> Bins {
        let mut all: Vec<f32> = values.collect();
        let total = all.len();
        all.retain(|value| !value.is_nan());
        all.sort_unstable_by(f32::total_cmp);
        let quantile = |share: f64| all[((all.len() - 1) as f64 * share).round() as usize];
        let mut edges: Vec<f32> = match (all.is_empty(), categorical) {
            (true, _) => Vec::new(),
            (false, true) => all.clone(),
            (false, false) => (1..MAX_BINS).map(|i| quantile(i as f64 / MAX_BINS as f64)).collect(),
        };
        edges.dedup();
        edges.truncate(MAX_CATEGORIES);
        let mut bins =
            Bins { counts: vec![0; edges.len() + 2], edges, median: (!all.is_empty()).then(|| quantile(0.5)) };
        bins.counts = bins.count(all.iter().copied());
        if let Some(missing) = bins.counts.last_mut() {
            *missing = (total - all.len()) as u64;
        }
        bins
    }

    /// Another sample in the same bins: one count per bin, and the missing values at the end.
    pub fn count(&self, values: impl Iterator<Item = f32>) -> Vec<u64> {
        let mut counts = vec![0; self.edges.len() + 2];
        let missing = counts.len() - 1;
        for value in values {
            let bin = if value.is_nan() { missing } else { self.edges.partition_point(|edge| *edge < value) };
            counts[bin] += 1;
        }
        counts
    }

    /// Share (0–1) of the counted values that are missing.
    pub fn missing_share(counts: &[u64]) -> f64 {
        let all: u64 = counts.iter().sum();
        counts.last().map_or(0.0, |&missing| missing as f64 / all.max(1) as f64)
    }
}

/// How far a distribution shifted, and how far chance alone could have shifted it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Population stability index Σ (q − p)·ln(q/p) over the bins.
    pub psi: f64,
    /// What two samples of one population exceed with a probability of at most 5 % in any of `tests` comparisons.
    pub critical_psi: f64,
}

impl Shift {
    /// Whether the index reaches the threshold, and more than chance explains.
    pub fn exceeds(&self, threshold: f64) -> bool {
        self.psi > self.critical_psi && self.psi >= threshold
    }
}

/// Compares two samples in the same bins; `None` where one is empty or the bins differ.
///
/// Under no change the index times n·m/(n + m) is about χ² with one degree of freedom less than bins that hold anything
/// (Yurdakul 2018, Statistical properties of the population stability index). Its upper tail is bounded by P(χ²_k ≥ k +
/// 2·√(k·x) + 2·x) ≤ e^(−x) (Laurent and Massart 2000, lemma 1), here with e^(−x) = 0.05/`tests`. For n and m stand the
/// groups that are `independent`, accounts where profiles are persons: colleagues share what is known of their account,
/// and count once. Both samples are taken as independent, too; the same profiles a month later differ less.
pub fn compare(reference: &[u64], current: &[u64], independent: (u64, u64), tests: usize) -> Option<Shift> {
    let (n, m) = (reference.iter().sum::<u64>() as f64, current.iter().sum::<u64>() as f64);
    if n == 0.0 || m == 0.0 || reference.len() != current.len() || independent.0 == 0 || independent.1 == 0 {
        return None;
    }
    let filled: Vec<(f64, f64)> =
        reference.iter().zip(current).filter(|(a, b)| **a + **b > 0).map(|(a, b)| (*a as f64, *b as f64)).collect();
    // Half a profile in each bin keeps an empty one from counting infinitely.
    let share = |count: f64, all: f64| (count + 0.5) / (all + 0.5 * filled.len() as f64);
    let terms = filled.iter().map(|(a, b)| {
        let (p, q) = (share(*a, n), share(*b, m));
        (q - p) * (q / p).ln()
    });
    let k = filled.len().saturating_sub(1) as f64;
    let x = (tests.max(1) as f64 / 0.05).ln();
    let scale = 1.0 / independent.0 as f64 + 1.0 / independent.1 as f64;
    let critical_psi = (k + 2.0 * (k * x).sqrt() + 2.0 * x) * scale;
    Some(Shift { psi: terms.sum(), critical_psi })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::random::SplitMix64;

    /// Uniform in [0, 1), the same every time.
    fn uniform(seed: u64, count: usize) -> Vec<f32> {
        let mut generator = SplitMix64::new(seed);
        (0..count).map(|_| (generator.next_u64() >> 40) as f32 / (1u64 << 24) as f32).collect()
    }

    fn compared(reference: &[f32], current: &[f32], tests: usize) -> Shift {
        let bins = Bins::from_values(reference.iter().copied(), false);
        let sizes = (reference.len() as u64, current.len() as u64);
        compare(&bins.counts, &bins.count(current.iter().copied()), sizes, tests).unwrap()
    }

    #[test]
    fn values_fall_into_the_bins_that_they_were_cut_from() {
        let bins = Bins::from_values([1.0, f32::NAN, 2.0, 2.0, 3.0].into_iter(), true);
        assert_eq!((bins.edges.as_slice(), bins.counts.as_slice()), (&[1.0, 2.0, 3.0][..], &[1, 2, 1, 0, 1][..]));
        assert_eq!(bins.count([9.0, f32::NAN, 0.0].into_iter()), [1, 0, 0, 1, 1]);
        assert_eq!((bins.median, Bins::missing_share(&bins.counts)), (Some(2.0), 0.2));
        let even = Bins::from_values((0..1000).map(|i| i as f32), false);
        assert_eq!(even.counts.len(), 11);
        assert!(even.counts[..10].iter().all(|c| (99..=101).contains(c)), "{even:?}");
        assert_eq!(Bins::from_values([f32::NAN].into_iter(), false).counts, [0, 1]);
        assert_eq!(Bins::from_values(std::iter::empty(), false).counts, [0, 0]);
    }

    #[test]
    fn samples_of_one_population_stay_within_chance() {
        // 2,000 comparisons of 100, of which one in 100 would already be more than 5 %.
        let exceeding = (0..2_000u64).filter(|i| {
            let (n, m) = (50 + (i % 7) as usize * 300, 40 + (i % 5) as usize * 500);
            let shift = compared(&uniform(2 * i + 1, n), &uniform(0x5eed_0000 + 2 * i, m), 100);
            shift.psi > shift.critical_psi
        });
        assert_eq!(exceeding.count(), 0);
        // The bound is no blank cheque: without the correction for many comparisons it is near what chance reaches.
        let near = (0..500u64).any(|i| {
            let shift = compared(&uniform(2 * i + 1, 500), &uniform(0xabc_0000 + 2 * i, 500), 1);
            shift.psi > 0.6 * shift.critical_psi
        });
        assert!(near);
    }

    #[test]
    fn a_real_shift_is_found_and_a_small_sample_cannot_show_it() {
        let shifted = |count: usize| {
            let now: Vec<f32> = uniform(7, count).iter().map(|x| x * 0.8).collect();
            compared(&uniform(3, count), &now, 100)
        };
        assert!(shifted(5_000).exceeds(0.1), "{:?}", shifted(5_000));
        assert!(!shifted(40).exceeds(0.1), "{:?}", shifted(40));
        // A shift that is sure but small is none that matters.
        let slight: Vec<f32> = uniform(7, 200_000).iter().map(|x| x * 0.99).collect();
        let slight = compared(&uniform(3, 200_000), &slight, 100);
        assert!(slight.psi > slight.critical_psi && !slight.exceeds(0.1), "{slight:?}");
    }

    #[test]
    fn values_that_went_missing_are_a_shift() {
        let now: Vec<f32> = uniform(7, 1_000).iter().map(|&x| if x < 0.3 { f32::NAN } else { x }).collect();
        assert!(compared(&uniform(3, 1_000), &now, 100).exceeds(0.1));
        assert_eq!(compare(&[1, 2], &[0, 0], (3, 3), 1), None);
        assert_eq!(compare(&[1, 2], &[1, 2, 3], (3, 3), 1), None);
        assert_eq!(compare(&[5, 0], &[9, 0], (5, 9), 1).unwrap().psi, 0.0, "one bin holds everything");
    }

    #[test]
    fn colleagues_who_share_a_value_are_no_more_evidence_than_one_of_them() {
        // Twenty persons in each account, all with the account's value, in two samples of one population.
        let by_account = |seed: u64| -> Vec<f32> { uniform(seed, 200).iter().flat_map(|&x| [x; 20]).collect() };
        let exceeding = |independent: (u64, u64)| {
            let exceeds = |i: &u64| {
                let bins = Bins::from_values(by_account(2 * i + 1).into_iter(), false);
                let now = bins.count(by_account(0x5eed_0000 + 2 * i).into_iter());
                compare(&bins.counts, &now, independent, 100).unwrap().exceeds(0.1)
            };
            (0..200u64).filter(exceeds).count()
        };
        assert_eq!(exceeding((200, 200)), 0);
        assert!(exceeding((4_000, 4_000)) > 50, "persons taken for independent would raise false alarms");
    }
}
