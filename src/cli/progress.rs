//! Progress of work on standard error: one line that is written again while it is a terminal, nothing where it is not.

use super::format::{count, seconds};
use crate::domain::progress::Progress;
use crate::domain::run::run_progress::RunProgress;
use crate::pipeline::stages::Observer;
use jiff::Timestamp;
use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Between two repaints.
const PAUSE: Duration = Duration::from_millis(100);
/// Cells of the bar.
const BAR: u64 = 24;

/// The line.
pub struct Line {
    shown: bool,
    cancel: Arc<AtomicBool>,
    ever_asked: AtomicBool,
    state: Mutex<State>,
}

struct State {
    stage: String,
    began: Instant,
    painted: Option<Instant>,
}

impl Line {
    /// Ctrl-C (and SIGTERM) ask the work to stop instead of ending the process in the middle of a file.
    pub fn new() -> Line {
        let line = Line::watching();
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            // Without the handler the signal ends the process, which loses no published run.
            let _ = signal_hook::flag::register_conditional_default(signal, Arc::clone(&line.cancel));
            let _ = signal_hook::flag::register(signal, Arc::clone(&line.cancel));
        }
        line
    }

    /// The same, but asking again is the caller's affair too: see [`Line::asked`].
    pub fn following() -> Line {
        let line = Line::watching();
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            let _ = signal_hook::flag::register(signal, Arc::clone(&line.cancel));
        }
        line
    }

    /// Whether somebody has asked to stop since the last call.
    pub fn asked(&self) -> bool {
        let asked = self.cancel.swap(false, Ordering::Relaxed);
        self.ever_asked.fetch_or(asked, Ordering::Relaxed);
        asked
    }

    /// Whether somebody has ever asked to stop.
    pub fn ever_asked(&self) -> bool {
        self.asked() || self.ever_asked.load(Ordering::Relaxed)
    }

    /// Ctrl-C ends the process, and with it nothing but the watching.
    pub fn watching() -> Line {
        let cancel = Arc::new(AtomicBool::new(false));
        let state = State { stage: String::new(), began: Instant::now(), painted: None };
        let (shown, ever_asked) = (std::io::stderr().is_terminal(), AtomicBool::new(false));
        Line { shown, cancel, ever_asked, state: Mutex::new(state) }
    }

    pub fn cancel(&self) -> &AtomicBool {
        &self.cancel
    }

    /// Wipes the line, so that what follows stands at its place.
    pub fn clear(&self) {
        if self.shown {
            paint("");
        }
    }

    /// Shows how far a run of another process is.
    pub fn show(&self, live: &RunProgress) {
        {
            let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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

    fn repaint(&self, done: u64, total: Option<u64>) {
        if !self.shown {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if state.painted.is_some_and(|at| at.elapsed() < PAUSE) {
            return;
        }
        state.painted = Some(Instant::now());
        let elapsed = seconds(state.began.elapsed().as_secs_f64());
        let figure = match total {
            Some(total) if total > 0 => {
                let full = (BAR * done.min(total) / total) as usize;
                let bar = "█".repeat(full) + &"░".repeat(BAR as usize - full);
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

impl Observer for Line {
    fn stage(&self, name: &str) {
        {
            let mut state = self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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

impl Progress for Line {
    fn advance(&self, done: u64, total: Option<u64>) {
        self.repaint(done, total);
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}
