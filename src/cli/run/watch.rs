//! `propensity run watch`: follows a live run to its end.

use super::follow::{successful, until_end};
use super::{find, output};
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::cli::stdout;
use crate::domain::run::run_progress::RunProgress;
use crate::error::{Error, Result};
use crate::process::{follow, worker_result};
use crate::runs::journal_state;
use crate::workspace::Workspace;
use std::time::{Duration, Instant};

/// At least this lies between two lines of JSON.
const JSON_INTERVAL: Duration = Duration::from_millis(250);

/// Follows a live run and prints what came of it; as JSON, a line for every change of its state.
pub fn execute(session: &Session, workspace: &Workspace, name_or_id: Option<&str>) -> Result<()> {
    let (score, run) = match name_or_id {
        Some(name_or_id) => find::by_name(workspace, name_or_id)?,
        None => find::only(workspace)?,
    };
    let mut printed: Option<(RunProgress, Instant)> = None;
    until_end(&ProgressLine::passive(), workspace, &score, &run, |live| {
        let is_new = printed.as_ref().is_none_or(|(last, at)| last != live && at.elapsed() >= JSON_INTERVAL);
        if session.json && is_new {
            print_json_line(live)?;
            printed = Some((live.clone(), Instant::now()));
        }
        Ok(())
    })?;
    let outcome = worker_result::of(workspace, &score, &run);
    if !session.json {
        return output::print(session, &successful(outcome)?);
    }
    match &outcome.found {
        Some(found) => print_json_line(&journal_state::of_published(found))?,
        None => {
            let live = follow::live_run(workspace, &score).filter(|live| live.run == run);
            live.map_or(Ok(()), |live| print_json_line(&live))?;
        }
    }
    successful(outcome).map(|_| ())
}

fn print_json_line(live: &RunProgress) -> Result<()> {
    let line = serde_json::to_string(live);
    stdout::write(&(line.map_err(|e| Error::new("The state could not be written as JSON.").because(e))? + "\n"))
}
