//! Carries out the effects that change the workspace: short ones one after the other, in the order in which they were
//! asked for; those that wait for a process each on a thread of their own.

use super::thread;
use super::watcher::WatcherCommand;
use crate::domain::run::RunKind;
use crate::domain::score::draft::Draft;
use crate::domain::score::{Repeatable, Score};
use crate::error::{Error, Result};
use crate::pipeline::run_options::RunOptions;
use crate::process::cancel;
use crate::process::spawn::{self, RunHandle};
use crate::queries::deleted_scores;
use crate::queries::run_detail;
use crate::queries::score_summaries;
use crate::runs::find;
use crate::runs::layout;
use crate::runs::{champion, folder};
use crate::store::audit;
use crate::store::drafts::DraftStore;
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

/// How long a run is given to end politely.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(10);

/// The threads that carry out effects.
pub struct EffectRunner {
    queue: Sender<Effect>,
    worker: Worker,
    /// Closes when every thread that still changes something is done.
    done: Receiver<()>,
}

#[derive(Clone)]
struct Worker {
    workspace: Arc<Workspace>,
    sender: Sender<Msg>,
    watcher: Sender<WatcherCommand>,
    /// Nothing is sent: as long as one of these lives, somebody is at work.
    _busy: Sender<()>,
}

impl EffectRunner {
    pub fn start(
        workspace: Arc<Workspace>,
        sender: Sender<Msg>,
        watcher: Sender<WatcherCommand>,
    ) -> Result<EffectRunner> {
        let (busy, done) = mpsc::channel();
        let worker = Worker { workspace, sender, watcher, _busy: busy };
        let (queue, effects) = mpsc::channel();
        let own = worker.clone();
        thread::spawn("effects", move || {
            while let Ok(effect) = effects.recv() {
                own.run(effect);
            }
        })?;
        Ok(EffectRunner { queue, worker, done })
    }

    /// Waits until everything that was asked for is done: leaving right after a change loses nothing.
    pub fn finish(self) {
        let EffectRunner { queue, worker, done } = self;
        drop((queue, worker));
        // Closed by the last of them, or given up on: a file system that hangs must not hold the terminal for ever.
        let _ = done.recv_timeout(CANCEL_TIMEOUT + Duration::from_secs(5));
    }

    pub fn run(&self, effect: Effect) {
        match effect {
            Effect::StartRun { .. } | Effect::CancelRun { .. } | Effect::DeleteScore { cancel_first: true, .. } => {
                let worker = self.worker.clone();
                if let Err(error) = thread::spawn("waiting", move || worker.run(effect)) {
                    let _ = self.worker.sender.send(Msg::BackgroundError(error));
                }
            }
            // A thread that is gone has ended the program by its panic.
            other => drop(self.queue.send(other)),
        }
    }
}

impl Worker {
    /// Does it and tells what became of it; nobody hears where the program is ending.
    fn run(&self, effect: Effect) {
        let workspace = &*self.workspace;
        let drafts = || DraftStore::open(&workspace.paths.data);
        let there = workspace.check_data();
        let msg = match effect {
            Effect::CreateScore { draft, one_off } => {
                let made = there.and_then(|()| create(workspace, &draft, one_off));
                self.send_after_scores(Msg::Created(Box::new(made)));
                return;
            }
            Effect::SaveDescription { score, description } => {
                let edited = there.and_then(|()| workspace.scores.edit_description(&score, &description));
                return self.send_after_scores(Msg::Edited(Box::new(edited)));
            }
            Effect::Reschedule { score, scoring, training } => {
                let changed = there.and_then(|()| workspace.scores.reschedule(&score, scoring, training));
                return self.send_after_scores(Msg::Rescheduled(Box::new(changed)));
            }
            Effect::Promote { score, run } => {
                let promoted = there.and_then(|()| champion::promote(workspace, &score, &run));
                return self.send_after_scores(Msg::Promoted(Box::new(promoted)));
            }
            Effect::DeleteScore { score, cancel_first } => {
                let deleted = there.and_then(|()| delete(workspace, &score, cancel_first));
                return self.send_after_scores(Msg::Deleted(Box::new(deleted)));
            }
            Effect::RestoreScore { score } => {
                let restored = there.and_then(|()| workspace.scores.restore(&score));
                return self.send_after_scores(Msg::Restored(Box::new(restored)));
            }
            Effect::LoadTrash => Msg::Trash(there.and_then(|()| deleted_scores::list(workspace))),
            Effect::LoadDrafts => Msg::Drafts(there.and_then(|()| drafts().list())),
            Effect::SaveDraft(draft) => Msg::DraftSaved(there.and_then(|()| drafts().save(*draft))),
            Effect::RemoveDraft(id) => match there.and_then(|()| drafts().remove(&id)) {
                Ok(()) => Msg::Drafts(drafts().list()),
                Err(error) => Msg::BackgroundError(error),
            },
            Effect::LoadDeletionImpact { score } => {
                let impact = score_summaries::deletion_impact(workspace, &score);
                Msg::DeletionImpact { score, impact }
            }
            Effect::StartRun { score, kind } => {
                let outcome = there.and_then(|()| self.start(&score, kind));
                self.refresh();
                Msg::Started { score, outcome }
            }
            Effect::CancelRun { score } => {
                let outcome = there.and_then(|()| cancel::cancel(workspace, &score, CANCEL_TIMEOUT));
                self.refresh();
                Msg::Cancelled { score, outcome }
            }
            Effect::LoadRun { score, run, purpose } => {
                let found = find::of_score(workspace, &score, &run);
                let detail = Box::new(found.map(|found| Arc::new(run_detail::load(&found))));
                Msg::RunLoaded { run, purpose, detail }
            }
            // These belong to the loop.
            Effect::Quit
            | Effect::Suspend
            | Effect::Redraw
            | Effect::SaveUi(_)
            | Effect::Refresh
            | Effect::KeepDraft(_)
            | Effect::EnsureCatalog
            | Effect::Profiles(_)
            | Effect::WarmUp(_)
            | Effect::Estimate { .. } => return,
        };
        let _ = self.sender.send(msg);
    }

    /// Starts a run. Where it ends so badly that it cannot even be published, the reason is told; leaving does not wait for
    /// that.
    fn start(&self, score: &str, kind: RunKind) -> Result<()> {
        let workspace = &*self.workspace;
        let score = workspace.scores.find(score)?;
        let options = RunOptions { kind, as_of: workspace.as_of(None)?, threads: 0, if_due: false };
        let (sender, runs) = (self.sender.clone(), workspace.paths.runs(&score.id));
        let ended = move |started: &RunHandle, error: Option<Error>| {
            let published = runs.join(&started.run).join(layout::SUMMARY).is_file();
            if let Some(error) = error.filter(|_| !published) {
                let _ = sender.send(Msg::BackgroundError(error));
            }
        };
        spawn::start(workspace, &score, &options, ended).map(|_| ())
    }

    /// What became of a change, told after the scores as they are with it: what it is about is in the list by then. One
    /// thread reads the list, so that no older one comes after a newer one.
    fn send_after_scores(&self, msg: Msg) {
        let _ = self.watcher.send(WatcherCommand::RefreshThenSend(Box::new(msg)));
    }

    fn refresh(&self) {
        let _ = self.watcher.send(WatcherCommand::Refresh);
    }
}

fn create(workspace: &Workspace, draft: &Draft, one_off: Option<bool>) -> Result<Score> {
    // Names that are taken are the store's affair: it holds the lock.
    let mut score = draft.finish(|_| false, Timestamp::now(), &audit::user()).map_err(Error::usage)?;
    // Decided from the data now and frozen; where they were not asked, the first training decides.
    score.repeatable = match one_off {
        Some(true) => Repeatable::No,
        Some(false) => Repeatable::Yes,
        None => Repeatable::Auto,
    };
    workspace.scores.create(score)
}

fn delete(workspace: &Workspace, score: &str, cancel_first: bool) -> Result<Score> {
    if cancel_first {
        cancel::cancel(workspace, score, CANCEL_TIMEOUT)?;
    }
    let found = workspace.scores.find(score)?;
    let _lock = folder::lock_existing(workspace, &found)?;
    workspace.scores.delete(&found.id)
}
