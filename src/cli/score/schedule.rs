//! `propensity score schedule`: shows when one score runs by itself, after changing it where that was asked for.

use crate::cli::schedule::next_runs::{self, NextRuns};
use crate::cli::session::Session;
use crate::domain::score::schedule::Every;
use crate::error::Result;
use crate::workspace::Workspace;
use clap::Args;
use jiff::Timestamp;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    /// daily, weekly, monthly, off, or a number of days.
    #[arg(long, value_name = "PAUSE")]
    scoring: Option<Every>,
    /// The same for training, which scores too.
    #[arg(long, value_name = "PAUSE")]
    training: Option<Every>,
}

impl Options {
    /// Whether it changes the schedule; without a change it only shows it.
    pub fn changes(&self) -> bool {
        self.scoring.is_some() || self.training.is_some()
    }
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let score = if options.changes() {
        workspace.scores.reschedule(&options.score, options.scoring, options.training)?
    } else {
        workspace.scores.find(&options.score)?
    };
    let now = Timestamp::now();
    let next = NextRuns::of(workspace, &score, now);
    session.print(&next, |next| next_runs::text(workspace, std::slice::from_ref(next), now))
}
