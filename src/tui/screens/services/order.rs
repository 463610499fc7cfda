//! Which scores the list holds, in which order, and the selected one among them. Called by the updates.

use super::layout::rows_shown;
use super::state::{Order, Sort, test_auc};
use super::status::status;
use crate::domain::text::natural_key;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::App;
use jiff::Timestamp;
use std::cmp::Reverse;

/// The row of the selected score in the list.
pub fn selected_row(app: &App) -> Option<usize> {
    let selected = app.services.selected.as_deref()?;
    app.services.order.iter().position(|&i| app.scores.get(i).is_some_and(|l| l.score.id == selected))
}

/// Selects the score at a place of the list.
pub fn select(app: &mut App, at: usize) {
    let id = app.services.order.get(at).and_then(|&i| app.scores.get(i)).map(|l| l.score.id.clone());
    if id != app.services.selected {
        app.services.scroll = 0;
    }
    app.services.selected = id;
    keep_visible(app);
}

/// Scrolls by a page where the selection is out of sight, and not by a row at every step: a list that scrolls is sent as
/// a whole, a selection that moves within it is a few bytes.
pub fn keep_visible(app: &mut App) {
    let rows = rows_shown(app.size).max(1);
    let Some(at) = selected_row(app) else { return };
    let services = &mut app.services;
    if at >= services.offset + rows {
        services.offset = at.saturating_sub(1);
    } else if at < services.offset {
        services.offset = (at + 2).saturating_sub(rows);
    }
    services.offset = services.offset.min(services.order.len().saturating_sub(rows));
}

/// Selects a score whatever the filter is.
pub fn show(app: &mut App, score: &str) {
    app.services.selected = Some(score.to_string());
    app.services.selection_made = true;
    app.services.filter.clear();
    rebuild_list(app);
}

/// Filters and sorts again, and keeps the selection on its score, else on its row.
pub fn rebuild_list(app: &mut App) {
    let before = selected_row(app);
    rebuild_list_from(app, before);
}

/// The same where the scores were replaced: `before` is the row of the selected one as it was.
pub fn rebuild_list_from(app: &mut App, before: Option<usize>) {
    let wanted: Vec<String> = app.services.filter.value().to_lowercase().split_whitespace().map(String::from).collect();
    let mut order: Vec<usize> = (0..app.scores.len()).filter(|&i| matches(&app.scores[i], &wanted)).collect();
    sort(app, &mut order);
    app.services.order = order;
    if !app.services.selection_made {
        // Nobody has chosen yet: the first one is it, whatever is read of the runs.
        select(app, 0);
    } else if selected_row(app).is_none() {
        // A filter that hides the selected score, or a score that was deleted elsewhere.
        let last = app.services.order.len().saturating_sub(1);
        select(app, before.unwrap_or(0).min(last));
    }
    keep_visible(app);
}

/// All scores in the order of the list, whatever its filter is: other screens show them in the same.
pub fn in_order(app: &App) -> Vec<usize> {
    let mut order: Vec<usize> = (0..app.scores.len()).collect();
    sort(app, &mut order);
    order
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
    let Order { by, reversed } = app.services.sort;
    let natural = |&i: &usize| natural_key(&scores[i].score.name);
    match by {
        Sort::Name => order.sort_by_cached_key(natural),
        Sort::Type => order.sort_by_cached_key(|i| (scores[*i].score.profile_type, natural(i))),
        Sort::Status => order.sort_by_cached_key(|i| (status(app, &scores[*i]).1, natural(i))),
        Sort::Created => order.sort_by_key(|&i| Reverse(scores[i].score.created_at)),
        Sort::Profiles => {
            order.sort_by_key(|&i| Reverse(scores[i].scored.as_ref().map(|run| run.population.scored)));
        }
        Sort::Auc => order.sort_by(|&a, &b| {
            let auc = |i: usize| test_auc(&scores[i]).map_or(f64::MIN, |a| a.value);
            auc(b).total_cmp(&auc(a)).then(a.cmp(&b))
        }),
        Sort::LastRun => order.sort_by_cached_key(|&i| {
            let live = app.live_run(&scores[i].score.id).filter(|l| l.is_running()).is_some();
            let ran: Option<Timestamp> = scores[i].last.as_ref().map(|r| r.started_at);
            (Reverse(live), Reverse(ran), Reverse(scores[i].score.created_at), Reverse(i))
        }),
    }
    if reversed {
        order.reverse();
    }
}

/// Sorts by a column, or, by the same, the other way round.
pub fn sort_by(app: &mut App, by: Sort) {
    app.services.sort = app.services.sort.then(by);
    rebuild_list(app);
    keep_visible(app);
}
