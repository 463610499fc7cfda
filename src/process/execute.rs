//! Starts a run: its folder and lock, its threads, its end and publication. Called by [`worker`](super::worker), the
//! process of a run; the [`pipeline`](crate::pipeline) is what happens in between.

use super::heartbeat;
use crate::domain::run::Run;
use crate::domain::score::{Repeatable, Score};
use crate::error::{Context, Error, Result};
use crate::pipeline::run_options::{RunContext, RunOptions};
use crate::pipeline::run_state::{self, RunState};
use crate::pipeline::stages::{Observer, Recorder};
use crate::runs::cancel_request;
use crate::runs::find;
use crate::runs::folder::{self, LiveRun};
use crate::runs::layout;
use crate::runs::{champion, interrupted, retention};
use crate::schedule::due;
use crate::store::audit::{self, Action};
use crate::store::changes;
use crate::store::journal::{Event, Journal};
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// A run that has begun: its lock is held, its folder is there, its journal has its first line.
pub struct StartedRun {
    live: LiveRun,
    journal: Journal,
    at: Timestamp,
}

/// Begins a run; `None` where it was to begin only if due, and is not.
///
/// # Errors
/// Another run of this score is live, or the disk refuses.
pub fn begin(workspace: &Workspace, score: &Score, options: &RunOptions) -> Result<Option<StartedRun>> {
    let at = Timestamp::now();
    let lock = folder::lock_for_run(workspace, score)?;
    // Asked under the lock, so that of two who call at once one starts the run and the other sees it made.
    if options.if_due && due::due_now(workspace, score, at) != Some(options.kind) {
        return Ok(None);
    }
    let live = LiveRun::begin(workspace, score, at, lock)?;
    let journal = Journal::create(&live.folder.join(layout::JOURNAL))?;
    let pid = std::process::id();
    let (run, id, user) = (live.id.clone(), score.id.clone(), audit::user());
    journal.append_at(at, Event::Started { run, score: id, pid, run_kind: options.kind, user })?;
    let detail = format!("{} {}", options.kind, live.id);
    audit::note(&workspace.paths.data, Action::RunStarted, &score.id, detail);
    changes::touch(&workspace.paths.data);
    Ok(Some(StartedRun { live, journal, at }))
}

impl StartedRun {
    pub fn id(&self) -> &str {
        &self.live.id
    }

    /// Where its files are until it is published.
    pub fn folder(&self) -> &Path {
        &self.live.folder
    }

    /// Makes the run and publishes it. A run that a quality check stops, or that panics, is published as failed, and its
    /// error returned.
    ///
    /// # Errors
    /// What stopped or failed the run.
    pub fn complete(
        self,
        workspace: &Workspace,
        score: &Score,
        options: &RunOptions,
        observer: &dyn Observer,
        cancel: &AtomicBool,
    ) -> Result<Run> {
        let StartedRun { live, journal, at } = self;
        let recorder = Recorder::new(Some(journal), observer, cancel);
        let previous = find::latest(workspace, &score.id);
        let champion = champion::current(workspace, score);
        let context = RunContext {
            score,
            options,
            folder: &live.folder,
            previous: previous.map(|p| (p.run.id, p.folder)),
            champion: champion.map(|c| (c.run.id, c.folder)),
            repeats: None,
        };
        let mut state = RunState::new(&live.id, &context, at);
        let result = heartbeat::while_running(&recorder, &live.folder, || {
            catch_panic(|| in_thread_pool(workspace, options, || state.run(workspace, &context, &recorder)))
        });
        let result = result.map_err(|error| cancel_request::name_requester(error, &live.folder));
        if result.is_ok() {
            freeze_one_off(workspace, score, &mut state);
            // Asked too late, so that the run is none that was cancelled.
            let _ = std::fs::remove_file(live.folder.join(layout::CANCEL_REQUEST));
        } else {
            // A disk that is full has room for the last words then.
            let _ = interrupted::remove_unfinished_files(&live.folder);
        }
        let ended = state.finish(&live.folder, &recorder, &result);
        let run = state.run;
        let published = ended.and_then(|()| live.publish(&run));
        if let Err(error) = &published {
            // Where this line can be written, it is the last word; and what is needed for no more than a trace of the run
            // fits where the whole did not.
            let _ = recorder.write(run_state::failed_event(error, None));
            interrupted::publish_all_best_effort(workspace, (&score.id, &score.name));
        }
        // The lock is free for the next run as soon as this one can be seen.
        drop(live);
        if published.is_ok() && result.is_ok() {
            retention::drop_old_snapshots(workspace, &score.id);
            retention::remove_expired_after_run(workspace, &score.id);
        }
        match (result, published) {
            (Ok(()), published) => published.map(|_| run),
            // What stopped the run is what the user asked about; that it could not be published either comes second.
            (Err(error), Err(second)) => Err(error.because(second)),
            (Err(error), Ok(_)) => Err(error),
        }
    }
}

/// Makes a run in this process and waits for its end: [`begin`] and [`StartedRun::complete`].
///
/// # Errors
/// What stopped or failed the run.
pub fn start(
    workspace: &Workspace,
    score: &Score,
    options: &RunOptions,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Run> {
    let begun = begin(workspace, score, options)?.ok_or_else(|| Error::new("The run is not due."))?;
    begun.complete(workspace, score, options, observer, cancel)
}

/// Whether the goal is one-off is decided by the first training and frozen from then on; somebody may have deleted the
/// score meanwhile.
fn freeze_one_off(workspace: &Workspace, score: &Score, state: &mut RunState) {
    let Some(one_off) = state.one_off.filter(|_| score.repeatable == Repeatable::Auto) else { return };
    let frozen = workspace.scores.update(&score.id, |s| {
        s.repeatable = if one_off { Repeatable::No } else { Repeatable::Yes };
        Ok(())
    });
    if let Err(error) = frozen {
        state.run.warnings.push(format!("Whether the goal is one-off could not be kept: {}", error.what));
    }
}

/// Turns a panic into an error, so that the run is published as failed instead of lost.
///
/// What the work changed stays usable: summary and report fill up field by field, and the locks forgive poison.
fn catch_panic(work: impl FnOnce() -> Result<()>) -> Result<()> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let panic_text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let panic_text = panic_text.or_else(|| panic.downcast_ref::<String>().cloned());
        Err(Error::new("The run failed: the program has a mistake.")
            .because(panic_text.unwrap_or_else(|| "it panicked without a word".into()))
            .hint(format!("Please report it, with {} from the folder of the run.", layout::LOG)))
    })
}

/// Runs `work` in a pool of the asked size, so that every parallel step below takes that many threads.
pub(crate) fn in_thread_pool<T: Send>(
    workspace: &Workspace,
    options: &RunOptions,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let threads = if options.threads > 0 { options.threads } else { workspace.config.training.threads };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.context(|| "The threads of the run could not be started.".into())?.install(work)
}

#[cfg(test)]
mod tests;
