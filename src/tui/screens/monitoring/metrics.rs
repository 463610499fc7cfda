//! The metrics of the Monitoring screen: profiles scored, what is next, the last success, and how the runs went, over all
//! scores and for each.

use crate::domain::figures::{ago, ahead, count};
use crate::domain::run::Status;
use crate::domain::schedule::is_late;
use crate::domain::text::cut;
use crate::domain::timeline::Mark;
use crate::jobs::overview::Listed;
use crate::tui::app::App;
use crate::tui::theme::sign;
use crate::tui::widgets::cells::Cells;
use jiff::{SignedDuration, Timestamp};
use ratatui::text::{Line, Span};
use std::sync::Arc;

use super::DAYS;

/// A row of the table.
struct Row {
    name: String,
    profiles: u64,
    scoring: Option<Timestamp>,
    training: Option<Timestamp>,
    success: Option<Timestamp>,
    tally: Tally,
}

/// Runs of the last 90 days, and days on which none came.
#[derive(Default)]
struct Tally {
    successful: usize,
    failed: usize,
    live: usize,
    missed: usize,
}

pub fn draw(app: &App, cells: &mut Cells<'_>) {
    if cells.height() == 0 {
        return;
    }
    let chosen: Vec<&Arc<Listed>> = match &app.monitoring.score {
        Some(id) => app.scores.iter().filter(|l| l.score.id == *id).collect(),
        None => app.scores.iter().collect(),
    };
    let rows: Vec<Row> = chosen.iter().map(|listed| row(app, listed)).collect();
    let columns = Columns::of(cells.width());
    let mut x = columns.name + 2;
    cells.put_right_in(x, 0, PROFILES, "Profiles", app.theme.dim());
    x += PROFILES + 2;
    for title in columns.titles {
        cells.put(x, 0, columns.moment, title, app.theme.dim());
        x += columns.moment + 2;
    }
    cells.put(x, 0, cells.width().saturating_sub(x), "Runs in 90 days", app.theme.dim());
    let all = if rows.len() == 1 { None } else { Some(total(&rows)) };
    let more = usize::from(cells.height() - 1).saturating_sub(usize::from(all.is_some()));
    let shown = if more >= rows.len() { rows.len() } else { 0 };
    for (y, row) in (1u16..).zip(all.iter().chain(rows.iter().take(shown.max(usize::from(all.is_none()))))) {
        draw_row(app, row, cells, y, &columns);
    }
}

/// Where the columns stand, and how wide they are.
struct Columns {
    name: u16,
    moment: u16,
    titles: [&'static str; 3],
}

const PROFILES: u16 = 10;

impl Columns {
    fn of(width: u16) -> Columns {
        let (moment, titles) = match width {
            0..100 => (10, ["Scoring", "Training", "Succeeded"]),
            _ => (13, ["Next scoring", "Next training", "Last success"]),
        };
        let name = width.saturating_sub(PROFILES + 3 * (moment + 2) + 2 + 20).clamp(12, 34);
        Columns { name, moment, titles }
    }
}

fn draw_row(app: &App, row: &Row, cells: &mut Cells<'_>, y: u16, columns: &Columns) {
    let Columns { name, moment, .. } = *columns;
    let first = y == 1;
    let theme = &app.theme;
    let (zone, now) = (&app.workspace.zone, app.now);
    let style = if first { theme.title() } else { theme.text() };
    cells.put(0, y, name, &cut(&row.name, usize::from(name)), style);
    let mut x = name + 2;
    let profiles = if row.success.is_some() { count(row.profiles) } else { "─".into() };
    cells.put_right_in(x, y, PROFILES, &profiles, style);
    x += PROFILES + 2;
    for at in [row.scoring, row.training] {
        let text = at.map_or("─".to_string(), |at| ahead(at, now, zone));
        let style = if at.is_some_and(|at| is_late(at, now)) { theme.warn() } else { theme.text() };
        cells.put(x, y, moment, &text, style);
        x += moment + 2;
    }
    let success = row.success.map_or("─".to_string(), |at| ago(at, now, zone));
    cells.put(x, y, moment, &success, theme.text());
    x += moment + 2;
    let tally = &row.tally;
    let mut spans = vec![Span::styled(format!("{} {}", tally.successful, sign(Status::Successful)), theme.good())];
    let parts = [
        (tally.failed, sign(Status::Failed), theme.bad()),
        (tally.live, sign(Status::Processing), theme.accent()),
        (tally.missed, if moment < 13 { "○" } else { "○ missed" }, theme.warn()),
    ];
    for (number, sign, style) in parts.into_iter().filter(|(number, ..)| *number > 0) {
        spans.push(Span::styled(format!("  {number} {sign}"), style));
    }
    let room = cells.width().saturating_sub(x);
    cells.put_line(x, y, room, &Line::from(spans));
}

fn row(app: &App, listed: &Listed) -> Row {
    let due = listed.due(app.now, &app.workspace.zone);
    let since = app.now.checked_sub(SignedDuration::from_hours(24 * DAYS as i64)).unwrap_or(Timestamp::MIN);
    let recent = listed.lines.iter().filter(|line| line.started_at >= since);
    let mut tally = Tally::default();
    for line in recent {
        match line.status {
            Status::Successful => tally.successful += 1,
            Status::Failed | Status::Interrupted => tally.failed += 1,
            Status::Processing | Status::Cancelled => {}
        }
    }
    tally.live = usize::from(app.live(&listed.score.id).is_some_and(|live| live.is_running()));
    let days = app.monitoring.days.iter().find(|(id, _)| *id == listed.score.id);
    tally.missed = days.map_or(0, |(_, marks)| marks.iter().filter(|m| **m == Mark::Missed).count());
    Row {
        name: listed.score.name.clone(),
        profiles: listed.scored.as_ref().map_or(0, |run| run.population.scored),
        scoring: due.scoring,
        training: due.training,
        success: listed.scored.as_ref().map(|run| run.started_at),
        tally,
    }
}

/// All scores together: the sum, the next, the last.
fn total(rows: &[Row]) -> Row {
    let sum = |of: fn(&Tally) -> usize| rows.iter().map(|row| of(&row.tally)).sum();
    Row {
        name: "All scores".into(),
        profiles: rows.iter().map(|row| row.profiles).sum(),
        scoring: rows.iter().filter_map(|row| row.scoring).min(),
        training: rows.iter().filter_map(|row| row.training).min(),
        success: rows.iter().filter_map(|row| row.success).max(),
        tally: Tally {
            successful: sum(|t| t.successful),
            failed: sum(|t| t.failed),
            live: sum(|t| t.live),
            missed: sum(|t| t.missed),
        },
    }
}
