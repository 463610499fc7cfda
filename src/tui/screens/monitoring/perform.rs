//! What keys do on the Monitoring screen, and what becomes of answers.

use super::RunPage;
use super::run::{self, Step};
use super::{DAYS, live_lines, since};
use crate::domain::run::line::RunLine;
use crate::domain::run::timeline::{Days, Mark, marks};
use crate::domain::score::schedule::Attempt;
use crate::queries::run_detail::RunDetail;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::app::{App, Screen, Tone};
use crate::tui::dialogs::{Dialog, Picker, Question};
use crate::tui::effect::{Aim, Effect};
use crate::tui::msg::Outcome;
use crate::tui::screens::services;
use std::cmp::Reverse;
use std::sync::Arc;

/// Goes to the screen.
pub fn open(app: &mut App) {
    // The key of the screen leads back to its list.
    if app.screen == Screen::Monitoring {
        app.monitoring.page = None;
    }
    app.screen = Screen::Monitoring;
    arrange(app);
}

/// Does what was asked for. The caller has made sure that nothing forbids it.
pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Promote => {
            promote(app);
            return Vec::new();
        }
        Action::CodePage => {
            if let Some(line) = app.monitoring.subject() {
                return ask(app, &line, Aim::Code);
            }
        }
        _ => {}
    }
    if let Some(mut page) = app.monitoring.page.take() {
        let extent = run::extent(app, &page);
        match run::perform(&mut page, action, extent) {
            Step::Leave => return Vec::new(),
            Step::Open(code) => app.dialogs.push(Dialog::Page(code)),
            Step::Stay => {}
        }
        app.monitoring.page = Some(page);
        return Vec::new();
    }
    on_list(app, action)
}

fn on_list(app: &mut App, action: Action) -> Vec<Effect> {
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
            arrange(app);
        }
        Action::Graphs => {
            app.monitoring.graphs = !app.monitoring.graphs;
            keep_visible(app);
        }
        Action::OneScore => app.dialogs.push(Dialog::Picker(Picker::scores())),
        Action::Close if app.monitoring.is_narrowed() => {
            app.monitoring.score = None;
            app.monitoring.failures_only = false;
            arrange(app);
        }
        Action::Close => app.screen = Screen::Services,
        Action::Accept => return enter(app),
        Action::Refresh => return vec![Effect::Refresh],
        _ => {}
    }
    Vec::new()
}

/// A run that is live is shown where its progress is.
fn enter(app: &mut App) -> Vec<Effect> {
    let Some(line) = app.monitoring.selected().map(Arc::clone) else { return Vec::new() };
    let live = app.live(&line.score).filter(|live| live.run == line.id).map(|live| live.is_running());
    if live == Some(false) {
        app.say(Tone::Plain, "Its process ended before it was done; the next run, or cancelling it, clears it away.");
        return Vec::new();
    }
    if live.is_some() {
        app.screen = Screen::Services;
        app.services.selected = Some(line.score.clone());
        app.services.filter.clear();
        services::arrange(app);
        app.say(Tone::Plain, "This run is live: here is how far it is.");
        return Vec::new();
    }
    ask(app, &line, Aim::Page)
}

/// Asks for all that a run left.
fn ask(app: &mut App, line: &RunLine, aim: Aim) -> Vec<Effect> {
    app.monitoring.asked = Some(line.id.clone());
    vec![Effect::Inspect { score: line.score.clone(), run: line.id.clone(), aim }]
}

/// All that a run left, for what it was asked for. Late answers about another run are passed over.
pub fn inspected(app: &mut App, run: &str, aim: Aim, inspection: Outcome<Arc<RunDetail>>) {
    if app.monitoring.asked.as_deref() != Some(run) {
        return;
    }
    app.monitoring.asked = None;
    match (inspection, aim) {
        (Ok(inspection), Aim::Page) => app.monitoring.page = Some(Box::new(RunPage::new(inspection))),
        (Ok(inspection), Aim::Code) => match run::code(&inspection.run) {
            Some(code) => app.dialogs.push(Dialog::Page(code)),
            None => app.say(Tone::Plain, "This run was stopped by no quality check: it has no code."),
        },
        (Err(error), _) => app.dialogs.push(Dialog::error(error)),
    }
}

fn promote(app: &mut App) {
    if let Some(line) = app.monitoring.subject() {
        let (score, run, name) = (line.score.clone(), line.id.clone(), line.score_name.clone());
        app.dialogs.push(Dialog::ask(Question::Promote { score, run, name }));
    }
}

/// The window has another size.
pub fn resized(app: &mut App) {
    keep_visible(app);
}

fn step(app: &mut App, by: isize) {
    let last = app.monitoring.shown.len().saturating_sub(1) as isize;
    app.monitoring.at = (app.monitoring.at as isize).saturating_add(by).clamp(0, last) as usize;
    keep_visible(app);
}

/// Rows of the list that fit.
fn list_rows(app: &App) -> usize {
    usize::from(super::view::parts(app).list.height.saturating_sub(1))
}

fn keep_visible(app: &mut App) {
    let rows = list_rows(app).max(1);
    let monitoring = &mut app.monitoring;
    if monitoring.at >= monitoring.offset + rows {
        monitoring.offset = monitoring.at + 1 - rows;
    } else if monitoring.at < monitoring.offset {
        monitoring.offset = monitoring.at;
    }
    monitoring.offset = monitoring.offset.min(monitoring.shown.len().saturating_sub(rows));
}

/// Filters again, draws the marks anew, and keeps the selection on its run, else on its place.
pub fn arrange(app: &mut App) {
    if app.screen != Screen::Monitoring {
        return;
    }
    let selected = app.monitoring.selected().map(|line| line.id.clone());
    let live = live_lines(app);
    let monitoring = &app.monitoring;
    // A run that ended this moment may be told of as live and as published.
    let published = app.scores.iter().flat_map(|listed| listed.lines.iter());
    let published = published.filter(|line| !live.iter().any(|l| l.id == line.id));
    let first = since(app);
    let (recent, older): (Vec<_>, Vec<_>) =
        published.filter(|line| monitoring.admits(line)).partition(|line| line.started_at >= first);
    let older = older.len();
    let mut shown: Vec<Arc<RunLine>> = recent.into_iter().map(Arc::clone).collect();
    // Those of each score are in order already, which a stable sort makes use of.
    shown.sort_by(|a, b| b.order().cmp(a.order()));
    shown.splice(0..0, live.into_iter().filter(|line| monitoring.admits(line)));
    let at = selected.and_then(|id| shown.iter().position(|line| line.id == id));
    app.monitoring.at = at.unwrap_or(app.monitoring.at).min(shown.len().saturating_sub(1));
    app.monitoring.shown = shown;
    app.monitoring.older = older;
    app.monitoring.today = app.now.to_zoned_datetime(app.workspace.zone.clone()).date();
    app.monitoring.days = days(app);
    keep_visible(app);
}

/// A new day begins: every mark moves.
pub fn turn_of_day(app: &mut App) {
    let today = app.now.to_zoned_datetime(app.workspace.zone.clone()).date();
    if today != app.monitoring.today {
        arrange(app);
    }
}

fn days(app: &App) -> Vec<(String, Vec<Mark>)> {
    let of = |listed: &Arc<ScoreSummary>| {
        let live = app.live(&listed.score.id).filter(|live| live.is_running()).map(|live| live.started_at);
        let mut attempts: Vec<Attempt> = listed.lines.iter().map(|line| line.attempt()).collect();
        // The order of the ids is another where the clock was set back.
        attempts.sort_by_key(|attempt| Reverse(attempt.at));
        let (schedule, attempts) = (&listed.score.schedule, &attempts);
        let days = Days { schedule, attempts, live, now: app.now, zone: &app.workspace.zone };
        (listed.score.id.clone(), marks(&days, DAYS))
    };
    app.scores.iter().map(of).collect()
}

/// What the list can be narrowed to: all scores, or one.
pub fn score_choices(app: &App) -> Vec<(Option<String>, String)> {
    let all = std::iter::once((None, "All scores".to_string()));
    all.chain(app.scores.iter().map(|l| (Some(l.score.id.clone()), l.score.name.clone()))).collect()
}

pub fn choose_score(app: &mut App, score: Option<String>) {
    app.monitoring.score = score;
    arrange(app);
}
