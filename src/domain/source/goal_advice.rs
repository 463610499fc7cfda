//! What the figures of a goal mean for those who define it, and what to do: advice in place of a code. Shown by the wizard
//! below the goal and at its end, and by `score estimate`.

use super::catalog::GoalEstimate;
use crate::domain::format::{count, counted, percent};
use crate::domain::run::quality::Check;
use crate::domain::score::ProfileType;

/// What a run would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GoalAdvice {
    /// Nothing is missing.
    Fine,
    /// It can be learned, but.
    Doubtful(String),
    /// A run would stop.
    Fails(String),
}

/// The advice for a goal of these profiles within so many days.
pub fn advise(estimate: &GoalEstimate, profile_type: ProfileType, days: u32) -> GoalAdvice {
    if let Some(check) = estimate.stopped() {
        return GoalAdvice::Fails(why_it_stops(estimate, check, profile_type, days));
    }
    match estimate.warned() {
        Some(check) => GoalAdvice::Doubtful(why_it_warns(check)),
        None => GoalAdvice::Fine,
    }
}

fn why_it_stops(estimate: &GoalEstimate, check: &Check, profile_type: ProfileType, days: u32) -> String {
    let found = count(check.found.max(0.0) as u64);
    let needed = count(check.threshold.unwrap_or_default().max(0.0).ceil() as u64);
    match check.code {
        401 => format!("Only {found} accounts are in the data, and {needed} are needed to learn from. Add the exports that are missing, or score persons."),
        402 => format!("Only {found} persons are in the data, and {needed} are needed to learn from. Add the exports that are missing, or score accounts."),
        403 => format!("Only {found} events are in the data, and {needed} are needed to learn from. Add exports of activity: web, e-mail, forms, meetings."),
        404 if estimate.conversions == 0 => "Nobody has reached this goal. Look at the event and its conditions: names and values are written here exactly as in the data.".into(),
        404 => format!("The goal was reached {}, and {needed} are needed to learn from. Choose an earlier stage or more values.", times(estimate.conversions)),
        405 | 406 => format!("Only {} of the {} have any activity. Add exports of activity, and see that they name the same ids.", percent(check.found), whose(profile_type)),
        408 if estimate.eligible == 0 && check.found == 1.0 => "Nobody is left to be scored. Ask for less of who is scored, or leave out less.".into(),
        408 => format!("{} of the {} to be scored did nothing in half a year. Add exports of activity, or score only who is active within 180 days.", percent(check.found), whose(profile_type)),
        407 => "Event types have come or gone since the days that are learned from. See that every export covers the same days.".into(),
        411 | 412 => too_late(estimate, check, days),
        _ => format!("{} of the {} reach this goal: there is nobody to tell apart. Choose a goal that fewer reach.", percent(check.found.min(1.0)), whose(profile_type)),
    }
}

/// Conversions that came too late, or too early, for so long a timeframe.
fn too_late(estimate: &GoalEstimate, check: &Check, days: u32) -> String {
    let span = counted(u64::from(estimate.data_days), "day", "days");
    let of = match (check.code, check.found as u64) {
        (412, _) => "nobody who converted to test with".to_string(),
        (_, 0) => "none to learn from".into(),
        (_, found) => {
            format!("{} to learn from, {} are needed", count(found), count(check.threshold.unwrap_or_default() as u64))
        }
    };
    let todo = match estimate.works_with_days {
        Some(shorter) => format!("choose {shorter} days or less."),
        None => "choose a goal that is reached more often, or add older exports.".into(),
    };
    format!("Your data span {span}. A timeframe of {days} days leaves {of}: {todo}")
}

fn why_it_warns(check: &Check) -> String {
    match check.code {
        200 => format!("industry, employees or revenue are empty for {} of the profiles.", percent(check.found)),
        201 => format!(
            "{} of the profiles did nothing in half a year, and will get nearly the same score.",
            percent(check.found)
        ),
        _ => format!("{} of the profiles reach this goal, so that a ranking tells little.", percent(check.found)),
    }
}

fn whose(profile_type: ProfileType) -> &'static str {
    match profile_type {
        ProfileType::Person => "persons",
        ProfileType::Account => "accounts",
    }
}

fn times(number: u64) -> String {
    if number == 1 { "once".into() } else { format!("{} times", count(number)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::run::quality::Rule;

    fn estimate(check: Check) -> GoalEstimate {
        GoalEstimate {
            conversions: 7,
            converters: 7,
            profiles: 900,
            per_month: 1.0,
            eligible: 0,
            converted: 0,
            one_off: false,
            checks: vec![check],
            data_days: 165,
            works_with_days: Some(60),
        }
    }

    #[test]
    fn a_timeframe_that_is_too_long_says_which_would_do() {
        let none = estimate(Check::stopping(411, "too few", "Count of training conversions", 0.0, Rule::AtLeast, 8.0));
        let advice = advise(&none, ProfileType::Person, 180);
        let text =
            "Your data span 165 days. A timeframe of 180 days leaves none to learn from: choose 60 days or less.";
        assert_eq!(advice, GoalAdvice::Fails(text.into()));
    }

    #[test]
    fn no_advice_speaks_of_codes_or_bounds() {
        let checks = [401, 402, 403, 404, 405, 406, 407, 408, 411, 412, 0]
            .map(|code| Check::stopping(code, "why", "what", 0.5, Rule::AtLeast, 8.0))
            .into_iter()
            .chain([200, 201, 0].map(|code| Check::warning(code, "why", "what", 0.5, Rule::AtMost, 0.1)));
        for check in checks {
            let code = check.code;
            let (GoalAdvice::Fails(text) | GoalAdvice::Doubtful(text)) =
                advise(&estimate(check), ProfileType::Account, 90)
            else {
                panic!("{code} is said to be fine");
            };
            assert!(!text.contains("bound") && !text.contains("threshold"), "{text}");
            assert!(code == 0 || !text.contains(&code.to_string()), "{text}");
            assert!(text.ends_with('.'), "{text}");
        }
    }
}
