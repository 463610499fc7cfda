//! How the Monitoring screen is drawn: the toggles, the metrics, the days, the list.

use super::{chart, list, metrics};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::layout::body;
use crate::tui::widgets::cells::{Cells, key_label};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

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
    let mut y = body.y;
    let end = body.y + body.height;
    let mut take = |height: u16, gap: u16| {
        let height = height.min(end.saturating_sub(y));
        let area = Rect { y, height, ..body };
        y = (y + height + gap).min(end);
        area
    };
    let head = take(1, 1);
    let message = 1;
    let room = body.height.saturating_sub(2 + LIST + message);
    let (of_metrics, of_chart) = if app.monitoring.graphs { heights(app, room) } else { (0, 0) };
    let metrics = take(of_metrics, u16::from(of_metrics > 0));
    let chart = take(of_chart, u16::from(of_chart > 0));
    let left = end.saturating_sub(chart.y.max(metrics.y).max(head.y));
    let used =
        (chart.y + chart.height + u16::from(of_chart > 0)).max(metrics.y + metrics.height).max(head.y + 2) - body.y;
    let rest = body.height.saturating_sub(used).min(left);
    let list = Rect { y: body.y + used, height: rest.saturating_sub(message), ..body };
    let message = Rect { y: list.y + list.height, height: rest.min(message), ..body };
    Parts { head, metrics, chart, list, message }
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
    let least = 2 + 1;
    if least > room {
        return (0, 0);
    }
    // The days say more than the figures of each score.
    let left = room - least;
    let chart = if left >= 2 + 1 + 1 { (left - 1).min(chart) } else { 0 };
    (2, chart)
}

pub fn view(app: &App, buffer: &mut Buffer) -> Option<Position> {
    if let Some(page) = &app.monitoring.page {
        super::run::view(app, page, body(app.size), buffer);
        return None;
    }
    let parts = parts(app);
    head(app, &mut Cells::new(buffer, parts.head));
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
            Span::raw("   "),
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
    let at = cells.width().saturating_sub(width as u16).max(12);
    let room = cells.width().saturating_sub(at);
    cells.put_line(at, 0, room, &Line::from(spans));
}
