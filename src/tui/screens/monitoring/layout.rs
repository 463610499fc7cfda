//! Where the parts of the screen stand. Asked by the update, too, because a page is as long as what is shown.

use crate::tui::app::App;
use crate::tui::layout::body;
use ratatui::layout::Rect;

/// Rows of the head with its gap, and of what the selected run says.
const HEAD: u16 = 2;
const MESSAGE: u16 = 2;
/// Rows of the list that have their place whatever else is shown: its head and five runs.
const LIST: u16 = 6;

/// Where the parts stand; those that there is no room for have no height.
pub struct Parts {
    pub head: Rect,
    /// Between the head and the metrics: that no timer calls, where none does.
    pub note: Rect,
    pub metrics: Rect,
    pub chart: Rect,
    pub list: Rect,
    pub message: Rect,
}

/// Where the parts of the screen stand at its size.
pub fn parts(app: &App) -> Parts {
    let body = body(app.size);
    let room = body.height.saturating_sub(HEAD + LIST + MESSAGE);
    let (of_metrics, of_chart) = if app.monitoring.show_graphs { heights(app, room) } else { (0, 0) };
    let with_gap = |height: u16| if height > 0 { height + 1 } else { 0 };
    let above = HEAD + with_gap(of_metrics) + with_gap(of_chart);
    let of_list = body.height.saturating_sub(above + MESSAGE);
    let at = |down: u16, height: u16| Rect { y: body.y + down, height, ..body }.intersection(body);
    Parts {
        head: at(0, 1),
        note: at(1, 1),
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

/// Rows of the list that fit.
pub fn list_rows(app: &App) -> usize {
    usize::from(parts(app).list.height.saturating_sub(1))
}
