//! `propensity run start --due`: everything that is due by the schedules, once, whoever calls. The call of a timer is
//! recorded, so that everybody can be told whether one calls.

use super::follow;
use crate::cli::format::harmless;
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::cli::stdout;
use crate::domain::run::{RunKind, Status};
use crate::domain::score::Score;
use crate::error::{Error, Result};
use crate::pipeline::run_options::RunOptions;
use crate::process::spawn;
use crate::process::worker_result::WorkerResult;
use crate::runs::layout;
use crate::schedule::due;
use crate::store::lock::Lock;
use crate::store::timer;
use crate::workspace::Workspace;
use jiff::Timestamp;
use serde::Serialize;
use std::io::IsTerminal;
use std::sync::mpsc;

/// What became of what was due, as printed.
#[derive(Serialize)]
struct DueOutput {
    due: usize,
    successful: usize,
    failed: usize,
    /// Somebody else had started it, or was quicker.
    elsewhere: usize,
    runs: Vec<DueRun>,
}

/// How a due run went.
#[derive(Serialize)]
struct DueRun {
    score: String,
    run: Option<String>,
    kind: RunKind,
    /// Absent where nothing was started.
    status: Option<Status>,
    said: String,
    #[serde(skip)]
    error: Option<Error>,
}

/// Starts everything that is due, one after the other, and tells how each went. The error is that of the first that
/// failed.
pub fn start_all(session: &Session, workspace: &Workspace, options: &RunOptions) -> Result<()> {
    if !is_called_by_hand() {
        timer::called(&workspace.paths.data, Timestamp::now());
    }
    let progress = ProgressLine::intercepting();
    let mut runs = Vec::new();
    for (score, kind) in due::due(workspace, Timestamp::now())? {
        let mut due = Some(kind);
        while let Some(kind) = due.take() {
            let options = RunOptions { kind, if_due: true, ..options.clone() };
            let run = start_one(workspace, &score, options, &progress);
            if !session.json {
                stdout::write(&run.text())?;
            }
            // A training that came to nothing leaves the champion, and the scoring is due nevertheless.
            if kind == RunKind::Training && run.run.is_some() && run.status != Some(Status::Successful) {
                due = due::due_now(workspace, &score, Timestamp::now()).filter(|next| *next != kind);
            }
            runs.push(run);
        }
        if progress.ever_interrupted() {
            break;
        }
    }
    let count = |is_counted: fn(&DueRun) -> bool| runs.iter().filter(|r| is_counted(r)).count();
    let mut output = DueOutput {
        due: runs.len(),
        successful: count(|r| r.status == Some(Status::Successful)),
        failed: count(|r| r.error.is_some()),
        elsewhere: count(|r| r.status.is_none() && r.error.is_none()),
        runs,
    };
    session.print(&output, DueOutput::text)?;
    output.runs.iter_mut().find_map(|r| r.error.take()).map_or(Ok(()), Err)
}

/// Whether a person called, on a terminal: no timer has one. It must not look as if a timer went on calling.
fn is_called_by_hand() -> bool {
    std::io::stdin().is_terminal() || std::io::stdout().is_terminal() || std::io::stderr().is_terminal()
}

/// Starts a due run and follows it to its end.
fn start_one(workspace: &Workspace, score: &Score, options: RunOptions, progress: &ProgressLine) -> DueRun {
    let result = |run, status, said: String, error| DueRun {
        score: score.name.clone(),
        run,
        kind: options.kind,
        status,
        said,
        error,
    };
    // Another caller was quicker: it runs, it is about to, or it has done what was due.
    let is_elsewhere = || {
        let lock = workspace.paths.runs(&score.id).join(layout::LOCK);
        Lock::is_held(&lock) || due::due_now(workspace, score, Timestamp::now()) != Some(options.kind)
    };
    let (sender, exit) = mpsc::channel();
    let started = match spawn::start_if(workspace, score, &options, move |_, error| drop(sender.send(error))) {
        Ok(Some(started)) => started,
        Ok(None) => return result(None, None, "not due any more: somebody else was quicker".into(), None),
        Err(_) if is_elsewhere() => return result(None, None, "started by somebody else".into(), None),
        Err(error) => return result(None, None, error.what.clone(), Some(error)),
    };
    match follow::follow(progress, workspace, score, &started.run, &exit) {
        Ok(WorkerResult { found, error }) => {
            let status = found.as_ref().map(|f| f.run.status);
            let said = found.map(|f| f.run.message).or(error.as_ref().map(|e| e.what.clone())).unwrap_or_default();
            result(Some(started.run), status, said, error)
        }
        Err(error) => result(Some(started.run), None, error.what.clone(), Some(error)),
    }
}

impl DueRun {
    fn text(&self) -> String {
        let run = self.run.as_ref().map_or(String::new(), |run| format!(" {run}"));
        let status = self.status.map_or(String::new(), |status| format!(", {status}"));
        format!("'{}', {}{run}{status}: {}\n", harmless(&self.score), self.kind, harmless(&self.said))
    }
}

impl DueOutput {
    fn text(&self) -> String {
        if self.runs.is_empty() {
            return "Nothing is due.\n".into();
        }
        let mut parts = vec![format!("{} successful", self.successful), format!("{} failed", self.failed)];
        if self.elsewhere > 0 {
            parts.push(format!("{} left to somebody else", self.elsewhere));
        }
        format!("{} due: {}.\n", self.due, parts.join(", "))
    }
}
