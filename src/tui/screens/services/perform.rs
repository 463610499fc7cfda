//! What keys do on the Services screen.

use super::{BUTTONS, Focus, Services, Sort};
use crate::domain::run::RunKind;
use crate::queries::score_summaries::ScoreSummary;
use crate::store::ui::UiState;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::{self, Dialog, Question};
use crate::tui::effect::Effect;
use crate::tui::ring;
use crate::tui::screens::profiles;
use crossterm::event::KeyEvent;
use jiff::Timestamp;
use std::cmp::Reverse;

/// Does what was asked for. The caller has made sure that nothing forbids it.
pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Up => step(app, -1),
        Action::Down => step(app, 1),
        Action::PageUp => step(app, -page(app)),
        Action::PageDown => step(app, page(app)),
        Action::First => step(app, isize::MIN / 2),
        Action::Last => step(app, isize::MAX / 2),
        Action::Left => sideways(app, -1),
        Action::Right => sideways(app, 1),
        Action::FocusNext => focus(app, 1),
        Action::FocusPrevious => focus(app, -1),
        Action::Accept => accept(app),
        Action::Close => close(app),
        Action::Filter => {
            app.services.open = false;
            app.services.focus = Focus::Filter;
            Vec::new()
        }
        Action::Sort => {
            app.services.sort = app.services.sort.next();
            arrange(app);
            keep_visible(app);
            vec![Effect::SaveUi(state(app))]
        }
        Action::Create => dialogs::create(app),
        Action::Drafts => {
            app.dialogs.push(Dialog::drafts());
            vec![Effect::LoadDrafts]
        }
        Action::Edit => dialogs::edit(app),
        Action::Clone => dialogs::clone(app),
        Action::Delete => dialogs::delete(app),
        Action::Schedule => dialogs::schedule(app),
        Action::Undo => match app.deleted.last().cloned() {
            Some(score) => vec![Effect::RestoreScore { score }],
            None => Vec::new(),
        },
        Action::Run => run(app),
        Action::CancelRun => cancel(app),
        Action::Profiles => profiles::open(app),
        Action::Refresh => vec![Effect::Refresh],
        _ => Vec::new(),
    }
}

/// A key of the filter, or of nothing.
pub fn typed(app: &mut App, key: KeyEvent) {
    if app.services.focus == Focus::Filter && app.services.filter.key(key) {
        arrange(app);
    }
}

fn run(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let question = Question::Run {
        score: listed.score.id.clone(),
        name: listed.score.name.clone(),
        retrain: listed.scored.is_some(),
    };
    app.dialogs.push(Dialog::ask(question));
    Vec::new()
}

fn cancel(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let (score, name) = (listed.score.id.clone(), listed.score.name.clone());
    app.dialogs.push(Dialog::ask(Question::CancelRun { score, name }));
    Vec::new()
}

fn step(app: &mut App, by: isize) -> Vec<Effect> {
    let details = app.services.focus == Focus::Details || (app.services.open && !app.is_wide());
    if details {
        let most = super::details::overflow(app);
        let to = (app.services.scroll as isize).saturating_add(by).clamp(0, most as isize);
        app.services.scroll = to as u16;
        return Vec::new();
    }
    let Some(last) = app.services.order.len().checked_sub(1) else { return Vec::new() };
    let at = place(app).map_or(0, |at| (at as isize).saturating_add(by).clamp(0, last as isize) as usize);
    select(app, at);
    Vec::new()
}

/// Selects the score at a place of the list.
fn select(app: &mut App, at: usize) {
    let id = app.services.order.get(at).and_then(|&i| app.scores.get(i)).map(|l| l.score.id.clone());
    if id != app.services.selected {
        app.services.scroll = 0;
    }
    app.services.selected = id;
    keep_visible(app);
}

/// The place of the selected score in the list.
pub fn place(app: &App) -> Option<usize> {
    let selected = app.services.selected.as_deref()?;
    app.services.order.iter().position(|&i| app.scores.get(i).is_some_and(|l| l.score.id == selected))
}

fn page(app: &App) -> isize {
    super::list::rows_shown(app).saturating_sub(1).max(1) as isize
}

/// Scrolls by a page where the selection is out of sight, and not by a row at every step: a list that scrolls is sent as
/// a whole, a selection that moves within it is a few bytes.
fn keep_visible(app: &mut App) {
    let rows = super::list::rows_shown(app).max(1);
    let Some(at) = place(app) else { return };
    let services = &mut app.services;
    if at >= services.offset + rows {
        services.offset = at.saturating_sub(1);
    } else if at < services.offset {
        services.offset = (at + 2).saturating_sub(rows);
    }
    services.offset = services.offset.min(services.order.len().saturating_sub(rows));
}

fn sideways(app: &mut App, by: isize) -> Vec<Effect> {
    match app.services.focus {
        Focus::Details => {
            let to = app.services.button as isize + by;
            match to {
                -1 if app.is_wide() => app.services.focus = Focus::List,
                _ => app.services.button = to.clamp(0, BUTTONS.len() as isize - 1) as usize,
            }
        }
        Focus::List if by > 0 => open(app),
        Focus::List | Focus::Create | Focus::Filter => {}
    }
    Vec::new()
}

fn open(app: &mut App) {
    if app.selected().is_some() {
        app.services.focus = Focus::Details;
        app.services.open = true;
    }
}

fn focus(app: &mut App, by: isize) -> Vec<Effect> {
    const RING: [Focus; 3] = [Focus::Create, Focus::List, Focus::Details];
    let current = if app.services.focus == Focus::Filter { Focus::List } else { app.services.focus };
    let to = ring::step(&RING, current, by);
    let to = if to == Focus::Details && app.selected().is_none() { Focus::Create } else { to };
    app.services.focus = to;
    app.services.open = to == Focus::Details;
    Vec::new()
}

fn accept(app: &mut App) -> Vec<Effect> {
    match app.services.focus {
        Focus::Filter => {
            app.services.focus = Focus::List;
            vec![Effect::SaveUi(state(app))]
        }
        Focus::List => {
            open(app);
            Vec::new()
        }
        Focus::Create => crate::tui::update::ask(app, Action::Create),
        Focus::Details => {
            let action = BUTTONS[app.services.button.min(BUTTONS.len() - 1)].0;
            crate::tui::update::ask(app, action)
        }
    }
}

fn close(app: &mut App) -> Vec<Effect> {
    match app.services.focus {
        Focus::Filter | Focus::List if !app.services.filter.is_empty() => {
            app.services.filter.clear();
            app.services.focus = Focus::List;
            arrange(app);
            return vec![Effect::SaveUi(state(app))];
        }
        _ => {}
    }
    app.services.focus = Focus::List;
    app.services.open = false;
    Vec::new()
}

/// Filters and sorts again, and keeps the selection on its score, else on its place.
pub fn arrange(app: &mut App) {
    let before = place(app);
    arrange_from(app, before);
}

/// The same where the scores were replaced: `before` is the place of the selected one as it was.
pub fn arrange_from(app: &mut App, before: Option<usize>) {
    let wanted: Vec<String> = app.services.filter.value().to_lowercase().split_whitespace().map(String::from).collect();
    let mut order: Vec<usize> = (0..app.scores.len()).filter(|&i| matches(&app.scores[i], &wanted)).collect();
    sort(app, &mut order);
    app.services.order = order;
    if !app.services.settled {
        // Nobody has chosen yet: the first one is it, whatever is read of the runs.
        select(app, 0);
    } else if place(app).is_none() {
        // A filter that hides the selected score, or a score that was deleted elsewhere.
        let last = app.services.order.len().saturating_sub(1);
        select(app, before.unwrap_or(0).min(last));
    }
    keep_visible(app);
}

fn matches(listed: &ScoreSummary, wanted: &[String]) -> bool {
    if wanted.is_empty() {
        return true;
    }
    let s = &listed.score;
    let text = format!("{} {} {} {}", s.name, s.description, s.profile_type, s.goal).to_lowercase();
    wanted.iter().all(|word| text.contains(word.as_str()))
}

fn sort(app: &App, order: &mut [usize]) {
    let scores = &app.scores;
    match app.services.sort {
        Sort::Name => order.sort_by_cached_key(|&i| scores[i].score.name.to_lowercase()),
        Sort::Created => order.sort_by_key(|&i| Reverse(scores[i].score.created_at)),
        Sort::Auc => order.sort_by(|&a, &b| {
            let auc = |i: usize| super::list::auc(&scores[i]).map_or(f64::MIN, |a| a.value);
            auc(b).total_cmp(&auc(a)).then(a.cmp(&b))
        }),
        Sort::LastRun => order.sort_by_cached_key(|&i| {
            let live = app.live(&scores[i].score.id).filter(|l| l.is_running()).is_some();
            let ran: Option<Timestamp> = scores[i].last.as_ref().map(|r| r.started_at);
            (Reverse(live), Reverse(ran), Reverse(scores[i].score.created_at), Reverse(i))
        }),
    }
}

/// What is kept for the next session.
pub fn state(app: &App) -> UiState {
    let Services { selected, filter, sort, .. } = &app.services;
    UiState {
        selected: selected.clone(),
        filter: filter.value().to_string(),
        sort: sort.word().to_string(),
        columns: app.columns.iter().map(profiles::Column::key).collect(),
    }
}

/// The run that a score's next one would be: a first run trains.
pub fn kinds(retrain: bool) -> &'static [RunKind] {
    if retrain { &[RunKind::Scoring, RunKind::Training] } else { &[RunKind::Training] }
}
