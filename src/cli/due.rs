//! `propensity run start --due`: everything that is due by the schedules, once, whoever calls.

use super::Session;
use super::format::{harmless, out};
use super::live;
use super::progress::Line;
use crate::domain::run::{RunKind, Status};
use crate::domain::score::Score;
use crate::error::{Error, Result};
use crate::pipeline::run_options::RunOptions;
use crate::process::spawn;
use crate::process::worker_result::WorkerResult;
use crate::runs::layout;
use crate::schedule::due;
use crate::store::lock::Lock;
use crate::workspace::Workspace;
use jiff::Timestamp;
use serde::Serialize;
use std::sync::mpsc;

/// What became of what was due.
#[derive(Serialize)]
struct Summary {
    due: usize,
    successful: usize,
    failed: usize,
    /// Somebody else had started it, or was quicker.
    elsewhere: usize,
    runs: Vec<Report>,
}

/// How a due run went.
#[derive(Serialize)]
struct Report {
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
pub fn start(session: &Session, workspace: &Workspace, asked: &RunOptions) -> Result<()> {
    let line = Line::following();
    let mut runs = Vec::new();
    for (score, kind) in due::due(workspace, Timestamp::now())? {
        let mut due = Some(kind);
        while let Some(kind) = due.take() {
            let report = make(workspace, &score, RunOptions { kind, if_due: true, ..asked.clone() }, &line);
            if !session.json {
                out(&report.text())?;
            }
            // A training that came to nothing leaves the champion, and the scoring is due nevertheless.
            if kind == RunKind::Training && report.run.is_some() && report.status != Some(Status::Successful) {
                due = due::due_now(workspace, &score, Timestamp::now()).filter(|next| *next != kind);
            }
            runs.push(report);
        }
        if line.ever_asked() {
            break;
        }
    }
    let count = |wanted: fn(&Report) -> bool| runs.iter().filter(|r| wanted(r)).count();
    let mut summary = Summary {
        due: runs.len(),
        successful: count(|r| r.status == Some(Status::Successful)),
        failed: count(|r| r.error.is_some()),
        elsewhere: count(|r| r.status.is_none() && r.error.is_none()),
        runs,
    };
    session.print(&summary, Summary::text)?;
    summary.runs.iter_mut().find_map(|r| r.error.take()).map_or(Ok(()), Err)
}

fn make(workspace: &Workspace, score: &Score, options: RunOptions, line: &Line) -> Report {
    let report = |run, status, said: String, error| Report {
        score: score.name.clone(),
        run,
        kind: options.kind,
        status,
        said,
        error,
    };
    // Another caller was quicker: it runs, it is about to, or it has done what was due.
    let elsewhere = || {
        let lock = workspace.paths.runs(&score.id).join(layout::LOCK);
        Lock::is_held(&lock) || due::due_now(workspace, score, Timestamp::now()) != Some(options.kind)
    };
    let (last_word, ended) = mpsc::channel();
    let started = match spawn::start_if(workspace, score, &options, move |_, error| drop(last_word.send(error))) {
        Ok(Some(started)) => started,
        Ok(None) => return report(None, None, "not due any more: somebody else was quicker".into(), None),
        Err(_) if elsewhere() => return report(None, None, "started by somebody else".into(), None),
        Err(error) => return report(None, None, error.what.clone(), Some(error)),
    };
    match live::follow(line, workspace, score, &started.run, &ended) {
        Ok(WorkerResult { found, error }) => {
            let status = found.as_ref().map(|f| f.run.status);
            let said = found.map(|f| f.run.message).or(error.as_ref().map(|e| e.what.clone())).unwrap_or_default();
            report(Some(started.run), status, said, error)
        }
        Err(error) => report(Some(started.run), None, error.what.clone(), Some(error)),
    }
}

impl Report {
    fn text(&self) -> String {
        let run = self.run.as_ref().map_or(String::new(), |run| format!(" {run}"));
        let status = self.status.map_or(String::new(), |status| format!(", {status}"));
        format!("'{}', {}{run}{status}: {}\n", harmless(&self.score), self.kind, harmless(&self.said))
    }
}

impl Summary {
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
