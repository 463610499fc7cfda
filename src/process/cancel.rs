//! Stopping a live run. Politely: a request in its folder, which its process looks for, so that everybody who may write
//! there can stop a run, whoever started it. Firmly: the end of its process. Either way the scores of the last good run
//! stay what they are. Called by the command line and the screens.

use super::follow::{self, Follower};
use crate::domain::run::run_progress::RunProgress;
use crate::error::{Context, Error, Result};
use crate::runs::cancel_request::{self, CancelRequest};
use crate::runs::folder;
use crate::runs::interrupted;
use crate::runs::layout;
use crate::runs::layout::CANCEL_REQUEST;
use crate::runs::layout::LOCK;
use crate::store::audit::{self, Action};
use crate::store::lock::{Holder, Lock};
use crate::store::{atomic, changes};
use crate::workspace::Workspace;
use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two looks whether a run has ended.
const POLL_INTERVAL: Duration = Duration::from_millis(50);
/// How long the lock of a killed process may take to become free: the system closes its files first.
const LOCK_RELEASE_TIMEOUT: Duration = Duration::from_secs(10);

/// Asks the live run of a score to stop, and returns at once; it stops at its next step. What an interrupted run left is
/// cleared away, so that only a trace in the list of runs remains.
///
/// # Errors
/// Nothing is live, or its folder cannot be written.
pub fn request(workspace: &Workspace, score_id: &str) -> Result<()> {
    let live = follow::live_run(workspace, score_id).ok_or_else(|| nothing_live(score_id))?;
    if live.is_running() { write_request(workspace, &live) } else { publish_interrupted(workspace, score_id) }
}

/// Ends the process of the live run of a score; the run then shows as cancelled.
///
/// # Errors
/// Nothing is live, the process cannot be told for sure, or it is another user's.
pub fn kill(workspace: &Workspace, score_id: &str) -> Result<()> {
    let live = follow::live_run(workspace, score_id).ok_or_else(|| nothing_live(score_id))?;
    if live.is_running() {
        let lock = workspace.paths.runs(score_id).join(LOCK);
        let pid = verified_pid(&live, &lock)?;
        // Without it the run would show as interrupted, which is not worth sparing its process.
        let asked = write_request(workspace, &live);
        kill_process(pid, Signal::KILL).map_err(|e| {
            Error::new(format!("The process {} of {} could not be ended.", live.pid, live.user))
                .because(e)
                .hint(format!("Ask {} to cancel the run, or the administrator.", live.user))
        })?;
        if asked.is_err() {
            record(workspace, &live);
        }
        let began = Instant::now();
        while Lock::is_held(&lock) && began.elapsed() < LOCK_RELEASE_TIMEOUT {
            sleep(POLL_INTERVAL);
        }
    }
    publish_interrupted(workspace, score_id)
}

/// Asks the live run of a score to stop, waits, and ends its process where it has not stopped within `patience`.
///
/// # Errors
/// Those of [`request`] and of [`kill`].
pub fn cancel(workspace: &Workspace, score_id: &str, patience: Duration) -> Result<()> {
    let mut follower = Follower::new(workspace, score_id);
    let run = follower.poll().ok_or_else(|| nothing_live(score_id))?.run;
    request(workspace, score_id)?;
    let began = Instant::now();
    loop {
        match follower.poll().filter(|live| live.run == run) {
            None => return Ok(()),
            Some(live) if !live.is_running() => return publish_interrupted(workspace, score_id),
            Some(_) if began.elapsed() >= patience => break,
            Some(_) => sleep(POLL_INTERVAL),
        }
    }
    match kill(workspace, score_id) {
        // It ended in this very moment.
        Err(_) if follower.poll().is_none_or(|live| live.run != run) => Ok(()),
        done => done,
    }
}

fn nothing_live(score_id: &str) -> Error {
    Error::new(format!("No run of {score_id} is live.")).hint("`propensity run list` lists the runs")
}

/// Writes the request. An earlier one stands, where it is whole.
fn write_request(workspace: &Workspace, live: &RunProgress) -> Result<()> {
    let folder = layout::live_path(&workspace.paths.runs(&live.score), &live.run);
    let failed = || format!("The run {} could not be asked to stop by a file in {}.", live.run, folder.display());
    let request = CancelRequest { who: audit::user(), at: Timestamp::now() };
    let text = serde_json::to_vec(&request).context(failed)?;
    match OpenOptions::new().write(true).create_new(true).open(folder.join(CANCEL_REQUEST)) {
        Ok(mut file) => {
            if let Err(e) = file.write_all(&text) {
                // Half a request would stand in the way of a whole one.
                let _ = std::fs::remove_file(folder.join(CANCEL_REQUEST));
                return Err(e).on_disk(failed);
            }
            share(&file);
            record(workspace, live);
        }
        Err(e) if e.kind() == ErrorKind::AlreadyExists && cancel_request::read(&folder).is_some() => {}
        // Half a request, by somebody who died over it.
        Err(e) if e.kind() == ErrorKind::AlreadyExists => atomic::write(&folder.join(CANCEL_REQUEST), &text)?,
        Err(e) if e.kind() == ErrorKind::NotFound => return Err(nothing_live(&live.score)),
        Err(e) => {
            let who = if live.user.is_empty() { "who started it" } else { live.user.as_str() };
            return Err(Error::new(failed()).because(e).hint(format!("Ask {who}, or whoever may write its folder.")));
        }
    }
    changes::touch(&workspace.paths.data);
    Ok(())
}

/// Best effort: a full disk must not keep a run from being cancelled.
fn record(workspace: &Workspace, live: &RunProgress) {
    audit::note(&workspace.paths.data, Action::RunCancelled, &live.score, live.run.as_str());
}

/// The process of the run may be another user's, and has to read who asked.
#[cfg(unix)]
fn share(file: &File) {
    let _ = file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
}

#[cfg(not(unix))]
fn share(_: &File) {}

/// Leaves only a trace of an interrupted run.
fn publish_interrupted(workspace: &Workspace, score_id: &str) -> Result<()> {
    // A deleted score has no name any more, and can still have left a run behind.
    let name = workspace.scores.find(score_id).map_or_else(|_| score_id.to_string(), |score| score.name);
    let _lock = folder::lock(&workspace.paths.runs(score_id), &name)?;
    interrupted::publish_all(workspace, (score_id, &name))
}

/// The process that really makes this run. The lock must be held, by the process that began it; and where the system can
/// tell, that process must be one of ours: numbers are given again, and a shared folder may be another machine's.
fn verified_pid(live: &RunProgress, lock: &Path) -> Result<Pid> {
    let unsure = |why: &str| {
        Error::new(format!("The process of the run {} cannot be told for sure, so none is ended.", live.run))
            .because(why)
            .hint("Wait for it to stop on its own: it was asked to.")
    };
    match Lock::holder(lock) {
        Some(Holder { pid, .. }) if pid == live.pid && Lock::is_held(lock) => {}
        _ => return Err(unsure("its lock does not name the process that began it")),
    }
    if !is_worker(live.pid) {
        return Err(unsure("the process of that number is no worker; the run may be of another machine"));
    }
    let pid = i32::try_from(live.pid).ok().and_then(Pid::from_raw);
    pid.ok_or_else(|| unsure("its number is none of a process"))
}

#[cfg(target_os = "linux")]
fn is_worker(pid: u32) -> bool {
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    line.split(|&b| b == 0).any(|argument| argument == super::spawn::WORKER_COMMAND.as_bytes())
}

#[cfg(not(target_os = "linux"))]
fn is_worker(_: u32) -> bool {
    true
}
