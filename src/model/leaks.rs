//! The leak radar: features that tell the outcome too well to be true, judged on training rows before anyone trusts the
//! model. Called by `jobs`.

use super::auc::{separation, weighted_auc};
use super::train::Frame;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// One suspect with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Leak {
    pub code: String,
    pub label: String,
    pub evidence: String,
}

/// What the radar knows of a column.
#[derive(Debug, Clone, Copy)]
pub struct LeakCandidate<'a> {
    pub code: &'a str,
    pub label: &'a str,
    /// An attribute: its mere presence is judged, too.
    pub undated: bool,
    pub categorical: bool,
    /// The names of the categories, by code.
    pub categories: &'a [String],
}

/// Fewest rows of either class before a feature is judged, and fewest rows of a category.
const ENOUGH: usize = 20;
/// A category is suspect from this rate on, in both halves of the groups.
const NEAR_ONE: f64 = 0.95;
/// Being filled is suspect where those filled convert so many times as often as all, in both halves of the groups.
const FILLED_LIFT: f64 = 10.0;
/// … or where it converts so many times more rarely than all, though conversions were to be expected.
const NEAR_ZERO: f64 = 0.02;

/// Names every column that separates converters from the others: by value with max(AUC, 1 − AUC) above `threshold`,
/// by a category, or by being there at all.
///
/// An attribute has today's value at every cutoff: what tells a conversion stands in the converter's earlier rows too,
/// which are no conversions. So attributes are judged without the other rows of groups that convert.
pub fn find_leaks(frame: &Frame, suspects: &[LeakCandidate<'_>], threshold: f64) -> Vec<Leak> {
    let converts = |row: &usize| frame.labels[*row] > 0.5;
    let all: Vec<usize> = (0..frame.len()).collect();
    let converting: HashSet<u64> = all.iter().filter(|r| converts(r)).map(|&r| frame.groups[r]).collect();
    let apart = |r: &usize| converts(r) || !converting.contains(&frame.groups[*r]);
    let settled: Vec<usize> = all.iter().copied().filter(apart).collect();
    // Where nearly everybody converts at some time, too few others are left to judge by.
    let settled = if settled.iter().filter(|r| !converts(r)).count() < ENOUGH { &all } else { &settled };
    let leak = |(column, suspect): (usize, &LeakCandidate<'_>)| {
        let rows = if suspect.undated { settled } else { &all };
        judge(frame, rows, column, *suspect, threshold).map(|evidence| Leak {
            code: suspect.code.into(),
            label: suspect.label.into(),
            evidence,
        })
    };
    suspects.par_iter().enumerate().filter_map(leak).collect()
}

fn judge(frame: &Frame, rows: &[usize], column: usize, suspect: LeakCandidate<'_>, threshold: f64) -> Option<String> {
    let values: Vec<f32> = rows.iter().map(|&row| frame.row(row)[column]).collect();
    let labels: Vec<bool> = rows.iter().map(|&row| frame.labels[row] > 0.5).collect();
    let weights: Vec<f64> = rows.iter().map(|&row| f64::from(frame.weights[row])).collect();
    // Which half of the groups a row is in; other digits of the hash make the folds.
    let halves: Vec<usize> = rows.iter().map(|&row| (frame.groups[row] / 2 % 2) as usize).collect();
    if suspect.categorical {
        if let Some(evidence) = categories(&halves, suspect.categories, &values, &labels, &weights) {
            return Some(evidence);
        }
    } else if enough(&values, &labels) {
        let separation = separation(&values, &labels, &weights)?;
        if separation > threshold {
            return Some(format!("alone it separates converters with an AUC of {separation:.3}"));
        }
    }
    if suspect.undated {
        let present: Vec<f32> = values.iter().map(|v| f32::from(u8::from(!v.is_nan()))).collect();
        let auc = weighted_auc(&present, &labels, &weights)?;
        let separation = auc.max(1.0 - auc);
        if separation > threshold {
            let who = if auc > 0.5 { "almost only on converters" } else { "almost only on others" };
            return Some(format!("it is filled {who}: being there separates them with an AUC of {separation:.3}"));
        }
        return filled(&halves, &values, &labels, &weights);
    }
    None
}

/// A field that few have, but nearly only converters.
fn filled(half: &[usize], values: &[f32], labels: &[bool], weights: &[f64]) -> Option<String> {
    let mut all = Tally::default();
    let mut halves = [Tally::default(); 2];
    for (row, value) in values.iter().enumerate() {
        all.add(weights[row], labels[row]);
        if !value.is_nan() {
            halves[half[row]].add(weights[row], labels[row]);
        }
    }
    let suspect = halves.iter().all(|h| h.rows >= ENOUGH && h.rate() >= FILLED_LIFT * all.rate());
    suspect.then(|| {
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
struct Tally {
    rows: usize,
    weight: f64,
    converted: f64,
}

impl Tally {
    fn add(&mut self, weight: f64, label: bool) {
        self.rows += 1;
        self.weight += weight;
        self.converted += if label { weight } else { 0.0 };
    }

    fn plus(self, other: Tally) -> Tally {
        Tally {
            rows: self.rows + other.rows,
            weight: self.weight + other.weight,
            converted: self.converted + other.converted,
        }
    }

    /// NaN without rows, which no comparison takes for suspect.
    fn rate(self) -> f64 {
        self.converted / self.weight
    }
}

fn enough(values: &[f32], labels: &[bool]) -> bool {
    let filled = |class: bool| values.iter().zip(labels).filter(|(v, l)| !v.is_nan() && **l == class).count();
    filled(true) >= ENOUGH && filled(false) >= ENOUGH
}

/// A category whose rate is near 0 or 1 in both halves of the groups, so that neither judges itself.
fn categories(half: &[usize], names: &[String], values: &[f32], labels: &[bool], weights: &[f64]) -> Option<String> {
    let most = values.iter().filter(|v| !v.is_nan()).fold(0.0f32, |a, &b| a.max(b)) as usize;
    let mut tally = vec![[Tally::default(); 2]; most + 1];
    let mut all = Tally::default();
    for (row, &value) in values.iter().enumerate() {
        all.add(weights[row], labels[row]);
        if !value.is_nan() {
            tally[value as usize][half[row]].add(weights[row], labels[row]);
        }
    }
    let base = all.rate();
    for (category, halves) in tally.iter().enumerate() {
        let rate = halves[0].plus(halves[1]).rate();
        let sure = halves.iter().all(|h| h.rows >= ENOUGH && h.rate() >= NEAR_ONE);
        let never = halves.iter().all(|h| h.weight * base >= ENOUGH as f64 && h.rate() < base * NEAR_ZERO);
        if sure || never {
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
