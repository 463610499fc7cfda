//! Out-of-fold fits over groups of profiles: they choose the rounds and the leaves, and give margins of rows that the
//! fit had not seen. Called by `jobs` for the evaluation fit, and for the test by groups where no time is left for one.

use super::forest::Forest;
use super::train::{FitOptions, Frame, Settings, fit};
use crate::domain::progress::Progress;
use crate::error::Result;

/// How many folds groups are divided into.
pub const FOLDS: u64 = 5;

/// The fold of a group.
pub fn fold_of(group: u64) -> u64 {
    group % FOLDS
}

/// Settings and rounds chosen by out-of-fold loss, and the margins that came with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub settings: Settings,
    pub rounds: usize,
    /// Weighted log loss of the held-out rows at these rounds.
    pub loss: f64,
    /// Margin per row of the frame, where its fold was held out.
    pub margins: Vec<Option<f64>>,
}

/// How the choice is made.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    pub candidates: &'a [Settings],
    /// Folds held out one after the other: one where there is plenty, else all five.
    pub held_out: u64,
    pub max_rounds: usize,
    /// Exactly so many rounds instead of a choice.
    pub fixed_rounds: Option<usize>,
    pub seed: u64,
}

/// Tries every candidate and keeps the one with the least out-of-fold loss.
///
/// # Errors
/// Those of [`fit`].
pub fn choose(frame: &Frame, search: Search<'_>, progress: &dyn Progress) -> Result<Choice> {
    let mut best: Option<Choice> = None;
    for &settings in search.candidates {
        let choice = try_settings(frame, settings, search, progress)?;
        if best.as_ref().is_none_or(|b| choice.loss < b.loss) {
            best = Some(choice);
        }
    }
    best.ok_or_else(|| crate::error::Error::new("No settings were given to choose from."))
}

/// Which folds are held out. A single one must have both outcomes inside and outside; where none has, as with a handful
/// of large accounts, all are held out.
fn folds_to_hold(frame: &Frame, held_out: u64) -> Vec<u64> {
    let mut outcomes = [[0usize; 2]; FOLDS as usize];
    for (group, label) in frame.groups.iter().zip(&frame.labels) {
        outcomes[fold_of(*group) as usize][usize::from(*label > 0.5)] += 1;
    }
    let all = outcomes.iter().fold([0, 0], |sum, fold| [sum[0] + fold[0], sum[1] + fold[1]]);
    let fair = |fold: &u64| (0..2).all(|class| (1..all[class]).contains(&outcomes[*fold as usize][class]));
    if held_out == 1
        && let Some(fold) = (0..FOLDS).find(fair)
    {
        return vec![fold];
    }
    (0..FOLDS).collect()
}

fn try_settings(frame: &Frame, settings: Settings, search: Search<'_>, progress: &dyn Progress) -> Result<Choice> {
    let samples = frame.samples()?;
    let mut held: Vec<(Vec<usize>, Forest)> = Vec::new();
    // Sum over folds of weight × loss, per round; as long as the shortest fold.
    let mut losses: Option<Vec<f64>> = None;
    let mut total = 0.0;
    for fold in folds_to_hold(frame, search.held_out) {
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..frame.len()).partition(|&row| fold_of(frame.groups[row]) == fold);
        let learnable = |rows: &[usize]| {
            let converted = rows.iter().filter(|&&row| frame.labels[row] > 0.5).count();
            converted > 0 && converted < rows.len()
        };
        if inside.is_empty() || !learnable(&outside) {
            continue;
        }
        let (train, test) = (samples.select(&outside)?, samples.select(&inside)?);
        let rounds = search.fixed_rounds.unwrap_or(search.max_rounds);
        let held_out = Some(&test);
        let stop_early = search.fixed_rounds.is_none();
        let course = FitOptions { settings, rounds, seed: search.seed, held_out, stop_early };
        let fitted = fit(&train, course, progress)?;
        let weight: f64 = inside.iter().map(|&row| f64::from(frame.weights[row])).sum();
        total += weight;
        let weighted = fitted.losses.iter().map(|l| l * weight);
        losses = Some(match losses {
            None => weighted.collect(),
            Some(sum) => sum.iter().zip(weighted).map(|(a, b)| a + b).collect(),
        });
        held.push((inside, fitted.forest));
    }
    let losses = losses.unwrap_or_default();
    let best = losses.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map(|(i, l)| (i + 1, l / total));
    let (rounds, loss) = match (search.fixed_rounds, best) {
        (Some(rounds), _) => (rounds, losses.last().map_or(f64::INFINITY, |l| l / total)),
        (None, Some(best)) => best,
        // Everybody is in one fold: nothing can be held out, so a cautious number of rounds stands in.
        (None, None) => (60.min(search.max_rounds), f64::INFINITY),
    };
    let mut margins = vec![None; frame.len()];
    for (rows, mut forest) in held {
        forest.trees.truncate(rounds);
        for row in rows {
            margins[row] = Some(forest.margin(frame.row(row)));
        }
    }
    Ok(Choice { settings, rounds, loss, margins })
}
