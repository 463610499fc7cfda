//! The list of runs, and below it what the selected one says.

use crate::domain::figures::{self, clock, count};
use crate::domain::run::Status;
use crate::domain::run_line::RunLine;
use crate::domain::text::cut;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::theme::sign;
use crate::tui::widgets::cells::Cells;

/// Columns from which on the message has a column of its own.
const MESSAGE: u16 = 20;

/// Where the columns stand, and how wide they are.
struct Columns {
    started: u16,
    score: u16,
    kind: u16,
    status: u16,
    code: u16,
    duration: u16,
    profiles: u16,
    message: u16,
}

impl Columns {
    fn of(width: u16) -> Columns {
        let (started, kind, duration) = (12, 8, 8);
        // Where there is little room, the code stands beside the status.
        let (status, code, profiles) = if width < 90 { (13, 0, 9) } else { (13, 4, 10) };
        let gaps = if code > 0 { 6 * 2 } else { 5 * 2 };
        let fixed = 2 + started + kind + status + code + duration + profiles + gaps;
        let left = width.saturating_sub(fixed);
        let message = if left >= 18 + 2 + MESSAGE { left - 2 - (left / 2).clamp(18, 30) } else { 0 };
        let score = left.saturating_sub(if message > 0 { message + 2 } else { 0 });
        Columns { started, score, kind, status, code, duration, profiles, message }
    }
}

pub fn draw(app: &App, cells: &mut Cells<'_>) {
    if cells.height() == 0 {
        return;
    }
    let monitoring = &app.monitoring;
    if monitoring.shown.is_empty() {
        return empty(app, cells);
    }
    let columns = Columns::of(cells.width());
    header(app, cells, &columns);
    let rows = usize::from(cells.height() - 1);
    for (y, (row, line)) in (1u16..).zip(monitoring.shown.iter().enumerate().skip(monitoring.offset).take(rows)) {
        draw_line(app, line, cells, y, &columns, row == monitoring.at);
    }
}

fn header(app: &App, cells: &mut Cells<'_>, columns: &Columns) {
    let style = app.theme.dim();
    let mut x = 2;
    let titles = [
        (columns.started, "Started", false),
        (columns.score, "Score", false),
        (columns.kind, "Kind", false),
        (columns.status, "Status", false),
        (columns.code, "Code", true),
        (columns.duration, "Duration", true),
        (columns.profiles, "Profiles", true),
        (columns.message, "Message", false),
    ];
    for (width, title, right) in titles.into_iter().filter(|(width, ..)| *width > 0) {
        if right {
            cells.put_right_in(x, 0, width, title, style);
        } else {
            cells.put(x, 0, width, title, style);
        }
        x += width + 2;
    }
}

fn draw_line(app: &App, line: &RunLine, cells: &mut Cells<'_>, y: u16, columns: &Columns, selected: bool) {
    let theme = &app.theme;
    let text = theme.text();
    let name = if selected { theme.selected_name() } else { text };
    cells.put(0, y, 1, if selected { "▌" } else { " " }, theme.accent());
    let mut x = 2;
    let local = line.started_at.to_zoned_datetime(app.workspace.zone.clone());
    cells.put(x, y, columns.started, &local.strftime("%e %b %H:%M").to_string(), name);
    x += columns.started + 2;
    cells.put(x, y, columns.score, &cut(&line.score_name, usize::from(columns.score)), name);
    x += columns.score + 2;
    cells.put(x, y, columns.kind, &line.kind.to_string(), text);
    x += columns.kind + 2;
    let code = line.code.map_or(String::new(), |code| code.to_string());
    let beside = if columns.code == 0 { format!(" {code}") } else { String::new() };
    let status = format!("{} {}{beside}", sign(line.status), line.status);
    cells.put(x, y, columns.status, &status, theme.status(line.status));
    x += columns.status + 2;
    if columns.code > 0 {
        cells.put_right_in(x, y, columns.code, &code, theme.status(line.status));
        x += columns.code + 2;
    }
    let seconds = match line.status {
        Status::Processing => app.now.duration_since(line.started_at).as_secs_f64(),
        _ => line.seconds(),
    };
    let took = if seconds < 60.0 { figures::seconds(seconds) } else { clock(seconds) };
    cells.put_right_in(x, y, columns.duration, &took, text);
    x += columns.duration + 2;
    let scored = if line.scored > 0 { count(line.scored) } else { "─".into() };
    cells.put_right_in(x, y, columns.profiles, &scored, text);
    x += columns.profiles + 2;
    if columns.message > 0 {
        cells.put(x, y, columns.message, &cut(&line.message, usize::from(columns.message)), theme.dim());
    }
}

/// What the selected run says, in full as far as a line goes, and how many there are.
pub fn message(app: &App, cells: &mut Cells<'_>) {
    if cells.height() == 0 {
        return;
    }
    let monitoring = &app.monitoring;
    let broken: usize = app.scores.iter().map(|listed| listed.broken).sum();
    let mut counted = match monitoring.shown.len() {
        0 => String::new(),
        all => format!("{} of {}", count(monitoring.at as u64 + 1), count(all as u64)),
    };
    if monitoring.older > 0 {
        counted = format!("{} older: propensity run list · {counted}", count(monitoring.older as u64));
    }
    if broken > 0 {
        counted = format!("{broken} unreadable: propensity doctor · {counted}");
    }
    let room = cells.width().saturating_sub(counted.chars().count() as u16 + 2);
    if let Some(line) = monitoring.selected() {
        let style = if line.status == Status::Successful { app.theme.dim() } else { app.theme.text() };
        cells.put(2, 0, room.saturating_sub(2), &line.message, style);
    }
    cells.put_right(0, &counted, if broken > 0 { app.theme.warn() } else { app.theme.dim() });
}

fn empty(app: &App, cells: &mut Cells<'_>) {
    let theme = &app.theme;
    let monitoring = &app.monitoring;
    let narrowed = monitoring.is_narrowed();
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
