//! `propensity score estimate`: what a goal comes to in the data, before there is a score.

use super::options::{goal, goal_event, population_condition, word};
use crate::cli::data::load_catalog::load_or_build;
use crate::cli::format::{count, harmless, percent};
use crate::cli::session::Session;
use crate::domain::run::quality::Outcome;
use crate::domain::score::goal::{Goal, GoalEvent};
use crate::domain::score::population_rule::{PopulationCondition, PopulationRule};
use crate::domain::score::{ExcludeUntilActive, ProfileType};
use crate::domain::source::catalog::GoalQuery;
use crate::domain::source::goal_advice::{GoalAdvice, advise};
use crate::error::Result;
use crate::queries::estimate::Estimator;
use crate::workspace::Workspace;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(long, value_parser = word::<ProfileType>, value_name = "person|account")]
    profile: ProfileType,
    /// What would be predicted, as a sentence: TYPE where FIELD is 'VALUE' and …, or TYPE …
    #[arg(long, value_parser = goal, value_name = "GOAL")]
    goal: Goal,
    /// Leave a profile out once this happened.
    #[arg(long, value_parser = goal_event, value_name = "GOAL-EVENT")]
    exclude: Vec<GoalEvent>,
    /// Whether an exclusion holds until later activity (yes) or for ever (no); auto is yes for accounts and no for persons.
    #[arg(long, value_parser = word::<ExcludeUntilActive>, default_value = "auto", value_name = "yes|no|auto")]
    exclude_until_active: ExcludeUntilActive,
    /// Who is scored, as one condition of several that must all hold before a cutoff: active within 365 days; had EVENT
    /// within 30 days; never had EVENT; had no EVENT within 30 days; where FIELD is 'VALUE'; exists for 30 days; created
    /// since 2024-01-31.
    #[arg(long, value_parser = population_condition, value_name = "CONDITION")]
    who: Vec<PopulationCondition>,
    /// Prediction timeframe in days.
    #[arg(long, value_name = "DAYS")]
    timeframe: u32,
}

pub fn execute(session: &Session, workspace: &Workspace, options: Options) -> Result<()> {
    load_or_build(workspace)?;
    let Options { profile, goal, exclude, exclude_until_active, who, timeframe } = options;
    let question = GoalQuery {
        profile_type: profile,
        goal,
        exclusions: exclude,
        exclude_until_active,
        population: PopulationRule { conditions: who },
        timeframe_days: timeframe,
    };
    let estimate = Estimator::open(workspace)?.estimate(&question)?;
    session.print(&estimate, |e| {
        let mut text = format!(
            "The goal matches {} conversions of {} of {} profiles, {:.1} a month{}.\n",
            count(e.conversions),
            count(e.converters),
            count(e.profiles),
            e.per_month,
            // Of a goal that nobody reached nothing of the kind is known.
            match (e.converters, e.one_off) {
                (0, _) => "",
                (_, true) => "; it is one-off",
                (_, false) => "; it is repeatable",
            }
        );
        text += &match e.base_rate() {
            Some(rate) => format!(
                "Of {} eligible profiles {} convert within {timeframe} days: a base rate of {}.\n",
                count(e.eligible),
                count(e.converted),
                percent(rate)
            ),
            None => "No cutoff has matured: there is no base rate yet.\n".to_string(),
        };
        for check in e.checks.iter().filter(|c| matches!(c.outcome, Outcome::Stopped | Outcome::Warning)) {
            text += &format!("{}\n", harmless(&check.message));
        }
        if let GoalAdvice::Fails(why) = advise(e, profile, timeframe) {
            text += &format!("This cannot be learned. {why}\n");
        }
        text
    })
}
