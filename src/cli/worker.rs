//! The hidden commands, which the program starts itself as processes of their own: `propensity worker` makes one run
//! (`process::spawn` starts it), `propensity catalog-worker` builds the catalog (the screens start it).

use super::session::Session;
use crate::domain::progress::Silent;
use crate::domain::run::RunKind;
use crate::error::Result;
use crate::pipeline::run_options::RunOptions;
use crate::process::worker;
use crate::queries::catalog;
use clap::Args;

#[derive(Debug, Args)]
pub struct Options {
    /// The id of the score.
    score: String,
    #[arg(long)]
    kind: RunKind,
    #[arg(long)]
    as_of: String,
    #[arg(long)]
    threads: usize,
    #[arg(long)]
    if_due: bool,
}

/// Makes one run.
pub fn execute(session: &Session, options: Options) -> Result<()> {
    worker::run_worker(|| {
        let workspace = session.workspace()?;
        let score = workspace.scores.find(&options.score)?;
        let as_of = workspace.as_of(Some(&options.as_of))?;
        let Options { kind, threads, if_due, .. } = options;
        Ok((workspace, score, RunOptions { kind, as_of, threads, if_due }))
    })
}

/// Builds the catalog in a session of its own, so that no closed terminal ends it.
pub fn build_catalog(session: &Session) -> Result<()> {
    // Refused only to the leader of a process group, who was started by hand and not from a screen.
    #[cfg(unix)]
    let _ = rustix::process::setsid();
    catalog::build(&session.workspace()?, &Silent).map(|_| ())
}
