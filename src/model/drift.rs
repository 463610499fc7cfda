//! Whether a distribution moved between two samples, by more than their sizes explain. Called by `jobs` for the features
//! and the scores of a scoring run.

use serde::{Deserialize, Serialize};

/// Most bins of the values.
const BINS: usize = 10;
/// Most categories that have a bin of their own.
const CATEGORIES: usize = 20;

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
    /// Cuts `values` (NaN = missing) at their deciles; `categorical` ones at every code, as far as there are few.
    pub fn cut(values: impl Iterator<Item = f32>, categorical: bool) -> Bins {
        let mut all: Vec<f32> = values.collect();
        let total = all.len();
        all.retain(|value| !value.is_nan());
        all.sort_unstable_by(f32::total_cmp);
        let at = |share: f64| all[((all.len() - 1) as f64 * share).round() as usize];
        let mut edges: Vec<f32> = match (all.is_empty(), categorical) {
            (true, _) => Vec::new(),
            (false, true) => all.clone(),
            (false, false) => (1..BINS).map(|i| at(i as f64 / BINS as f64)).collect(),
        };
        edges.dedup();
        edges.truncate(CATEGORIES);
        let mut bins = Bins { counts: vec![0; edges.len() + 2], edges, median: (!all.is_empty()).then(|| at(0.5)) };
        bins.counts = bins.count(all.iter().copied());
        if let Some(missing) = bins.counts.last_mut() {
            *missing = (total - all.len()) as u64;
        }
        bins
    }

    /// Another sample in the same bins.
    pub fn count(&self, values: impl Iterator<Item = f32>) -> Vec<u64> {
        let mut counts = vec![0; self.edges.len() + 2];
        let missing = counts.len() - 1;
        for value in values {
            let bin = if value.is_nan() { missing } else { self.edges.partition_point(|edge| *edge < value) };
            counts[bin] += 1;
        }
        counts
    }

    pub fn missing_share(counts: &[u64]) -> f64 {
        let all: u64 = counts.iter().sum();
        counts.last().map_or(0.0, |&missing| missing as f64 / all.max(1) as f64)
    }
}

/// How far a distribution moved, and how far chance alone could have moved it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Population stability index Σ (q − p)·ln(q/p) over the bins.
    pub index: f64,
    /// What two samples of one population exceed with a probability of at most 5 % in any of `tests` comparisons.
    pub chance: f64,
}

impl Shift {
    pub fn exceeds(&self, threshold: f64) -> bool {
        self.index > self.chance && self.index >= threshold
    }
}

/// Compares two samples in the same bins; `None` where one is empty or the bins differ.
///
/// Under no change the index times n·m/(n + m) is about χ² with one degree of freedom less than bins that hold anything
/// (Yurdakul 2018, Statistical properties of the population stability index). Its upper tail is bounded by
/// P(χ²_k ≥ k + 2·√(k·x) + 2·x) ≤ e^(−x) (Laurent and Massart 2000, lemma 1), here with e^(−x) = 0.05/`tests`. For n and m
/// stand the groups that are `independent`, accounts where profiles are persons: colleagues share what is known of their
/// account, and count once. Then and now are taken as independent, too; the same profiles a month later differ less.
pub fn shift(then: &[u64], now: &[u64], independent: (u64, u64), tests: usize) -> Option<Shift> {
    let (n, m) = (then.iter().sum::<u64>() as f64, now.iter().sum::<u64>() as f64);
    if n == 0.0 || m == 0.0 || then.len() != now.len() || independent.0 == 0 || independent.1 == 0 {
        return None;
    }
    let held: Vec<(f64, f64)> =
        then.iter().zip(now).filter(|(a, b)| **a + **b > 0).map(|(a, b)| (*a as f64, *b as f64)).collect();
    // Half a profile in each bin keeps an empty one from counting infinitely.
    let share = |count: f64, all: f64| (count + 0.5) / (all + 0.5 * held.len() as f64);
    let index = held.iter().map(|(a, b)| {
        let (p, q) = (share(*a, n), share(*b, m));
        (q - p) * (q / p).ln()
    });
    let k = held.len().saturating_sub(1) as f64;
    let x = (tests.max(1) as f64 / 0.05).ln();
    let reach = 1.0 / independent.0 as f64 + 1.0 / independent.1 as f64;
    let chance = (k + 2.0 * (k * x).sqrt() + 2.0 * x) * reach;
    Some(Shift { index: index.sum(), chance })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look drawn (splitmix64), the same every time.
    fn draw(seed: u64, count: usize) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((z ^ (z >> 31)) >> 40) as f32 / (1u64 << 24) as f32
        };
        (0..count).map(|_| next()).collect()
    }

    fn of(then: &[f32], now: &[f32], tests: usize) -> Shift {
        let bins = Bins::cut(then.iter().copied(), false);
        let sizes = (then.len() as u64, now.len() as u64);
        shift(&bins.counts, &bins.count(now.iter().copied()), sizes, tests).unwrap()
    }

    #[test]
    fn values_fall_into_the_bins_that_they_were_cut_from() {
        let bins = Bins::cut([1.0, f32::NAN, 2.0, 2.0, 3.0].into_iter(), true);
        assert_eq!((bins.edges.as_slice(), bins.counts.as_slice()), (&[1.0, 2.0, 3.0][..], &[1, 2, 1, 0, 1][..]));
        assert_eq!(bins.count([9.0, f32::NAN, 0.0].into_iter()), [1, 0, 0, 1, 1]);
        assert_eq!((bins.median, Bins::missing_share(&bins.counts)), (Some(2.0), 0.2));
        let even = Bins::cut((0..1000).map(|i| i as f32), false);
        assert_eq!(even.counts.len(), 11);
        assert!(even.counts[..10].iter().all(|c| (99..=101).contains(c)), "{even:?}");
        assert_eq!(Bins::cut([f32::NAN].into_iter(), false).counts, [0, 1]);
        assert_eq!(Bins::cut(std::iter::empty(), false).counts, [0, 0]);
    }

    #[test]
    fn samples_of_one_population_stay_within_chance() {
        // 2,000 comparisons of 100, of which one in 100 would already be more than 5 %.
        let beyond = (0..2_000u64).filter(|i| {
            let (n, m) = (50 + (i % 7) as usize * 300, 40 + (i % 5) as usize * 500);
            let shift = of(&draw(2 * i + 1, n), &draw(0x5eed_0000 + 2 * i, m), 100);
            shift.index > shift.chance
        });
        assert_eq!(beyond.count(), 0);
        // The bound is no blank cheque: without the correction for many comparisons it is near what chance reaches.
        let near = (0..500u64).any(|i| {
            let shift = of(&draw(2 * i + 1, 500), &draw(0xabc_0000 + 2 * i, 500), 1);
            shift.index > 0.6 * shift.chance
        });
        assert!(near);
    }

    #[test]
    fn a_real_move_is_found_and_a_small_sample_cannot_show_it() {
        let moved = |count: usize| {
            let now: Vec<f32> = draw(7, count).iter().map(|x| x * 0.8).collect();
            of(&draw(3, count), &now, 100)
        };
        assert!(moved(5_000).exceeds(0.1), "{:?}", moved(5_000));
        assert!(!moved(40).exceeds(0.1), "{:?}", moved(40));
        // A move that is sure but small is none that matters.
        let slight: Vec<f32> = draw(7, 200_000).iter().map(|x| x * 0.99).collect();
        let slight = of(&draw(3, 200_000), &slight, 100);
        assert!(slight.index > slight.chance && !slight.exceeds(0.1), "{slight:?}");
    }

    #[test]
    fn values_that_went_missing_are_a_move() {
        let now: Vec<f32> = draw(7, 1_000).iter().map(|&x| if x < 0.3 { f32::NAN } else { x }).collect();
        assert!(of(&draw(3, 1_000), &now, 100).exceeds(0.1));
        assert_eq!(shift(&[1, 2], &[0, 0], (3, 3), 1), None);
        assert_eq!(shift(&[1, 2], &[1, 2, 3], (3, 3), 1), None);
        assert_eq!(shift(&[5, 0], &[9, 0], (5, 9), 1).unwrap().index, 0.0, "one bin holds everything");
    }

    #[test]
    fn colleagues_who_share_a_value_are_no_more_evidence_than_one_of_them() {
        // Twenty persons in each account, all with the account's value, in two samples of one population.
        let of_accounts = |seed: u64| -> Vec<f32> { draw(seed, 200).iter().flat_map(|&x| [x; 20]).collect() };
        let beyond = |independent: (u64, u64)| {
            let exceeds = |i: &u64| {
                let bins = Bins::cut(of_accounts(2 * i + 1).into_iter(), false);
                let now = bins.count(of_accounts(0x5eed_0000 + 2 * i).into_iter());
                shift(&bins.counts, &now, independent, 100).unwrap().exceeds(0.1)
            };
            (0..200u64).filter(exceeds).count()
        };
        assert_eq!(beyond((200, 200)), 0);
        assert!(beyond((4_000, 4_000)) > 50, "persons taken for independent would raise false alarms");
    }
}
