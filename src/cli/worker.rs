//! `propensity worker …`, hidden: the process that makes one run. `jobs::spawn` starts it.

use super::Session;
use crate::domain::run::RunKind;
use crate::error::Result;
use crate::pipeline::run_options::RunOptions;
use crate::process::worker;
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

pub fn run(session: &Session, options: Options) -> Result<()> {
    worker::run_worker(|| {
        let workspace = session.workspace()?;
        let score = workspace.scores.find(&options.score)?;
        let as_of = workspace.as_of(Some(&options.as_of))?;
        let Options { kind, threads, if_due, .. } = options;
        Ok((workspace, score, RunOptions { kind, as_of, threads, if_due }))
    })
}
