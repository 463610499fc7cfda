//! What keys do on the Monitoring screen, and what a run that was read leads to.

use super::layout::list_rows;
use super::order::RunSort;
use super::run::{self, RunPage, Transition};
use super::runs::{keep_visible, rebuild_list};
use crate::domain::run::line::RunLine;
use crate::error::Result;
use crate::queries::run_detail::RunDetail;
use crate::tui::action::Action;
use crate::tui::app::{App, Screen, Severity};
use crate::tui::dialogs::{Dialog, Picker, PickerKind, Question};
use crate::tui::effect::{Effect, RunPurpose};
use crate::tui::screens::services;
use crossterm::event::KeyEvent;
use std::sync::Arc;

/// Goes to the screen.
pub fn open(app: &mut App) {
    // The key of the screen leads back to its list.
    if app.screen == Screen::Monitoring || app.monitoring.opened_from != Screen::Monitoring {
        app.monitoring.page = None;
        app.monitoring.opened_from = Screen::Monitoring;
    }
    app.screen = Screen::Monitoring;
    rebuild_list(app);
}

/// Does what was asked for. The caller has made sure that nothing forbids it.
pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Promote => {
            promote(app);
            return Vec::new();
        }
        Action::CodePage => {
            if let Some(line) = app.monitoring.current_run() {
                let purpose = if line.code.is_some() { RunPurpose::Code } else { RunPurpose::Warnings };
                return load_run(app, &line, purpose);
            }
        }
        _ => {}
    }
    if let Some(mut page) = app.monitoring.page.take() {
        let extent = run::extent(app, &page);
        match run::update(&mut page, action, extent) {
            Transition::Leave => {
                app.screen = app.monitoring.opened_from;
                return Vec::new();
            }
            Transition::Open(code) => app.dialogs.push(Dialog::Pager(code)),
            Transition::Stay => {}
        }
        app.monitoring.page = Some(page);
        return Vec::new();
    }
    update_list(app, action)
}

fn update_list(app: &mut App, action: Action) -> Vec<Effect> {
    let page = list_rows(app).saturating_sub(1).max(1) as isize;
    match action {
        Action::Up => step(app, -1),
        Action::Down => step(app, 1),
        Action::PageUp => step(app, -page),
        Action::PageDown => step(app, page),
        Action::First => step(app, isize::MIN / 2),
        Action::Last => step(app, isize::MAX / 2),
        Action::FailuresOnly => {
            app.monitoring.failures_only = !app.monitoring.failures_only;
            rebuild_list(app);
        }
        Action::ToggleGraphs => {
            app.monitoring.show_graphs = !app.monitoring.show_graphs;
            keep_visible(app);
        }
        Action::OneScore => app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Scores))),
        Action::SortRuns => app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Sort))),
        Action::FindRuns => app.monitoring.is_finding = true,
        Action::Accept if app.monitoring.is_finding => app.monitoring.is_finding = false,
        Action::Close if app.monitoring.is_filtered() || app.monitoring.is_finding => {
            app.monitoring.is_finding = false;
            app.monitoring.find.clear();
            app.monitoring.score = None;
            app.monitoring.failures_only = false;
            rebuild_list(app);
        }
        Action::Close => app.screen = Screen::Services,
        Action::Accept => return open_selected(app),
        Action::Refresh => return vec![Effect::Refresh],
        _ => {}
    }
    Vec::new()
}

/// Opens the selected run; one that is live is shown where its progress is.
fn open_selected(app: &mut App) -> Vec<Effect> {
    let Some(line) = app.monitoring.selected_run().map(Arc::clone) else { return Vec::new() };
    let live = app.live_run(&line.score).filter(|live| live.run == line.id).map(|live| live.is_running());
    if live == Some(false) {
        app.notify(
            Severity::Info,
            "Its process ended before it was done; the next run, or cancelling it, clears it away.",
        );
        return Vec::new();
    }
    if live.is_some() {
        app.screen = Screen::Services;
        app.services.selected = Some(line.score.clone());
        app.services.filter.clear();
        services::rebuild_list(app);
        app.notify(Severity::Info, "This run is live: here is how far it is.");
        return Vec::new();
    }
    load_run(app, &line, RunPurpose::Page)
}

/// Opens a run from another screen, to which Esc leads back.
pub fn open_from(app: &mut App, line: &RunLine, purpose: RunPurpose) -> Vec<Effect> {
    let effects = load_run(app, line, purpose);
    app.monitoring.opened_from = app.screen;
    effects
}

/// Has all read that a run left.
fn load_run(app: &mut App, line: &RunLine, purpose: RunPurpose) -> Vec<Effect> {
    app.monitoring.requested_run = Some(line.id.clone());
    app.monitoring.opened_from = Screen::Monitoring;
    vec![Effect::LoadRun { score: line.score.clone(), run: line.id.clone(), purpose }]
}

/// All that a run left, for what it was asked for. Late answers about another run are passed over.
pub fn run_loaded(app: &mut App, run: &str, purpose: RunPurpose, detail: Result<Arc<RunDetail>>) {
    if app.monitoring.requested_run.as_deref() != Some(run) {
        return;
    }
    app.monitoring.requested_run = None;
    match (detail, purpose) {
        (Ok(detail), RunPurpose::Warnings) if detail.run.warnings.is_empty() => {
            let text = format!("There is nothing to tell of this run: it is {}, without a warning.", detail.run.status);
            app.notify(Severity::Info, text);
        }
        (Ok(detail), RunPurpose::Page | RunPurpose::Warnings) => {
            let mut page = RunPage::new(detail);
            if purpose == RunPurpose::Warnings {
                page.scroll = run::place_of_warnings(app, &page);
            }
            app.monitoring.page = Some(Box::new(page));
            app.screen = Screen::Monitoring;
        }
        (Ok(detail), RunPurpose::Code) => match run::code_page(&detail.run) {
            Some(code) => app.dialogs.push(Dialog::Pager(code)),
            None => app.notify(Severity::Info, "This run was stopped by no quality check: it has no code."),
        },
        (Err(error), _) => app.dialogs.push(Dialog::error(error)),
    }
}

fn promote(app: &mut App) {
    if let Some(line) = app.monitoring.current_run() {
        let (score, run, name) = (line.score.clone(), line.id.clone(), line.score_name.clone());
        app.ask(Question::Promote { score, run, name });
    }
}

/// The window has another size.
pub fn resize(app: &mut App) {
    keep_visible(app);
}

fn step(app: &mut App, by: isize) {
    let last = app.monitoring.runs.len().saturating_sub(1) as isize;
    app.monitoring.selected = (app.monitoring.selected as isize).saturating_add(by).clamp(0, last) as usize;
    keep_visible(app);
}

/// Sorts the runs by a column, or, by the same, the other way round.
pub fn sort_by(app: &mut App, by: RunSort) {
    app.monitoring.order = app.monitoring.order.then(by);
    rebuild_list(app);
}

/// Shows the runs of one score, or of all.
pub fn choose_score(app: &mut App, score: Option<String>) {
    app.monitoring.score = score;
    rebuild_list(app);
}

/// A key of the field in which runs are looked for: they are found as one types.
pub fn text_key(app: &mut App, key: KeyEvent) {
    if app.monitoring.is_finding && app.monitoring.find.key(key) {
        rebuild_list(app);
    }
}

pub fn paste(app: &mut App, text: &str) {
    if app.monitoring.is_finding {
        app.monitoring.find.paste(text);
        rebuild_list(app);
    }
}
