//! The line at the top: the screens, the workspace, up to when its data go, how many runs are live.

use crate::domain::format::date;
use crate::domain::text::cut;
use crate::tui::app::{App, CatalogView, Screen};
use crate::tui::widgets::cells::Cells;
use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

pub fn draw(app: &App, buffer: &mut Buffer) {
    let theme = &app.theme;
    let mut cells = Cells::new(buffer, Rect::new(1, 0, app.size.0.saturating_sub(2), 1));
    let mut x = cells.put(0, 0, 20, "Propensity", theme.title()) + 3;
    for (screen, action, label) in Screen::ALL {
        let style = if app.screen == screen { theme.accent() } else { theme.dim() };
        x += cells.put(x, 0, 14, &format!("{} {label}", app.keymap.key(action)), style) + 3;
    }
    let mut right: Vec<Span<'static>> = Vec::new();
    if app.workspace.read_only.is_some() {
        right.push(Span::styled("read-only · ", theme.warn()));
    }
    let room = usize::from(cells.width().saturating_sub(x));
    right.push(Span::styled(cut(&app.workspace.name, room / 2), theme.text()));
    right.push(Span::styled(format!(" · {}", data_end(app)), theme.dim()));
    match app.live_run_count() {
        0 => {}
        1 => right.push(Span::styled(" · ◐ 1 run live".to_string(), theme.accent())),
        n => right.push(Span::styled(format!(" · ◐ {n} runs live"), theme.accent())),
    }
    let needed: usize = right.iter().map(|s| s.content.width()).sum();
    let at = cells.width().saturating_sub(needed as u16).max(x);
    let width = cells.width().saturating_sub(at);
    cells.put_line(at, 0, width, &Line::from(right));
}

/// Up to when the data go, as the catalog knows or the last run has seen.
fn data_end(app: &App) -> String {
    let day = match &app.catalog {
        CatalogView::NoSources => return "no data yet".into(),
        CatalogView::Ready(catalog) => catalog.last_day.as_ref().and_then(|d| d.parse::<Date>().ok()),
        _ => None,
    };
    let of_run = || {
        let known = app.scores.iter().filter_map(|l| l.scored.as_ref().or(l.last.as_ref()));
        // A run about the past does not turn the clock back.
        let read = known.filter_map(|r| r.cutoffs.as_of.parse::<Date>().ok());
        read.max()?.yesterday().ok()
    };
    match day.or_else(of_run) {
        Some(day) if app.size.0 < 100 => format!("to {}", day.strftime("%-d %b")),
        Some(day) => format!("data to {}", date(day)),
        None => "data not read yet".into(),
    }
}
