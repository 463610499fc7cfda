//! Runs without anybody: what is due ([`due`]), the timer of the system that asks for it ([`timer`]), and whether it does
//! ([`timer_health`]). The rules of a schedule are in [`domain::score::schedule`](crate::domain::score::schedule).

pub mod due;
pub mod timer;
pub mod timer_health;
