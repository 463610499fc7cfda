//! The line at the top: the screens, the workspace, up to when its data go, how many runs are live.

use crate::domain::format::{counted, date};
use crate::domain::text::cut;
use crate::tui::app::{App, CatalogView, Screen};
use crate::tui::widgets::cells::Cells;
use jiff::civil::Date;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

pub fn draw(app: &App, buffer: &mut Buffer) {
    let theme = app.theme();
    let mut cells = Cells::new(buffer, Rect::new(1, 0, app.size.0.saturating_sub(2), 1));
    let mut x = cells.put(0, 0, 20, "Propensity", theme.title()) + 3;
    for (screen, action, label) in Screen::ALL {
        let style = if app.screen == screen { theme.accent() } else { theme.dim() };
        x += cells.put(x, 0, 14, &format!("{} {label}", app.keymap.key(action)), style);
        // What changed in the sources is told on every screen; the key beside the mark leads to it.
        if screen == Screen::Data && app.source_changes.iter().any(|changes| !changes.is_empty()) {
            x += cells.put(x, 0, 2, " !", theme.warn());
        }
        x += 3;
    }
    let room = usize::from(cells.width().saturating_sub(x));
    let read_only = app.workspace.read_only.is_some().then(|| Span::styled("read-only", theme.warn()));
    let name = Some(Span::styled(cut(&app.workspace.name, room / 2), theme.text()));
    let date = Some(Span::styled(data_end(app), theme.dim()));
    let live = match app.live_run_count() {
        0 => None,
        runs => Some(Span::styled(format!("◐ {} live", counted(runs as u64, "run", "runs")), theme.accent())),
    };
    // Where there is no room for all, the date goes first: what happens now is needed more.
    let all = vec![read_only.clone(), name.clone(), date, live.clone()];
    let forms = [all, vec![read_only.clone(), name, live.clone()], vec![read_only, live]].map(|form| joined(app, form));
    let Some(form) = forms.into_iter().find(|form| form.width() <= room) else { return };
    let used = form.width() as u16;
    cells.put_line(cells.width().saturating_sub(used), 0, used, &form);
}

/// The parts that there are, with a dot between two.
fn joined(app: &App, parts: Vec<Option<Span<'static>>>) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for part in parts.into_iter().flatten() {
        if !spans.is_empty() {
            spans.push(Span::styled(" · ", app.theme().dim()));
        }
        spans.push(part);
    }
    Line::from(spans)
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
