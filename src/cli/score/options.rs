//! Values of options that several verbs of `score` parse.

use crate::domain::score::goal::{Goal, GoalEvent};
use crate::domain::score::population_rule::PopulationCondition;
use crate::error::Error;
use std::str::FromStr;

/// A goal as a sentence; its mistake is marked on lines of their own.
pub fn goal(text: &str) -> Result<Goal, String> {
    Goal::parse(text).map_err(|e| format!("\n{e}"))
}

/// An event that a goal could ask for.
pub fn goal_event(text: &str) -> Result<GoalEvent, String> {
    GoalEvent::parse(text).map_err(|e| format!("\n{e}"))
}

/// A condition on who is scored.
pub fn population_condition(text: &str) -> Result<PopulationCondition, String> {
    PopulationCondition::parse(text).map_err(|e| format!("\n{e}\n{}", e.sentence.form()))
}

/// One of a few words.
pub fn word<T: FromStr<Err = Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e: Error| e.what)
}
