//! State on disk: JSON changed atomically and under a lock, the audit log, the journal of a run. Nothing here computes
//! scores; everything above calls it, and it imports `domain` only.
//!
//! | file or folder | what it does |
//! |---|---|
//! | [`atomic`], [`json`] | writes files that are there whole or not at all; plain JSON in folders that are published as a whole |
//! | [`lock`] | exclusive locks between processes |
//! | [`changes`] | the one file that every change touches |
//! | [`audit`] | who did what when |
//! | `list_file` | a JSON file that holds a list |
//! | [`scores`] | the score definitions, and the trash |
//! | [`drafts`] | unfinished scores |
//! | [`timer`] | when a timer called last |
//! | [`ui`] | the state of the screens between sessions |
//! | [`journal`], [`tail`] | the journal of a run, written and followed |
//! | [`health`] | inspects all of these without changing any |
#![warn(missing_docs, clippy::missing_errors_doc)]

pub mod atomic;
pub mod audit;
pub mod changes;
pub mod drafts;
pub mod health;
pub mod journal;
pub mod json;
mod list_file;
pub mod lock;
pub mod scores;
pub mod tail;
pub mod timer;
pub mod ui;
