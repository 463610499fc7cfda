//! Keys and signals, each read by a thread that does nothing else.

use super::thread;
use crate::error::{Context, Result};
use crate::tui::msg::Msg;
use crate::tui::terminal::background::{AnswerFilter, Filtered};
use crossterm::event::{self, Event};
use std::io;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// Starts the thread that reads keys.
pub fn read_keys(sender: Sender<Msg>) -> Result<()> {
    thread::spawn("input", move || {
        let mut filter = AnswerFilter::default();
        loop {
            // The terminal is gone (EIO).
            let messages = next_messages(&mut filter).unwrap_or_else(|_| vec![Msg::Terminated]);
            for msg in messages {
                let last = msg == Msg::Terminated;
                if sender.send(msg).is_err() || last {
                    return;
                }
            }
        }
    })
}

/// How long the rest of an answer of the terminal is waited for: its bytes come together.
const ANSWER_PAUSE: Duration = Duration::from_millis(50);

/// Waits for what comes next.
fn next_messages(filter: &mut AnswerFilter) -> io::Result<Vec<Msg>> {
    if filter.is_holding() && !event::poll(ANSWER_PAUSE)? {
        return Ok(filter.release().into_iter().filter_map(message).collect());
    }
    let Filtered { events, is_light } = filter.next(event::read()?);
    let background = is_light.map(|is_light| Msg::Background { is_light });
    Ok(events.into_iter().filter_map(message).chain(background).collect())
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
