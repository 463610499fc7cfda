//! Target leakage: features that tell the outcome too well to be true, judged on training rows before anyone trusts the
//! model. Called by `pipeline::train`.

use super::auc::{separation, weighted_auc};
use super::train::Dataset;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// A feature that leaks the outcome, with the evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    /// Code of the feature.
    pub code: String,
    /// The feature in words.
    pub label: String,
    /// What tells the outcome and how well, as a clause that follows the feature's name.
    pub evidence: String,
}

/// What is known of a column that may leak.
#[derive(Debug, Clone, Copy)]
pub struct LeakCandidate<'a> {
    /// Code of the feature.
    pub code: &'a str,
    /// The feature in words.
    pub label: &'a str,
    /// An attribute: its mere presence is judged, too.
    pub undated: bool,
    /// Whether the values are codes of categories.
    pub categorical: bool,
    /// The names of the categories, by code.
    pub categories: &'a [String],
}

/// Fewest rows of either class before a feature is judged, and fewest rows of a category.
const MIN_ROWS: usize = 20;
/// A category leaks from this conversion rate on, in both halves of the groups.
const CATEGORY_RATE: f64 = 0.95;
/// Presence leaks where those that have a value convert so many times as often as all, in both halves of the groups.
const PRESENCE_LIFT: f64 = 10.0;
/// A category leaks, too, where it converts at less than this share of the base rate, though conversions were to be
/// expected.
const CATEGORY_MAX_LIFT: f64 = 0.02;

/// Names every column that separates converters from the others: by value with max(AUC, 1 − AUC) above `threshold`,
/// by a category, or by being there at all.
///
/// An attribute has today's value at every cutoff: what tells a conversion stands in the converter's earlier rows too,
/// which are no conversions. So attributes are judged without the other rows of groups that convert.
pub fn find_leaks(data: &Dataset, candidates: &[LeakCandidate<'_>], threshold: f64) -> Vec<Leak> {
    let converts = |row: &usize| data.labels[*row] > 0.5;
    let all: Vec<usize> = (0..data.len()).collect();
    let converting_groups: HashSet<u64> = all.iter().filter(|r| converts(r)).map(|&r| data.groups[r]).collect();
    let is_settled = |r: &usize| converts(r) || !converting_groups.contains(&data.groups[*r]);
    let settled: Vec<usize> = all.iter().copied().filter(is_settled).collect();
    // Where nearly everybody converts at some time, too few others are left to judge by.
    let settled = if settled.iter().filter(|r| !converts(r)).count() < MIN_ROWS { &all } else { &settled };
    let leak = |(column, candidate): (usize, &LeakCandidate<'_>)| {
        let rows = if candidate.undated { settled } else { &all };
        find_evidence(data, rows, column, *candidate, threshold).map(|evidence| Leak {
            code: candidate.code.into(),
            label: candidate.label.into(),
            evidence,
        })
    };
    candidates.par_iter().enumerate().filter_map(leak).collect()
}

/// What shows that a column leaks, as a clause; `None` where nothing does.
fn find_evidence(
    data: &Dataset,
    rows: &[usize],
    column: usize,
    candidate: LeakCandidate<'_>,
    threshold: f64,
) -> Option<String> {
    let values: Vec<f32> = rows.iter().map(|&row| data.row(row)[column]).collect();
    let labels: Vec<bool> = rows.iter().map(|&row| data.labels[row] > 0.5).collect();
    let weights: Vec<f64> = rows.iter().map(|&row| f64::from(data.weights[row])).collect();
    // Which half of the groups a row is in; other digits of the hash make the folds.
    let halves: Vec<usize> = rows.iter().map(|&row| (data.groups[row] / 2 % 2) as usize).collect();
    if candidate.categorical {
        if let Some(evidence) = leaking_category(&halves, candidate.categories, &values, &labels, &weights) {
            return Some(evidence);
        }
    } else if is_judgeable(&values, &labels) {
        let separation = separation(&values, &labels, &weights)?;
        if separation > threshold {
            return Some(format!("alone it separates converters with an AUC of {separation:.3}"));
        }
    }
    if candidate.undated {
        let present: Vec<f32> = values.iter().map(|v| f32::from(u8::from(!v.is_nan()))).collect();
        let auc = weighted_auc(&present, &labels, &weights)?;
        let separation = auc.max(1.0 - auc);
        if separation > threshold {
            let who = if auc > 0.5 { "almost only on converters" } else { "almost only on others" };
            return Some(format!("it is filled {who}: being there separates them with an AUC of {separation:.3}"));
        }
        return leaking_presence(&halves, &values, &labels, &weights);
    }
    None
}

/// A field that few have, but nearly only converters.
fn leaking_presence(half: &[usize], values: &[f32], labels: &[bool], weights: &[f64]) -> Option<String> {
    let mut all = WeightedCounts::default();
    let mut halves = [WeightedCounts::default(); 2];
    for (row, value) in values.iter().enumerate() {
        all.add(weights[row], labels[row]);
        if !value.is_nan() {
            halves[half[row]].add(weights[row], labels[row]);
        }
    }
    let leaks = halves.iter().all(|h| h.rows >= MIN_ROWS && h.rate() >= PRESENCE_LIFT * all.rate());
    leaks.then(|| {
        let both = halves[0].plus(halves[1]);
        format!(
            "profiles that have it convert at {:.1} % where all convert at {:.1} %",
            100.0 * both.rate(),
            100.0 * all.rate()
        )
    })
}

/// Rows, and weights of all and of the conversions among them.
#[derive(Clone, Copy, Default)]
struct WeightedCounts {
    rows: usize,
    weight: f64,
    converted: f64,
}

impl WeightedCounts {
    fn add(&mut self, weight: f64, label: bool) {
        self.rows += 1;
        self.weight += weight;
        self.converted += if label { weight } else { 0.0 };
    }

    fn plus(self, other: WeightedCounts) -> WeightedCounts {
        WeightedCounts {
            rows: self.rows + other.rows,
            weight: self.weight + other.weight,
            converted: self.converted + other.converted,
        }
    }

    /// Conversion rate by weight; NaN without rows, for which no comparison holds.
    fn rate(self) -> f64 {
        self.converted / self.weight
    }
}

/// Whether enough rows of either class have a value.
fn is_judgeable(values: &[f32], labels: &[bool]) -> bool {
    let filled = |class: bool| values.iter().zip(labels).filter(|(v, l)| !v.is_nan() && **l == class).count();
    filled(true) >= MIN_ROWS && filled(false) >= MIN_ROWS
}

/// A category whose rate is near 0 or 1 in both halves of the groups, so that neither judges itself.
fn leaking_category(
    half: &[usize],
    names: &[String],
    values: &[f32],
    labels: &[bool],
    weights: &[f64],
) -> Option<String> {
    let most = values.iter().filter(|v| !v.is_nan()).fold(0.0f32, |a, &b| a.max(b)) as usize;
    let mut by_category = vec![[WeightedCounts::default(); 2]; most + 1];
    let mut all = WeightedCounts::default();
    for (row, &value) in values.iter().enumerate() {
        all.add(weights[row], labels[row]);
        if !value.is_nan() {
            by_category[value as usize][half[row]].add(weights[row], labels[row]);
        }
    }
    let base = all.rate();
    for (category, halves) in by_category.iter().enumerate() {
        let rate = halves[0].plus(halves[1]).rate();
        let nearly_all = halves.iter().all(|h| h.rows >= MIN_ROWS && h.rate() >= CATEGORY_RATE);
        let nearly_none =
            halves.iter().all(|h| h.weight * base >= MIN_ROWS as f64 && h.rate() < base * CATEGORY_MAX_LIFT);
        if nearly_all || nearly_none {
            let name = names.get(category).map_or_else(|| category.to_string(), |name| format!("'{name}'"));
            return Some(format!(
                "the category {name} converts at {:.1} % where all convert at {:.1} %",
                100.0 * rate,
                100.0 * base
            ));
        }
    }
    None
}
