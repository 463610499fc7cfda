//! The goal: the outcome that a score predicts, as goal events with conditions, and when an event meets it.
//!
//! `cli` and the screens read and print it as one sentence (`goal/sentence.rs` has the grammar); `store` keeps it as JSON;
//! `data` and `features` ask [`GoalEvent::matches`] of every event, for the goal and for the exclusions alike.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;

mod mistake;
mod sentence;
#[cfg(test)]
mod tests;

pub use mistake::SentenceError;
pub(crate) use sentence::is_unprintable;
pub use sentence::quoted;

/// The outcome to predict. With one goal event `combine` has no meaning and is [`Combine::Any`] when parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// At least one ([`Goal::check`]).
    pub events: Vec<GoalEvent>,
    #[serde(default)]
    pub combine: Combine,
}

/// Whether one of the goal events is enough or all of them must have happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Combine {
    #[default]
    Any,
    All,
}

/// Events of one type that meet all conditions. An exclusion of a score is one of these too.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GoalEvent {
    /// Compared exactly, capitals included.
    pub event_type: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// What one field of the event must hold. Several values are alternatives; under a negative operator none may apply.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Condition {
    pub field: String,
    pub operator: Operator,
    /// None for `exists` and `does not exist`, one number for a comparison, else one or more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// How a field is compared. All comparisons of text heed capitals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operator {
    Is,
    IsNot,
    Contains,
    DoesNotContain,
    StartsWith,
    EndsWith,
    Exists,
    DoesNotExist,
    GreaterThan,
    AtLeast,
    LessThan,
    AtMost,
}

/// How many values an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// No value.
    Nothing,
    /// Exactly one finite number.
    Number,
    /// One text or more.
    Texts,
}

impl Operator {
    /// Every operator, in the order in which they are offered.
    pub const ALL: [Operator; 12] = [
        Operator::Is,
        Operator::IsNot,
        Operator::Contains,
        Operator::DoesNotContain,
        Operator::StartsWith,
        Operator::EndsWith,
        Operator::Exists,
        Operator::DoesNotExist,
        Operator::GreaterThan,
        Operator::AtLeast,
        Operator::LessThan,
        Operator::AtMost,
    ];

    /// The operator as it stands in a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Operator::Is => "is",
            Operator::IsNot => "is not",
            Operator::Contains => "contains",
            Operator::DoesNotContain => "does not contain",
            Operator::StartsWith => "starts with",
            Operator::EndsWith => "ends with",
            Operator::Exists => "exists",
            Operator::DoesNotExist => "does not exist",
            Operator::GreaterThan => ">",
            Operator::AtLeast => ">=",
            Operator::LessThan => "<",
            Operator::AtMost => "<=",
        }
    }

    pub fn arity(self) -> Arity {
        match self {
            Operator::Exists | Operator::DoesNotExist => Arity::Nothing,
            Operator::GreaterThan | Operator::AtLeast | Operator::LessThan | Operator::AtMost => Arity::Number,
            Operator::Is
            | Operator::IsNot
            | Operator::Contains
            | Operator::DoesNotContain
            | Operator::StartsWith
            | Operator::EndsWith => Arity::Texts,
        }
    }
}

impl Condition {
    /// Whether the condition holds for the field's cell; `None` and a blank cell are a missing field.
    ///
    /// The cell is trimmed. `is` trims its values too and compares numbers as numbers (`1.0` is `1`, `007` is `7`);
    /// the other text operators take their values as they stand. A comparison with `>`, `>=`, `<` or `<=` fails where
    /// the cell is no number. A missing field meets the negative operators (is not, does not contain, does not
    /// exist) and no other.
    pub fn holds(&self, cell: Option<&str>) -> bool {
        let cell = cell.map(str::trim).filter(|cell| !cell.is_empty());
        let any = |test: fn(&str, &str) -> bool| cell.is_some_and(|cell| self.values.iter().any(|v| test(cell, v)));
        match self.operator {
            Operator::Is => any(same),
            Operator::IsNot => !any(same),
            Operator::Contains => any(|cell, value| cell.contains(value)),
            Operator::DoesNotContain => !any(|cell, value| cell.contains(value)),
            Operator::StartsWith => any(|cell, value| cell.starts_with(value)),
            Operator::EndsWith => any(|cell, value| cell.ends_with(value)),
            Operator::Exists => cell.is_some(),
            Operator::DoesNotExist => cell.is_none(),
            Operator::GreaterThan => any(|cell, value| compared(cell, value, |a, b| a > b)),
            Operator::AtLeast => any(|cell, value| compared(cell, value, |a, b| a >= b)),
            Operator::LessThan => any(|cell, value| compared(cell, value, |a, b| a < b)),
            Operator::AtMost => any(|cell, value| compared(cell, value, |a, b| a <= b)),
        }
    }

    fn check(&self) -> Result<(), String> {
        if self.field.trim().is_empty() {
            return Err("a condition names no field".into());
        }
        let operator = self.operator.words();
        let place = || format!("'{operator}' on {}", quoted(&self.field));
        match self.operator.arity() {
            Arity::Nothing if !self.values.is_empty() => Err(format!("{} takes no value", place())),
            Arity::Number if self.values.len() != 1 || number(&self.values[0]).is_none() => {
                Err(format!("{} takes exactly one number", place()))
            }
            Arity::Texts if self.values.is_empty() => Err(format!("{} needs a value", place())),
            Arity::Texts if self.values.iter().any(|v| v.trim().is_empty()) => {
                Err(format!("{} has an empty value; a missing field is asked for by 'does not exist'", place()))
            }
            Arity::Nothing | Arity::Number | Arity::Texts => Ok(()),
        }
    }
}

/// Equality of `is`. The cell comes trimmed.
fn same(cell: &str, value: &str) -> bool {
    let value = value.trim();
    cell == value || (starts_like_number(cell) && starts_like_number(value) && compared(cell, value, |a, b| a == b))
}

/// Cheap refusal of what cannot be a number, because this runs for every event.
fn starts_like_number(text: &str) -> bool {
    text.as_bytes().first().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'))
}

/// Compares as whole numbers where both are (long ids would collapse in `f64`), else as finite numbers.
fn compared(cell: &str, value: &str, test: fn(Compared, Compared) -> bool) -> bool {
    if let (Ok(a), Ok(b)) = (cell.trim().parse::<i128>(), value.trim().parse::<i128>()) {
        return test(Compared::Whole(a), Compared::Whole(b));
    }
    match (number(cell), number(value)) {
        (Some(a), Some(b)) => test(Compared::Real(a), Compared::Real(b)),
        _ => false,
    }
}

/// Two of these are only ever compared within one variant, so the derived order between variants never shows.
#[derive(PartialEq, PartialOrd)]
enum Compared {
    Whole(i128),
    Real(f64),
}

/// A finite number, surrounding blanks allowed.
fn number(text: &str) -> Option<f64> {
    text.trim().parse::<f64>().ok().filter(|n| n.is_finite())
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

    /// What is wrong with this goal event, in words.
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
    pub fn check(&self) -> Result<()> {
        let wrong = |why: String| Error::usage("The goal is not complete.").because(why);
        if self.events.is_empty() {
            return Err(wrong("it has no goal event".into()));
        }
        self.events.iter().try_for_each(|e| e.check().map_err(wrong))
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
        f.write_str(&sentence::name(&self.event_type))?;
        for (i, condition) in self.conditions.iter().enumerate() {
            write!(f, " {} {condition}", if i == 0 { "where" } else { "and" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", sentence::name(&self.field), self.operator.words())?;
        for (i, value) in self.values.iter().enumerate() {
            let value = match self.operator.arity() {
                Arity::Number => sentence::name(value),
                Arity::Nothing | Arity::Texts => quoted(value),
            };
            write!(f, "{}{value}", if i == 0 { " " } else { " or " })?;
        }
        Ok(())
    }
}
