//! Progress of work on standard error: one line that is written again while it is a terminal, nothing where it is not.
//! It also takes Ctrl-C for the work it shows. Used by every command that takes its time.

use super::format::{count, cut, seconds};
use crate::domain::format::hms;
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
/// Cells of the bar of a run, beside which more is told.
const RUN_BAR_CELLS: u64 = 10;
/// A line that is longer wraps in a usual terminal, and cannot be written again.
const LINE_CELLS: usize = 79;
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
        match live.outlook(Timestamp::now()) {
            Some(outlook) => self.repaint_run(live, &outlook),
            None => self.repaint(live.done, live.total),
        }
    }

    fn repaint_run(&self, live: &RunProgress, outlook: &str) {
        let mut state = self.state();
        if !self.visible || !state.is_due() {
            return;
        }
        let full = (RUN_BAR_CELLS as f64 * live.share().unwrap_or_default()) as u64;
        let text = live.step_text().or_else(|| live.stage.clone()).map_or(String::new(), |text| format!(" · {text}"));
        let elapsed = hms(state.began.elapsed().as_secs_f64());
        paint(&cut(&format!("{elapsed} {} {outlook}{text}", bar(full, RUN_BAR_CELLS)), LINE_CELLS));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn repaint(&self, done: u64, total: Option<u64>) {
        if !self.visible {
            return;
        }
        let mut state = self.state();
        if !state.is_due() {
            return;
        }
        let elapsed = seconds(state.began.elapsed().as_secs_f64());
        let figure = match total {
            Some(total) if total > 0 => {
                let bar = bar(BAR_CELLS * done.min(total) / total, BAR_CELLS);
                format!("{bar} {} of {}", count(done), count(total))
            }
            _ if done > 0 => count(done),
            _ => String::new(),
        };
        paint(&format!("{:<15} {figure}  {elapsed}", state.stage));
    }
}

impl State {
    /// Whether the line may be written again; it is then.
    fn is_due(&mut self) -> bool {
        let due = self.painted.is_none_or(|at| at.elapsed() >= REPAINT_INTERVAL);
        if due {
            self.painted = Some(Instant::now());
        }
        due
    }
}

fn bar(full: u64, cells: u64) -> String {
    "█".repeat(full as usize) + &"░".repeat(cells.saturating_sub(full) as usize)
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
