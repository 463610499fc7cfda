//! What the answers of the reader do on the Profiles screen.

use super::page;
use super::perform::{columns_of, next_hit, to_place, wanted_rows};
use super::talk::Answer;
use super::{Aim, Focus, Hits, Profiles, Shown, Task, Window};
use crate::domain::format::count;
use crate::error::{Error, Kind};
use crate::tui::app::{App, Tone};
use crate::tui::dialogs::Dialog;
use crate::tui::effect::Effect;
use crate::tui::widgets::text_field::TextField;
use std::sync::Arc;

impl Profiles {
    /// Whether an answer is that of the task that goes on.
    fn is_current(&self, task: u64) -> bool {
        self.task.as_ref().is_some_and(|t| t.number == task)
    }
}

/// Takes an answer; late ones are dropped.
pub fn answered(app: &mut App, answer: Answer) -> Vec<Effect> {
    let answer = match of_program(app, answer) {
        Some(answer) => answer,
        None => return Vec::new(),
    };
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match answer {
        Answer::Opened { score, opened } if score == screen.score => match opened {
            Ok(opened) => {
                let attributes = opened.attributes.clone();
                screen.opened = Some(opened);
                let columns = columns_of(app, &attributes);
                if let Some(screen) = &mut app.profiles {
                    screen.columns = columns;
                }
                return wanted_rows(app);
            }
            Err(error) => screen.broken = Some(error),
        },
        Answer::Rows { view, from, rows } if view == screen.shown.number => match rows {
            Ok(rows) => {
                screen.window = Window { view, from, rows, asked: screen.window.asked.filter(|a| *a != from) };
                return wanted_rows(app);
            }
            Err(error) => {
                // Asked for no more until the profiles are opened again.
                screen.opened = None;
                screen.broken = Some(error);
            }
        },
        Answer::Progress { task, done, total } => {
            if let Some(now) = screen.task.as_mut().filter(|t| t.number == task) {
                (now.done, now.total) = (done, total);
            }
        }
        Answer::Arranged { task, places } if screen.is_current(task) => return arranged(app, places),
        Answer::Found { task, places } if screen.is_current(task) => match (screen.task.take(), places) {
            (Some(Task { aim: Aim::Find(text), .. }), Ok(places)) => {
                screen.hits = Some(Hits { text, places, rows: Arc::default(), view: 0 });
                return next_hit(app, 0);
            }
            (_, Err(error)) => return failed(app, error),
            _ => {}
        },
        Answer::Percentile { serial, place } if serial == screen.serial => match place {
            Ok(place) => return to_place(app, place),
            Err(error) => return failed(app, error),
        },
        Answer::Factors { serial, read } if serial == screen.serial => super::factors::answered(app, read),
        Answer::Dossier { serial, .. } if serial != screen.serial => {}
        Answer::Dossier { .. } | Answer::Change { .. } | Answer::History { .. } | Answer::WhatIf { .. } => {
            return page::answered(app, answer);
        }
        _ => {}
    }
    Vec::new()
}

/// Takes what is told whatever screen and whatever score is open; gives back everything else.
fn of_program(app: &mut App, answer: Answer) -> Option<Answer> {
    match answer {
        Answer::Copied { file } => {
            let also = file.as_ref().map_or(String::new(), |f| format!(" It lies in {}, too.", f.display()));
            app.say(Tone::Good, format!("Copied, where the terminal lets programs copy.{also}"));
        }
        Answer::Progress { task, done, total } if app.export.as_ref().is_some_and(|t| t.number == task) => {
            if let Some(export) = &mut app.export {
                (export.done, export.total) = (done, total);
            }
        }
        Answer::Exported { path, written } => {
            app.export = None;
            match written {
                Ok(written) => {
                    app.say(Tone::Good, format!("{} profiles are in {}.", count(written), path.display()));
                }
                Err(error) if error.kind == Kind::Cancelled => app.say(Tone::Plain, "The export was cancelled."),
                Err(error) => drop(failed(app, error)),
            }
        }
        other => return Some(other),
    }
    None
}

fn arranged(app: &mut App, places: Result<Option<Arc<Vec<u32>>>, Error>) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let task = screen.task.take();
    match (places, task.map(|t| t.aim)) {
        (Ok(places), Some(Aim::View(query, sort))) => {
            let number = screen.generation;
            screen.shown = Shown { number, query, sort, places };
            (screen.at, screen.offset) = (0, 0);
            screen.window.asked = None;
            wanted_rows(app)
        }
        (Err(error), Some(Aim::View(query, _))) => {
            // What was typed stays, to be mended.
            if error.kind == Kind::Usage {
                screen.filter = TextField::new(&query);
                screen.focus = Focus::Filter;
            }
            failed(app, error)
        }
        _ => Vec::new(),
    }
}

/// What the user ended is no failure.
fn failed(app: &mut App, error: Error) -> Vec<Effect> {
    match error.kind {
        Kind::Cancelled => {}
        Kind::Usage => {
            let hint = error.hint.as_ref().map_or(String::new(), |h| format!(" ({h})"));
            app.say(Tone::Bad, format!("{}{hint}", error.what));
        }
        _ => app.dialogs.push(Dialog::error(error)),
    }
    Vec::new()
}
