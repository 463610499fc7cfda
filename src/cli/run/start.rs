//! `propensity run start`: starts the run of a score, and follows it to its end or lets it go on by itself.

use super::follow::{start_and_follow, successful};
use super::{due, output};
use crate::cli::format::harmless;
use crate::cli::session::Session;
use crate::domain::run::RunKind;
use crate::domain::text::shell_quoted;
use crate::error::Result;
use crate::pipeline::run_options::RunOptions;
use crate::process::spawn;
use crate::workspace::Workspace;
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub struct Options {
    #[arg(required_unless_present = "due")]
    score: Option<String>,
    /// The day at which knowledge stops.
    #[arg(long, value_name = "data|now|DATE")]
    as_of: Option<String>,
    #[arg(long, default_value = "training", value_name = "training|scoring")]
    kind: RunKind,
    /// Threads; 0 takes what the config says.
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Return as soon as the run has begun; it goes on by itself.
    #[arg(long)]
    detach: bool,
    /// Start every run that is due by the schedules of the scores, one after the other, each once whoever calls.
    #[arg(long, conflicts_with_all = ["score", "kind", "detach"])]
    due: bool,
}

pub fn execute(session: &Session, workspace: &Workspace, options: Options) -> Result<()> {
    let Options { score, as_of, kind, threads, detach, due: _ } = options;
    let options = RunOptions { kind, as_of: workspace.as_of(as_of.as_deref())?, threads, if_due: false };
    match score {
        Some(score) if detach => start_detached(session, workspace, &score, &options),
        Some(score) => start(session, workspace, &score, &options),
        None => due::start_all(session, workspace, &options),
    }
}

/// Starts a run, follows it to its end, and prints what came of it.
fn start(session: &Session, workspace: &Workspace, name_or_id: &str, options: &RunOptions) -> Result<()> {
    let score = workspace.scores.find(name_or_id)?;
    let outcome = start_and_follow(workspace, &score, options)?;
    if session.json
        && let Some(found) = &outcome.found
    {
        // Whoever reads JSON reads it of a run that came to nothing, too; the error follows on the other channel.
        output::print(session, found)?;
        return outcome.error.map_or(Ok(()), Err);
    }
    output::print(session, &successful(outcome)?)
}

/// A run that has begun and goes on by itself, as printed.
#[derive(Serialize)]
struct DetachedOutput<'a> {
    run: &'a str,
    score: &'a str,
    pid: u32,
}

/// Starts a run and returns as soon as it has begun.
fn start_detached(session: &Session, workspace: &Workspace, name_or_id: &str, options: &RunOptions) -> Result<()> {
    let score = workspace.scores.find(name_or_id)?;
    let started = spawn::start(workspace, &score, options, |_, _| ())?;
    let detached = DetachedOutput { run: &started.run, score: &score.id, pid: started.pid };
    session.print(&detached, |d| {
        let (name, watch) = (harmless(&score.name), format!("propensity run watch {}", shell_quoted(&score.name)));
        format!("The run {} of '{name}' has begun (process {}).\nFollow it: {watch}\n", d.run, d.pid)
    })
}
