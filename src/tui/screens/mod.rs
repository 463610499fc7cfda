//! The screens: each owns its view state, what a key does there, and how it is drawn.
//!
//! [`services`] lists the scores and leads to [`profiles`]; [`monitoring`] lists the runs and leads a live one to
//! [`services`]. [`profiles`] knows neither. [`router`] gives keys, text and room to the one that is shown.

pub mod monitoring;
pub mod profiles;
pub mod router;
pub mod services;
