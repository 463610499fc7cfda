//! The population rule as data. Printing a condition gives the sentence that [`parser`](super::parser) reads.

use crate::domain::score::goal::{Condition, GoalEvent, MAX_GOAL_EVENTS, quoted};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most days that a condition looks back: a hundred years.
pub const MAX_DAYS: u32 = 36_500;
/// Most conditions of a rule.
pub const MAX_CONDITIONS: usize = 64;

/// Who is scored: all conditions must hold; none is everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PopulationRule {
    /// In the order in which they were given, which changes nothing.
    pub conditions: Vec<PopulationCondition>,
}

/// What must hold before a cutoff. Days are counted back from it: one day is the day before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "kebab-case")]
pub enum PopulationCondition {
    /// Some event, of whatever type.
    Active {
        /// Within so many days.
        within_days: u32,
    },
    /// At least one of the events.
    Had {
        /// At least one.
        events: Vec<GoalEvent>,
        /// Within so many days; ever where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within_days: Option<u32>,
    },
    /// None of the events.
    HadNo {
        /// At least one.
        events: Vec<GoalEvent>,
        /// Within so many days; never where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        within_days: Option<u32>,
    },
    /// The attributes are such; they are those of today at every cutoff.
    Attribute {
        /// All must hold.
        conditions: Vec<Condition>,
    },
    /// The profile exists for so many days at least.
    ExistsFor {
        /// Whole days up to the cutoff.
        days: u32,
    },
    /// The profile exists since this date or a later one.
    CreatedSince {
        /// The first date that counts.
        date: Date,
    },
}

impl PopulationRule {
    /// Whether everybody is scored.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The events that the conditions ask for, each once: an event's place is its bit in the hits of `data`.
    pub fn events(&self) -> Vec<GoalEvent> {
        let mut distinct: Vec<GoalEvent> = Vec::new();
        for event in self.conditions.iter().flat_map(PopulationCondition::events) {
            if !distinct.contains(event) {
                distinct.push(event.clone());
            }
        }
        distinct
    }

    /// The conditions as sentences.
    pub fn sentences(&self) -> Vec<String> {
        self.conditions.iter().map(ToString::to_string).collect()
    }

    /// The attributes that the conditions read, each once.
    pub fn attributes(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for condition in &self.conditions {
            if let PopulationCondition::Attribute { conditions } = condition {
                let fields = conditions.iter().map(|c| c.field.as_str());
                fields.for_each(|field| names.extend((!names.contains(&field)).then_some(field)));
            }
        }
        names
    }

    /// The types of events that nobody who is scored has done (lately).
    pub fn absent_types(&self) -> impl Iterator<Item = &str> {
        let absent = self.conditions.iter().filter(|c| matches!(c, PopulationCondition::HadNo { .. }));
        absent.flat_map(PopulationCondition::events).map(|event| event.event_type.as_str())
    }

    /// Whether a condition asks when somebody was active.
    pub fn asks_for_activity(&self) -> bool {
        self.conditions.iter().any(|c| matches!(c, PopulationCondition::Active { .. }))
    }

    /// Whether the rule can be asked for: complete conditions, not too many of them nor of their events.
    ///
    /// # Errors
    /// The first thing that is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        if self.conditions.len() > MAX_CONDITIONS {
            return Err(format!("who is scored has more than {MAX_CONDITIONS} conditions"));
        }
        if self.events().len() > MAX_GOAL_EVENTS {
            return Err(format!("who is scored asks for more than {MAX_GOAL_EVENTS} different events"));
        }
        let of =
            |condition: &PopulationCondition, why| format!("of the condition '{condition}' on who is scored: {why}");
        self.conditions.iter().try_for_each(|c| c.check().map_err(|why| of(c, why)))
    }
}

impl PopulationCondition {
    /// The events that it asks for; none for what asks for no certain ones.
    pub fn events(&self) -> &[GoalEvent] {
        match self {
            PopulationCondition::Had { events, .. } | PopulationCondition::HadNo { events, .. } => events,
            _ => &[],
        }
    }

    fn check(&self) -> Result<(), String> {
        let days = |days: u32| match days {
            1..=MAX_DAYS => Ok(()),
            _ => Err(format!("it can look back 1 to {MAX_DAYS} days, not {days}")),
        };
        match self {
            PopulationCondition::Active { within_days } => days(*within_days),
            PopulationCondition::ExistsFor { days: least } => days(*least),
            PopulationCondition::CreatedSince { .. } => Ok(()),
            PopulationCondition::Had { events, within_days } | PopulationCondition::HadNo { events, within_days } => {
                if events.is_empty() {
                    return Err("it names no event".into());
                }
                within_days.map_or(Ok(()), days)?;
                events.iter().try_for_each(GoalEvent::check)
            }
            PopulationCondition::Attribute { conditions } if conditions.is_empty() => Err("it names no field".into()),
            PopulationCondition::Attribute { conditions } => conditions.iter().try_for_each(Condition::check),
        }
    }
}

impl fmt::Display for PopulationCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PopulationCondition::Active { within_days } => write!(f, "active{}", Within(Some(*within_days))),
            PopulationCondition::Had { events, within_days } => {
                // An event of this name would be read as "had no".
                let no = events.first().is_some_and(|event| event.event_type.eq_ignore_ascii_case("no"));
                let events = Events(events).to_string();
                match no {
                    true => write!(f, "had {}{}{}", quoted(&events[..2]), &events[2..], Within(*within_days)),
                    false => write!(f, "had {events}{}", Within(*within_days)),
                }
            }
            PopulationCondition::HadNo { events, within_days: None } => write!(f, "never had {}", Events(events)),
            PopulationCondition::HadNo { events, within_days } => {
                write!(f, "had no {}{}", Events(events), Within(*within_days))
            }
            PopulationCondition::Attribute { conditions } => {
                let parts: Vec<String> = conditions.iter().map(ToString::to_string).collect();
                write!(f, "where {}", parts.join(" and "))
            }
            PopulationCondition::ExistsFor { days } => write!(f, "exists for {}", Days(*days)),
            PopulationCondition::CreatedSince { date } => write!(f, "created since {date}"),
        }
    }
}

/// Events, joined.
struct Events<'a>(&'a [GoalEvent]);

impl fmt::Display for Events<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&parts.join(", or "))
    }
}

struct Within(Option<u32>);

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |days| write!(f, " within {}", Days(days)))
    }
}

struct Days(u32);

impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "day" } else { "days" })
    }
}
