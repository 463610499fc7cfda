//! How the Monitoring screen is drawn: the toggles, the metrics, the days, the list.

use super::layout::parts;
use super::{day_chart, metrics, run_list};
use crate::domain::format::count;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::layout::body;
use crate::tui::widgets::cells::{Cells, error_lines};
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    if let Some(page) = &app.monitoring.page {
        super::run::view(app, page, body(app.size), buffer);
        return None;
    }
    let parts = parts(app);
    let cursor = head(app, &mut Cells::new(buffer, parts.head));
    if let Some(error) = app.scores_error.as_ref().filter(|_| app.scores.is_empty()) {
        let area = parts.list.union(parts.message);
        let mut cells = Cells::new(buffer, area);
        for (y, line) in (0u16..).zip(error_lines(app.theme(), error, usize::from(area.width))) {
            cells.put_line(0, y, area.width, &line);
        }
        return None;
    }
    note(app, &mut Cells::new(buffer, parts.note));
    metrics::draw(app, &mut Cells::new(buffer, parts.metrics));
    day_chart::draw(app, &mut Cells::new(buffer, parts.chart));
    run_list::draw(app, &mut Cells::new(buffer, parts.list));
    run_list::message(app, &mut Cells::new(buffer, parts.message));
    let rows = parts.list.height.saturating_sub(1);
    let bar = Rect { x: parts.list.right(), y: parts.list.y + 1, width: 1, height: rows };
    scroll_bar::draw(app.theme(), bar, app.monitoring.runs.len(), app.monitoring.offset, usize::from(rows), buffer);
    cursor
}

/// That nobody starts what the metrics say is next, and the key that leads to what helps.
fn note(app: &App, cells: &mut Cells<'_>) {
    if let Some(note) = app.timer_health().note(&app.workspace.zone).filter(|_| !app.scores.is_empty()) {
        let key = app.keymap.key(Action::Timer);
        let text = if key.is_empty() { note } else { format!("{note} · {key} sets one up") };
        cells.put_right(0, &text, app.theme().warn());
    }
}

/// The title, and beside it what can be switched, or the words that are looked for.
fn head(app: &App, cells: &mut Cells<'_>) -> Option<Position> {
    let theme = app.theme();
    let monitoring = &app.monitoring;
    cells.put(0, 0, 12, "Monitoring", theme.title());
    if monitoring.is_finding || !monitoring.find.is_empty() {
        return find_field(app, cells);
    }
    let score = monitoring
        .score
        .as_deref()
        .map_or("all".to_string(), |id| app.listed(id).map_or_else(|| id.to_string(), |l| l.score.name.clone()));
    let on = |on: bool| if on { ("on", theme.good()) } else { ("off", theme.dim()) };
    let toggle = |action, label: &str, (value, style): (&str, ratatui::style::Style)| {
        vec![
            Span::styled(app.keymap.label(action, label), theme.accent()),
            Span::styled(format!(" {value}"), style),
            Span::raw(if cells.width() < 70 { "  " } else { "   " }),
        ]
    };
    let wide = cells.width() >= 96;
    let label = |long, short| if wide { long } else { short };
    let mut spans = toggle(Action::FailuresOnly, label("Show failures only", "Failures"), on(monitoring.failures_only));
    spans.extend(toggle(Action::ToggleGraphs, label("Metrics and graphs", "Graphs"), on(monitoring.show_graphs)));
    let room = if wide { 26 } else { 14 };
    let score = crate::domain::text::cut(&score, room);
    let style = if monitoring.score.is_some() { theme.text() } else { theme.dim() };
    spans.extend(toggle(Action::OneScore, "Score", (&score, style)));
    spans.pop();
    let width: usize = spans.iter().map(|s| s.content.width()).sum();
    let at = cells.width().saturating_sub(width as u16).max(11);
    let room = cells.width().saturating_sub(at);
    cells.put_line(at, 0, room, &Line::from(spans));
    None
}

fn find_field(app: &App, cells: &mut Cells<'_>) -> Option<Position> {
    let (theme, monitoring) = (app.theme(), &app.monitoring);
    let place = match monitoring.runs.len() {
        0 => "none".to_string(),
        all => format!("{} of {}", count(monitoring.selected as u64 + 1), count(all as u64)),
    };
    cells.put_right(0, &place, theme.dim());
    let room = cells.width().saturating_sub(place.width() as u16 + 16);
    let x = 12 + cells.put(12, 0, 3, &format!("{} ", app.keymap.key(Action::FindRuns)), theme.accent());
    let (text, cursor) = monitoring.find.line(room);
    cells.put(x, 0, room, &text, if monitoring.is_finding { theme.text() } else { theme.accent() });
    if monitoring.find.is_empty() {
        cells.put(x + 1, 0, room, "a score, a status, a code, a day", theme.dim());
    }
    if monitoring.is_finding {
        cells.set_cursor(x + cursor, 0);
    }
    cells.cursor()
}
