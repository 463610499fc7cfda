//! Starts a run: its folder and lock, its threads, its end and publication. Called by the command line;
//! `course` is what happens in between.

use super::course::Course;
use super::recorder::{Observer, Recorder};
use super::run_folder::{self, LiveRun};
use super::workspace::Workspace;
use crate::domain::run::{AsOf, Run, RunKind};
use crate::domain::score::{Repeatable, Score};
use crate::error::{Context, Result};
use crate::store::journal::{Event, Journal};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// How a run is asked for.
#[derive(Debug, Clone)]
pub struct RunOptions {
    pub kind: RunKind,
    pub as_of: AsOf,
    /// 0 takes what the config says.
    pub threads: usize,
}

/// Where a run's files go and what it builds on; a repetition names another folder.
pub(super) struct Setting<'a> {
    pub score: &'a Score,
    pub options: &'a RunOptions,
    pub folder: &'a Path,
    /// The run whose scores are shown as the previous ones.
    pub previous: Option<(String, PathBuf)>,
    /// The run whose model a scoring run applies.
    pub champion: Option<(String, PathBuf)>,
}

/// Starts a run and waits for its end. A run that a quality check stops is published as failed, and its error returned.
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
    let began = Timestamp::now();
    let live = LiveRun::begin(workspace, score, began)?;
    let journal = Journal::create(&live.folder.join(run_folder::JOURNAL))?;
    let recorder = Recorder::new(Some(journal), observer, cancel);
    let pid = std::process::id();
    recorder.write(Event::Started { run: live.id.clone(), score: score.id.clone(), pid })?;
    let previous = run_folder::latest(workspace, &score.id, |_| true);
    let champion = run_folder::latest(workspace, &score.id, |r| r.kind == RunKind::Training);
    let setting = Setting {
        score,
        options,
        folder: &live.folder,
        previous: previous.map(|p| (p.run.id, p.folder)),
        champion: champion.map(|c| (c.run.id, c.folder)),
    };
    let mut course = Course::new(&live.id, &setting, began);
    let result = in_threads(workspace, options, || course.run(workspace, &setting, &recorder));
    if result.is_ok()
        && score.repeatable == Repeatable::Auto
        && let Some(one_off) = course.one_off
    {
        // Decided by the first training and frozen from then on; somebody may have deleted the score meanwhile.
        let decided = if one_off { Repeatable::No } else { Repeatable::Yes };
        let frozen = workspace.scores.update(&score.id, |s| {
            s.repeatable = decided;
            Ok(())
        });
        if let Err(error) = frozen {
            course.run.warnings.push(format!("Whether the goal is one-off could not be kept: {}", error.what));
        }
    }
    let ended = course.end(&live.folder, &recorder, &result);
    let run = course.run;
    let published = ended.and_then(|()| live.publish(&run));
    match (result, published) {
        (Ok(()), published) => published.map(|_| run),
        // What stopped the run is what the user asked about; that it could not be published either comes second.
        (Err(error), Err(second)) => Err(error.because(second)),
        (Err(error), Ok(_)) => Err(error),
    }
}

/// Runs `work` in a pool of the asked size, so that every parallel step below takes that many threads.
pub(super) fn in_threads<T: Send>(
    workspace: &Workspace,
    options: &RunOptions,
    work: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let threads = if options.threads > 0 { options.threads } else { workspace.config.training.threads };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.context(|| "The threads of the run could not be started.".into())?.install(work)
}
