//! `propensity run verify`: repeats a run and compares the scores byte by byte.

use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::domain::run::RunKind;
use crate::error::{Error, Result};
use crate::process::verify;
use crate::runs::find;
use crate::workspace::Workspace;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    run: String,
    /// Threads; 0 takes what the config says.
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let found = find::find(workspace, &options.run)?;
    let kind = found.run.kind;
    let progress = ProgressLine::cancelling();
    let verification = verify::verify(workspace, &found, options.threads, &progress, progress.cancel_flag());
    progress.clear();
    let verification = verification?;
    session.print(&verification, |v| match v.identical {
        true if kind == RunKind::Training && !v.trained_again => format!(
            "The run {} is verified: its scores came out again of its model, byte for byte. The training was not repeated: an earlier method made the model.\n",
            v.run
        ),
        true => format!("The run {} is verified: its scores came out again, byte for byte.\n", v.run),
        false => String::new(),
    })?;
    match verification.identical {
        true => Ok(()),
        false => Err(Error::new(format!("The run {} came out otherwise.", verification.run))
            .because(format!("recorded {}, repeated {}", verification.recorded, verification.repeated))),
    }
}
