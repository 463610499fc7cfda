//! How long work tells how far it is and learns that it shall stop. `data`, `features` and `model` call it;
//! `pipeline::stages` and `pipeline::work_plan` implement it over the journal, `cli` and the catalog's worker over the terminal.

use super::run::stage::StageName;
use super::run::work::Step;
use crate::error::{Error, Result};

/// Whoever is told how far a stage of a run is.
pub trait Progress: Sync {
    /// `done` of `total` units (rows, rounds, profiles); `total` is `None` while it is unknown.
    fn advance(&self, done: u64, total: Option<u64>);

    /// Whether somebody asked the run to stop.
    fn cancelled(&self) -> bool;

    /// A step of the run begins, and the one before is over: what is told to [`advance`](Progress::advance) from now on
    /// counts within it.
    fn begin_step(&self, _step: Step) {}

    /// What a stage has still to do beside the step it may be in, in place of what was planned for it before. Rounds that
    /// are not known yet are 0.
    fn plan(&self, _stage: StageName, _steps: &[Step]) {}

    /// Ends the work once it was cancelled.
    ///
    /// # Errors
    /// [`Error::cancelled`], once somebody asked the run to stop.
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

/// Work inside of a step that is counted by somebody else: it can be stopped, and tells nothing.
pub struct Uncounted<'a>(pub &'a dyn Progress);

impl Progress for Uncounted<'_> {
    fn advance(&self, _: u64, _: Option<u64>) {}

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
