//! What a live run is doing: a fold over its journal, the same for the screens and the command line. Reading needs no
//! more than the right to read: who runs is told by the lock, what it does by the journal, who stops it by the request.

use super::cancel;
use crate::domain::run::run_progress::RunProgress;
use crate::domain::run::{RunKind, Stage, Status};
use crate::domain::score::is_id;
use crate::pipeline::stages::StageName;
use crate::runs::folder::{self, FoundRun, JOURNAL, LOCK};
use crate::store::journal::{Entry, Event};
use crate::store::lock::Lock;
use crate::store::tail::Tail;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// One look at the live run of a score; `None` where nothing is live.
pub fn live(workspace: &Workspace, score_id: &str) -> Option<RunProgress> {
    Follower::new(workspace, score_id).poll()
}

/// The ids of the scores that have a run which is live or was interrupted: one look into `runs/` and one into each
/// score's folder, without opening any file.
pub fn live_scores(workspace: &Workspace) -> Vec<String> {
    let folders = std::fs::read_dir(workspace.paths.data.join("runs")).into_iter().flatten().flatten();
    let names = folders.filter_map(|entry| entry.file_name().into_string().ok());
    let mut live: Vec<String> =
        names.filter(|id| is_id(id) && !folder::live_folders(&workspace.paths.runs(id)).is_empty()).collect();
    live.sort();
    live
}

/// Follows the live runs of one score. Each look reads only what was appended since the last one.
#[derive(Debug)]
pub struct Follower {
    /// The folder of the score's runs.
    runs: PathBuf,
    score: String,
    current: Option<Current>,
}

/// The run that is followed.
#[derive(Debug)]
struct Current {
    folder: PathBuf,
    tail: Tail,
    live: RunProgress,
}

impl Follower {
    pub fn new(workspace: &Workspace, score_id: &str) -> Follower {
        Follower { runs: workspace.paths.runs(score_id), score: score_id.into(), current: None }
    }

    /// How the run is now; `None` where nothing is live any more, because it was published or cleared away.
    pub fn poll(&mut self) -> Option<RunProgress> {
        let lock = self.runs.join(LOCK);
        // Looked at before and after: a run that begins, or ends, while the journal is read must not look like one
        // that was interrupted.
        let before = Lock::is_held(&lock);
        if self.current.as_ref().is_none_or(|current| !current.folder.is_dir()) {
            let newest = folder::live_folders(&self.runs).pop();
            self.current = newest.and_then(|folder| Current::new(folder, &self.score));
        }
        let current = self.current.as_mut()?;
        current.read();
        let held = before || Lock::is_held(&lock);
        if !current.folder.is_dir() {
            self.current = None;
            return None;
        }
        Some(verdict(current.live.clone(), held))
    }
}

impl Current {
    fn new(folder: PathBuf, score: &str) -> Option<Current> {
        let live = blank(folder::live_id(&folder)?, score);
        Some(Current { tail: Tail::new(&folder.join(JOURNAL)), live, folder })
    }

    fn read(&mut self) {
        // A journal that cannot be read now is read at the next look.
        self.tail.read().unwrap_or_default().iter().for_each(|entry| apply(&mut self.live, entry));
        if self.live.cancelled_by.is_none() {
            self.live.cancelled_by = cancel::requested(&self.folder).map(|request| request.who);
        }
    }
}

/// The state of a run whose process is gone, from what it left in its folder; `None` where it never began.
pub(crate) fn left(folder: &Path, score: &str) -> Option<RunProgress> {
    let mut current = Current::new(folder.to_path_buf(), score)?;
    current.read();
    (current.live.pid != 0).then(|| verdict(current.live, false))
}

/// What a published run went through: the fold over its whole journal. How it ended says its summary, because a journal
/// can be cut.
pub fn past(FoundRun { run, folder }: &FoundRun) -> RunProgress {
    let mut live = folded(folder, &run.id, &run.score);
    (live.kind, live.status, live.code) = (run.kind, run.status, run.code);
    live.message.clone_from(&run.message);
    live
}

/// The fold over the journal of a folder, whatever is in it.
fn folded(folder: &Path, run: &str, score: &str) -> RunProgress {
    let mut live = blank(run, score);
    Tail::new(&folder.join(JOURNAL)).read().unwrap_or_default().iter().for_each(|entry| apply(&mut live, entry));
    live.cancelled_by = cancel::requested(folder).map(|request| request.who);
    live
}

/// A run of which nothing but the id is known.
fn blank(run: &str, score: &str) -> RunProgress {
    let began = folder::time_of(run).unwrap_or(Timestamp::UNIX_EPOCH);
    RunProgress {
        run: run.into(),
        score: score.into(),
        kind: RunKind::Training,
        user: String::new(),
        pid: 0,
        started_at: began,
        status: Status::Processing,
        code: None,
        message: String::new(),
        cancelled_by: None,
        stages: Vec::new(),
        stage: None,
        stage_since: began,
        done: 0,
        total: None,
        rows: 0,
        warnings: 0,
        last_at: began,
    }
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
        }
        Event::Stage { name, seconds: None } => {
            if let Some(before) = live.stage.replace(name.clone()) {
                // Journals of earlier programs do not say when a stage is over.
                let seconds = entry.at.duration_since(live.stage_since).as_secs_f64().max(0.0);
                live.stages.push(Stage { name: before, seconds });
            }
            (live.done, live.total, live.stage_since) = (0, None, entry.at);
        }
        Event::Stage { name, seconds: Some(seconds) } => {
            live.stages.push(Stage { name: name.clone(), seconds: *seconds });
            live.stage = None;
            (live.done, live.total, live.stage_since) = (0, None, entry.at);
        }
        Event::Progress { stage, done, total } => {
            (live.done, live.total) = (*done, *total);
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
}

fn end(live: &mut RunProgress, status: Status, code: Option<u16>, message: &str) {
    (live.status, live.code) = (status, code);
    live.message = message.into();
}

/// The status by the lock: a run lives as long as it is held. What its journal says last counts only after that, and a
/// success that was not published is none.
fn verdict(mut live: RunProgress, held: bool) -> RunProgress {
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
