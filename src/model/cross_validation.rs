//! Out-of-fold fits over groups of profiles: they choose how a model is made, and give margins of rows that the fit had
//! not seen. Called by `pipeline::train` for the evaluation fit, and for the test by groups where no time is left for
//! one.

use super::blend::{Recipe, RidgeShare, mix};
use super::forest::Forest;
use super::ridge::{self, RidgeFeatures, RidgeFit};
use super::train::{Dataset, FitOptions, Settings, fit};
use crate::domain::explanation::log_loss;
use crate::domain::progress::Progress;
use crate::domain::run::work::{Step, Work};
use crate::error::Result;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many folds groups are divided into.
pub const FOLDS: u64 = 5;

/// The fold of a group, 0 to [`FOLDS`] − 1: groups are hashes, so that the folds are of about one size.
pub fn fold_of(group: u64) -> u64 {
    group % FOLDS
}

/// A recipe chosen by out-of-fold loss, and the margins that came with it.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// The recipe with the least out-of-fold loss.
    pub recipe: Recipe,
    /// Weighted log loss of the held-out rows.
    pub loss: f64,
    /// Margin per row of the data, where its fold was held out.
    pub margins: Vec<Option<f64>>,
}

/// How a recipe is searched for.
#[derive(Debug, Clone, Copy)]
pub struct SearchOptions<'a> {
    /// Settings of trees to try, each with the same folds.
    pub candidates: &'a [Settings],
    /// Whether a ridge logistic may have a share.
    pub ridge: RidgeSearch<'a>,
    /// Conversions behind the positive rows, which are more where timeframes overlap.
    pub conversions: u64,
    /// Folds held out one after the other: one where there is plenty, else all five.
    pub held_out: u64,
    /// Most boosting rounds of a fit.
    pub max_rounds: usize,
    /// Seed of the row and column samples of every fit.
    pub seed: u64,
}

/// Whether a ridge logistic is tried beside the trees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RidgeSearch<'a> {
    /// Trees only.
    Off,
    /// Both are chosen.
    Choose {
        /// The penalties to try, the largest first: each fit starts where the last one ended.
        penalties: &'a [f64],
        /// The share where the held-out rows say nothing.
        usual_share: f64,
    },
    /// Both are known.
    Known(RidgeShare),
}

/// Where nothing can be held out.
const CAUTIOUS_PENALTY: f64 = 100.0;
/// What it costs to leave the usual share by a half, in nats of the held-out likelihood: about the gain that a 95 %
/// likelihood-ratio test of one weight asks for. Few conversions then stay near the usual share, many decide.
const COST_OF_A_HALF: f64 = 2.0;
/// The shares that are tried beside the usual one.
const SHARES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];

/// Tries every candidate and keeps the one with the least out-of-fold loss; then the ridge logistic beside it.
///
/// # Errors
/// Those of [`fit`].
pub fn search(data: &Dataset, options: SearchOptions<'_>, progress: &dyn Progress) -> Result<SearchResult> {
    let mut best: Option<SearchResult> = None;
    for &settings in options.candidates {
        let result = try_settings(data, settings, options, progress)?;
        if best.as_ref().is_none_or(|b| result.loss < b.loss) {
            best = Some(result);
        }
    }
    let trees = best.ok_or_else(|| crate::error::Error::new("No settings were given to choose from."))?;
    match options.ridge {
        RidgeSearch::Off => Ok(trees),
        RidgeSearch::Choose { penalties, usual_share } => {
            with_ridge(data, trees, (penalties, Share::Usually(usual_share)), options, progress)
        }
        RidgeSearch::Known(RidgeShare { penalty, share }) => {
            with_ridge(data, trees, (&[penalty], Share::Known(share)), options, progress)
        }
    }
}

/// Searches for the rounds of a recipe on other rows or columns; all else of it is kept. Candidates and ridge of `options`
/// count for nothing.
///
/// # Errors
/// Those of [`fit`].
pub fn search_again(
    data: &Dataset,
    recipe: &Recipe,
    options: SearchOptions<'_>,
    progress: &dyn Progress,
) -> Result<SearchResult> {
    let ridge = recipe.ridge.map_or(RidgeSearch::Off, RidgeSearch::Known);
    let found = search(data, SearchOptions { candidates: &[recipe.settings], ridge, ..options }, progress)?;
    Ok(SearchResult { recipe: Recipe { half_life_days: recipe.half_life_days, ..found.recipe }, ..found })
}

/// What is known of the share of a ridge logistic.
#[derive(Clone, Copy)]
enum Share {
    Known(f64),
    Usually(f64),
}

/// The trees mixed with the ridge logistic of least out-of-fold loss. A share that is not known is the one of least loss,
/// with what it costs to leave the usual one.
fn with_ridge(
    data: &Dataset,
    trees: SearchResult,
    (penalties, share): (&[f64], Share),
    options: SearchOptions<'_>,
    progress: &dyn Progress,
) -> Result<SearchResult> {
    let (Share::Known(usual) | Share::Usually(usual)) = share;
    let features = RidgeFeatures::new(data);
    let best = ridge_out_of_fold(data, &features, penalties, &folds(data, options.held_out), progress)?;
    let Some((penalty, margins)) = best else {
        let ridge = Some(RidgeShare { penalty: CAUTIOUS_PENALTY, share: usual });
        return Ok(SearchResult { recipe: Recipe { ridge, ..trees.recipe }, ..trees });
    };
    let blended = |share: f64| -> Vec<Option<f64>> {
        let both = trees.margins.iter().zip(&margins);
        both.map(|(trees, ridge)| Some(mix((*trees)?, (*ridge)?, share))).collect()
    };
    let positives = data.labels.iter().filter(|label| **label > 0.5).count().max(1) as f64;
    let cost = |share: f64| {
        let nats = total_loss(data, &blended(share)).0 * options.conversions as f64 / positives;
        nats + COST_OF_A_HALF * (2.0 * (share - usual)).powi(2)
    };
    let share = match share {
        Share::Known(share) => share,
        Share::Usually(usual) => {
            let all = SHARES.into_iter().chain([usual]).map(|share| (share, cost(share)));
            all.min_by(|a, b| a.1.total_cmp(&b.1)).map_or(usual, |(share, _)| share)
        }
    };
    let margins = blended(share);
    let ridge = (share > 0.0).then_some(RidgeShare { penalty, share });
    Ok(SearchResult { recipe: Recipe { ridge, ..trees.recipe }, loss: mean_loss(data, &margins), margins })
}

/// The penalty with the least loss of the rows of `folds`, each fold held out in turn, and their margins; `None` where no
/// fold can be held out.
fn ridge_out_of_fold(
    data: &Dataset,
    features: &RidgeFeatures,
    penalties: &[f64],
    folds: &[Fold],
    progress: &dyn Progress,
) -> Result<Option<(f64, Vec<Option<f64>>)>> {
    let cells = data.values.len() as f64;
    progress.begin_step(Step::new(Work::Ridge, folds.len() as u64, cells));
    let done = AtomicU64::new(0);
    let of_fold = |fold: &Fold| -> Vec<Vec<f64>> {
        let mut weights = data.weights.clone();
        fold.inside.iter().for_each(|&row| weights[row] = 0.0);
        let mut fit = RidgeFit::start(features);
        let margins = penalties.iter().map(|&penalty| {
            fit = ridge::fit(features, &data.labels, &weights, penalty, &fit);
            let margins = fit.margins(features);
            fold.inside.iter().map(|&row| margins[row]).collect()
        });
        let margins = margins.take_while(|_| !progress.cancelled()).collect();
        progress.advance(done.fetch_add(1, Ordering::Relaxed) + 1, Some(folds.len() as u64));
        margins
    };
    let by_fold: Vec<Vec<Vec<f64>>> = folds.par_iter().map(of_fold).collect();
    progress.check()?;
    let of_penalty = |at: usize| {
        let mut margins = vec![None; data.len()];
        for (fold, by_penalty) in folds.iter().zip(&by_fold) {
            fold.inside.iter().zip(&by_penalty[at]).for_each(|(&row, &margin)| margins[row] = Some(margin));
        }
        (penalties[at], margins)
    };
    let all =
        (0..penalties.len()).map(of_penalty).map(|(penalty, margins)| (mean_loss(data, &margins), penalty, margins));
    let best = all.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|best| best.0.is_finite());
    Ok(best.map(|(_, penalty, margins)| (penalty, margins)))
}

/// Weighted log loss of the rows that have a margin; infinite where none has.
fn mean_loss(data: &Dataset, margins: &[Option<f64>]) -> f64 {
    let (loss, all) = total_loss(data, margins);
    if all > 0.0 { loss / all } else { f64::INFINITY }
}

/// The summed loss of the rows that have a margin, in nats, and their weight.
fn total_loss(data: &Dataset, margins: &[Option<f64>]) -> (f64, f64) {
    let (mut loss, mut all) = (0.0, 0.0);
    for (row, margin) in margins.iter().enumerate() {
        if let Some(margin) = margin {
            loss += row_loss(data, row, *margin);
            all += f64::from(data.weights[row]);
        }
    }
    (loss, all)
}

fn row_loss(data: &Dataset, row: usize, margin: f64) -> f64 {
    f64::from(data.weights[row]) * log_loss(margin, data.labels[row] > 0.5)
}

/// Whether `other` is better than `margins` by more than twice the standard error of the difference: rows of a group err
/// together, so the groups are what is counted. Few conversions make every choice between models a draw of lots, and the
/// simpler one is the safer.
pub fn is_clearly_better(data: &Dataset, other: &[Option<f64>], margins: &[Option<f64>]) -> bool {
    let mut by_group: BTreeMap<u64, f64> = BTreeMap::new();
    for (row, both) in margins.iter().zip(other).enumerate() {
        if let (Some(a), Some(b)) = both {
            *by_group.entry(data.groups[row]).or_default() += row_loss(data, row, *a) - row_loss(data, row, *b);
        }
    }
    let groups = by_group.len() as f64;
    let gain: f64 = by_group.values().sum();
    let spread: f64 = by_group.values().map(|g| (g - gain / groups).powi(2)).sum();
    gain > 2.0 * spread.sqrt()
}

/// Rows that are held out, and those that are learned from.
struct Fold {
    inside: Vec<usize>,
    outside: Vec<usize>,
}

/// The folds to hold out one after the other: those with rows, where the others have both outcomes.
fn folds(data: &Dataset, held_out: u64) -> Vec<Fold> {
    let of_fold = |fold: u64| {
        let (inside, outside) = (0..data.len()).partition(|&row| fold_of(data.groups[row]) == fold);
        Fold { inside, outside }
    };
    let can_be_held_out = |fold: &Fold| {
        let converted = fold.outside.iter().filter(|&&row| data.labels[row] > 0.5).count();
        !fold.inside.is_empty() && converted > 0 && converted < fold.outside.len()
    };
    folds_to_hold_out(data, held_out).into_iter().map(of_fold).filter(can_be_held_out).collect()
}

/// Which folds are held out. A single one must have both outcomes inside and outside; where none has, as with a handful
/// of large accounts, all are held out.
fn folds_to_hold_out(data: &Dataset, held_out: u64) -> Vec<u64> {
    let mut counts = [[0usize; 2]; FOLDS as usize];
    for (group, label) in data.groups.iter().zip(&data.labels) {
        counts[fold_of(*group) as usize][usize::from(*label > 0.5)] += 1;
    }
    let all = counts.iter().fold([0, 0], |sum, fold| [sum[0] + fold[0], sum[1] + fold[1]]);
    let has_both = |fold: &u64| (0..2).all(|class| (1..all[class]).contains(&counts[*fold as usize][class]));
    if held_out == 1
        && let Some(fold) = (0..FOLDS).find(has_both)
    {
        return vec![fold];
    }
    (0..FOLDS).collect()
}

fn try_settings(
    data: &Dataset,
    settings: Settings,
    options: SearchOptions<'_>,
    progress: &dyn Progress,
) -> Result<SearchResult> {
    let matrix = data.matrix()?;
    let mut fits: Vec<(Vec<usize>, Forest)> = Vec::new();
    // Sum over folds of weight × loss, per round; as long as the shortest fold.
    let mut losses: Option<Vec<f64>> = None;
    let mut total = 0.0;
    for Fold { inside, outside } in folds(data, options.held_out) {
        let (train, test) = (matrix.select(&outside)?, matrix.select(&inside)?);
        let (rounds, seed, held_out) = (options.max_rounds, options.seed, Some(&test));
        let fit_options = FitOptions { settings, rounds, seed, held_out, stop_early: true };
        let fitted = fit(&train, fit_options, progress)?;
        let weight: f64 = inside.iter().map(|&row| f64::from(data.weights[row])).sum();
        total += weight;
        let weighted = fitted.losses.iter().map(|l| l * weight);
        losses = Some(match losses {
            None => weighted.collect(),
            Some(sum) => sum.iter().zip(weighted).map(|(a, b)| a + b).collect(),
        });
        fits.push((inside, fitted.forest));
    }
    let losses = losses.unwrap_or_default();
    let best = losses.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map(|(i, l)| (i + 1, l / total));
    // Where everybody is in one fold nothing can be held out, so a cautious number of rounds stands in.
    let (rounds, loss) = best.unwrap_or((60.min(options.max_rounds), f64::INFINITY));
    let mut margins = vec![None; data.len()];
    for (rows, mut forest) in fits {
        forest.trees.truncate(rounds);
        for row in rows {
            margins[row] = Some(forest.margin(data.row(row)));
        }
    }
    Ok(SearchResult { recipe: Recipe { settings, rounds, ridge: None, half_life_days: None }, loss, margins })
}
