//! What has moved since a model was trained. A training keeps how its features and scores were distributed at its as-of
//! date ([`Baseline`], in `model.json`); a scoring run counts today's profiles into the same bins and names what moved
//! further than the sizes of both samples explain. Called by [`previous_runs`](crate::pipeline::previous_runs).

use crate::domain::drift::{DistributionShift, Drift};
use crate::domain::explanation;
use crate::domain::format::percent;
use crate::domain::progress::Progress;
use crate::error::Result;
use crate::features::extractor::FeatureExtractor;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::model::drift::{Bins, compare};
use crate::model::scorer::Scorer;
use crate::pipeline::scoring::value_text;
use crate::runs::model_file::{Baseline, FittedModel};
use std::collections::HashSet;

/// Profiles that are looked at: enough to see every move that matters, whatever the size of the business.
const MAX_SAMPLE: usize = 10_000;
/// Bins of the scores.
const SCORE_BINS: usize = 20;

/// A sample of profiles with the features and scores of one model.
struct Sample {
    rows: usize,
    groups: u64,
    width: usize,
    values: Vec<f32>,
    scores: Vec<u64>,
}

impl Sample {
    fn draw(
        population: &Population<'_>,
        fitted: &FittedModel,
        base: f64,
        eligible: &[Row],
        progress: &dyn Progress,
    ) -> Result<Sample> {
        // Ids say nothing of a profile, so every so-manieth of them is as good as any.
        let drawn: Vec<Row> = eligible.iter().step_by(eligible.len().div_ceil(MAX_SAMPLE).max(1)).copied().collect();
        let groups: HashSet<u32> = rows::cluster_ids(population, &drawn).into_iter().collect();
        let windows = FeatureExtractor::new(population, &fitted.spec);
        let values = rows::feature_matrix(&windows, &drawn, progress)?;
        let mut scores = vec![0; SCORE_BINS];
        for margin in Scorer::new(&fitted.forest).margins(&values) {
            let score = explanation::score(fitted.calibration.apply(margin), base);
            scores[((score * SCORE_BINS as f64 / 100.0) as usize).min(SCORE_BINS - 1)] += 1;
        }
        Ok(Sample { rows: drawn.len(), groups: groups.len() as u64, width: windows.width(), values, scores })
    }

    fn column(&self, column: usize) -> impl Iterator<Item = f32> + '_ {
        self.values.iter().skip(column).step_by(self.width.max(1)).copied()
    }
}

/// How the features and scores of the profiles that a training scores are distributed; `base` is the model's log-odds of average.
///
/// # Errors
/// The run was cancelled.
pub(crate) fn baseline(
    population: &Population<'_>,
    fitted: &FittedModel,
    base: f64,
    eligible: &[Row],
    progress: &dyn Progress,
) -> Result<Baseline> {
    let sample = Sample::draw(population, fitted, base, eligible, progress)?;
    let columns = fitted.spec.columns.iter().enumerate();
    let features = columns.map(|(at, column)| Bins::from_values(sample.column(at), column.categorical)).collect();
    Ok(Baseline { profiles: sample.rows as u64, groups: sample.groups, features, scores: sample.scores })
}

/// The model that is applied, and what it knows of then.
pub(crate) struct ReferenceDistribution<'a> {
    pub model_run: &'a str,
    pub fitted: &'a FittedModel,
    pub base: f64,
    pub baseline: &'a Baseline,
}

/// What moved; `None` where the model is of a program that kept no baseline.
///
/// # Errors
/// The run was cancelled.
pub(crate) fn find_drift(
    population: &Population<'_>,
    then: &ReferenceDistribution<'_>,
    eligible: &[Row],
    threshold: f64,
    progress: &dyn Progress,
) -> Result<Option<Drift>> {
    let (baseline, spec) = (then.baseline, &then.fitted.spec);
    if baseline.features.len() != spec.width() || baseline.profiles == 0 || eligible.is_empty() {
        return Ok(None);
    }
    let sample = Sample::draw(population, then.fitted, then.base, eligible, progress)?;
    let tests = spec.width() + 1;
    let groups = (baseline.groups, sample.groups);
    let mut moved: Vec<DistributionShift> = Vec::new();
    for (at, (column, bins)) in spec.columns.iter().zip(&baseline.features).enumerate() {
        let now = Bins { counts: bins.count(sample.column(at)), ..bins.clone() };
        let Some(found) = compare(&bins.counts, &now.counts, groups, tests).filter(|s| s.exceeds(threshold)) else {
            continue;
        };
        let (then, now) = match column.categorical {
            true => of_categories(bins, &now, |code| value_text(spec, at, code)),
            false => of_numbers(bins, &now, Bins::from_values(sample.column(at), false).median),
        };
        let (code, label) = (column.code.clone(), column.label.clone());
        moved.push(DistributionShift {
            code,
            label,
            psi: found.psi,
            critical_psi: found.critical_psi,
            reference: then,
            current: now,
        });
    }
    moved.sort_by(|a, b| {
        let by_shift = b.psi.total_cmp(&a.psi).then_with(|| a.code.cmp(&b.code));
        a.grows_with_calendar().cmp(&b.grows_with_calendar()).then(by_shift)
    });
    let scores =
        compare(&baseline.scores, &sample.scores, groups, tests).filter(|s| s.exceeds(threshold)).map(|found| {
            DistributionShift {
                code: "scores".into(),
                label: "Scores".into(),
                psi: found.psi,
                critical_psi: found.critical_psi,
                reference: format!("mean {:.0}", mean(&baseline.scores)),
                current: format!("mean {:.0}", mean(&sample.scores)),
            }
        });
    Ok(Some(Drift {
        model_run: then.model_run.into(),
        reference: baseline.profiles,
        current: sample.rows as u64,
        features: spec.width() as u64,
        threshold,
        drifted: moved,
        scores,
    }))
}

/// Of bins of 5 points, by their middles.
fn mean(scores: &[u64]) -> f64 {
    let width = 100.0 / scores.len().max(1) as f64;
    let sum: f64 = scores.iter().enumerate().map(|(i, &n)| n as f64 * (i as f64 + 0.5) * width).sum();
    sum / scores.iter().sum::<u64>().max(1) as f64
}

/// The medians; the missing rates, too, where they differ by a point or more. Where the medians are equal, as those of most
/// counts are, the range whose share changed most.
fn of_numbers(then: &Bins, now: &Bins, median: Option<f32>) -> (String, String) {
    if then.median == median {
        return of_bins(then, now, |at| range(&then.edges, at));
    }
    let (before, after) = (Bins::missing_share(&then.counts), Bins::missing_share(&now.counts));
    let text_of = |median: Option<f32>, missing: f64| {
        let middle = median.map_or("no value".to_string(), |value| format!("median {value}"));
        if (before - after).abs() >= 0.01 { format!("{middle}, {} missing", percent(missing)) } else { middle }
    };
    (text_of(then.median, before), text_of(median, after))
}

/// The values of a bin in words.
fn range(edges: &[f32], at: usize) -> String {
    match (at.checked_sub(1).and_then(|before| edges.get(before)), edges.get(at)) {
        (None, Some(edge)) => format!("up to {edge}"),
        (Some(before), Some(edge)) => format!("over {before} up to {edge}"),
        (Some(before), None) => format!("over {before}"),
        (None, None) => "any".into(),
    }
}

/// The category whose share changed most. One that the training had not seen counts as missing.
fn of_categories(then: &Bins, now: &Bins, name: impl Fn(f32) -> Option<String>) -> (String, String) {
    of_bins(then, now, |at| {
        then.edges.get(at).and_then(|&code| name(code)).map_or("other".to_string(), |name| format!("'{name}'"))
    })
}

/// The bin whose share changed most, with its shares.
fn of_bins(then: &Bins, now: &Bins, name: impl Fn(usize) -> String) -> (String, String) {
    let share = |bins: &Bins, at: usize| bins.counts[at] as f64 / bins.counts.iter().sum::<u64>().max(1) as f64;
    let by_change = |a: &usize, b: &usize| {
        let change = |at: usize| (share(now, at) - share(then, at)).abs();
        change(*a).total_cmp(&change(*b))
    };
    let at = (0..then.counts.len()).max_by(by_change).unwrap_or_default();
    let called = if at + 1 == then.counts.len() { "missing or new".to_string() } else { name(at) };
    (format!("{called} {}", percent(share(then, at))), format!("{called} {}", percent(share(now, at))))
}
