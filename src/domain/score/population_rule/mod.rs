//! The population rule of a score: who is scored, as conditions that must all hold before a cutoff. Without conditions
//! everybody is scored who exists, has not converted and is not excluded.
//!
//! `cli` and the screens read and print the conditions as sentences, `store` keeps them as JSON, `data` notes the events
//! that they ask for, and `features::membership` applies them at every cutoff.
//!
//! | file | what it holds |
//! |---|---|
//! | `definition` | [`PopulationRule`] and [`PopulationCondition`] |
//! | `parser` | the grammar of a condition |

mod definition;
mod parser;
#[cfg(test)]
mod tests;

pub use definition::{MAX_CONDITIONS, MAX_DAYS, PopulationCondition, PopulationRule};
