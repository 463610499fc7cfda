//! The state of a run as its journal tells it: a fold over the entries, the same for live, dead and published runs, for the
//! screens and the command line. Used by [`process::follow`](crate::process::follow), [`interrupted`](super::interrupted)
//! and the page of a run.

use super::cancel_request;
use super::find::FoundRun;
use super::layout::{self, JOURNAL};
use crate::domain::run::run_progress::RunProgress;
use crate::domain::run::stage::StageName;
use crate::domain::run::{Stage, Status};
use crate::store::journal::{Entry, Event};
use crate::store::tail::Tail;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// A journal that is read as it grows.
#[derive(Debug)]
pub struct JournalState {
    folder: PathBuf,
    tail: Tail,
    live: RunProgress,
}

impl JournalState {
    /// The journal in the folder of a live run, not yet read; `None` where the folder has no such name.
    pub fn open(folder: PathBuf, score: &str) -> Option<JournalState> {
        let live = blank(layout::live_id(&folder)?, score);
        Some(JournalState::new(folder, live))
    }

    fn new(folder: PathBuf, live: RunProgress) -> JournalState {
        JournalState { tail: Tail::new(&folder.join(JOURNAL)), live, folder }
    }

    /// The folder of the run while it is being made.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes in what was appended since the last call.
    pub fn read(&mut self) {
        // A journal that cannot be read now is read at the next look.
        self.tail.read().unwrap_or_default().iter().for_each(|entry| apply(&mut self.live, entry));
        if self.live.cancelled_by.is_none() {
            self.live.cancelled_by = cancel_request::read(&self.folder).map(|request| request.who);
        }
    }

    /// The state, given whether the lock of the score's runs is held.
    pub fn progress(&self, held: bool) -> RunProgress {
        resolve_status(self.live.clone(), held)
    }
}

/// The state of a run whose process is gone, from what it left in its folder; `None` where it never began.
pub fn of_dead_run(folder: &Path, score: &str) -> Option<RunProgress> {
    let mut current = JournalState::open(folder.to_path_buf(), score)?;
    current.read();
    (current.live.pid != 0).then(|| current.progress(false))
}

/// What a published run went through: the fold over its whole journal. How it ended says its summary, because a journal
/// can be cut.
pub fn of_published(FoundRun { run, folder }: &FoundRun) -> RunProgress {
    let mut live = folded(folder, &run.id, &run.score);
    (live.kind, live.status, live.code) = (run.kind, run.status, run.code);
    live.message.clone_from(&run.message);
    live
}

/// The fold over the journal of a folder, whatever is in it.
fn folded(folder: &Path, run: &str, score: &str) -> RunProgress {
    let mut state = JournalState::new(folder.to_path_buf(), blank(run, score));
    state.read();
    state.live
}

/// A run of which nothing but the id is known.
fn blank(run: &str, score: &str) -> RunProgress {
    RunProgress::begun(run, score, layout::time_of(run).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// One entry of the journal taken into the state. Any entry may come at any place: journals are cut, hold lines of
/// later programs, and are looked at while they are written.
pub fn apply(live: &mut RunProgress, entry: &Entry) {
    live.last_at = entry.at;
    match &entry.event {
        Event::Started { run: _, score: _, pid, run_kind, user } => {
            (live.kind, live.pid) = (*run_kind, *pid);
            live.user.clone_from(user);
            (live.started_at, live.stage_since) = (entry.at, entry.at);
            live.work.start(entry.at);
        }
        Event::Stage { name, seconds: None } => {
            if let Some(before) = live.stage.replace(name.clone()) {
                // Journals of earlier programs do not say when a stage is over.
                let seconds = entry.at.duration_since(live.stage_since).as_secs_f64().max(0.0);
                live.work.end_stage(entry.at, &before);
                live.stages.push(Stage { name: before, seconds });
            }
            (live.done, live.total, live.stage_since) = (0, None, entry.at);
        }
        Event::Stage { name, seconds: Some(seconds) } => {
            live.stages.push(Stage { name: name.clone(), seconds: *seconds });
            live.work.end_stage(entry.at, name);
            live.stage = None;
            (live.done, live.total, live.stage_since) = (0, None, entry.at);
        }
        Event::Plan { stage, steps, rates } => live.work.plan(stage, steps, rates),
        Event::Step { stage, step } => {
            live.work.begin(entry.at, stage, *step);
            (live.done, live.total) = (0, None);
        }
        Event::Progress { stage, done, total } => {
            (live.done, live.total) = (*done, *total);
            live.work.advance(entry.at, *done, *total);
            if stage == StageName::Read.word() {
                live.rows = *done;
            }
        }
        Event::Warning { .. } => live.warnings = live.warnings.saturating_add(1),
        Event::Finished { code, message } => end(live, Status::Successful, *code, message),
        Event::Failed { code, message, .. } => end(live, Status::Failed, *code, message),
        Event::Cancelled { message } => end(live, Status::Cancelled, None, message),
        Event::Heartbeat | Event::Metric { .. } | Event::Unknown(_) => {}
    }
    live.work.tick(entry.at);
}

fn end(live: &mut RunProgress, status: Status, code: Option<u16>, message: &str) {
    live.work.finish(live.last_at, status == Status::Successful);
    (live.status, live.code) = (status, code);
    live.message = message.into();
}

/// The status by the lock: a run lives as long as it is held. What its journal says last counts only after that, and a
/// success that was not published is none.
fn resolve_status(mut live: RunProgress, held: bool) -> RunProgress {
    match live.status {
        _ if held => live.status = Status::Processing,
        Status::Failed | Status::Cancelled => {}
        _ => {
            live.status = match &live.cancelled_by {
                Some(_) => Status::Cancelled,
                None => Status::Interrupted,
            };
            live.message = match &live.cancelled_by {
                Some(who) => format!("The run was cancelled by {who}, and its process ended."),
                None => "The run was interrupted: its process ended before it was done.".into(),
            };
        }
    }
    live
}

#[cfg(test)]
mod tests;
