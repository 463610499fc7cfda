//! Progress of work on standard error: one line that is written again while it is a terminal, nothing where it is not.
//! It also takes Ctrl-C for the work it shows. Used by every command that takes its time.

use super::format::{count, seconds};
use crate::domain::progress::Progress;
use crate::domain::run::run_progress::RunProgress;
use crate::pipeline::stages::Observer;
use jiff::Timestamp;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const REPAINT_INTERVAL: Duration = Duration::from_millis(100);
const BAR_CELLS: u64 = 24;
const SIGNALS: [i32; 2] = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];

/// The line.
pub struct ProgressLine {
    visible: bool,
    cancel: Arc<AtomicBool>,
    ever_interrupted: AtomicBool,
    state: Mutex<State>,
}

struct State {
    stage: String,
    began: Instant,
    painted: Option<Instant>,
}

impl ProgressLine {
    /// Ctrl-C (and SIGTERM) ask the work to stop instead of ending the process in the middle of a file; a second one
    /// ends it.
    pub fn cancelling() -> ProgressLine {
        let line = ProgressLine::passive();
        for signal in SIGNALS {
            // Without the handler the signal ends the process, which loses no published run.
            let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&line.cancel));
            let _ = signal_hook::flag::register(signal, Arc::clone(&line.cancel));
        }
        line
    }

    /// Ctrl-C ends nothing, however often: what it means is the caller's affair, see [`ProgressLine::interrupted`].
    pub fn intercepting() -> ProgressLine {
        let line = ProgressLine::passive();
        for signal in SIGNALS {
            let _ = signal_hook::flag::register(signal, Arc::clone(&line.cancel));
        }
        line
    }

    /// Ctrl-C ends the process as ever.
    pub fn passive() -> ProgressLine {
        let cancel = Arc::new(AtomicBool::new(false));
        let state = State { stage: String::new(), began: Instant::now(), painted: None };
        let (visible, ever_interrupted) = (std::io::stderr().is_terminal(), AtomicBool::new(false));
        ProgressLine { visible, cancel, ever_interrupted, state: Mutex::new(state) }
    }

    /// Whether Ctrl-C was pressed since the last call.
    pub fn interrupted(&self) -> bool {
        let interrupted = self.cancel.swap(false, Ordering::Relaxed);
        self.ever_interrupted.fetch_or(interrupted, Ordering::Relaxed);
        interrupted
    }

    /// Whether Ctrl-C was ever pressed.
    pub fn ever_interrupted(&self) -> bool {
        self.interrupted() || self.ever_interrupted.load(Ordering::Relaxed)
    }

    /// Set once the work is to stop.
    pub fn cancel_flag(&self) -> &AtomicBool {
        &self.cancel
    }

    /// Wipes the line, so that what follows stands at its place.
    pub fn clear(&self) {
        if self.visible {
            paint("");
        }
    }

    /// Shows how far a run of another process is.
    pub fn show(&self, live: &RunProgress) {
        {
            let mut state = self.state();
            let stage = live.stage.as_deref().unwrap_or_default();
            if state.stage != stage {
                state.stage = stage.to_string();
                state.painted = None;
            }
            let elapsed = Timestamp::now().duration_since(live.started_at).unsigned_abs();
            state.began = Instant::now().checked_sub(elapsed).unwrap_or(state.began);
        }
        self.repaint(live.done, live.total);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repaint(&self, done: u64, total: Option<u64>) {
        if !self.visible {
            return;
        }
        let mut state = self.state();
        if state.painted.is_some_and(|at| at.elapsed() < REPAINT_INTERVAL) {
            return;
        }
        state.painted = Some(Instant::now());
        let elapsed = seconds(state.began.elapsed().as_secs_f64());
        let figure = match total {
            Some(total) if total > 0 => {
                let full = (BAR_CELLS * done.min(total) / total) as usize;
                let bar = "█".repeat(full) + &"░".repeat(BAR_CELLS as usize - full);
                format!("{bar} {} of {}", count(done), count(total))
            }
            _ if done > 0 => count(done),
            _ => String::new(),
        };
        paint(&format!("{:<15} {figure}  {elapsed}", state.stage));
    }
}

fn paint(text: &str) {
    // One write, so that the line is never seen half; a terminal that cannot be written to is no reason to stop.
    let line = format!("\r\x1b[2K{text}");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

impl Observer for ProgressLine {
    fn stage(&self, name: &str) {
        {
            let mut state = self.state();
            state.stage = name.to_string();
            state.painted = None;
        }
        self.repaint(0, None);
    }

    fn progress(&self, done: u64, total: Option<u64>) {
        self.repaint(done, total);
    }

    fn warning(&self, _: &str) {}
}

impl Progress for ProgressLine {
    fn advance(&self, done: u64, total: Option<u64>) {
        self.repaint(done, total);
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
