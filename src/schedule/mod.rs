//! Runs without anybody: what is due ([`due`]), and the timer of the system that asks for it ([`timer`]). The rules of a
//! schedule are in [`domain::score::schedule`](crate::domain::score::schedule).

pub mod due;
pub mod timer;
