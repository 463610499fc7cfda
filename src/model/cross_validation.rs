//! Out-of-fold fits over groups of profiles: they choose the rounds and the leaves, and give margins of rows that the
//! fit had not seen. Called by `pipeline::train` for the evaluation fit, and for the test by groups where no time is
//! left for one.

use super::forest::Forest;
use super::train::{Dataset, FitOptions, Settings, fit};
use crate::domain::progress::Progress;
use crate::error::Result;

/// How many folds groups are divided into.
pub const FOLDS: u64 = 5;

/// The fold of a group, 0 to [`FOLDS`] − 1: groups are hashes, so that the folds are of about one size.
pub fn fold_of(group: u64) -> u64 {
    group % FOLDS
}

/// Settings and rounds chosen by out-of-fold loss, and the margins that came with them.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchResult {
    /// The settings with the least out-of-fold loss.
    pub settings: Settings,
    /// The rounds at which that loss is reached.
    pub rounds: usize,
    /// Weighted log loss of the held-out rows at these rounds.
    pub loss: f64,
    /// Margin per row of the data, where its fold was held out.
    pub margins: Vec<Option<f64>>,
}

/// How settings and rounds are searched for.
#[derive(Debug, Clone, Copy)]
pub struct SearchOptions<'a> {
    /// Settings to try, each with the same folds.
    pub candidates: &'a [Settings],
    /// Folds held out one after the other: one where there is plenty, else all five.
    pub held_out: u64,
    /// Most boosting rounds of a fit.
    pub max_rounds: usize,
    /// Exactly so many rounds instead of a choice.
    pub fixed_rounds: Option<usize>,
    /// Seed of the row and column samples of every fit.
    pub seed: u64,
}

/// Tries every candidate and keeps the one with the least out-of-fold loss.
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
    best.ok_or_else(|| crate::error::Error::new("No settings were given to choose from."))
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
    for fold in folds_to_hold_out(data, options.held_out) {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..data.len()).partition(|&row| fold_of(data.groups[row]) == fold);
        let has_both_outcomes = |rows: &[usize]| {
            let converted = rows.iter().filter(|&&row| data.labels[row] > 0.5).count();
            converted > 0 && converted < rows.len()
        };
        if inside.is_empty() || !has_both_outcomes(&outside) {
            continue;
        }
        let (train, test) = (matrix.select(&outside)?, matrix.select(&inside)?);
        let rounds = options.fixed_rounds.unwrap_or(options.max_rounds);
        let held_out = Some(&test);
        let stop_early = options.fixed_rounds.is_none();
        let fit_options = FitOptions { settings, rounds, seed: options.seed, held_out, stop_early };
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
    let (rounds, loss) = match (options.fixed_rounds, best) {
        (Some(rounds), _) => (rounds, losses.last().map_or(f64::INFINITY, |l| l / total)),
        (None, Some(best)) => best,
        // Everybody is in one fold: nothing can be held out, so a cautious number of rounds stands in.
        (None, None) => (60.min(options.max_rounds), f64::INFINITY),
    };
    let mut margins = vec![None; data.len()];
    for (rows, mut forest) in fits {
        forest.trees.truncate(rounds);
        for row in rows {
            margins[row] = Some(forest.margin(data.row(row)));
        }
    }
    Ok(SearchResult { settings, rounds, loss, margins })
}
