//! The lines below the goal that change as one types: what it matches in the data, and what is missing.

use super::estimate::ASSUMED_DAYS;
use super::state::{LiveEstimate, Wizard};
use crate::domain::format::{compact_count, count, counted, hms, percent};
use crate::domain::score::ProfileType;
use crate::domain::source::catalog::GoalEstimate;
use crate::domain::source::goal_advice::{GoalAdvice, advise};
use crate::tui::app::{App, CatalogView};
use crate::tui::labels::plural;
use ratatui::style::Style;

/// The lines with their styles, to be wrapped.
pub fn lines(app: &App, wizard: &Wizard) -> Vec<(String, Style)> {
    let theme = app.theme();
    let (estimate, profile_type) = (&wizard.estimate, wizard.draft.profile_type);
    let days = wizard.draft.timeframe_days().ok();
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
            vec![(figures(before, wizard, days), theme.dim()), ("Counting…".into(), theme.dim())]
        }
        LiveEstimate::Known(estimate) => {
            let verdict = verdict(app, estimate, profile_type, days.unwrap_or(ASSUMED_DAYS));
            let mut lines = vec![(format!("● {}", figures(estimate, wizard, days)), theme.text()), verdict];
            if wizard.draft.goal_error().or_else(|| wizard.draft.population_error()).is_some() {
                lines.push(("Counted without what is not complete yet.".into(), theme.dim()));
            }
            lines
        }
    }
}

fn figures(estimate: &GoalEstimate, wizard: &Wizard, days: Option<u32>) -> String {
    let whose = wizard.draft.profile_type.map_or("profiles", plural);
    let conversions = counted(estimate.conversions, "conversion", "conversions");
    let mut text = format!("{conversions} of {} {whose}", count(estimate.converters));
    if let Some(rate) = estimate.base_rate() {
        let within = match days {
            Some(days) => format!("{days} days"),
            None => format!("{ASSUMED_DAYS} days (until you choose a timeframe)"),
        };
        // Where a rule says who is scored, how many they are is what one looks for.
        let all = match wizard.draft.complete_population().is_empty() {
            true => "all".to_string(),
            false => format!("{} eligible {whose}", count(estimate.eligible)),
        };
        text += &format!(" · {} of {all} convert within {within}", percent(rate));
    }
    if estimate.per_month >= 1.0 {
        text += &format!(" · {} a month", count(estimate.per_month.round() as u64));
    } else if estimate.per_month > 0.0 {
        text += &format!(" · {:.1} a month", estimate.per_month);
    }
    text
}

fn verdict(app: &App, estimate: &GoalEstimate, profile_type: Option<ProfileType>, days: u32) -> (String, Style) {
    let theme = app.theme();
    match advise(estimate, profile_type.unwrap_or(ProfileType::Person), days) {
        GoalAdvice::Fails(why) => (format!("✗ This cannot be learned. {why}"), theme.bad()),
        GoalAdvice::Doubtful(why) => (format!("! It can be learned, but {why}"), theme.warn()),
        GoalAdvice::Fine => ("● Enough to learn from.".into(), theme.good()),
    }
}
