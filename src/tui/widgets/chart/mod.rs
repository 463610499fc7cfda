//! Charts of a test as lines of text: pure functions of the evaluation, a size and a theme. What a chart says is said
//! by shape and figure; colour only helps. Called by the page of a run.
//!
//! `frame` is what all of them have, `plot` what curves and points are drawn on; `curves`, `calibration`, `bars` and
//! `monthly_rates` are the charts.

mod bars;
mod calibration;
mod curves;
mod frame;
mod monthly_rates;
mod plot;
#[cfg(test)]
mod tests;

pub use bars::base_rates;
pub use frame::Size;
pub use monthly_rates::{MonthlyRates, expected_rates};

use crate::domain::metrics::Evaluation;
use crate::tui::theme::Theme;
use ratatui::text::Line;

/// A chart of an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chart {
    Roc,
    Gains,
    Lift,
    Calibration,
    Scores,
}

impl Chart {
    pub const ALL: [Chart; 5] = [Chart::Roc, Chart::Gains, Chart::Lift, Chart::Calibration, Chart::Scores];

    /// As many lines as the size has rows, none wider than its columns: a title with the figure that matters, the
    /// chart, its axis. Without data it says in a sentence why there are none.
    pub fn lines(self, evaluation: &Evaluation, size: Size, theme: &Theme) -> Vec<Line<'static>> {
        match self {
            Chart::Roc => curves::roc(evaluation, size, theme),
            Chart::Gains => curves::gains(evaluation, size, theme),
            Chart::Lift => bars::lift(evaluation, size, theme),
            Chart::Calibration => calibration::lines(evaluation, size, theme),
            Chart::Scores => bars::scores(evaluation, size, theme),
        }
    }
}
