//! `propensity run cancel`: stops a live run, or clears away what an interrupted one left.

use super::find;
use crate::cli::session::Session;
use crate::cli::stdout;
use crate::domain::run::Status;
use crate::error::{Error, Result};
use crate::process::{cancel, follow, worker_result};
use crate::workspace::Workspace;
use clap::Args;
use std::time::Duration;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(value_name = "SCORE|RUN")]
    name_or_id: String,
    /// How long it may take to stop by itself before its process is ended.
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    patience: u64,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let (score, run) = find::by_name(workspace, &options.name_or_id)?;
    if follow::live_run(workspace, &score).is_none_or(|live| live.run != run) {
        return Err(Error::new(format!("The run {run} is not live.")).hint(format!("propensity run show {run}")));
    }
    cancel::cancel(workspace, &score, Duration::from_secs(options.patience))?;
    match worker_result::of(workspace, &score, &run).found {
        Some(found) => session.print(&found.run, |run| match run.status {
            Status::Successful => format!("The run {} was done before it could be cancelled.\n", run.id),
            status => format!("The run {} is {status}. The scores of the last good run are untouched.\n", run.id),
        }),
        None if session.json => stdout::write("null\n"),
        None => stdout::write(&format!("What the run {run} left, which had never begun, is cleared away.\n")),
    }
}
