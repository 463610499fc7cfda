//! What of the events a score asks for. Made by [`load`](crate::data::load).

use crate::domain::score::goal::GoalEvent;
use crate::domain::source::activity::Day;

/// What of the events a score asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct EventRequest<'a> {
    /// Goal events of the score, at most 64.
    pub goals: &'a [GoalEvent],
    /// Exclusions of the score, at most 64.
    pub exclusions: &'a [GoalEvent],
    /// Events that the population rule of the score asks for, at most 64.
    pub rule_events: &'a [GoalEvent],
    /// Event fields that are links however many of them there are.
    pub links: &'a [String],
    /// Account scores count an event for the account that it names, person scores for its person.
    pub accounts_first: bool,
    /// Events from this day on are counted and left out.
    pub before: Option<Day>,
}
