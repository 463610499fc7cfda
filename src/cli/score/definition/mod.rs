//! The verbs of `score` that write definitions.
//!
//! | file | what it is |
//! |---|---|
//! | [`create`] | a new score |
//! | [`clone`] | a score like another one |
//! | [`edit`] | changes the description |
//! | [`delete`] | deletes a score with its runs, and restores it |
//! | [`preview`] | below `create` and `clone`: what a goal matches in the data |

pub mod clone;
pub mod create;
pub mod delete;
pub mod edit;
mod preview;
