//! The two curves of a test against chance: ROC and cumulative gains.

use super::frame::{Axes, LABELS, NO_ROOM, Size, has_room, message_only, no_outcomes, title, with_axes};
use super::plot::Plot;
use crate::domain::format::{interval, percent};
use crate::domain::metrics::Evaluation;
use crate::tui::theme::Theme;
use ratatui::text::Line;

/// How the diagonal is told from the curve.
const CHANCE: &str = "··· chance";

/// True against false positive rate, with the AUC.
pub fn roc(evaluation: &Evaluation, size: Size, theme: &Theme) -> Vec<Line<'static>> {
    const NAMES: [&str; 2] = ["ROC curve", "ROC"];
    let points: Vec<(f64, f64)> =
        evaluation.roc.iter().map(|p| (p.false_positive_rate, p.true_positive_rate)).filter(finite).collect();
    if let Some(why) = refusal(points.len(), evaluation, size) {
        return message_only(NAMES[0], why, size, theme);
    }
    let figure = evaluation.metrics.auc.map_or(String::new(), |auc| format!("AUC {}", interval(&auc)));
    let names = [
        "↑ true positive rate   → false positive rate",
        "↑ true positives   → false positives",
        "↑ true → false positives",
        "→ false positives",
    ];
    draw(title(&NAMES, &[figure], size.0, theme), &points, &[], &names, size, theme)
}

/// The share of all conversions among the best profiles, told and marked at 10 % and 20 % of them.
pub fn gains(evaluation: &Evaluation, size: Size, theme: &Theme) -> Vec<Line<'static>> {
    const NAMES: [&str; 2] = ["Cumulative gains", "Gains"];
    let points: Vec<(f64, f64)> = evaluation.gains.iter().map(|p| (p.profiles, p.conversions)).filter(finite).collect();
    if let Some(why) = refusal(points.len(), evaluation, size) {
        return message_only(NAMES[0], why, size, theme);
    }
    let held = [0.1, 0.2].map(|share| (share, at(&points, share)));
    let [ten, twenty] = held.map(|(_, held)| percent(held));
    let figures = [
        format!("best 10 % hold {ten}, best 20 % {twenty}"),
        format!("10 % hold {ten}, 20 % {twenty}"),
        format!("10 %: {ten}, 20 %: {twenty}"),
    ];
    let names = [
        "↑ share of conversions   → share of profiles, best first",
        "↑ conversions   → profiles, best first",
        "↑ conversions → profiles",
        "→ profiles",
    ];
    draw(title(&NAMES, &figures, size.0, theme), &points, &held, &names, size, theme)
}

fn finite(point: &(f64, f64)) -> bool {
    point.0.is_finite() && point.1.is_finite()
}

fn refusal(points: usize, evaluation: &Evaluation, size: Size) -> Option<&'static str> {
    match points {
        0 | 1 => Some(no_outcomes(evaluation)),
        _ => (!has_room(size)).then_some(NO_ROOM),
    }
}

fn draw(
    title: Line<'static>,
    points: &[(f64, f64)],
    marks: &[(f64, f64)],
    names: &[&str],
    (width, height): Size,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut plot = Plot::new(width - LABELS, height - 3);
    plot.diagonal();
    plot.note(CHANCE, theme.dim());
    plot.curve(points);
    marks.iter().for_each(|mark| plot.sign(*mark, '●', theme.accent()));
    let axes = Axes { y: ["100 %", "50 %", "0 %"].map(String::from), x: ["0 %", "100 %"].map(String::from), names };
    with_axes(title, plot.lines(theme), &axes, theme)
}

/// The curve's height at x, between the points around it.
fn at(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|point| point.0 < x);
    match (after.checked_sub(1).map(|before| points[before]), points.get(after)) {
        (Some(a), Some(b)) if b.0 > a.0 => a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0),
        (_, Some(b)) => b.1,
        (Some(a), None) => a.1,
        (None, None) => 0.0,
    }
}
