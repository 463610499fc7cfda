//! What came of a run that another process made: the run, or the error that it ended with, as if it had been made here.
//! Called by the command line and the screens once a run is no longer live.

use super::follow;
use super::spawn;
use crate::domain::run::Status;
use crate::error::Error;
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::runs::layout::JOURNAL;
use crate::store::journal::{self, Event};
use crate::workspace::Workspace;

/// The run, where it was published, and the error, where it was not successful.
pub struct WorkerResult {
    pub found: Option<FoundRun>,
    pub error: Option<Error>,
}

/// What came of a run that is live no longer.
pub fn of(workspace: &Workspace, score: &str, run: &str) -> WorkerResult {
    let found = find::of_score(workspace, score, run);
    match found {
        Ok(found) => WorkerResult { error: error_of(&found), found: Some(found) },
        // It may have ended without being published.
        Err(missing) => {
            let left = follow::live_run(workspace, score).filter(|live| live.run == run);
            let error = left.map_or(missing, |live| ended(live.status, live.message));
            WorkerResult { found: None, error: Some(error) }
        }
    }
}

/// The error that a published run ended with; `None` where it was successful.
pub fn error_of(found: &FoundRun) -> Option<Error> {
    let run = &found.run;
    if run.status == Status::Successful {
        return None;
    }
    let entries = journal::read(&found.folder.join(JOURNAL)).map(|(entries, _)| entries).unwrap_or_default();
    let last = entries.into_iter().rev().map(|entry| entry.event).find(Event::is_final);
    Some(match last {
        Some(Event::Failed { code, message, causes, hint, exit }) if run.status == Status::Failed => {
            spawn::error_of(exit, code, message, causes, hint)
        }
        // The journal was cut; what the summary tells of the check that stopped the run decides the exit code.
        _ => match run.code {
            Some(code) => Error::stopped(code, run.message.clone()).hint(format!("propensity run show {}", run.id)),
            None => ended(run.status, run.message.clone()),
        },
    })
}

fn ended(status: Status, message: String) -> Error {
    match status {
        Status::Cancelled => Error { what: message, ..Error::cancelled() },
        _ => Error::new(message).hint("start it again: propensity run start"),
    }
}
