//! Values of options that several verbs of `score` parse.

use crate::domain::score::ExcludeUntilActive;
use crate::domain::score::goal::{Goal, GoalEvent};
use crate::domain::score::population_rule::PopulationCondition;
use crate::error::Error;
use clap::Args;
use std::str::FromStr;

/// A goal as a sentence; its mistake is marked on lines of their own.
pub fn goal(text: &str) -> Result<Goal, String> {
    Goal::parse(text).map_err(|e| format!("\n{e}"))
}

/// An event that a goal could ask for.
pub fn goal_event(text: &str) -> Result<GoalEvent, String> {
    GoalEvent::parse(text).map_err(|e| format!("\n{e}"))
}

// Who is eligible, of `create` and `estimate`. No doc comment: it would take the place of what the commands say of themselves.
#[derive(Debug, Args)]
pub struct EligibilityOptions {
    /// Leave a profile out once this happened.
    #[arg(long, value_parser = goal_event, value_name = "GOAL-EVENT")]
    pub exclude: Vec<GoalEvent>,
    /// Whether an exclusion holds until later activity (yes) or for ever (no); auto is yes for accounts and no for persons.
    #[arg(long, value_parser = word::<ExcludeUntilActive>, default_value = "auto", value_name = "yes|no|auto")]
    pub exclude_until_active: ExcludeUntilActive,
    /// Who is scored, as one condition of several that must all hold before a cutoff: active within 365 days; had EVENT
    /// within 30 days; never had EVENT; had no EVENT within 30 days; where FIELD is 'VALUE'; exists for 30 days; created
    /// since 2024-01-31.
    #[arg(long, value_parser = population_condition, value_name = "CONDITION")]
    pub who: Vec<PopulationCondition>,
}

/// A condition on who is scored.
pub fn population_condition(text: &str) -> Result<PopulationCondition, String> {
    PopulationCondition::parse(text).map_err(|e| format!("\n{e}\n{}", e.sentence.form()))
}

/// One of a few words.
pub fn word<T: FromStr<Err = Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: Error| e.what)
}
