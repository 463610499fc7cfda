//! The score: what to predict, for whom, how far ahead and how often. Made in the wizard or on the command line, kept in
//! `scores.json`.
//!
//! [`Score`] (`definition`) is what is saved; [`goal`] the outcome it predicts and its sentence; [`draft`] what the wizard holds before
//! there is a score; [`schedule`] when it runs next.

mod definition;
pub mod draft;
pub mod goal;
pub mod schedule;

pub use definition::{
    GOAL_EVENTS, ID_BYTES, MergePolicy, NAME_CHARS, ProfileType, Promotion, Repeatable, Score, TIMEFRAME_DAYS,
    check_name, free_name, is_id, slug,
};
