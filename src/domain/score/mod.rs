//! The score: what to predict, for whom, how far ahead and how often. Made in the wizard or on the command line, kept
//! in `scores.json`.
//!
//! | file | what it holds |
//! |---|---|
//! | [`draft`] | what the wizard holds before there is a score |
//! | [`goal`] | the outcome that is predicted, and its sentence |
//! | `names` | what may be a name or an id, and how free ones are made |
//! | `definition` | [`Score`] |
//! | [`population_rule`] | who is scored |
//! | [`schedule`] | when it runs next |

mod definition;
pub mod draft;
pub mod goal;
mod names;
pub mod population_rule;
pub mod schedule;

pub use definition::{ExcludeUntilActive, MergePolicy, ProfileType, Promotion, Repeatable, Score, TIMEFRAME_DAYS};
pub use goal::MAX_GOAL_EVENTS;
pub use names::{MAX_ID_BYTES, MAX_NAME_CHARS, check_name, free_name, is_id, slug};
