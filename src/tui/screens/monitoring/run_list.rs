//! The list of runs, and below it what the selected one says.

use super::order::RunSort;
use crate::domain::format::{self, count, date, hms};
use crate::domain::run::Status;
use crate::domain::run::line::RunLine;
use crate::domain::text::{cut, cut_middle, wrapped};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::theme::status_sign;
use crate::tui::widgets::cells::Cells;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// The sign of the training run whose model is the champion.
const CHAMPION: &str = "◆";

/// Columns from which on the message has a column of its own.
const MESSAGE: u16 = 20;

/// A column of the list. Those that there is no room for are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Started,
    Score,
    Kind,
    Status,
    Code,
    AsOf,
    Duration,
    Profiles,
    Message,
}

impl Column {
    fn title(self) -> &'static str {
        match self {
            Column::Started => "Started",
            Column::Score => "Score",
            Column::Kind => "Kind",
            Column::Status => "Status",
            Column::Code => "Code",
            Column::AsOf => "As of",
            Column::Duration => "Duration",
            Column::Profiles => "Profiles",
            Column::Message => "Message",
        }
    }

    /// What the list is sorted by at this column.
    fn sort(self) -> Option<RunSort> {
        match self {
            Column::Started => Some(RunSort::Started),
            Column::Score => Some(RunSort::Score),
            Column::Kind => Some(RunSort::Kind),
            Column::Status => Some(RunSort::Status),
            Column::Duration => Some(RunSort::Duration),
            Column::Profiles => Some(RunSort::Profiles),
            Column::Code | Column::AsOf | Column::Message => None,
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Column::Code | Column::Duration | Column::Profiles)
    }

    /// The columns with their widths. What is left goes to the score, and to the message where there is much.
    fn all(width: u16) -> Vec<(Column, u16)> {
        use Column::{AsOf, Code, Duration, Kind, Message, Profiles, Score, Started, Status};
        let mut columns = vec![(Started, 12), (Score, 0), (Kind, 10), (Status, 13)];
        let wide = width >= 90;
        if wide {
            columns.push((Code, 4));
        }
        if width >= 104 {
            columns.push((AsOf, 11));
        }
        if width >= 74 {
            columns.extend([(Duration, 8), (Profiles, if wide { 10 } else { 9 })]);
        }
        let fixed: u16 = columns.iter().map(|(_, width)| width + 2).sum();
        let left = width.saturating_sub(fixed);
        let score = if left >= 18 + 2 + MESSAGE { (left / 2).clamp(18, 30) } else { left };
        columns[1].1 = score;
        if left > score {
            columns.push((Message, left - score - 2));
        }
        columns
    }
}

pub fn draw(app: &App, cells: &mut Cells<'_>) {
    if cells.height() == 0 {
        return;
    }
    let monitoring = &app.monitoring;
    if monitoring.runs.is_empty() {
        return empty(app, cells);
    }
    let columns = Column::all(cells.width());
    let mut x = 2;
    for &(column, width) in &columns {
        let order = monitoring.order;
        let (title, style) = match column.sort() == Some(order.by) {
            true => (format!("{} {}", column.title(), order.arrow()), app.theme().text()),
            false => (column.title().to_string(), app.theme().dim()),
        };
        // The arrow of a figure's title may stand in the gap before it.
        let before = if column.is_number() { 2 } else { 0 };
        put(cells, (x - before, 0), (column, width + before), &title, style);
        x += width + 2;
    }
    let rows = usize::from(cells.height() - 1);
    for (y, (row, line)) in (1u16..).zip(monitoring.runs.iter().enumerate().skip(monitoring.offset).take(rows)) {
        let selected = row == monitoring.selected;
        cells.put(0, y, 1, if selected { "▌" } else { " " }, app.theme().accent());
        let mut x = 2;
        for &(column, width) in &columns {
            let (text, style) = cell(app, line, column, columns.iter().any(|(c, _)| *c == Column::Code), selected);
            put(cells, (x, y), (column, width), &text, style);
            x += width + 2;
        }
    }
}

fn put(cells: &mut Cells<'_>, (x, y): (u16, u16), (column, width): (Column, u16), text: &str, style: Style) {
    let text =
        if column == Column::Score { cut_middle(text, usize::from(width)) } else { cut(text, usize::from(width)) };
    if column.is_number() {
        cells.put_right_in(x, y, width, &text, style);
    } else {
        cells.put(x, y, width, &text, style);
    }
}

/// What a column tells of a run. `coded`: the code has a column of its own.
fn cell(app: &App, line: &RunLine, column: Column, coded: bool, selected: bool) -> (String, Style) {
    let theme = app.theme();
    let code = line.code.map_or(String::new(), |code| code.to_string());
    let name = if selected { theme.selected_name() } else { theme.text() };
    match column {
        Column::Started => {
            let local = line.started_at.to_zoned_datetime(app.workspace.zone.clone());
            (local.strftime("%e %b %H:%M").to_string(), name)
        }
        Column::Score => (line.score_name.clone(), name),
        Column::Kind => {
            let champion = app.listed(&line.score).is_some_and(|listed| listed.champion.as_ref() == Some(&line.id));
            let sign = if champion { format!(" {CHAMPION}") } else { String::new() };
            (format!("{}{sign}", line.kind), theme.text())
        }
        Column::Status if coded => (format!("{} {}", status_sign(line.status), line.status), theme.status(line.status)),
        Column::Status => (
            format!("{} {} {code}", status_sign(line.status), line.status).trim_end().into(),
            theme.status(line.status),
        ),
        Column::Code => (code, theme.status(line.status)),
        Column::AsOf => (line.as_of.parse().map_or_else(|_| line.as_of.clone(), date), theme.dim()),
        Column::Duration => {
            let seconds = match line.status {
                Status::Processing => app.now.duration_since(line.started_at).as_secs_f64(),
                _ => line.seconds(),
            };
            (if seconds < 60.0 { format::seconds(seconds) } else { hms(seconds) }, theme.text())
        }
        Column::Profiles if line.scored == 0 => ("─".into(), theme.text()),
        Column::Profiles => (count(line.scored), theme.text()),
        Column::Message => (line.message.clone(), theme.dim()),
    }
}

/// What the selected run says, in full as far as a line goes, and how many there are.
pub fn message(app: &App, cells: &mut Cells<'_>) {
    if cells.height() == 0 {
        return;
    }
    let monitoring = &app.monitoring;
    let broken: usize = app.scores.iter().map(|listed| listed.broken).sum();
    let mut counted = match monitoring.runs.len() {
        0 => String::new(),
        all => format!("{} of {}", count(monitoring.selected as u64 + 1), count(all as u64)),
    };
    // Where there is little room, what the run says goes first.
    let wide = cells.width() >= 90;
    if wide && monitoring.older_runs > 0 {
        counted = format!("{} older: propensity run list · {counted}", count(monitoring.older_runs as u64));
    }
    if broken > 0 {
        counted = format!("{broken} unreadable: propensity doctor · {counted}");
    }
    if wide && monitoring.runs.iter().any(|line| line.has_model()) {
        counted = format!("{CHAMPION} champion · {counted}");
    }
    cells.put_right(0, &counted, if broken > 0 { app.theme().warn() } else { app.theme().dim() });
    let room = cells.width().saturating_sub(counted.width() as u16 + 4);
    if let Some(line) = monitoring.selected_run() {
        let style = if line.status == Status::Successful { app.theme().dim() } else { app.theme().text() };
        let mut lines = wrapped(&line.message, usize::from(room));
        let all = usize::from(cells.height());
        if lines.len() > all {
            // The page of the run has all of it.
            lines.truncate(all);
            let more = format!("… {} opens it", app.keymap.key(Action::Accept));
            let last = &mut lines[all - 1];
            *last = format!(
                "{} {more}",
                cut(last, usize::from(room).saturating_sub(more.width() + 1)).trim_end_matches('…')
            );
        }
        for (y, text) in (0u16..).zip(&lines) {
            cells.put(2, y, room, text, style);
        }
    }
}

fn empty(app: &App, cells: &mut Cells<'_>) {
    let theme = app.theme();
    let monitoring = &app.monitoring;
    let narrowed = monitoring.is_filtered();
    let runs: usize = app.scores.iter().map(|listed| listed.lines.len()).sum();
    let text = match runs {
        _ if app.scores.iter().any(|listed| !listed.read) => "Reading the runs…".to_string(),
        0 => {
            format!(
                "There is no run yet. {} goes to the scores, where one is started.",
                app.keymap.key(Action::ServicesScreen)
            )
        }
        _ if narrowed => format!("No run like this. {} shows all of them.", app.keymap.key(Action::Close)),
        _ => "There is no run.".into(),
    };
    cells.put(2, 1.min(cells.height() - 1), cells.width(), &text, theme.text());
}
