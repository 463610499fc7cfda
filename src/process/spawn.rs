//! Starts a run as a process of its own, which goes on when whoever started it is gone. Called by the command line and the
//! screens; [`worker`](super::worker) is what happens on the other side.

use crate::domain::score::Score;
use crate::error::{Context, Error, Kind, Result};
use crate::pipeline::run_options::RunOptions;
use crate::workspace::Workspace;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::process::{Child, Command, Stdio};

/// The hidden noun of the command line that is the other side.
pub const WORKER_COMMAND: &str = "worker";

/// A run that has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHandle {
    pub run: String,
    pub pid: u32,
}

/// The line with which a worker answers, and the last one of a run that failed: where the disk takes no journal, nothing
/// else tells why.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WorkerAnswer {
    Started(RunHandle),
    /// It was to begin only if due, and is not.
    NotDue,
    Refused {
        exit: u8,
        code: Option<u16>,
        what: String,
        causes: Vec<String>,
        hint: Option<String>,
    },
}

impl WorkerAnswer {
    pub(crate) fn refused(error: &Error) -> WorkerAnswer {
        let Error { kind, what, causes, hint } = error.clone();
        let code = if let Kind::Stopped(code) = kind { Some(code) } else { None };
        WorkerAnswer::Refused { exit: error.exit_code(), code, what, causes, hint }
    }
}

/// The error that another process had.
pub(crate) fn error_of(exit: u8, code: Option<u16>, what: String, causes: Vec<String>, hint: Option<String>) -> Error {
    let kind = match exit {
        2 => Kind::Usage,
        3 => Kind::Stopped(code.unwrap_or(0)),
        _ => Kind::Failed,
    };
    Error { kind, what, causes, hint }
}

/// Starts a run and returns as soon as it has begun: its folder, its lock and the first line of its journal are there.
/// `ended` is called on a thread of its own when the process ends, as long as this one lives, with the error that it ended
/// with, if it could tell one; what came of the run says [`outcome`](super::worker_result).
///
/// # Errors
/// What kept it from beginning; for example another run of this score (whose, and since when).
pub fn start(
    workspace: &Workspace,
    score: &Score,
    options: &RunOptions,
    ended: impl FnOnce(&RunHandle, Option<Error>) + Send + 'static,
) -> Result<RunHandle> {
    start_if(workspace, score, options, ended)?.ok_or_else(|| Error::new("The run is not due."))
}

/// The same for a run that may be asked for only if due; `None` where it is not.
///
/// # Errors
/// Those of [`start`].
pub fn start_if(
    workspace: &Workspace,
    score: &Score,
    options: &RunOptions,
    ended: impl FnOnce(&RunHandle, Option<Error>) + Send + 'static,
) -> Result<Option<RunHandle>> {
    let failed = || "The process of the run could not be started.".to_string();
    // Not a pipe: nobody reads it until the worker has answered, and a pipe could fill up.
    let mut errors = tempfile::tempfile().context(failed)?;
    let program = std::env::current_exe().context(failed)?;
    let mut command = Command::new(program);
    command
        .arg(WORKER_COMMAND)
        .arg(&score.id)
        .args(["--kind", &options.kind.to_string()])
        .args(["--as-of", &options.as_of.to_string()])
        .args(["--threads", &options.threads.to_string()])
        .args(options.if_due.then_some("--if-due"))
        .args(workspace.arguments())
        // The arguments say which workspace it is.
        .env_remove("PROPENSITY_HOME")
        // A run may last; it must not hold the folder that somebody happened to stand in.
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(errors.try_clone().context(failed)?);
    let mut child = command.spawn().context(failed)?;
    let mut answers = child.stdout.take().map(|stdout| BufReader::new(stdout).lines().map_while(std::io::Result::ok));
    let mut next = move || serde_json::from_str(&answers.as_mut()?.next()?).ok();
    match next() {
        Some(WorkerAnswer::Started(started)) => {
            let of = started.clone();
            let last_word = move || match next() {
                Some(WorkerAnswer::Refused { exit, code, what, causes, hint }) => {
                    ended(&of, Some(error_of(exit, code, what, causes, hint)));
                }
                _ => ended(&of, None),
            };
            wait_in_background(child, last_word);
            Ok(Some(started))
        }
        Some(WorkerAnswer::NotDue) => {
            wait_in_background(child, || ());
            Ok(None)
        }
        Some(WorkerAnswer::Refused { exit, code, what, causes, hint }) => {
            wait_in_background(child, || ());
            Err(error_of(exit, code, what, causes, hint))
        }
        None => Err(error_of_exit(child, &mut errors)),
    }
}

/// Waits for the child somewhere else, so that it leaves no zombie; `before` waits for its last word.
fn wait_in_background(mut child: Child, before: impl FnOnce() + Send + 'static) {
    let wait = move || {
        before();
        child.wait()
    };
    let waiting = std::thread::Builder::new().name("reaper".into()).spawn(wait);
    if let Err(e) = waiting {
        // It stays a zombie until this process ends.
        tracing::debug!("nobody waits for a worker: {e}");
    }
}

/// The error for a worker that ended without an answer.
fn error_of_exit(mut child: Child, errors: &mut File) -> Error {
    let error = Error::new("The process of the run ended before the run had begun.")
        .hint("Start it again; where it ends the same way, PROPENSITY_LOG=debug makes it say more.");
    let error = match child.wait() {
        Ok(status) => error.because(status),
        Err(e) => error.because(e),
    };
    let mut stderr_text = Vec::new();
    let _ = errors.rewind().and_then(|()| errors.read_to_end(&mut stderr_text));
    let stderr_text = String::from_utf8_lossy(&stderr_text);
    let lines: Vec<&str> = stderr_text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines[lines.len().saturating_sub(5)..].join(" · ");
    if last.is_empty() { error } else { error.because(format!("it said: {last}")) }
}
