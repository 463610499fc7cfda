//! The screens: each owns its view state, what a key does there, and how it is drawn.
//!
//! [`services`] lists the scores and leads to [`profiles`]; [`monitoring`] lists the runs and leads a live one to
//! [`services`]. [`profiles`] knows neither. [`data`] shows the sources. [`router`] gives keys, text and room to the one that is shown. `lines` are
//! what several of them are written with, `run_outcome` is how a run ended that did not succeed,
//! `sort_column` a column that a list can be sorted by.

pub mod data;
mod lines;
pub mod monitoring;
pub mod profiles;
pub mod router;
mod run_outcome;
pub mod services;
pub mod sort_column;
