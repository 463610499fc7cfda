//! The lines below the goal that change as one types: what it matches in the data, and what is missing.

use super::state::LiveEstimate;
use crate::domain::format::{compact_count, count, hms, percent};
use crate::domain::run::quality::Check;
use crate::domain::score::ProfileType;
use crate::domain::source::catalog::GoalEstimate;
use crate::tui::app::{App, CatalogView};
use crate::tui::labels::plural;
use ratatui::style::Style;

/// The two lines with their styles.
pub fn lines(app: &App, estimate: &LiveEstimate, profile_type: Option<ProfileType>, days: u32) -> Vec<(String, Style)> {
    let theme = &app.theme;
    let waiting = match &app.catalog {
        CatalogView::Ready(_) => None,
        CatalogView::NoSources => {
            Some(("The workspace has no sources: nothing can be counted.".to_string(), theme.dim()))
        }
        CatalogView::Missing => {
            Some(("The data is about to be read, to count what the goal matches.".into(), theme.dim()))
        }
        CatalogView::Building { rows, seconds } => {
            let text = format!(
                "◐ Reading the data, to count what the goal matches: {} rows, {}",
                compact_count(*rows),
                hms(*seconds)
            );
            Some((text, theme.accent()))
        }
        CatalogView::Failed(error) => Some((format!("✗ The data could not be read: {}", error.what), theme.bad())),
    };
    if let Some(waiting) = waiting {
        return vec![waiting];
    }
    match estimate {
        LiveEstimate::Nothing => vec![("Choose a goal, and what it matches is counted here.".into(), theme.dim())],
        LiveEstimate::Failed(error) => vec![(format!("✗ {}", error.what), theme.bad())],
        LiveEstimate::Waiting(_, None) => vec![("Counting…".into(), theme.dim())],
        LiveEstimate::Waiting(_, Some(before)) => {
            vec![(figures(before, profile_type, days), theme.dim()), ("Counting…".into(), theme.dim())]
        }
        LiveEstimate::Known(estimate) => {
            vec![(format!("● {}", figures(estimate, profile_type, days)), theme.text()), verdict(app, estimate)]
        }
    }
}

fn figures(estimate: &GoalEstimate, profile_type: Option<ProfileType>, days: u32) -> String {
    let whose = profile_type.map_or("profiles", plural);
    let mut text = format!("{} conversions of {} {whose}", count(estimate.conversions), count(estimate.converters));
    if let Some(rate) = estimate.base_rate() {
        text += &format!(" · {} in {days} days", percent(rate));
    }
    if estimate.per_month >= 1.0 {
        text += &format!(" · {} a month", count(estimate.per_month.round() as u64));
    } else if estimate.per_month > 0.0 {
        text += &format!(" · {:.1} a month", estimate.per_month);
    }
    text
}

fn verdict(app: &App, estimate: &GoalEstimate) -> (String, Style) {
    let theme = &app.theme;
    match (estimate.stopped(), estimate.warned()) {
        (Some(check), _) => (format!("✗ Not enough to learn from: {}.", missing(check)), theme.bad()),
        (None, Some(check)) => (format!("! It can be learned, but: {}.", missing(check)), theme.warn()),
        (None, None) => ("  Enough to learn from.".into(), theme.good()),
    }
}

/// The figure that was found beside the one that is asked for.
fn missing(check: &Check) -> String {
    let figure = |v: f64| if v.fract() == 0.0 { count(v.max(0.0) as u64) } else { percent(v) };
    let what = check.what.to_lowercase();
    let code = if check.code == 0 { String::new() } else { format!(" ({})", check.code) };
    match check.threshold {
        Some(threshold) => format!("{what} {}, the bound is {}{code}", figure(check.found), figure(threshold)),
        None => format!("{what} {}{code}", figure(check.found)),
    }
}
