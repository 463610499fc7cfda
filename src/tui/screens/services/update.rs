//! What keys do on the Services screen.

use super::details::{overflow, scroll_to_buttons};
use super::layout::rows_shown;
use super::order::{rebuild_list, select, selected_row};
use super::state::{BUTTONS, Focus};
use crate::domain::run::Status;
use crate::domain::run::line::RunLine;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::cycle;
use crate::tui::dialogs::{Dialog, Picker, PickerKind, open};
use crate::tui::effect::{Effect, RunPurpose};
use crate::tui::layout::Layout;
use crate::tui::screens::{monitoring, profiles};
use crossterm::event::KeyEvent;

/// Does what was asked for. The caller has made sure that nothing forbids it.
pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Up => step(app, -1),
        Action::Down => step(app, 1),
        Action::PageUp => step(app, -page_rows(app)),
        Action::PageDown => step(app, page_rows(app)),
        Action::First => step(app, isize::MIN / 2),
        Action::Last => step(app, isize::MAX / 2),
        Action::Left => move_sideways(app, -1),
        Action::Right => move_sideways(app, 1),
        Action::FocusNext => move_focus(app, 1),
        Action::FocusPrevious => move_focus(app, -1),
        Action::Accept => accept(app),
        Action::Close => close(app),
        Action::Filter => {
            app.services.details_open = false;
            app.services.focus = Focus::Filter;
            Vec::new()
        }
        Action::Sort => {
            app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Sort)));
            Vec::new()
        }
        Action::Create => open::create(app),
        Action::Drafts => {
            app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Drafts)));
            vec![Effect::LoadDrafts]
        }
        Action::Edit => open::edit(app),
        Action::Clone => open::clone(app),
        Action::Delete => open::delete(app),
        Action::Schedule => open::schedule(app),
        // What was deleted last here comes back at once; without one, what else there is can be chosen.
        Action::Undo => match app.deleted.pop() {
            Some(score) => vec![Effect::RestoreScore { score }],
            None => {
                app.trash = None;
                app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Trash)));
                vec![Effect::LoadTrash]
            }
        },
        Action::Run => open::run(app),
        Action::CancelRun => open::cancel_run(app),
        Action::Profiles => profiles::open(app),
        Action::LastRun => open_last_run(app, RunPurpose::Page),
        Action::CodePage => {
            let failed = app.selected().and_then(|l| l.last.as_ref()).is_some_and(|run| run.status == Status::Failed);
            open_last_run(app, if failed { RunPurpose::Code } else { RunPurpose::Warnings })
        }
        Action::Refresh => vec![Effect::Refresh],
        _ => Vec::new(),
    }
}

/// Opens the last run of the selected score, for what is wanted of it.
fn open_last_run(app: &mut App, purpose: RunPurpose) -> Vec<Effect> {
    let line = app.selected().and_then(|listed| listed.last.as_ref()).map(|run| RunLine::from_run(run));
    line.map_or_else(Vec::new, |line| monitoring::open_from(app, &line, purpose))
}

/// A key of the filter, or of nothing.
pub fn text_key(app: &mut App, key: KeyEvent) {
    if app.services.focus == Focus::Filter && app.services.filter.key(key) {
        rebuild_list(app);
    }
}

pub fn paste(app: &mut App, text: &str) {
    if app.services.focus == Focus::Filter {
        app.services.filter.paste(text);
        rebuild_list(app);
    }
}

fn step(app: &mut App, by: isize) -> Vec<Effect> {
    let details = app.services.focus == Focus::Details || (app.services.details_open && app.layout() == Layout::Narrow);
    if details {
        let most = overflow(app);
        let to = (app.services.scroll as isize).saturating_add(by).clamp(0, most as isize);
        app.services.scroll = to as u16;
        return Vec::new();
    }
    let Some(last) = app.services.order.len().checked_sub(1) else { return Vec::new() };
    let at = selected_row(app).map_or(0, |at| (at as isize).saturating_add(by).clamp(0, last as isize) as usize);
    select(app, at);
    Vec::new()
}

fn page_rows(app: &App) -> isize {
    rows_shown(app.size).saturating_sub(1).max(1) as isize
}

fn move_sideways(app: &mut App, by: isize) -> Vec<Effect> {
    match app.services.focus {
        Focus::Details => {
            let to = app.services.button as isize + by;
            match to {
                -1 if app.layout() != Layout::Narrow => leave_details(app),
                _ => {
                    app.services.button = to.clamp(0, BUTTONS.len() as isize - 1) as usize;
                    app.services.scroll = scroll_to_buttons(app);
                }
            }
        }
        Focus::List if by > 0 => open_details(app),
        Focus::List | Focus::Create | Focus::Filter => {}
    }
    Vec::new()
}

fn open_details(app: &mut App) {
    if app.selected().is_some() {
        app.services.focus = Focus::Details;
        app.services.details_open = true;
        app.services.button = 0;
        app.services.scroll = scroll_to_buttons(app);
    }
}

/// Back to the list: the details begin at their top again.
fn leave_details(app: &mut App) {
    app.services.focus = Focus::List;
    app.services.details_open = false;
    app.services.button = 0;
    app.services.scroll = 0;
}

fn move_focus(app: &mut App, by: isize) -> Vec<Effect> {
    const FOCUS_ORDER: [Focus; 3] = [Focus::Create, Focus::List, Focus::Details];
    let current = if app.services.focus == Focus::Filter { Focus::List } else { app.services.focus };
    let to = cycle::step(&FOCUS_ORDER, current, by);
    let to = if to == Focus::Details && app.selected().is_none() { Focus::Create } else { to };
    if to == Focus::Details {
        open_details(app);
    } else {
        leave_details(app);
        app.services.focus = to;
    }
    Vec::new()
}

fn accept(app: &mut App) -> Vec<Effect> {
    match app.services.focus {
        Focus::Filter => {
            app.services.focus = Focus::List;
            vec![Effect::SaveUi(app.ui_state())]
        }
        Focus::List => {
            open_details(app);
            Vec::new()
        }
        Focus::Create => press(app, Action::Create),
        // A button that cannot be seen is shown first, and pressed by the next Enter.
        Focus::Details if scroll_to_buttons(app) != app.services.scroll => {
            app.services.scroll = scroll_to_buttons(app);
            Vec::new()
        }
        Focus::Details => {
            let action = BUTTONS[app.services.button.min(BUTTONS.len() - 1)].0;
            press(app, action)
        }
    }
}

/// Does what a button stands for, or says why not.
fn press(app: &mut App, action: Action) -> Vec<Effect> {
    if app.refuses(action) { Vec::new() } else { update(app, action) }
}

fn close(app: &mut App) -> Vec<Effect> {
    match app.services.focus {
        Focus::Filter | Focus::List if !app.services.filter.is_empty() => {
            app.services.filter.clear();
            app.services.focus = Focus::List;
            rebuild_list(app);
            return vec![Effect::SaveUi(app.ui_state())];
        }
        _ => {}
    }
    leave_details(app);
    Vec::new()
}
