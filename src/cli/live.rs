//! Runs that are being made, each by a process of its own: started, followed, cancelled. The verbs are in
//! [`run`](super::run); the demo starts its runs here too.

use super::Session;
use super::format::{harmless, out};
use super::progress::Line;
use super::run::{print, print_checks};
use crate::domain::run::Status;
use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::Score;
use crate::domain::text::shell_quoted;
use crate::error::{Error, Kind, Result};
use crate::pipeline::run_options::RunOptions;
use crate::process::follow::Follower;
use crate::process::worker_result::{self, WorkerResult};
use crate::process::{cancel, follow, spawn};
use crate::runs::find;
use crate::runs::find::FoundRun;
use crate::runs::journal_state;
use crate::workspace::Workspace;
use serde::Serialize;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// Between two looks at a run.
const LOOK: Duration = Duration::from_millis(50);
/// From when on a second Ctrl-C is meant as one.
const AGAIN: Duration = Duration::from_millis(500);
/// How long a process may take to end that has let go of its run.
const DYING: Duration = Duration::from_secs(10);
/// Between two lines of `run watch --json`.
const LINES: Duration = Duration::from_millis(250);

/// A run that has begun and goes on by itself.
#[derive(Serialize)]
struct Detached<'a> {
    run: &'a str,
    score: &'a str,
    pid: u32,
}

/// Starts a run and returns as soon as it has begun.
pub fn detach(session: &Session, workspace: &Workspace, wanted: &str, options: &RunOptions) -> Result<()> {
    let score = workspace.scores.find(wanted)?;
    let started = spawn::start(workspace, &score, options, |_, _| ())?;
    let detached = Detached { run: &started.run, score: &score.id, pid: started.pid };
    session.print(&detached, |d| {
        let (name, watch) = (harmless(&score.name), format!("propensity run watch {}", shell_quoted(&score.name)));
        format!("The run {} of '{name}' has begun (process {}).\nFollow it: {watch}\n", d.run, d.pid)
    })
}

/// Starts a run, follows it to its end, and prints what came of it.
pub fn start(session: &Session, workspace: &Workspace, wanted: &str, options: &RunOptions) -> Result<()> {
    let score = workspace.scores.find(wanted)?;
    let outcome = make(workspace, &score, options)?;
    if session.json
        && let Some(found) = &outcome.found
    {
        // Whoever reads JSON reads it of a run that came to nothing, too; the error follows on the other channel.
        print(session, found)?;
        return outcome.error.map_or(Ok(()), Err);
    }
    print(session, &done(outcome)?)
}

/// Starts a run and follows it to its end. Ctrl-C asks it to stop.
pub fn make(workspace: &Workspace, score: &Score, options: &RunOptions) -> Result<WorkerResult> {
    let (last_word, ended) = mpsc::channel();
    // Nobody hears it who gave up waiting.
    let started = spawn::start(workspace, score, options, move |_, error| drop(last_word.send(error)))?;
    follow(&Line::following(), workspace, score, &started.run, &ended)
}

/// Follows a run that has begun to its end; `ended` tells the last word of its process.
pub fn follow(
    line: &Line,
    workspace: &Workspace,
    score: &Score,
    run: &str,
    ended: &mpsc::Receiver<Option<Error>>,
) -> Result<WorkerResult> {
    to_the_end(workspace, &score.id, run, line, |_| Ok(()))?;
    let outcome = worker_result::of(workspace, &score.id, run);
    if outcome.found.is_some() {
        return Ok(outcome);
    }
    // It could not be published; its process, which ends now, knows best why.
    let why = ended.recv_timeout(DYING).unwrap_or_default();
    Ok(WorkerResult { error: why.or(outcome.error), found: None })
}

/// The run where it was successful; what a check found is printed before its error is returned.
pub fn done(outcome: WorkerResult) -> Result<FoundRun> {
    match outcome {
        WorkerResult { error: Some(error), found } => {
            if let Some(found) = found.filter(|_| matches!(error.kind, Kind::Stopped(_))) {
                print_checks(&found.run);
            }
            Err(error)
        }
        WorkerResult { error: None, found: Some(found) } => Ok(found),
        WorkerResult { error: None, found: None } => Err(Error::new("The run ended, but its folder is gone.")),
    }
}

/// Follows a run until it is live no longer.
fn to_the_end(
    workspace: &Workspace,
    score: &str,
    run: &str,
    line: &Line,
    mut each: impl FnMut(&RunProgress) -> Result<()>,
) -> Result<()> {
    let mut follower = Follower::new(workspace, score);
    let mut asked: Option<Instant> = None;
    while let Some(live) = follower.poll().filter(|live| live.run == run) {
        if line.asked() {
            line.clear();
            match asked {
                None => ask(workspace, &live),
                // Some who pass a signal on send it twice at once.
                Some(at) if at.elapsed() < AGAIN => {}
                Some(_) => return Err(Error::new(format!("The run {run} was left to stop by itself."))),
            }
            asked.get_or_insert_with(Instant::now);
        }
        each(&live)?;
        if !live.is_running() {
            break;
        }
        line.show(&live);
        std::thread::sleep(LOOK);
    }
    line.clear();
    Ok(())
}

fn ask(workspace: &Workspace, live: &RunProgress) {
    match cancel::request(workspace, &live.score) {
        Ok(()) => eprintln!("The run {} was asked to stop; Ctrl-C again leaves without waiting for it.", live.run),
        Err(error) => eprintln!("{}", harmless(&error.what)),
    }
}

/// Follows a live run to its end and prints what came of it; as JSON, a line for every change of its state.
pub fn watch(session: &Session, workspace: &Workspace, wanted: Option<&str>) -> Result<()> {
    let (score, run) = match wanted {
        Some(wanted) => named(workspace, wanted)?,
        None => only(workspace)?,
    };
    let mut printed: Option<(RunProgress, Instant)> = None;
    to_the_end(workspace, &score, &run, &Line::watching(), |live| {
        let due = printed.as_ref().is_none_or(|(last, at)| last != live && at.elapsed() >= LINES);
        if session.json && due {
            json_line(live)?;
            printed = Some((live.clone(), Instant::now()));
        }
        Ok(())
    })?;
    let outcome = worker_result::of(workspace, &score, &run);
    if !session.json {
        return print(session, &done(outcome)?);
    }
    match &outcome.found {
        Some(found) => json_line(&journal_state::of_published(found))?,
        None => follow::live_run(workspace, &score).filter(|live| live.run == run).map_or(Ok(()), |l| json_line(&l))?,
    }
    done(outcome).map(|_| ())
}

fn json_line(live: &RunProgress) -> Result<()> {
    let line = serde_json::to_string(live);
    out(&(line.map_err(|e| Error::new("The state could not be written as JSON.").because(e))? + "\n"))
}

/// The run that a name stands for: the live one of a score, or any by its id.
fn named(workspace: &Workspace, wanted: &str) -> Result<(String, String)> {
    if let Ok(score) = workspace.scores.find(wanted) {
        let live = follow::live_run(workspace, &score.id).ok_or_else(|| {
            Error::new(format!("No run of '{}' is live.", score.name))
                .hint(format!("propensity run show {}", shell_quoted(&score.name)))
        })?;
        return Ok((score.id, live.run));
    }
    for score in follow::live_scores(workspace) {
        if follow::live_run(workspace, &score).is_some_and(|live| live.run == wanted) {
            return Ok((score, wanted.into()));
        }
    }
    let found = find::find(workspace, wanted)?;
    Ok((found.run.score, found.run.id))
}

/// The only run that is live.
fn only(workspace: &Workspace) -> Result<(String, String)> {
    let scores = follow::live_scores(workspace);
    let live = scores.iter().filter_map(|score| follow::live_run(workspace, score)).filter(RunProgress::is_running);
    let live: Vec<RunProgress> = live.collect();
    match live.as_slice() {
        [one] => Ok((one.score.clone(), one.run.clone())),
        [] => Err(Error::new("No run is live.").hint("`propensity run list` lists the runs")),
        many => {
            let error = Error::new(format!("{} runs are live; which one is meant?", many.len()));
            let error = many.iter().fold(error, |error, l| error.because(format!("{} of {}", l.run, l.score)));
            Err(error.hint(format!("propensity run watch {}", shell_quoted(&many[0].score))))
        }
    }
}

/// Stops a live run, or clears away what an interrupted one left.
pub fn cancel(session: &Session, workspace: &Workspace, wanted: &str, patience: Duration) -> Result<()> {
    let (score, run) = named(workspace, wanted)?;
    if follow::live_run(workspace, &score).is_none_or(|live| live.run != run) {
        return Err(Error::new(format!("The run {run} is not live.")).hint(format!("propensity run show {run}")));
    }
    cancel::cancel(workspace, &score, patience)?;
    match worker_result::of(workspace, &score, &run).found {
        Some(found) => session.print(&found.run, |run| match run.status {
            Status::Successful => format!("The run {} was done before it could be cancelled.\n", run.id),
            status => format!("The run {} is {status}. The scores of the last good run are untouched.\n", run.id),
        }),
        None if session.json => out("null\n"),
        None => out(&format!("What the run {run} left, which had never begun, is cleared away.\n")),
    }
}
