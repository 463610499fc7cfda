//! State on disk: JSON changed atomically and under a lock, the audit log, the journal of a run. Nothing here computes
//! scores; `jobs` and `cli` call it, and it imports `domain` only.

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
pub mod ui;
