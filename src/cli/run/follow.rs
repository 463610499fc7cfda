//! Starting a run and waiting for its end, with its progress on standard error. Called by `run start`, `run watch` and
//! the demo. The run is a process of its own: who follows it can leave, and asks it to stop where it is to stop.

use super::checks;
use crate::cli::format::harmless;
use crate::cli::progress::ProgressLine;
use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::Score;
use crate::error::{Error, Kind, Result};
use crate::pipeline::run_options::RunOptions;
use crate::process::follow::Follower;
use crate::process::worker_result::{self, WorkerResult};
use crate::process::{cancel, spawn};
use crate::runs::find::FoundRun;
use crate::workspace::Workspace;
use std::sync::mpsc;
use std::time::{Duration, Instant};

const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// From when on a second Ctrl-C is meant as one.
const SECOND_INTERRUPT: Duration = Duration::from_millis(500);
/// How long a process may take to end that has let go of its run.
const EXIT_TIMEOUT: Duration = Duration::from_secs(10);

/// Starts a run and follows it to its end. Ctrl-C asks it to stop.
pub fn start_and_follow(workspace: &Workspace, score: &Score, options: &RunOptions) -> Result<WorkerResult> {
    // Before the run begins: a Ctrl-C right after must not end the one who follows and leave the run alone.
    let progress = ProgressLine::intercepting();
    let (sender, exit) = mpsc::channel();
    // Nobody hears it who gave up waiting.
    let started = spawn::start(workspace, score, options, move |_, error| drop(sender.send(error)))?;
    follow(&progress, workspace, score, &started.run, &exit)
}

/// Follows a run that has begun to its end; `exit` tells the error that its process ended with.
pub fn follow(
    progress: &ProgressLine,
    workspace: &Workspace,
    score: &Score,
    run: &str,
    exit: &mpsc::Receiver<Option<Error>>,
) -> Result<WorkerResult> {
    until_end(progress, workspace, &score.id, run, |_| Ok(()))?;
    let outcome = worker_result::of(workspace, &score.id, run);
    if outcome.found.is_some() {
        return Ok(outcome);
    }
    // It could not be published; its process, which ends now, knows best why.
    let why = exit.recv_timeout(EXIT_TIMEOUT).unwrap_or_default();
    Ok(WorkerResult { error: why.or(outcome.error), found: None })
}

/// Waits until a run is live no longer, and hands every state of it that is seen to `each`.
pub fn until_end(
    progress: &ProgressLine,
    workspace: &Workspace,
    score: &str,
    run: &str,
    mut each: impl FnMut(&RunProgress) -> Result<()>,
) -> Result<()> {
    let mut follower = Follower::new(workspace, score);
    let mut first_interrupt: Option<Instant> = None;
    while let Some(live) = follower.poll().filter(|live| live.run == run) {
        if progress.interrupted() {
            progress.clear();
            match first_interrupt {
                None => request_cancel(workspace, &live),
                // Some who pass a signal on send it twice at once.
                Some(at) if at.elapsed() < SECOND_INTERRUPT => {}
                Some(_) => return Err(Error::new(format!("The run {run} was left to stop by itself."))),
            }
            first_interrupt.get_or_insert_with(Instant::now);
        }
        each(&live)?;
        if !live.is_running() {
            break;
        }
        progress.show(&live);
        std::thread::sleep(POLL_INTERVAL);
    }
    progress.clear();
    Ok(())
}

fn request_cancel(workspace: &Workspace, live: &RunProgress) {
    match cancel::request(workspace, &live.score) {
        Ok(()) => eprintln!("The run {} was asked to stop; Ctrl-C again leaves without waiting for it.", live.run),
        Err(error) => eprintln!("{}", harmless(&error.what)),
    }
}

/// The run where it was successful; what a check found is printed before its error is returned.
pub fn successful(outcome: WorkerResult) -> Result<FoundRun> {
    match outcome {
        WorkerResult { error: Some(error), found } => {
            if let Some(found) = found.filter(|_| matches!(error.kind, Kind::Stopped(_))) {
                checks::print_to_stderr(&found.run);
            }
            Err(error)
        }
        WorkerResult { error: None, found: Some(found) } => Ok(found),
        WorkerResult { error: None, found: None } => Err(Error::new("The run ended, but its folder is gone.")),
    }
}
