//! The screens: each owns its view state, what a key does there, and how it is drawn.
//!
//! [`services`] lists the scores and leads to [`profiles`]; [`monitoring`] lists the runs and leads a live one to
//! [`services`]. [`profiles`] knows neither.

pub mod monitoring;
pub mod profiles;
pub mod services;
