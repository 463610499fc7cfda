//! The goal as data: goal events with conditions, how they are joined, and when an event meets one. Exclusions are goal
//! events, too. Printing gives the sentence that [`parser`](super::parser) reads.

use super::condition::Condition;
use super::quoting::quoted_unless_plain;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most goal events of a goal, most exclusions, and most events that a population rule asks for: a bit each.
pub const MAX_GOAL_EVENTS: usize = 64;

/// The outcome to predict. With one goal event `combine` has no meaning and is [`Combine::Any`] when parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// At least one ([`Goal::check`]).
    pub events: Vec<GoalEvent>,
    /// How several goal events are joined.
    #[serde(default)]
    pub combine: Combine,
}

/// Whether one of the goal events is enough or all of them must have happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    /// One of them is enough.
    #[default]
    Any,
    /// All must have happened; the last of their first occurrences is the conversion.
    All,
}

/// Events of one type that meet all conditions. An exclusion of a score is one of these too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GoalEvent {
    /// Compared exactly, capitals included.
    pub event_type: String,
    /// All must hold; none is an event of the type, whatever its fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

impl GoalEvent {
    /// Whether an event of this type, with these fields, is this goal event.
    ///
    /// `field` gives the cell of a field by its name; it is asked only for events of the right type.
    pub fn matches<'a>(&self, event_type: &str, field: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.event_type == event_type && self.conditions.iter().all(|c| c.holds(field(&c.field)))
    }

    /// The fields that the conditions read, each once, in the order of the conditions.
    pub fn fields(&self) -> Vec<&str> {
        distinct(self.conditions.iter().map(|c| c.field.as_str()))
    }

    /// Whether it can be asked for: a type and conditions that are complete.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.event_type.trim().is_empty() {
            return Err("a goal event names no event type".into());
        }
        self.conditions.iter().try_for_each(Condition::check)
    }
}

impl Goal {
    /// The fields that the conditions of all goal events read, each once.
    pub fn fields(&self) -> Vec<&str> {
        distinct(self.events.iter().flat_map(|e| &e.conditions).map(|c| c.field.as_str()))
    }

    /// Whether the goal can be asked for: some goal event, none without a name, values as the operators need them.
    ///
    /// # Errors
    /// A usage error with the first thing that is wrong.
    pub fn check(&self) -> Result<()> {
        let incomplete = |why: String| Error::usage("The goal is not complete.").because(why);
        if self.events.is_empty() {
            return Err(incomplete("it has no goal event".into()));
        }
        self.events.iter().try_for_each(|e| e.check().map_err(incomplete))
    }
}

fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = match self.combine {
            Combine::Any => ", or ",
            Combine::All => ", and ",
        };
        for (i, event) in self.events.iter().enumerate() {
            write!(f, "{}{event}", if i == 0 { "" } else { join })?;
        }
        Ok(())
    }
}

impl fmt::Display for GoalEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted_unless_plain(&self.event_type))?;
        for (i, condition) in self.conditions.iter().enumerate() {
            write!(f, " {} {condition}", if i == 0 { "where" } else { "and" })?;
        }
        Ok(())
    }
}
