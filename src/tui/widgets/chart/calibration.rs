//! Predicted against observed rates: a point for each bin with its 95 % interval, and the diagonal of a model that is
//! right. Both axes have a square-root scale, because most bins lie near 0 and the diagonal stays one.

use super::frame::{Axes, LABELS, NO_ROOM, Size, has_room, message_only, title, with_axes};
use super::plot::Plot;
use crate::domain::format::percent;
use crate::domain::metrics::{CalibrationBin, Evaluation};
use crate::tui::theme::Theme;
use ratatui::text::Line;

/// Ends of the axes; a quarter of each, which stands in the middle, reads well, too.
const ENDS: [f64; 9] = [0.004, 0.008, 0.02, 0.04, 0.08, 0.2, 0.4, 0.6, 0.8];

pub fn lines(evaluation: &Evaluation, size: Size, theme: &Theme) -> Vec<Line<'static>> {
    const NAMES: [&str; 1] = ["Calibration"];
    let finite = |b: &&CalibrationBin| [b.predicted, b.observed, b.low, b.high].iter().all(|v| v.is_finite());
    let bins: Vec<&CalibrationBin> = evaluation.calibration.iter().filter(finite).collect();
    if bins.is_empty() {
        let nobody = evaluation.profiles == 0;
        let why = if nobody { "Nobody was in the test." } else { "The report of this run does not hold it." };
        return message_only(NAMES[0], why, size, theme);
    }
    if !has_room(size) {
        return message_only(NAMES[0], NO_ROOM, size, theme);
    }
    let most = bins.iter().map(|b| b.predicted.max(b.high)).fold(0.0, f64::max);
    let end = ENDS.into_iter().find(|end| *end >= most).unwrap_or(1.0);
    let place = |share: f64| (share / end).max(0.0).sqrt();
    let (width, height) = size;
    let mut plot = Plot::new(width - LABELS, height - 3);
    plot.diagonal();
    for bin in &bins {
        let x = place(bin.predicted);
        plot.whisker(x, place(bin.low), place(bin.high));
    }
    // Points come last: an interval must not hide its neighbour's point.
    for bin in &bins {
        let at = (place(bin.predicted), place(bin.observed));
        match holds(bin) {
            true => plot.sign(at, '●', theme.accent()),
            false => plot.sign(at, '○', theme.warn()),
        }
    }
    let held = bins.iter().filter(|bin| holds(bin)).count();
    let figures = [
        format!("as predicted ● in {held} of {} bins", bins.len()),
        format!("● in {held} of {} bins", bins.len()),
        String::new(),
    ];
    let names =
        ["↑ observed   → predicted, square-root scale", "↑ observed → predicted (√)", "→ predicted (√)", "√ scale"];
    let y = [percent(end), percent(end / 4.0), "0 %".into()];
    let axes = Axes { y, x: ["0 %".into(), percent(end)], names: &names };
    with_axes(title(&NAMES, &figures, width, theme), plot.lines(theme), &axes, theme)
}

/// Whether what was predicted lies in the interval of what was observed.
fn holds(bin: &CalibrationBin) -> bool {
    (bin.low..=bin.high).contains(&bin.predicted)
}
