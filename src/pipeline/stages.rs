//! Stages of a run: their times, the journal, and whoever watches. Called by [`run`](super::run) and
//! [`process::execute`](crate::process::execute).

use crate::domain::progress::Progress;
use crate::domain::run::Stage;
use crate::domain::run::stage::StageName;
use crate::domain::run::work::{Step, Work};
use crate::error::Result;
use crate::store::journal::{Event, Journal};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Somebody who watches a run.
pub trait Observer: Sync {
    fn stage(&self, name: &str);
    fn progress(&self, done: u64, total: Option<u64>);
    fn warning(&self, text: &str);
}

/// Nobody watches.
pub struct NoObserver;

impl Observer for NoObserver {
    fn stage(&self, _: &str) {}
    fn progress(&self, _: u64, _: Option<u64>) {}
    fn warning(&self, _: &str) {}
}

/// Between two entries on progress in the journal; a stage's last one is always written.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(500);

/// Writes the journal, tells the observer, and times the stages.
pub struct Recorder<'a> {
    observer: &'a dyn Observer,
    cancel: &'a AtomicBool,
    journal: Option<Journal>,
    state: Mutex<StageState>,
    /// Held while waiting progress is written.
    writing: Mutex<()>,
}

struct StageState {
    stages: Vec<Stage>,
    current: Option<(StageName, Instant)>,
    last_progress: Instant,
    /// Progress that is not in the journal yet.
    unwritten: Option<(u64, Option<u64>)>,
}

impl<'a> Recorder<'a> {
    pub fn new(journal: Option<Journal>, observer: &'a dyn Observer, cancel: &'a AtomicBool) -> Self {
        let state = StageState { stages: Vec::new(), current: None, last_progress: Instant::now(), unwritten: None };
        Recorder { observer, cancel, journal, state: Mutex::new(state), writing: Mutex::new(()) }
    }

    /// Ends the stage before and begins this one.
    ///
    /// # Errors
    /// The run was cancelled, or the journal cannot be written.
    pub fn begin(&self, name: StageName) -> Result<()> {
        self.check()?;
        self.end_stage()?;
        self.lock().current = Some((name, Instant::now()));
        self.observer.stage(name.word());
        self.write(Event::Stage { name: name.word().into(), seconds: None })
    }

    pub fn warn(&self, text: &str) -> Result<()> {
        self.observer.warning(text);
        self.write(Event::Warning { code: None, message: text.into() })
    }

    /// # Errors
    /// The journal cannot be written.
    pub fn write(&self, event: Event) -> Result<()> {
        match &self.journal {
            Some(journal) => journal.append(event).map(|_| ()),
            None => Ok(()),
        }
    }

    /// The stage that the run is in.
    pub fn stage(&self) -> Option<StageName> {
        self.lock().current.map(|(name, _)| name)
    }

    /// Says what a stage has still to do beside the step it is in; `rates` are of the last run.
    pub fn plan(&self, stage: StageName, steps: &[Step], rates: &BTreeMap<Work, f64>) {
        // Like progress, a plan that cannot be written is no reason to stop.
        let _ = self.write(Event::Plan { stage: stage.word().into(), steps: steps.to_vec(), rates: rates.clone() });
    }

    /// Asks the run to stop at its next step.
    pub fn request_cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Says that the run lives, and how far it is.
    pub fn heartbeat(&self) {
        // A disk that is full for a while is no reason to stop a run; the next stage's entry will say so.
        let _ = self.flush().and_then(|()| self.write(Event::Heartbeat));
    }

    /// Writes the progress that waits for its turn.
    fn flush(&self) -> Result<()> {
        // Between taking and writing, nobody may begin the next step: the figure would count for that one.
        let _writing = self.writing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let waiting = {
            let mut state = self.lock();
            let stage = state.current.map(|(name, _)| name.word().to_string());
            stage.zip(state.unwritten.take())
        };
        match waiting {
            Some((stage, (done, total))) => self.write(Event::Progress { stage, done, total }),
            None => Ok(()),
        }
    }

    fn end_stage(&self) -> Result<()> {
        self.flush()?;
        let ended = {
            let mut state = self.lock();
            let ended = state.current.take().map(|(name, began)| {
                let seconds = (began.elapsed().as_secs_f64() * 1e3).round() / 1e3;
                Stage { name: name.word().into(), seconds }
            });
            state.stages.extend(ended.clone());
            ended
        };
        match ended {
            Some(Stage { name, seconds }) => self.write(Event::Stage { name, seconds: Some(seconds) }),
            None => Ok(()),
        }
    }

    /// The stages so far, the current one ended.
    pub fn stages(&self) -> Vec<Stage> {
        // The line that ends the run comes next, and tells of a journal that cannot be written.
        let _ = self.end_stage();
        self.lock().stages.clone()
    }

    /// A thread that panicked while it held the lock cannot have left a half-made state: every change is one push.
    fn lock(&self) -> std::sync::MutexGuard<'_, StageState> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Progress for Recorder<'_> {
    fn advance(&self, done: u64, total: Option<u64>) {
        self.observer.progress(done, total);
        {
            let mut state = self.lock();
            state.unwritten = Some((done, total));
            if state.last_progress.elapsed() < PROGRESS_INTERVAL {
                return;
            }
            state.last_progress = Instant::now();
        }
        // Progress that cannot be written is no reason to stop: the next stage's entry will say so.
        let _ = self.flush();
    }

    fn begin_step(&self, step: Step) {
        if let Some(stage) = self.stage() {
            let stage = stage.word().into();
            let _ = self.flush().and_then(|()| self.write(Event::Step { stage, step }));
        }
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
