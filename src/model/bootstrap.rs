//! Intervals of the metrics that have no formula of their own, by the cluster bootstrap (Field and Welsh 2007, JRSS B
//! 69): clusters are drawn with replacement, all rows of a cluster together, and each metric is computed anew. A
//! resample is one pass over rows that were sorted once. Called by [`evaluate`](super::evaluate).

use super::auc::Clusters;
use crate::domain::random::{Xoshiro256PlusPlus, mix_64};
use rayon::prelude::*;

/// Resamples; the ends of a 95 % interval then stand at the 10th from either side.
const RESAMPLES: u64 = 400;

/// Probabilities are taken from here to 1 minus this, so that one certain error is not infinitely bad.
const CLIP: f64 = 1e-15;

/// The metrics of a weighted set of rows; NaN where the set does not define one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WeightedMetrics {
    /// Average precision.
    pub pr_auc: f64,
    /// Conversion rate of the top tenth over the base rate.
    pub lift_10: f64,
    /// Share of conversions, 0–1.
    pub base_rate: f64,
    /// Mean negative log-likelihood, in nats.
    pub log_loss: f64,
    /// Mean squared error of the probability.
    pub brier: f64,
}

/// A test set, ready to be resampled.
pub(super) struct RankedTest {
    /// Best scores first.
    rows: Vec<Row>,
    clusters: Vec<ClusterSums>,
}

struct Row {
    cluster: u32,
    label: bool,
    /// The next row has a lower score.
    ends_tie: bool,
}

/// What is linear in the rows is summed per cluster once.
#[derive(Clone, Default)]
struct ClusterSums {
    rows: u64,
    conversions: u64,
    log_loss: f64,
    brier: f64,
}

impl RankedTest {
    /// `order` lists the rows, best scores first. All slices have one entry per row.
    pub fn new(
        order: &[u32],
        scores: &[f64],
        probabilities: &[f64],
        labels: &[bool],
        clusters: &Clusters,
    ) -> RankedTest {
        let mut sums = vec![ClusterSums::default(); clusters.count];
        for ((&p, &label), &cluster) in probabilities.iter().zip(labels).zip(&clusters.of_row) {
            let sum = &mut sums[cluster as usize];
            let likelihood = if label { p } else { 1.0 - p };
            sum.rows += 1;
            sum.conversions += u64::from(label);
            sum.log_loss -= likelihood.clamp(CLIP, 1.0 - CLIP).ln();
            sum.brier += (1.0 - likelihood) * (1.0 - likelihood);
        }
        let rows = order.iter().enumerate().map(|(place, &i)| Row {
            cluster: clusters.of_row[i as usize],
            label: labels[i as usize],
            ends_tie: order.get(place + 1).is_none_or(|&next| scores[next as usize] != scores[i as usize]),
        });
        RankedTest { rows: rows.collect(), clusters: sums }
    }

    /// The metrics where every cluster counts once.
    pub fn metrics(&self) -> WeightedMetrics {
        self.weighted_metrics(&vec![1; self.clusters.len()])
    }

    /// The metrics of every resample, none with fewer than two clusters. The same seed gives the same ones on any
    /// number of threads.
    pub fn resample(&self, seed: u64) -> Resamples {
        if self.clusters.len() < 2 {
            Resamples(Vec::new())
        } else {
            let resample = |times: &mut Vec<u8>, number| {
                times.clear();
                times.resize(self.clusters.len(), 0);
                let mut generator = generator(seed, number);
                for _ in 0..self.clusters.len() {
                    // Saturates only where a cluster is drawn 256 times, which with more clusters than that never is.
                    let count = &mut times[generator.below(self.clusters.len() as u64) as usize];
                    *count = count.saturating_add(1);
                }
                self.weighted_metrics(times)
            };
            Resamples((0..RESAMPLES).into_par_iter().map_init(Vec::new, resample).collect())
        }
    }

    /// The metrics where cluster c counts `times[c]` times.
    fn weighted_metrics(&self, times: &[u8]) -> WeightedMetrics {
        let mut all = ClusterSums::default();
        for (sum, &times) in self.clusters.iter().zip(times) {
            all.rows += u64::from(times) * sum.rows;
            all.conversions += u64::from(times) * sum.conversions;
            all.log_loss += f64::from(times) * sum.log_loss;
            all.brier += f64::from(times) * sum.brier;
        }
        let (count, conversions) = (all.rows as f64, all.conversions as f64);
        let (pr_auc, lift_10) = if all.conversions == 0 || all.conversions == all.rows {
            (f64::NAN, f64::NAN)
        } else {
            self.ranking_metrics(times, count, conversions)
        };
        WeightedMetrics {
            pr_auc,
            lift_10,
            base_rate: conversions / count,
            log_loss: all.log_loss / count,
            brier: all.brier / count,
        }
    }

    /// Average precision, tied rows as one step; and lift at 10 %, a tie across the boundary split in proportion.
    fn ranking_metrics(&self, times: &[u8], count: f64, conversions: f64) -> (f64, f64) {
        let top = 0.1 * count;
        let (mut seen, mut found, mut tied, mut tied_found) = (0u64, 0u64, 0u64, 0u64);
        let (mut precision, mut captured) = (0.0, None);
        for row in &self.rows {
            let times = u64::from(times[row.cluster as usize]);
            tied += times;
            tied_found += times * u64::from(row.label);
            if row.ends_tie && tied > 0 {
                if captured.is_none() && (seen + tied) as f64 >= top {
                    captured = Some(found as f64 + tied_found as f64 * (top - seen as f64) / tied as f64);
                }
                seen += tied;
                found += tied_found;
                if tied_found > 0 {
                    precision += tied_found as f64 * (found as f64 / seen as f64);
                }
                (tied, tied_found) = (0, 0);
            }
        }
        (precision / conversions, captured.unwrap_or(f64::NAN) / top / (conversions / count))
    }
}

/// The metrics of the resamples.
pub(super) struct Resamples(Vec<WeightedMetrics>);

impl Resamples {
    /// The 2.5th and 97.5th percentile of a metric; `None` where more than half of the resamples do not define it.
    pub fn interval(&self, metric: impl Fn(&WeightedMetrics) -> f64) -> Option<(f64, f64)> {
        let mut values: Vec<f64> = self.0.iter().map(metric).filter(|v| v.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        (values.len() as u64 * 2 >= RESAMPLES).then(|| (quantile(&values, 0.025), quantile(&values, 0.975)))
    }
}

/// The quantile of ascending, non-empty values, linear between neighbours.
fn quantile(values: &[f64], share: f64) -> f64 {
    let position = share * (values.len() - 1) as f64;
    let (low, high) = (values[position.floor() as usize], values[position.ceil() as usize]);
    low + (high - low) * position.fract()
}

/// The generator of a resample: a sequence of its own for each number under one seed.
fn generator(seed: u64, number: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seeded(seed ^ mix_64(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranked(scores: &[f64], labels: &[bool], ids: &[u32]) -> RankedTest {
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        order.sort_by(|&i, &j| scores[j as usize].total_cmp(&scores[i as usize]));
        RankedTest::new(&order, scores, &vec![0.25; scores.len()], labels, &Clusters::renumber(ids))
    }

    /// Every interval of every report depends on these.
    #[test]
    fn the_clusters_of_a_resample_never_change() {
        let below = |seed, number| {
            let mut generator = generator(seed, number);
            [0; 6].map(|_| generator.below(1_000))
        };
        assert_eq!(below(7, 0), [55, 172, 717, 427, 963, 465]);
        assert_eq!(below(7, 1), [786, 484, 722, 921, 935, 697]);
        assert_eq!(below(7, 399), [484, 469, 112, 78, 154, 603]);
    }

    #[test]
    fn average_precision_and_lift_of_a_case_by_hand() {
        let scores = [9.0, 8.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0];
        let labels = [true, false, true, false, true, false, false, false, false, false];
        let metrics = ranked(&scores, &labels, &[0; 10]).metrics();
        // Precision 1 at the first row, 2/3 at the tie, 3/5 at the fifth row, a third of the conversions each.
        assert!((metrics.pr_auc - (1.0 + 2.0 / 3.0 + 0.6) / 3.0).abs() < 1e-12);
        assert!((metrics.lift_10 - 1.0 / 0.3).abs() < 1e-12);
        assert!((metrics.base_rate - 0.3).abs() < 1e-12);
        assert!((metrics.log_loss - (0.3 * 4f64.ln() - 0.7 * 0.75f64.ln())).abs() < 1e-12);
        assert!((metrics.brier - (0.3 * 0.5625 + 0.7 * 0.0625)).abs() < 1e-12);
        let tied = ranked(&[1.0; 10], &labels, &[0; 10]).metrics();
        assert!((tied.lift_10 - 1.0).abs() < 1e-12 && (tied.pr_auc - 0.3).abs() < 1e-12);
    }

    #[test]
    fn a_cluster_drawn_twice_counts_as_its_rows_written_twice() {
        let (scores, labels) = ([3.0, 2.0, 2.0, 1.0, 0.0], [true, false, true, false, true]);
        let ids = [0, 1, 0, 2, 2];
        let resampled = ranked(&scores, &labels, &ids).weighted_metrics(&[2, 0, 1]);
        let written =
            ranked(&[3.0, 3.0, 2.0, 2.0, 1.0, 0.0], &[true, true, true, true, false, true], &[0; 6]).metrics();
        assert_eq!(resampled, written);
    }

    #[test]
    fn the_interval_of_a_share_is_about_the_binomial_one_and_copies_do_not_narrow_it() {
        let labels: Vec<bool> = (0..2000).map(|i| i % 5 == 0).collect();
        let width = |copies: usize| {
            let labels: Vec<bool> = labels.iter().flat_map(|&l| std::iter::repeat_n(l, copies)).collect();
            let ids: Vec<u32> = (0..labels.len()).map(|i| (i / copies) as u32).collect();
            let (low, high) =
                ranked(&vec![0.5; labels.len()], &labels, &ids).resample(7).interval(|f| f.base_rate).unwrap();
            assert!(low < 0.2 && 0.2 < high);
            high - low
        };
        let binomial = 2.0 * 1.96 * (0.2f64 * 0.8 / 2000.0).sqrt();
        assert!((width(1) / binomial - 1.0).abs() < 0.15, "{} against {binomial}", width(1));
        assert_eq!(width(1), width(4));
    }

    #[test]
    fn intervals_are_the_same_on_any_number_of_threads_and_differ_by_seed() {
        let scores: Vec<f64> = (0..300).map(|i| f64::from((i * 37) % 101)).collect();
        let labels: Vec<bool> = (0..300).map(|i| (i * 53) % 7 == 0).collect();
        let ids: Vec<u32> = (0..300).map(|i| i / 3).collect();
        let with = |threads, seed| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| ranked(&scores, &labels, &ids).resample(seed).interval(|f| f.pr_auc)).unwrap()
        };
        assert_eq!(with(1, 7), with(3, 7));
        assert_ne!(with(1, 7), with(1, 8));
    }

    #[test]
    fn one_cluster_or_one_class_has_no_interval() {
        let one = ranked(&[1.0, 2.0], &[true, false], &[3, 3]);
        assert_eq!(one.resample(7).interval(|f| f.brier), None);
        let negative = ranked(&[1.0, 2.0], &[false, false], &[3, 4]);
        assert_eq!(negative.resample(7).interval(|f| f.pr_auc), None);
        assert!(negative.metrics().lift_10.is_nan());
        assert_eq!(ranked(&[], &[], &[]).resample(7).interval(|f| f.base_rate), None);
    }
}
