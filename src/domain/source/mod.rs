//! What the sources hold, once they are read: made by `data`, used by `features` and by what shows the data.
//!
//! | file | what it holds |
//! |---|---|
//! | [`refusal`] | rows that were kept out, and why |
//! | [`read_report`] | what was read: files, rows, columns |
//! | [`activity`] | what a run computes with: profiles and daily activity |
//! | [`column_profile`] | what the columns of a source look like |
//! | [`catalog`] | event types, fields and values, as far as a goal needs them |
//! | [`likely_goals`] | goals that the data suggest |
//! | [`source_changes`] | what is different in the sources since the last run |
//! | [`goal_advice`] | what the figures of a goal mean, and what to do |

pub mod activity;
pub mod catalog;
pub mod column_profile;
pub mod goal_advice;
pub mod likely_goals;
pub mod read_report;
pub mod refusal;
pub mod source_changes;
