//! The process of a run, from its first breath: a session of its own, one line that answers whoever started it, then the
//! run, with everything it says going into the run's log, and a last line to whoever still waits, where it failed. Called
//! by the hidden noun `worker` of the command line, which [`spawn`](super::spawn) starts.

use super::execute;
use super::spawn::{RunHandle, WorkerAnswer};
use crate::domain::score::Score;
use crate::error::Result;
use crate::pipeline::run_options::RunOptions;
use crate::pipeline::stages::NoObserver;
use crate::runs::layout::LOG;
use crate::workspace::Workspace;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Makes the run that `open` tells, and returns when it is over.
///
/// # Errors
/// What kept the run from beginning, stopped it or failed it; whoever started it has the same from the answer or from
/// the published run.
pub fn run_worker(open: impl FnOnce() -> Result<(Workspace, Score, RunOptions)>) -> Result<()> {
    let cancel = detach();
    let begun = open().and_then(|(workspace, score, options)| {
        let begun = execute::begin(&workspace, &score, &options)?;
        Ok(begun.map(|begun| (workspace, score, options, begun)))
    });
    let (workspace, score, options, begun) = match begun {
        Ok(Some(begun)) => begun,
        Ok(None) => {
            answer(std::io::stdout().lock(), &WorkerAnswer::NotDue);
            return Ok(());
        }
        Err(error) => {
            answer(std::io::stdout().lock(), &WorkerAnswer::refused(&error));
            return Err(error);
        }
    };
    let log = open_log(begun.folder());
    answer(
        std::io::stdout().lock(),
        &WorkerAnswer::Started(RunHandle { run: begun.id().into(), pid: std::process::id() }),
    );
    let starter = redirect(log);
    tracing::info!("the run {} of {} has begun", begun.id(), score.id);
    let done = begun.complete(&workspace, &score, &options, &NoObserver, &cancel);
    done.map(|_| ()).inspect_err(|error| {
        if let Some(starter) = starter {
            answer(starter, &WorkerAnswer::refused(error));
        }
    })
}

/// Leaves the terminal for good: what happens to it must not happen to the run. The flag is set when the system asks the
/// process to end.
fn detach() -> Arc<AtomicBool> {
    // Refused only to a process that leads a group already: one that was started by hand.
    let _ = rustix::process::setsid();
    // A handler of any kind takes the place of the default, which is to die.
    let _ = signal_hook::flag::register(SIGHUP, Arc::default());
    let cancel = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        let _ = signal_hook::flag::register(signal, Arc::clone(&cancel));
    }
    cancel
}

/// The answer is lost where nobody waits for it any more, which is no reason not to run.
fn answer(mut starter: impl Write, answer: &WorkerAnswer) {
    let mut line = serde_json::to_vec(answer).unwrap_or_default();
    line.push(b'\n');
    let _ = starter.write_all(&line).and_then(|()| starter.flush());
}

/// Without a log the run goes on, and what it says is lost.
fn open_log(folder: &Path) -> Option<File> {
    let log = OpenOptions::new().append(true).create(true).open(folder.join(LOG));
    log.or_else(|_| OpenOptions::new().write(true).open("/dev/null")).ok()
}

/// Both outputs go into the log from here on. Gives the pipe to whoever started this, for the last word.
fn redirect(log: Option<File>) -> Option<File> {
    let log = log?;
    let starter = std::io::stdout().as_fd().try_clone_to_owned().ok().map(File::from);
    let _ = rustix::stdio::dup2_stdout(&log);
    let _ = rustix::stdio::dup2_stderr(&log);
    starter
}
