//! How long work tells how far it is and learns that it shall stop. The workers (`data`, `features`, `model`) call it;
//! `jobs` implements it over the journal and the terminal.

use crate::error::{Error, Result};

/// The listener of one stage of a run.
pub trait Progress: Sync {
    /// `done` of `total` units (rows, rounds, profiles); `total` is `None` while it is unknown.
    fn advance(&self, done: u64, total: Option<u64>);

    /// Whether somebody asked the run to stop.
    fn cancelled(&self) -> bool;

    /// The error that ends the work once it was cancelled.
    fn check(&self) -> Result<()> {
        if self.cancelled() { Err(Error::cancelled()) } else { Ok(()) }
    }
}

/// Nobody listens.
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _: u64, _: Option<u64>) {}

    fn cancelled(&self) -> bool {
        false
    }
}
