//! What the responses of the reader do on the Profiles screen.

use super::column::Column;
use super::messages::Response;
use super::page::related;
use super::rows::{request_rows, select_place};
use super::search::next_hit;
use super::state::{Focus, Hits, RowWindow, ShownProfiles, Task, TaskKind};
use super::update::copy_email;
use super::{factors, page};
use crate::domain::format::counted;
use crate::error::{Error, Kind, Result};
use crate::tui::app::{App, Severity};
use crate::tui::dialogs::{Dialog, Prompt, Purpose};
use crate::tui::effect::Effect;
use crate::tui::widgets::text_field::TextField;
use std::path::Path;
use std::sync::Arc;

/// Takes a response; late ones are dropped.
pub fn on_response(app: &mut App, response: Response) -> Vec<Effect> {
    let Some(response) = take_global(app, response) else { return Vec::new() };
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match response {
        Response::Opened { score, opened } if score == screen.score => match opened {
            Ok(opened) => {
                let attributes = opened.attributes.clone();
                screen.opened = Some(opened);
                let columns = Column::chosen(&app.columns, &attributes);
                let mut effects = Vec::new();
                if let Some(screen) = &mut app.profiles {
                    screen.columns = columns;
                    effects = related::locate(screen);
                }
                effects.extend(request_rows(app));
                return effects;
            }
            Err(error) => screen.error = Some(error),
        },
        Response::Rows { view, from, rows } if view == screen.shown.number => match rows {
            Ok(rows) => {
                screen.window =
                    RowWindow { view, from, rows, requested: screen.window.requested.filter(|a| *a != from) };
                return request_rows(app);
            }
            Err(error) => {
                // Asked for no more until the profiles are opened again.
                screen.opened = None;
                screen.error = Some(error);
            }
        },
        Response::Progress { task, done, total } => {
            if let Some(now) = screen.task.as_mut().filter(|t| t.number == task) {
                (now.done, now.total) = (done, total);
            }
        }
        Response::QueryResult { task, places } if screen.is_current(task) => return show_query_result(app, places),
        Response::FindResult { task, places } if screen.is_current(task) => match (screen.task.take(), places) {
            (Some(Task { kind: TaskKind::Find(text), .. }), Ok(places)) => {
                screen.hits = Some(Hits { text, places, rows: Arc::default(), view: 0 });
                return next_hit(app, 0);
            }
            (_, Err(error)) => return report_failure(app, error),
            _ => {}
        },
        Response::Percentile { serial, place } if serial == screen.serial => match place {
            Ok(place) => return select_place(app, place),
            Err(error) => return report_failure(app, error),
        },
        Response::Located { serial, id, place } if serial == screen.serial => match place {
            Ok(Some(place)) => {
                screen.selected = place as usize;
                let mut effects = page::open(screen, place);
                effects.extend(request_rows(app));
                return effects;
            }
            Ok(None) => {
                let text = format!("{} does not score {id}: converted before, left out, or too new.", screen.name);
                let effects = related::back(app).unwrap_or_default();
                app.notify(Severity::Error, text);
                return effects;
            }
            Err(error) => return report_failure(app, error),
        },
        Response::Factors { serial, read } if serial == screen.serial => factors::set_influence(app, read),
        Response::Detail { serial, .. } if serial != screen.serial => {}
        Response::Detail { place, ref detail, .. } if screen.copied_when_read == Some(place) => {
            screen.copied_when_read = None;
            return match detail {
                Ok(detail) => copy_email(screen, &app.workspace.bands, detail),
                Err(error) => report_failure(app, error.clone()),
            };
        }
        Response::Detail { .. } | Response::Change { .. } | Response::History { .. } | Response::WhatIf { .. } => {
            return page::on_response(app, response);
        }
        _ => {}
    }
    Vec::new()
}

/// Takes what is told whatever screen and whatever score is open; gives back everything else.
fn take_global(app: &mut App, response: Response) -> Option<Response> {
    match response {
        Response::Copied { file } => {
            let also = file.as_ref().map_or(String::new(), |f| format!(" It lies in {}, too.", f.display()));
            app.notify(Severity::Success, format!("Copied, where the terminal lets programs copy.{also}"));
        }
        Response::Progress { task, done, total } if app.export.as_ref().is_some_and(|t| t.number == task) => {
            if let Some(export) = &mut app.export {
                (export.done, export.total) = (done, total);
            }
        }
        Response::Exported { path, written } => {
            app.export = None;
            match written {
                Ok(written) => {
                    app.notify(
                        Severity::Success,
                        format!("{} are in {}.", counted(written, "profile", "profiles"), app.full_path(&path)),
                    );
                }
                Err(error) if error.kind == Kind::Cancelled => app.notify(Severity::Info, "The export was cancelled."),
                Err(error) => export_again(app, &path, &error),
            }
        }
        other => return Some(other),
    }
    None
}

/// The name can be given anew; what was typed is not lost.
fn export_again(app: &mut App, path: &Path, error: &Error) {
    let profiles = app.profiles.as_ref().map_or(0, |screen| screen.len() as u64);
    let text = path.display().to_string();
    let prompt = Prompt::again(Purpose::Export { profiles }, &text, error.to_string());
    app.dialogs.push(Dialog::Prompt(prompt));
}

fn show_query_result(app: &mut App, places: Result<Option<Arc<Vec<u32>>>>) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let task = screen.task.take();
    match (places, task.map(|t| t.kind)) {
        (Ok(places), Some(TaskKind::View(query, sort))) => {
            let number = screen.generation;
            screen.shown = ShownProfiles { number, query, sort, places };
            (screen.selected, screen.offset) = (0, 0);
            screen.window.requested = None;
            request_rows(app)
        }
        (Err(error), Some(TaskKind::View(query, _))) => {
            // What was typed stays, to be mended.
            if error.kind == Kind::Usage {
                screen.filter = TextField::new(&query);
                screen.focus = Focus::Filter;
            }
            report_failure(app, error)
        }
        _ => Vec::new(),
    }
}

/// What the user ended is no failure.
fn report_failure(app: &mut App, error: Error) -> Vec<Effect> {
    match error.kind {
        Kind::Cancelled => {}
        Kind::Usage => {
            let hint = error.hint.as_ref().map_or(String::new(), |h| format!(" ({h})"));
            app.notify(Severity::Error, format!("{}{hint}", error.what));
        }
        _ => app.dialogs.push(Dialog::error(error)),
    }
    Vec::new()
}
