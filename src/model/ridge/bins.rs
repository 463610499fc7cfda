//! Features as bins. A numeric feature is cut at its quantiles, and a bin stands for the mean of sign(x)·ln(1 + |x|) in it:
//! counts and days are skewed, and no single large value may decide. A missing value is a bin of its own, so is every
//! category. All numbers are standardised, because the penalty treats them alike.

use crate::model::train::Dataset;
use rayon::prelude::*;

/// Most bins of a numeric feature beside the one of missing values.
const MAX_BINS: usize = 32;
/// A number that varies less than this between rows says nothing.
const LEAST_DEVIATION: f64 = 1e-6;

/// The rows of a fit with their features as bins.
pub struct RidgeFeatures {
    pub(super) rows: usize,
    /// How many features the rows have, binned or not.
    pub(super) width: usize,
    /// Features with at least one number that varies.
    pub(super) columns: Vec<Column>,
}

/// A feature as bins.
pub(super) struct Column {
    pub(super) feature: usize,
    pub(super) cuts: Cuts,
    /// Per row its bin; 0 is a missing value.
    pub(super) bins: Vec<u8>,
    /// What the model is linear in: per number its value in every bin, mean 0 and deviation 1 over the rows.
    pub(super) numbers: Vec<Vec<f64>>,
}

/// How values become bins.
pub(super) enum Cuts {
    /// Thresholds, ascending: bin k has the values from threshold k − 2 on, below threshold k − 1.
    Number(Vec<f32>),
    /// Codes, ascending: code k is bin k + 1.
    Category(Vec<u32>),
}

impl RidgeFeatures {
    /// Cuts the features of `data`; what they are cut at depends on no label.
    pub fn new(data: &Dataset) -> RidgeFeatures {
        let column = |feature| Column::new(data, feature);
        let columns = (0..data.categorical.len()).into_par_iter().filter_map(column).collect();
        RidgeFeatures { rows: data.len(), width: data.categorical.len(), columns }
    }

    /// Weights of the model beside the intercept.
    pub(super) fn weights(&self) -> usize {
        self.columns.iter().map(|column| column.numbers.len()).sum()
    }
}

impl Column {
    fn new(data: &Dataset, feature: usize) -> Option<Column> {
        let width = data.categorical.len();
        let values: Vec<f32> = data.values.iter().skip(feature).step_by(width).copied().collect();
        let cuts = if data.categorical[feature] { Cuts::categories(&values) } else { Cuts::numbers(&values) };
        let bins: Vec<u8> = values.iter().map(|&value| cuts.bin(value)).collect();
        let mut means = vec![(0.0, 0.0); cuts.bins()];
        for ((&bin, &value), &weight) in bins.iter().zip(&values).zip(&data.weights) {
            let (sum, all) = &mut means[usize::from(bin)];
            *sum += f64::from(weight) * f64::from(value.signum() * value.abs().ln_1p());
            *all += f64::from(weight);
        }
        let share = means.iter().map(|(_, weight)| *weight).collect::<Vec<f64>>();
        let indicator = |of: usize| (0..share.len()).map(|bin| f64::from(u8::from(bin == of))).collect::<Vec<f64>>();
        let numbers = match &cuts {
            Cuts::Category(codes) => (0..=codes.len()).filter_map(|bin| standardized(indicator(bin), &share)).collect(),
            Cuts::Number(_) => {
                let of_bin = |(sum, weight): &(f64, f64)| if *weight > 0.0 { sum / weight } else { 0.0 };
                let mut values: Vec<f64> = means.iter().map(of_bin).collect();
                // A missing value says nothing here; that it is missing, the other number says.
                let present = share[1..].iter().sum::<f64>();
                values[0] = values[1..].iter().zip(&share[1..]).map(|(v, w)| v * w).sum::<f64>() / present.max(1e-12);
                [standardized(values, &share), standardized(indicator(0), &share)].into_iter().flatten().collect()
            }
        };
        let column = Column { feature, cuts, bins, numbers };
        (!column.numbers.is_empty()).then_some(column)
    }

    /// What the column adds to the log-odds in each bin, given its weights.
    pub(super) fn table(&self, weights: &[f64]) -> Vec<f64> {
        let mut table = vec![0.0; self.cuts.bins()];
        for (number, weight) in self.numbers.iter().zip(weights) {
            table.iter_mut().zip(number).for_each(|(sum, value)| *sum += weight * value);
        }
        table
    }
}

/// The values of bins with mean 0 and deviation 1 over the rows; `None` where they do not vary.
fn standardized(mut values: Vec<f64>, weights: &[f64]) -> Option<Vec<f64>> {
    let total: f64 = weights.iter().sum();
    let mean = values.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total;
    let variance = values.iter().zip(weights).map(|(v, w)| w * (v - mean).powi(2)).sum::<f64>() / total;
    let deviation = variance.sqrt();
    if deviation.is_nan() || deviation < LEAST_DEVIATION {
        return None;
    }
    values.iter_mut().for_each(|value| *value = (*value - mean) / deviation);
    Some(values)
}

impl Cuts {
    /// Between all distinct values where they are few, else at quantiles.
    fn numbers(values: &[f32]) -> Cuts {
        let mut sorted: Vec<f32> = values.iter().copied().filter(|v| !v.is_nan()).collect();
        sorted.sort_unstable_by(f32::total_cmp);
        let mut distinct = sorted.clone();
        distinct.dedup();
        let mut thresholds: Vec<f32> = if distinct.len() <= MAX_BINS {
            distinct.windows(2).map(|pair| pair[0] + (pair[1] - pair[0]) / 2.0).collect()
        } else {
            (1..MAX_BINS).map(|k| sorted[k * sorted.len() / MAX_BINS]).collect()
        };
        // Two neighbours may have no number between them, and quantiles may be equal.
        thresholds.dedup();
        Cuts::Number(thresholds)
    }

    fn categories(values: &[f32]) -> Cuts {
        let mut codes: Vec<u32> = values.iter().filter(|v| !v.is_nan()).map(|&v| v as u32).collect();
        codes.sort_unstable();
        codes.dedup();
        // A byte has no room for more; `features::attributes` gives 64 at most.
        codes.truncate(254);
        Cuts::Category(codes)
    }

    /// How many bins there are, with the one of missing values.
    pub(super) fn bins(&self) -> usize {
        match self {
            Cuts::Number(thresholds) => thresholds.len() + 2,
            Cuts::Category(codes) => codes.len() + 1,
        }
    }

    fn bin(&self, value: f32) -> u8 {
        let bin = match self {
            _ if value.is_nan() => 0,
            Cuts::Number(thresholds) => 1 + thresholds.partition_point(|&threshold| threshold <= value),
            Cuts::Category(codes) => codes.binary_search(&(value as u32)).map_or(0, |code| code + 1),
        };
        bin as u8
    }
}
