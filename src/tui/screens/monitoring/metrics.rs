//! The metrics of the Monitoring screen: profiles scored, what is next, the last success, and how the runs went, over all
//! scores and for each.

use super::state::earliest_shown;
use crate::domain::format::{ago, count, time_until};
use crate::domain::run::Status;
use crate::domain::run::timeline::DayStatus;
use crate::domain::score::schedule::is_late;
use crate::domain::text::cut_middle;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::App;
use crate::tui::screens::services;
use crate::tui::theme::status_sign;
use crate::tui::widgets::cells::Cells;
use jiff::Timestamp;
use ratatui::text::{Line, Span};
use std::sync::Arc;
use unicode_width::UnicodeWidthStr;

/// A row of the table.
struct Row {
    name: String,
    /// None for all scores: persons and accounts make no sum, and one person may be scored by several.
    profiles: Option<u64>,
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
    cancelled: usize,
    live: usize,
    missed: usize,
}

pub fn draw(app: &App, cells: &mut Cells<'_>) {
    if cells.height() == 0 {
        return;
    }
    let chosen: Vec<&Arc<ScoreSummary>> = match &app.monitoring.score {
        Some(id) => app.scores.iter().filter(|l| l.score.id == *id).collect(),
        None => services::in_order(app).into_iter().filter_map(|at| app.scores.get(at)).collect(),
    };
    let rows: Vec<Row> = chosen.iter().map(|listed| row(app, listed)).collect();
    let all = if rows.len() == 1 { None } else { Some(total(&rows)) };
    let more = usize::from(cells.height() - 1).saturating_sub(usize::from(all.is_some()));
    let shown = if more >= rows.len() { rows.len() } else { 0 };
    let rows: Vec<&Row> = all.iter().chain(rows.iter().take(shown.max(usize::from(all.is_none())))).collect();
    let wide = cells.width() >= WIDE;
    let names = rows.iter().map(|row| row.name.width() as u16).max().unwrap_or_default();
    let (name, columns) = fitting(columns(app, &rows, wide), cells.width(), names);
    for (y, row) in (1u16..).zip(&rows) {
        let style = if y == 1 { app.theme().title() } else { app.theme().text() };
        cells.put(0, y, name, &cut_middle(&row.name, usize::from(name)), style);
    }
    let mut x = name + GAP;
    for column in &columns {
        let lines = std::iter::once(Line::styled(column.title, app.theme().dim())).chain(column.cells.iter().cloned());
        for (y, line) in (0u16..).zip(lines) {
            let gap = if column.right { column.width.saturating_sub(line.width() as u16) } else { 0 };
            cells.put_line(x + gap, y, column.width, &line);
        }
        x += column.width + GAP;
    }
}

/// Columns of the screen from which on the titles are whole; the blanks between two columns; what a name keeps where
/// columns can be left out, and the most that it takes.
const WIDE: u16 = 100;
const GAP: u16 = 2;
const NAME: u16 = 16;
const WIDEST: u16 = 34;

/// A column with its cells, as wide as they are.
struct Column {
    title: &'static str,
    right: bool,
    /// Those of the highest number are left out first where there is no room.
    spare: u8,
    cells: Vec<Line<'static>>,
    width: u16,
}

impl Column {
    fn new(title: &'static str, right: bool, spare: u8, cells: Vec<Line<'static>>) -> Column {
        let width = cells.iter().map(Line::width).chain([title.width()]).max().unwrap_or_default() as u16;
        Column { title, right, spare, cells, width }
    }
}

/// The columns that there is room for beside the names, and how wide these are. What has no room is left out whole.
fn fitting(mut columns: Vec<Column>, width: u16, names: u16) -> (u16, Vec<Column>) {
    let left = |columns: &[Column]| width.saturating_sub(columns.iter().map(|c| c.width + GAP).sum());
    while left(&columns) < names.min(NAME) {
        let Some(at) = (0..columns.len()).max_by_key(|at| columns[*at].spare) else { break };
        columns.remove(at);
    }
    (left(&columns).min(WIDEST), columns)
}

fn columns(app: &App, rows: &[&Row], wide: bool) -> Vec<Column> {
    let theme = app.theme();
    let (zone, now) = (&app.workspace.zone, app.now);
    let title = |long, short| if wide { long } else { short };
    let of = |cell: &dyn Fn(usize, &Row) -> Line<'static>| -> Vec<Line<'static>> {
        rows.iter().enumerate().map(|(at, row)| cell(at, row)).collect()
    };
    let profiles = of(&|at, row| {
        let style = if at == 0 { theme.title() } else { theme.text() };
        let scored = row.profiles.filter(|_| row.success.is_some());
        Line::styled(scored.map_or("─".into(), count), style)
    });
    let due = |at: Option<Timestamp>| {
        let style = if at.is_some_and(|at| is_late(at, now)) { theme.warn() } else { theme.text() };
        Line::styled(at.map_or("─".to_string(), |at| time_until(at, now, zone)), style)
    };
    let success = |row: &Row| Line::styled(row.success.map_or("─".to_string(), |at| ago(at, now, zone)), theme.text());
    vec![
        Column::new("Profiles", true, 1, profiles),
        Column::new(title("Next scoring", "Scoring"), false, 2, of(&|_, row| due(row.scoring))),
        Column::new(title("Next training", "Training"), false, 4, of(&|_, row| due(row.training))),
        Column::new(title("Last success", "Succeeded"), false, 3, of(&|_, row| success(row))),
        Column::new(title("Runs in 90 days", "Runs"), false, 0, of(&|_, row| runs(app, &row.tally, wide))),
    ]
}

/// How many runs went how.
fn runs(app: &App, tally: &Tally, wide: bool) -> Line<'static> {
    let theme = app.theme();
    let parts = [
        (tally.successful, status_sign(Status::Successful), theme.good()),
        (tally.failed, status_sign(Status::Failed), theme.bad()),
        (tally.live, status_sign(Status::Processing), theme.accent()),
        (tally.cancelled, status_sign(Status::Cancelled), theme.warn()),
        (tally.missed, if wide { "○ missed" } else { "○" }, theme.warn()),
    ];
    let mut spans = Vec::new();
    for (number, sign, style) in parts.into_iter().filter(|(number, ..)| *number > 0) {
        let gap = if spans.is_empty() { "" } else { "  " };
        spans.push(Span::styled(format!("{gap}{number} {sign}"), style));
    }
    if spans.is_empty() {
        spans.push(Span::styled("─", theme.dim()));
    }
    Line::from(spans)
}

fn row(app: &App, listed: &ScoreSummary) -> Row {
    let due = listed.due(app.now, &app.workspace.zone);
    let since = earliest_shown(app.now);
    let recent = listed.lines.iter().filter(|line| line.started_at >= since);
    let mut tally = Tally::default();
    for line in recent {
        match line.status {
            Status::Successful => tally.successful += 1,
            Status::Failed | Status::Interrupted => tally.failed += 1,
            Status::Cancelled => tally.cancelled += 1,
            Status::Processing => {}
        }
    }
    tally.live = usize::from(app.live_run(&listed.score.id).is_some_and(|live| live.is_running()));
    let days = app.monitoring.day_marks.iter().find(|(id, _)| *id == listed.score.id);
    tally.missed = days.map_or(0, |(_, marks)| marks.iter().filter(|m| **m == DayStatus::Missed).count());
    Row {
        name: listed.score.name.clone(),
        profiles: listed.scored.as_ref().map(|run| run.population.scored),
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
        profiles: None,
        scoring: rows.iter().filter_map(|row| row.scoring).min(),
        training: rows.iter().filter_map(|row| row.training).min(),
        success: rows.iter().filter_map(|row| row.success).max(),
        tally: Tally {
            successful: sum(|t| t.successful),
            failed: sum(|t| t.failed),
            cancelled: sum(|t| t.cancelled),
            live: sum(|t| t.live),
            missed: sum(|t| t.missed),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_room_is_left_out_whole_and_names_have_the_rest() {
        let of = |title, spare, text: &'static str| Column::new(title, false, spare, vec![Line::from(text)]);
        let kept = |width, names| {
            let columns = vec![of("Profiles", 1, "29,996"), of("Training", 4, "24 Dec"), of("Runs", 0, "60 ●  8 ✗")];
            let (name, columns) = fitting(columns, width, names);
            let used: u16 = columns.iter().map(|column| column.width + GAP).sum();
            assert!(name + used <= width || columns.is_empty(), "{width}");
            (name, columns.iter().map(|column| column.title).collect::<Vec<_>>())
        };
        assert_eq!(kept(200, 21), (WIDEST, vec!["Profiles", "Training", "Runs"]));
        assert_eq!(kept(47, 21), (16, vec!["Profiles", "Training", "Runs"]));
        assert_eq!(kept(46, 21), (25, vec!["Profiles", "Runs"]));
        // Short names need no more than they are.
        assert_eq!(kept(40, 9), (9, vec!["Profiles", "Training", "Runs"]));
        assert_eq!(kept(12, 21), (12, vec![]));
        assert_eq!(kept(0, 21).1, Vec::<&str>::new());
    }
}
