//! Keys and signals, each read by a thread that does nothing else.

use super::thread;
use crate::error::{Context, Result};
use crate::tui::msg::Msg;
use crossterm::event::{self, Event};
use std::sync::mpsc::Sender;

/// Starts the thread that reads keys.
pub fn read_keys(sender: Sender<Msg>) -> Result<()> {
    thread::spawn("input", move || {
        loop {
            let msg = match event::read() {
                Ok(event) => message(event),
                // The terminal is gone (EIO).
                Err(_) => Some(Msg::Terminated),
            };
            let Some(msg) = msg else { continue };
            let last = msg == Msg::Terminated;
            if sender.send(msg).is_err() || last {
                return;
            }
        }
    })
}

fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => {
            panic_if_asked(key);
            Some(Msg::Key(key))
        }
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
    }
}

/// Debug builds can be asked to panic on this thread, so that a test sees the terminal given back: F12 where
/// `PROPENSITY_PANIC` is set.
fn panic_if_asked(key: event::KeyEvent) {
    if cfg!(debug_assertions) && key.code == event::KeyCode::F(12) && std::env::var_os("PROPENSITY_PANIC").is_some() {
        panic!("asked to panic");
    }
}

/// Starts the thread that hears signals. Called before the terminal is changed: a signal that nobody hears would leave it
/// as it is.
#[cfg(unix)]
pub fn hear_signals(sender: Sender<Msg>) -> Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    let what = || "The signals could not be heard.".to_string();
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT, SIGCONT]).context(what)?;
    thread::spawn("signals", move || {
        for signal in signals.forever() {
            let msg = if signal == SIGCONT { Msg::Resumed } else { Msg::Terminated };
            if sender.send(msg).is_err() {
                return;
            }
        }
    })
}

#[cfg(not(unix))]
pub fn hear_signals(_: Sender<Msg>) -> Result<()> {
    Ok(())
}
