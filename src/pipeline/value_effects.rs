//! Tallies the values of every influential factor: in a training run the bins and the conversions of the test's profiles,
//! which are frozen in the model, and in every run the profiles scored with their contributions. Called by [`training_run`](super::training_run) and
//! [`scoring`](super::scoring).

use crate::domain::progress::Progress;
use crate::domain::source::activity::day_text;
use crate::domain::value_effects::{Bin, FactorValues, Values};
use crate::error::Result;
use crate::features::extractor::FeatureExtractor;
use crate::features::feature_spec::FeatureSpec;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::model::forest::Forest;
use crate::runs::model_file::FittedModel;
use crate::runs::model_file::TestedValues;
use rayon::prelude::*;

/// Most bins of a number.
const MAX_BINS: usize = 10;
/// Rows looked at to cut the bins, and rows whose features are held at once.
const BLOCK: usize = 16_384;
/// Columns tallied together: their cells of a row lie side by side.
const COLUMNS_PER_TASK: usize = 16;

/// Cuts the bins of the deployed model's columns, and counts the test's rows in them.
///
/// # Errors
/// The run was cancelled.
pub fn tested_values(
    population: &Population<'_>,
    fitted: &FittedModel,
    rows: &[Row],
    progress: &dyn Progress,
) -> Result<TestedValues> {
    let spec = &fitted.spec;
    let windows = FeatureExtractor::new(population, spec);
    let stride = rows.len().div_ceil(BLOCK).max(1);
    let some: Vec<Row> = rows.iter().step_by(stride).copied().collect();
    let sample = rows::feature_matrix(&windows, &some, progress)?;
    let columns = used_columns(&fitted.forest);
    let mut factors: Vec<FactorValues> = columns.par_iter().map(|&column| empty_bins(spec, column, &sample)).collect();
    let mut count = |rows: &[Row], cells: &[f32]| {
        let parts = columns.par_chunks(COLUMNS_PER_TASK).zip(factors.par_chunks_mut(COLUMNS_PER_TASK));
        parts.for_each(|(columns, factors)| {
            for (row, cells) in rows.iter().zip(cells.chunks(spec.width())) {
                for (&column, factor) in columns.iter().zip(&mut *factors) {
                    let (_, bin) = bin_of(&mut factor.bins, cells[column]);
                    bin.tested += 1;
                    bin.conversions += u64::from(row.label);
                }
            }
        });
    };
    if stride == 1 {
        count(&some, &sample);
    } else {
        for block in rows.chunks(BLOCK) {
            count(block, &rows::feature_matrix(&windows, block, progress)?);
        }
    }
    Ok(TestedValues { cutoff: rows.first().map(|r| day_text(r.cutoff)), columns, factors })
}

/// The columns that some tree looks at; the others contribute nothing to anybody.
fn used_columns(forest: &Forest) -> Vec<usize> {
    let mut used = vec![false; forest.features];
    for node in forest.trees.iter().flat_map(|t| &t.nodes).filter(|n| !n.is_leaf()) {
        if let Some(used) = used.get_mut(node.feature as usize) {
            *used = true;
        }
    }
    (0..used.len()).filter(|&c| used[c]).collect()
}

/// The bins of a column, with nobody in them yet. The one for *missing* is always there, and always the last.
fn empty_bins(spec: &FeatureSpec, column: usize, sample: &[f32]) -> FactorValues {
    let of = &spec.columns[column];
    let mut bins: Vec<Bin> = match spec.encoder(column).filter(|_| of.categorical) {
        Some(encoder) => (0..)
            .map_while(|code: u16| encoder.decode(f32::from(code)))
            .map(|name| Bin::new(Values::Category(name)))
            .collect(),
        None => {
            let cells = sample.iter().skip(column).step_by(spec.width());
            let mut known: Vec<f32> = cells.copied().filter(|v| !v.is_nan()).map(finite).collect();
            known.sort_unstable_by(f32::total_cmp);
            let edges = edges(&known).into_iter();
            let mut bins: Vec<Bin> = edges.map(|from| Bin::new(Values::Range { from, to: from })).collect();
            if bins.is_empty() {
                // The test has no value; somebody who is scored later may have one, to which the range will shrink.
                bins.push(Bin::new(Values::Range { from: f32::MAX, to: f32::MIN }));
            }
            bins
        }
    };
    bins.push(Bin::new(Values::Missing));
    FactorValues { code: of.code.clone(), label: of.label.clone(), unit: of.unit.clone(), bins }
}

/// Where bins begin: at every value where there are few; else so that bins hold equally many, a frequent value (a count
/// of 0) alone.
fn edges(sorted: &[f32]) -> Vec<f32> {
    let distinct: Vec<(f32, usize)> = sorted.chunk_by(|a, b| a == b).map(|equal| (equal[0], equal.len())).collect();
    if distinct.len() <= MAX_BINS {
        return distinct.into_iter().map(|d| d.0).collect();
    }
    let mut edges = Vec::new();
    let (mut within, mut enough, mut rest) = (0, 0, sorted.len());
    for (value, count) in distinct {
        let left = MAX_BINS - edges.len();
        if left > 0 && (within >= enough || count >= enough) {
            edges.push(value);
            (within, enough) = (0, rest.div_ceil(left));
        }
        within += count;
        rest -= count;
    }
    edges
}

/// JSON has no infinity.
fn finite(value: f32) -> f32 {
    value.clamp(f32::MIN, f32::MAX)
}

/// The bin of a value, whose range comes to hold it. There is at least one bin.
fn bin_of(bins: &mut [Bin], value: f32) -> (usize, &mut Bin) {
    let last = bins.len() - 1;
    let at = match bins[0].values {
        _ if value.is_nan() => last,
        // The cast saturates; a code that nothing stands for is missing.
        Values::Category(_) => (value as usize).min(last),
        _ => bins[..last].partition_point(|b| begins_by(b, value)).saturating_sub(1),
    };
    let bin = &mut bins[at];
    if let Values::Range { from, to } = &mut bin.values {
        let value = finite(value);
        (*from, *to) = (from.min(value), to.max(value));
    }
    (at, bin)
}

fn begins_by(bin: &Bin, value: f32) -> bool {
    matches!(bin.values, Values::Range { from, .. } if from <= value)
}

/// The values of the profiles that a run scores, as they come.
pub struct ScoredValues {
    parts: Vec<FactorBins>,
    width: usize,
}

/// One factor.
struct FactorBins {
    column: usize,
    factor: FactorValues,
    /// Σφ of every bin.
    sums: Vec<f64>,
    /// Whether anybody has a contribution of it.
    matters: bool,
}

impl ScoredValues {
    pub fn new(tested: &TestedValues, width: usize) -> ScoredValues {
        let parts = tested.columns.iter().zip(&tested.factors);
        let parts = parts.filter(|(column, factor)| **column < width && !factor.bins.is_empty());
        let part = |(&column, factor): (&usize, &FactorValues)| FactorBins {
            column,
            factor: factor.clone(),
            sums: vec![0.0; factor.bins.len()],
            matters: false,
        };
        ScoredValues { parts: parts.map(part).collect(), width }
    }

    /// Adds scored profiles: their features row by row, and the contributions of each.
    pub fn add(&mut self, cells: &[f32], contributions: &[Vec<f64>]) {
        let width = self.width.max(1);
        self.parts.par_chunks_mut(COLUMNS_PER_TASK).for_each(|parts| {
            for (cells, phi) in cells.chunks(width).zip(contributions) {
                for part in &mut *parts {
                    let contribution = phi[part.column];
                    let (at, bin) = bin_of(&mut part.factor.bins, cells[part.column]);
                    bin.scored += 1;
                    part.sums[at] += contribution;
                    part.matters |= contribution != 0.0;
                }
            }
        });
    }

    /// The factors that contribute to somebody, in the order of their columns.
    pub fn finish(self) -> Vec<FactorValues> {
        let finished = |mut part: FactorBins| {
            for (bin, sum) in part.factor.bins.iter_mut().zip(&part.sums) {
                bin.contribution = (bin.scored > 0).then(|| sum / bin.scored as f64);
            }
            part.factor.bins.retain(|b| b.tested + b.scored > 0);
            part.factor
        };
        self.parts.into_iter().filter(|p| p.matters).map(finished).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(values: &[f32]) -> Vec<f32> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f32::total_cmp);
        edges(&sorted)
    }

    #[test]
    fn few_values_have_a_bin_each_and_many_have_quantiles() {
        assert_eq!(cut(&[]), [0.0; 0]);
        assert_eq!(cut(&[3.0, 0.0, 3.0, 1.0, -0.0]), [0.0, 1.0, 3.0]);
        let hundred: Vec<f32> = (0..100).map(|i| i as f32).collect();
        assert_eq!(cut(&hundred), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0]);
    }

    #[test]
    fn a_frequent_value_stands_alone_and_leaves_the_others_their_bins() {
        let mut counts = vec![0.0; 900];
        counts.extend((1..=90).map(|i| i as f32));
        let edges = cut(&counts);
        assert_eq!((edges.len(), &edges[..2]), (10, &[0.0, 1.0][..]));
        // At the end of the values, too.
        let mut late = hundred();
        late.extend(vec![500.0; 900]);
        let edges = cut(&late);
        assert!(edges.len() <= 10 && edges.last() == Some(&500.0), "{edges:?}");
    }

    fn hundred() -> Vec<f32> {
        (0..100).map(|i| i as f32).collect()
    }

    #[test]
    fn ranges_come_to_hold_what_falls_into_them() {
        let range = |from, to| Bin::new(Values::Range { from, to });
        let mut bins = [range(2.0, 2.0), range(5.0, 5.0), Bin::new(Values::Missing)];
        let at: Vec<usize> =
            [3.0, 1.0, 5.0, f32::INFINITY, f32::NAN, 4.5].map(|value| bin_of(&mut bins, value).0).to_vec();
        assert_eq!(at, [0, 0, 1, 1, 2, 0]);
        let of = |bin: &Bin| bin.values.clone();
        assert_eq!(of(&bins[0]), Values::Range { from: 1.0, to: 4.5 });
        assert_eq!(of(&bins[1]), Values::Range { from: 5.0, to: f32::MAX });
    }

    #[test]
    fn a_model_file_that_names_what_is_not_there_is_not_followed() {
        let factor = |bins| FactorValues { code: "x".into(), label: "X".into(), unit: String::new(), bins };
        let tested = TestedValues {
            cutoff: None,
            columns: vec![7, 0, 1],
            factors: vec![factor(vec![Bin::new(Values::Missing)]), factor(vec![]), factor(vec![NOBODY, NOBODY])],
        };
        let mut scored = ScoredValues::new(&tested, 2);
        scored.add(&[0.5, 1.0, 0.5, f32::NAN], &[vec![0.0, 0.5], vec![0.0, -0.25]]);
        let values = scored.finish();
        assert_eq!(values.len(), 1);
        assert_eq!(values[0].bins.iter().map(|b| b.scored).sum::<u64>(), 2);
    }

    const NOBODY: Bin = Bin {
        values: Values::Range { from: f32::MAX, to: f32::MIN },
        tested: 0,
        conversions: 0,
        scored: 0,
        contribution: None,
    };
}
