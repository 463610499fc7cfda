//! Which runs the list holds, the marks of the days, and the selected run. Called by the updates.

use super::layout::list_rows;
use super::state::{DAYS, earliest_shown};
use crate::domain::run::line::RunLine;
use crate::domain::run::timeline::{DayStatus, RunHistory, day_statuses};
use crate::domain::score::schedule::Attempt;
use crate::queries::score_summaries::ScoreSummary;
use crate::runs::interrupted;
use crate::tui::app::{App, Screen};
use crate::tui::screens::services;
use std::cmp::Reverse;
use std::sync::Arc;

/// Filters again, draws the marks anew, and keeps the selection on its run, else on its row.
pub fn rebuild_list(app: &mut App) {
    if app.screen != Screen::Monitoring {
        return;
    }
    let selected = app.monitoring.selected_run().map(|line| line.id.clone());
    let live = live_lines(app);
    let monitoring = &app.monitoring;
    // A run that ended this moment may be told of as live and as published.
    let published = app.scores.iter().flat_map(|listed| listed.lines.iter());
    let published = published.filter(|line| !live.iter().any(|l| l.id == line.id));
    let first = earliest_shown(app.now);
    let (recent, older): (Vec<_>, Vec<_>) =
        published.filter(|line| monitoring.matches(line)).partition(|line| line.started_at >= first);
    let older = older.len();
    let mut shown: Vec<Arc<RunLine>> = recent.into_iter().map(Arc::clone).collect();
    // Those of each score are in order already, which a stable sort makes use of.
    let order = app.monitoring.order;
    shown.sort_by(|a, b| order.compare(a, b));
    shown.splice(0..0, live.into_iter().filter(|line| monitoring.matches(line)));
    let at = selected.and_then(|id| shown.iter().position(|line| line.id == id));
    app.monitoring.selected = at.unwrap_or(app.monitoring.selected).min(shown.len().saturating_sub(1));
    app.monitoring.runs = shown;
    app.monitoring.older_runs = older;
    app.monitoring.today = app.now.to_zoned_datetime(app.workspace.zone.clone()).date();
    app.monitoring.day_marks = day_marks(app);
    keep_visible(app);
}

/// Where a new day has begun, every mark moves.
pub fn refresh_on_new_day(app: &mut App) {
    let today = app.now.to_zoned_datetime(app.workspace.zone.clone()).date();
    if today != app.monitoring.today {
        rebuild_list(app);
    }
}

fn day_marks(app: &App) -> Vec<(String, Vec<DayStatus>)> {
    let of = |listed: &Arc<ScoreSummary>| {
        let live = app.live_run(&listed.score.id).filter(|live| live.is_running()).map(|live| live.started_at);
        let mut attempts: Vec<Attempt> = listed.lines.iter().map(|line| line.attempt()).collect();
        // The order of the ids is another where the clock was set back.
        attempts.sort_by_key(|attempt| Reverse(attempt.at));
        let (schedule, attempts) = (&listed.score.schedule, &attempts);
        let days = RunHistory { schedule, attempts, live, now: app.now, zone: &app.workspace.zone };
        (listed.score.id.clone(), day_statuses(&days, DAYS))
    };
    services::in_order(app).into_iter().filter_map(|at| app.scores.get(at)).map(of).collect()
}

/// The runs that are being made, or were interrupted, as lines of the list.
fn live_lines(app: &App) -> Vec<Arc<RunLine>> {
    let name = |score: &str| app.listed(score).map_or_else(|| score.to_string(), |l| l.score.name.clone());
    let lines =
        app.live_runs.values().map(|live| Arc::new(RunLine::from_run(&interrupted::summary(live, &name(&live.score)))));
    let mut lines: Vec<Arc<RunLine>> = lines.collect();
    lines.sort_by_key(|line| Reverse(line.started_at));
    lines
}

/// Scrolls as far as the selected run needs to be seen.
pub fn keep_visible(app: &mut App) {
    let rows = list_rows(app).max(1);
    let monitoring = &mut app.monitoring;
    if monitoring.selected >= monitoring.offset + rows {
        monitoring.offset = monitoring.selected + 1 - rows;
    } else if monitoring.selected < monitoring.offset {
        monitoring.offset = monitoring.selected;
    }
    monitoring.offset = monitoring.offset.min(monitoring.runs.len().saturating_sub(rows));
}
