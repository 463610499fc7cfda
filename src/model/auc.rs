//! The area under the ROC curve: value, interval over clusters, paired difference of two scores, and the weighted form
//! that screens single features. Called by [`evaluate`](super::evaluate), by [`leaks`](super::leaks), and by
//! `pipeline::comparison::challenge` to compare two models.
//!
//! The variance is Obuchowski's for clustered data (Biometrics 53, 1997), which without clusters is DeLong's
//! (Biometrics 44, 1988): a row's *placement* is the share of the other class that it is on the right side of, ties
//! half; the placements of a cluster are summed before their squares are.

use crate::domain::explanation::{log_odds, sigmoid};
use crate::domain::metrics::Estimate;
use hashbrown::HashMap;

#[cfg(test)]
mod tests;

/// The standard normal quantile of a two-sided 95 % interval.
pub(super) const Z: f64 = 1.959963984540054;

/// The quantile of Student's t that a two-sided 95 % interval takes where a variance comes from so many clusters: with few
/// of them the normal one is too narrow. By the expansion in 1/n (Abramowitz and Stegun 1964, 26.7.5), from the table for up to three
/// degrees of freedom, within .01 for more.
fn t_quantile(clusters: usize) -> f64 {
    let n = clusters.saturating_sub(1) as f64;
    match clusters {
        0..=2 => 12.706_204_736,
        3 => 4.302_652_730,
        4 => 3.182_446_305,
        _ => {
            let (z, z3, z5, z7) = (Z, Z.powi(3), Z.powi(5), Z.powi(7));
            let first = (z3 + z) / 4.0;
            let second = (5.0 * z5 + 16.0 * z3 + 3.0 * z) / 96.0;
            let third = (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / 384.0;
            z + first / n + second / (n * n) + third / (n * n * n)
        }
    }
}

/// Variances up to this are rounding errors of a zero.
const ZERO_VARIANCE: f64 = 1e-20;

/// Clusters renumbered 0..count in the order in which they first appear.
pub(super) struct Clusters {
    /// Number of the cluster per row.
    pub of_row: Vec<u32>,
    /// How many there are.
    pub count: usize,
}

impl Clusters {
    /// Numbers the clusters of the rows by their ids, one per row.
    pub fn renumber(ids: &[u32]) -> Clusters {
        let mut numbers = HashMap::new();
        let of_row = ids
            .iter()
            .map(|&id| {
                let next = numbers.len() as u32;
                *numbers.entry(id).or_insert(next)
            })
            .collect();
        Clusters { of_row, count: numbers.len() }
    }
}

/// An AUC and what its variance is made of.
struct Placements {
    auc: f64,
    /// Per row.
    of_row: Vec<f64>,
    /// All rows have one score.
    all_tied: bool,
}

impl Placements {
    /// `None` where a class is missing, a score is NaN or the lengths differ.
    fn new(scores: &[f64], labels: &[bool]) -> Option<Placements> {
        if scores.len() != labels.len() || scores.iter().any(|s| s.is_nan()) {
            return None;
        }
        let positives = labels.iter().filter(|&&label| label).count();
        let negatives = labels.len() - positives;
        if positives == 0 || negatives == 0 {
            return None;
        }
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        order.sort_unstable_by(|&i, &j| scores[i as usize].total_cmp(&scores[j as usize]).then(i.cmp(&j)));
        let mut of_row = vec![0.0; scores.len()];
        let (mut positives_below, mut negatives_below) = (0, 0);
        // Twice the number of pairs in the right order, a tie counting one: a whole number, hence exact.
        let mut doubled_pairs = 0u128;
        let mut groups = 0;
        for tied in order.chunk_by(|&i, &j| scores[i as usize] == scores[j as usize]) {
            let tied_positives = tied.iter().filter(|&&i| labels[i as usize]).count();
            let tied_negatives = tied.len() - tied_positives;
            let positive_place = (2 * negatives_below + tied_negatives) as f64 / (2 * negatives) as f64;
            let positives_above = positives - positives_below - tied_positives;
            let negative_place = (2 * positives_above + tied_positives) as f64 / (2 * positives) as f64;
            for &i in tied {
                of_row[i as usize] = if labels[i as usize] { positive_place } else { negative_place };
            }
            doubled_pairs += tied_positives as u128 * (2 * negatives_below + tied_negatives) as u128;
            positives_below += tied_positives;
            negatives_below += tied_negatives;
            groups += 1;
        }
        let auc = doubled_pairs as f64 / (2.0 * positives as f64 * negatives as f64);
        Some(Placements { auc, of_row, all_tied: groups == 1 })
    }
}

/// The variance of the statistic `value` whose placements these are: an AUC, or the difference of two (whose placements
/// are the differences, because the statistic is linear in them). `None` with fewer than two clusters of a class.
fn variance(
    placements: impl Iterator<Item = f64>,
    value: f64,
    labels: &[bool],
    clusters: &Clusters,
) -> Option<ClusteredVariance> {
    #[derive(Clone, Default)]
    struct ClusterSum {
        /// Σ (placement − value) of the positives and of the negatives.
        excess: [f64; 2],
        rows: [usize; 2],
    }
    let mut sums = vec![ClusterSum::default(); clusters.count];
    for ((placement, &label), &cluster) in placements.zip(labels).zip(&clusters.of_row) {
        let sum = &mut sums[cluster as usize];
        sum.excess[usize::from(label)] += placement - value;
        sum.rows[usize::from(label)] += 1;
    }
    let clusters_with = [0, 1].map(|class| sums.iter().filter(|s| s.rows[class] > 0).count());
    if clusters_with[0] < 2 || clusters_with[1] < 2 {
        return None;
    }
    let rows = [0, 1].map(|class| sums.iter().map(|s| s.rows[class]).sum::<usize>() as f64);
    let bessel = |count: usize| count as f64 / (count as f64 - 1.0);
    let within = [0, 1].map(|class| {
        let squares: f64 = sums.iter().map(|s| s.excess[class] * s.excess[class]).sum();
        bessel(clusters_with[class]) * squares / (rows[class] * rows[class])
    });
    let products: f64 = sums.iter().map(|s| s.excess[0] * s.excess[1]).sum();
    let between = 2.0 * bessel(clusters.count) * products / (rows[0] * rows[1]);
    // The covariance of few clusters can outweigh the rest by chance.
    Some(ClusteredVariance {
        variance: (within[0] + within[1] + between).max(0.0),
        clusters: clusters_with[0].min(clusters_with[1]),
    })
}

/// The variance of a statistic over clusters.
struct ClusteredVariance {
    variance: f64,
    /// The clusters of the class that has fewer.
    clusters: usize,
}

/// The AUC of `scores` for `labels` (higher = more likely true) with its 95 % interval over `clusters`, one id per row.
///
/// The interval is symmetric on the logit scale, with the t quantile of the clusters of the rarer class. Where the variance is zero (AUC 0 or 1, for one) it says nothing, and
/// the interval is Wilson's for a share observed in as many independent trials as the rarer class has clusters. No
/// interval where all scores are tied or a class has fewer than two clusters; `None` where a class is missing, a score
/// is NaN or the lengths differ.
pub fn auc(scores: &[f64], labels: &[bool], clusters: &[u32]) -> Option<Estimate> {
    if clusters.len() != labels.len() {
        return None;
    }
    estimate(&Placements::new(scores, labels)?, labels, &Clusters::renumber(clusters))
}

fn estimate(placements: &Placements, labels: &[bool], clusters: &Clusters) -> Option<Estimate> {
    let auc = placements.auc;
    if placements.all_tied {
        return Estimate::new(auc, None);
    }
    let interval = variance(placements.of_row.iter().copied(), auc, labels, clusters).map(|found| {
        if found.variance <= ZERO_VARIANCE || auc <= 0.0 || auc >= 1.0 {
            return wilson(auc, found.clusters as f64);
        }
        let half_width = t_quantile(found.clusters) * found.variance.sqrt() / (auc * (1.0 - auc));
        (sigmoid(log_odds(auc) - half_width), sigmoid(log_odds(auc) + half_width))
    });
    Estimate::new(auc, interval)
}

/// AUC of `first` minus AUC of `second` on the same rows, with the 95 % interval of the paired difference on the plain
/// scale, within ±1. Where the variance is zero and the difference is not, the interval combines those of the two AUCs
/// (Newcombe 1998, Statistics in Medicine 17, method 10). `None` as for [`auc`].
pub fn auc_difference(first: &[f64], second: &[f64], labels: &[bool], clusters: &[u32]) -> Option<Estimate> {
    if clusters.len() != labels.len() {
        return None;
    }
    let (first, second) = (Placements::new(first, labels)?, Placements::new(second, labels)?);
    let clusters = Clusters::renumber(clusters);
    let difference = first.auc - second.auc;
    let placements = first.of_row.iter().zip(&second.of_row).map(|(a, b)| a - b);
    let interval = match variance(placements, difference, labels, &clusters) {
        None => None,
        Some(found) if found.variance <= ZERO_VARIANCE && difference != 0.0 => {
            let ends = |p: &Placements| {
                let estimate = estimate(p, labels, &clusters)?;
                Some((estimate.low.unwrap_or(p.auc), estimate.high.unwrap_or(p.auc)))
            };
            ends(&first).zip(ends(&second)).map(|(a, b)| {
                let below = f64::hypot(first.auc - a.0, b.1 - second.auc);
                let above = f64::hypot(a.1 - first.auc, second.auc - b.0);
                (difference - below, difference + above)
            })
        }
        Some(found) => {
            let half_width = t_quantile(found.clusters) * found.variance.sqrt();
            Some((difference - half_width, difference + half_width))
        }
    };
    Estimate::new(difference, interval.map(|(low, high)| (low.max(-1.0), high.min(1.0))))
}

/// Wilson's 95 % interval of a share (0–1) observed in `trials` > 0 trials (Wilson 1927, JASA 22).
pub(super) fn wilson(share: f64, trials: f64) -> (f64, f64) {
    let z2 = Z * Z / trials;
    let center = share + z2 / 2.0;
    let half_width = (Z * Z * share * (1.0 - share) / trials + z2 * z2 / 4.0).sqrt();
    (((center - half_width) / (1.0 + z2)).max(0.0), ((center + half_width) / (1.0 + z2)).min(1.0))
}

/// The AUC of one feature with row weights; rows where it is missing (NaN) do not count. `None` where the rest lacks a
/// class (by weight), a weight is negative or not finite, or the lengths differ.
pub fn weighted_auc(values: &[f32], labels: &[bool], weights: &[f64]) -> Option<f64> {
    if values.len() != labels.len() || values.len() != weights.len() {
        return None;
    }
    if weights.iter().any(|w| !(w.is_finite() && *w >= 0.0)) {
        return None;
    }
    let mut order: Vec<u32> = (0..values.len() as u32).filter(|&i| !values[i as usize].is_nan()).collect();
    order.sort_unstable_by(|&i, &j| values[i as usize].total_cmp(&values[j as usize]).then(i.cmp(&j)));
    let (mut positives, mut negatives, mut pairs) = (0.0, 0.0, 0.0);
    for tied in order.chunk_by(|&i, &j| values[i as usize] == values[j as usize]) {
        let (mut tied_positives, mut tied_negatives) = (0.0, 0.0);
        for &i in tied {
            *(if labels[i as usize] { &mut tied_positives } else { &mut tied_negatives }) += weights[i as usize];
        }
        pairs += tied_positives * (negatives + 0.5 * tied_negatives);
        positives += tied_positives;
        negatives += tied_negatives;
    }
    let auc: f64 = pairs / (positives * negatives);
    auc.is_finite().then(|| auc.clamp(0.0, 1.0))
}

/// max(AUC, 1 − AUC) of one feature: how well it separates the classes, in whichever direction. As [`weighted_auc`].
pub fn separation(values: &[f32], labels: &[bool], weights: &[f64]) -> Option<f64> {
    weighted_auc(values, labels, weights).map(|auc| auc.max(1.0 - auc))
}
