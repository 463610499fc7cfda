//! What the sources hold, once they are read: made by `data`, used by `features` and by what shows the data.
//!
//! [`activity`] is what a run computes with; [`read_report`] tells what was read, [`refusal`] what was kept out and why;
//! [`catalog`] holds event types, fields and values, as far as a goal needs them.

pub mod activity;
pub mod catalog;
pub mod read_report;
pub mod refusal;
