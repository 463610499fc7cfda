//! The goal: the outcome that a score predicts, as goal events with conditions, and when an event meets it.
//!
//! `cli` and the screens read and print it as one sentence; `store` keeps it as JSON; `data` asks
//! [`GoalEvent::matches`] of every event, for the goal, the exclusions and the population rule alike.
//!
//! | file | what it holds |
//! |---|---|
//! | `operator` | how a field is compared |
//! | `quoting` | names and values as they stand in a sentence |
//! | `condition` | one field, an operator, values: when a cell meets them |
//! | `definition` | [`Goal`] and [`GoalEvent`] |
//! | `lexer` | the sentence as tokens |
//! | `parse_error` | [`ParseError`]: what is wrong with a sentence, with a caret under the place |
//! | `parser` | the grammar, and tokens to a goal |

mod condition;
mod definition;
mod lexer;
mod operator;
mod parse_error;
mod parser;
mod quoting;
#[cfg(test)]
mod tests;

pub use condition::Condition;
pub use definition::{Combine, Goal, GoalEvent, MAX_GOAL_EVENTS};
pub use operator::{Arity, Operator};
pub use parse_error::{ParseError, Sentence};
pub use quoting::quoted;

pub(super) use condition::finite_number;
pub(super) use parser::Parser;
pub(super) use quoting::is_unprintable;
