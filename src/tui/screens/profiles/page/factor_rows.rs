//! The factors of a profile as lines: groups with their factors, the starting point, and the sum. Points are whole
//! numbers that add up to the score: those of the groups to the whole, those of a group's factors to the group's.

use super::state::{FactorView, ProfilePage};
use crate::domain::explanation::{Explanation, largest_remainder, points, rounded_score};
use crate::domain::feature_labels;

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorRow {
    pub kind: RowKind,
    pub label: String,
    /// The value in words; of a group that of its largest factor.
    pub value: String,
    /// In log-odds; `None` for a feature that does not contribute.
    pub contribution: Option<f64>,
    pub points: Option<i64>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RowKind {
    Start,
    Group {
        title: String,
        open: bool,
    },
    /// Index of the cell; whether it stands below its group.
    Feature {
        cell: usize,
        below: bool,
    },
    Sum,
}

/// The lines of the page; empty until it was read.
pub fn rows(page: &ProfilePage) -> Vec<FactorRow> {
    let (Some(detail), Some(explanation)) = (&page.detail, page.explanation()) else { return Vec::new() };
    let cell = |code: &str| detail.cells.iter().position(|c| c.code == code).unwrap_or(usize::MAX);
    let feature = |index: usize, below: bool, points: i64| {
        let factor = &explanation.factors[index];
        let words = feature_labels::for_code(&factor.code);
        let at = cell(&factor.code);
        FactorRow {
            kind: RowKind::Feature { cell: at, below },
            label: if below { words.within.clone() } else { words.label.clone() },
            value: valued(page, at, words.unit),
            contribution: Some(factor.contribution),
            points: Some(points),
        }
    };
    let mut rows = Vec::new();
    match page.factor_view {
        FactorView::Groups => {
            let groups = explanation.groups();
            let terms: Vec<(&str, f64)> = groups.iter().map(|g| (g.title.as_str(), g.contribution)).collect();
            let points = explanation.rounded_points(&terms);
            let at_start = points[0];
            for (group, &points) in groups.iter().zip(&points[1..]) {
                // A group of one is that one.
                if let [only] = group.factors[..] {
                    rows.push(feature(only, false, points));
                    continue;
                }
                let open = page.open.contains(&group.title);
                let first = &explanation.factors[group.factors[0]];
                // Closed, it shows the value that counts most.
                let most = || feature_labels::value_phrase(&first.code, page.value(cell(&first.code)).as_deref());
                let value = if open { String::new() } else { most() };
                rows.push(FactorRow {
                    kind: RowKind::Group { title: group.title.clone(), open },
                    label: group.title.clone(),
                    value,
                    contribution: Some(group.contribution),
                    points: Some(points),
                });
                if open {
                    let parts = within(explanation, &group.factors, points);
                    rows.extend(group.factors.iter().zip(parts).map(|(&f, points)| feature(f, true, points)));
                }
            }
            rows.push(start(explanation, at_start));
        }
        FactorView::Each | FactorView::All => {
            let terms: Vec<(&str, f64)> =
                explanation.factors.iter().map(|f| (f.code.as_str(), f.contribution)).collect();
            let points = explanation.rounded_points(&terms);
            let at_start = points[0];
            rows.extend((0..explanation.factors.len()).map(|f| feature(f, false, points[f + 1])));
            if page.factor_view == FactorView::All {
                let silent = (0..detail.cells.len())
                    .filter(|&at| !explanation.factors.iter().any(|f| f.code == detail.cells[at].code));
                rows.extend(silent.map(|at| FactorRow {
                    kind: RowKind::Feature { cell: at, below: false },
                    label: detail.cells[at].label.clone(),
                    value: valued(page, at, &detail.cells[at].unit),
                    contribution: None,
                    points: None,
                }));
            }
            rows.push(start(explanation, at_start));
        }
    }
    rows.push(FactorRow {
        kind: RowKind::Sum,
        label: "All together: odds multiply, points add to 50".into(),
        value: String::new(),
        contribution: Some(explanation.log_odds_ratio()),
        points: Some(i64::from(rounded_score(explanation.score())) - 50),
    });
    rows
}

fn start(explanation: &Explanation, points: i64) -> FactorRow {
    FactorRow {
        kind: RowKind::Start,
        label: "Starting point".into(),
        value: String::new(),
        contribution: Some(explanation.starting_point),
        points: Some(points),
    }
}

/// Whole points of the factors of a group, which add up to those of the group.
fn within(explanation: &Explanation, factors: &[usize], target: i64) -> Vec<i64> {
    let all: Vec<f64> =
        std::iter::once(explanation.starting_point).chain(explanation.factors.iter().map(|f| f.contribution)).collect();
    let exact = points(&all);
    let parts: Vec<(&str, f64)> =
        factors.iter().map(|&f| (explanation.factors[f].code.as_str(), exact[f + 1])).collect();
    largest_remainder(target, &parts)
}

/// A value with its unit.
fn valued(page: &ProfilePage, cell: usize, unit: &str) -> String {
    match page.value(cell) {
        None => "─".into(),
        // The label of days says it already.
        Some(value) if unit == "days" => value,
        Some(value) => feature_labels::with_unit(&value, unit),
    }
}
