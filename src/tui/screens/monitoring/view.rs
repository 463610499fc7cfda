//! How the Monitoring screen is drawn: the toggles, the metrics, the days, the list.

use super::{chart, list, metrics};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::layout::body;
use crate::tui::widgets::cells::{Cells, key_label, told};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

/// Rows of the head with its gap, and of what the selected run says.
const HEAD: u16 = 2;
const MESSAGE: u16 = 1;
/// Rows of the list that have their place whatever else is shown: its head and five runs.
const LIST: u16 = 6;

/// Where the parts stand; those that there is no room for have no height.
pub struct Parts {
    pub head: Rect,
    pub metrics: Rect,
    pub chart: Rect,
    pub list: Rect,
    pub message: Rect,
}

/// Where the parts of the screen stand at its size.
pub fn parts(app: &App) -> Parts {
    let body = body(app.size);
    let room = body.height.saturating_sub(HEAD + LIST + MESSAGE);
    let (of_metrics, of_chart) = if app.monitoring.graphs { heights(app, room) } else { (0, 0) };
    let with_gap = |height: u16| if height > 0 { height + 1 } else { 0 };
    let above = HEAD + with_gap(of_metrics) + with_gap(of_chart);
    let of_list = body.height.saturating_sub(above + MESSAGE);
    let at = |down: u16, height: u16| Rect { y: body.y + down, height, ..body }.intersection(body);
    Parts {
        head: at(0, 1),
        metrics: at(HEAD, of_metrics),
        chart: at(HEAD + with_gap(of_metrics), of_chart),
        list: at(above, of_list),
        message: at(above + of_list, MESSAGE),
    }
}

/// Rows of the metrics and of the chart, so that both and their gaps fit into `room`.
fn heights(app: &App, room: u16) -> (u16, u16) {
    let scores = match app.monitoring.score {
        Some(_) => 1,
        None => app.scores.len() as u16,
    };
    // A head, one row for all, and one for each of several scores.
    let full = 2 + if scores > 1 { scores } else { 0 };
    // The months, a row a score, the legend.
    let chart = 2 + scores;
    if scores == 0 {
        return (0, 0);
    }
    if full + chart + 2 <= room {
        return (full, chart);
    }
    // A head, the row for all, a gap.
    let least = 3;
    if least > room {
        return (0, 0);
    }
    // The days say more than the figures of each score.
    let left = room - least;
    let chart = if left > 3 { (left - 1).min(chart) } else { 0 };
    (2, chart)
}

pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    if let Some(page) = &app.monitoring.page {
        super::run::view(app, page, body(app.size), buffer);
        return None;
    }
    let parts = parts(app);
    head(app, &mut Cells::new(buffer, parts.head));
    if let Some(error) = app.broken.as_ref().filter(|_| app.scores.is_empty()) {
        let area = parts.list.union(parts.message);
        let mut cells = Cells::new(buffer, area);
        for (y, line) in (0u16..).zip(told(app, error, usize::from(area.width))) {
            cells.put_line(0, y, area.width, &line);
        }
        return None;
    }
    metrics::draw(app, &mut Cells::new(buffer, parts.metrics));
    chart::draw(app, &mut Cells::new(buffer, parts.chart));
    list::draw(app, &mut Cells::new(buffer, parts.list));
    list::message(app, &mut Cells::new(buffer, parts.message));
    None
}

fn head(app: &App, cells: &mut Cells<'_>) {
    let theme = &app.theme;
    let monitoring = &app.monitoring;
    cells.put(0, 0, 12, "Monitoring", theme.title());
    let score = monitoring
        .score
        .as_deref()
        .map_or("all".to_string(), |id| app.listed(id).map_or_else(|| id.to_string(), |l| l.score.name.clone()));
    let on = |on: bool| if on { ("on", theme.good()) } else { ("off", theme.dim()) };
    let toggle = |action, label: &str, (value, style): (&str, ratatui::style::Style)| {
        vec![
            Span::styled(key_label(app, action, label), theme.accent()),
            Span::styled(format!(" {value}"), style),
            Span::raw(if cells.width() < 70 { "  " } else { "   " }),
        ]
    };
    let wide = cells.width() >= 96;
    let label = |long, short| if wide { long } else { short };
    let mut spans = toggle(Action::FailuresOnly, label("Show failures only", "Failures"), on(monitoring.failures_only));
    spans.extend(toggle(Action::Graphs, label("Metrics and graphs", "Graphs"), on(monitoring.graphs)));
    let room = if wide { 26 } else { 14 };
    let score = crate::domain::text::cut(&score, room);
    let style = if monitoring.score.is_some() { theme.text() } else { theme.dim() };
    spans.extend(toggle(Action::OneScore, "Score", (&score, style)));
    spans.pop();
    let width: usize = spans.iter().map(|s| s.content.width()).sum();
    let at = cells.width().saturating_sub(width as u16).max(11);
    let room = cells.width().saturating_sub(at);
    cells.put_line(at, 0, room, &Line::from(spans));
}
