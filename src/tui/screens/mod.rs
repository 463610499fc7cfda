//! The screens: each owns its view state, what a key does there, and how it is drawn.

pub mod monitoring;
pub mod profiles;
pub mod services;
