//! The terminal as the screens need it, and given back as it was on every way out: return, error, panic on any thread,
//! signal, Ctrl-Z. One guard does it, and doing it twice does nothing.
//!
//! `backend` is what the terminal is sent, [`background`] asks whether its background is light.

mod backend;
pub mod background;

use crate::error::{Context, Result};
use backend::CompactBackend;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute, queue};
use std::io::{self, Stdout, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether the modes are on. Process-wide, because panic hooks know nothing else.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Held while a picture is written, so that none is written over what stands there after the terminal was given back.
static DRAW_LOCK: Mutex<()> = Mutex::new(());
/// How often giving back asks for [`DRAW_LOCK`], ten milliseconds apart: a panic in the middle of a picture holds it.
const ATTEMPTS: u32 = 20;

/// The terminal that is drawn on.
pub type Terminal = ratatui::Terminal<CompactBackend<Stdout>>;

/// Gives the terminal back when it is dropped.
pub struct RestoreGuard;

impl Drop for RestoreGuard {
    fn drop(&mut self) {
        restore();
    }
}

/// Enters the screens.
///
/// # Errors
/// There is no terminal, or it is gone.
pub fn init() -> Result<(RestoreGuard, Terminal)> {
    let failed = || "The terminal could not be prepared.".to_string();
    // Ours and crossterm's own words on colours: the theme heeds NO_COLOR (crossterm would reset modifiers).
    crossterm::style::force_color_output(true);
    modes_on().context(failed)?;
    let guard = RestoreGuard;
    let terminal = Terminal::new(CompactBackend::new(io::stdout())).context(failed)?;
    Ok((guard, terminal))
}

/// Raw mode, the alternate screen, bracketed paste, no cursor.
fn modes_on() -> io::Result<()> {
    ACTIVE.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)
}

/// Asks the terminal for its background; the answer comes with the keys.
///
/// # Errors
/// The terminal is gone.
pub fn ask_background() -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(background::QUESTION.as_bytes())?;
    out.flush()
}

/// Gives the terminal back; what was typed ahead is drained while it is still raw, so that no shell runs it.
pub fn restore() {
    if !ACTIVE.swap(false, Ordering::SeqCst) {
        return;
    }
    let free = || {
        let held = DRAW_LOCK.try_lock().ok();
        if held.is_none() {
            std::thread::sleep(Duration::from_millis(10));
        }
        held
    };
    let _held = (0..ATTEMPTS).find_map(|_| free());
    let mut out = io::stdout();
    // A terminal that is gone cannot be given back, and there is nobody to tell.
    let _ = queue!(out, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show, crossterm::style::ResetColor);
    let _ = out.flush();
    drain();
    let _ = disable_raw_mode();
}

/// Sends the picture that was drawn, unless the terminal was given back meanwhile.
///
/// # Errors
/// The terminal is gone.
pub fn send(terminal: &mut Terminal) -> io::Result<()> {
    let _held = DRAW_LOCK.lock().unwrap_or_else(|e| e.into_inner());
    if ACTIVE.load(Ordering::SeqCst) { terminal.backend_mut().send() } else { Ok(()) }
}

#[cfg(unix)]
fn drain() {
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

#[cfg(not(unix))]
fn drain() {}

/// Stops the process as Ctrl-Z does elsewhere, and comes back with everything drawn anew.
///
/// # Errors
/// The terminal is gone.
#[cfg(unix)]
pub fn suspend(terminal: &mut Terminal) -> Result<()> {
    restore();
    // The default action of the signal, which stops the whole process until somebody continues it.
    let stopped = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
    stopped.context(|| "The program could not be suspended.".into())?;
    reenter(terminal)
}

#[cfg(not(unix))]
pub fn suspend(_: &mut Terminal) -> Result<()> {
    Ok(())
}

/// Enters the screens again after somebody else had the terminal.
///
/// # Errors
/// The terminal is gone.
pub fn reenter(terminal: &mut Terminal) -> Result<()> {
    let failed = || "The terminal could not be prepared.".to_string();
    modes_on().context(failed)?;
    terminal.backend_mut().forget();
    terminal.clear().context(failed)
}

/// From here on a panic on any thread gives the terminal back before it is reported; on a helper thread it ends the
/// program, because the screens would wait for that thread for ever.
pub fn install_panic_hook() {
    let report = std::panic::take_hook();
    let main = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        restore();
        report(info);
        if std::thread::current().id() != main {
            std::process::exit(101);
        }
    }));
}
