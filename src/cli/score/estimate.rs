//! `propensity score estimate`: what a goal comes to in the data, before there is a score.

use super::options::{EligibilityOptions, goal, word};
use crate::cli::data::load_catalog::load_or_build;
use crate::cli::format::{count, harmless, percent};
use crate::cli::session::Session;
use crate::domain::run::quality::Outcome;
use crate::domain::score::ProfileType;
use crate::domain::score::goal::Goal;
use crate::domain::score::population_rule::PopulationRule;
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
    #[command(flatten)]
    eligibility: EligibilityOptions,
    /// Prediction timeframe in days.
    #[arg(long, value_name = "DAYS")]
    timeframe: u32,
}

pub fn execute(session: &Session, workspace: &Workspace, options: Options) -> Result<()> {
    load_or_build(workspace)?;
    let Options { profile, goal, eligibility, timeframe } = options;
    let EligibilityOptions { exclude, exclude_until_active, who } = eligibility;
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
