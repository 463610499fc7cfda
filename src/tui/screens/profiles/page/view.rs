//! How the page of a profile is drawn: what it is at the top, its factors at the left, the details at the right; on a narrow
//! terminal one of the two at a time.

use super::factor_rows::{self, FactorRow, RowKind};
use super::layout::{BOTH, halves};
use super::state::{FactorView, Pane, ProfilePage};
use super::{details, header};
use crate::domain::format::{count, multiplier};
use crate::domain::text::{cut, harmless};
use crate::tui::app::App;
use crate::tui::labels::{shorten_factor, signed_points};
use crate::tui::screens::profiles::state::Profiles;
use crate::tui::widgets::cells::{Cells, error_lines};
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

/// Columns of the value, the odds and the points.
const VALUE: u16 = 22;
const ODDS: u16 = 8;
const POINTS: u16 = 7;

pub fn draw(app: &App, screen: &Profiles, page: &ProfilePage, area: Rect, buffer: &mut Buffer) {
    let mut cells = Cells::new(buffer, area);
    breadcrumb(app, screen, page, &mut cells);
    if let Some(error) = &page.error {
        for (y, line) in (2..).zip(error_lines(app.theme(), error, usize::from(area.width))) {
            cells.put_line(0, y, area.width, &line);
        }
        return;
    }
    let Some(detail) = &page.detail else {
        cells.put(0, 2, area.width, "Reading what is known…", app.theme().dim());
        return;
    };
    header::draw(app, screen, page, detail, &mut cells);
    let (left, right) = halves(app.size);
    if app.size.0 >= BOTH || page.pane == Pane::Factors {
        draw_factors(app, page, left, buffer);
    }
    if app.size.0 >= BOTH || page.pane == Pane::Details {
        draw_details(app, page, right, buffer);
    }
}

fn breadcrumb(app: &App, screen: &Profiles, page: &ProfilePage, cells: &mut Cells<'_>) {
    let theme = app.theme();
    let total = screen.opened.as_ref().map_or(0, |o| o.total as u64);
    // The rank is that of the real score.
    let really = if page.changes.is_empty() { "rank" } else { "without the change: rank" };
    let right = format!("{really} {} of {}", count(u64::from(page.place) + 1), count(total));
    let room = cells.width().saturating_sub(right.width() as u16 + 2);
    let mut x = cells.put(0, 0, room, &format!("Profiles › {} › ", harmless(&screen.name)), theme.dim());
    if let Some(detail) = &page.detail {
        let p = &detail.profile;
        x += cells.put(x, 0, room.saturating_sub(x), &harmless(p.title()), theme.title());
        if p.title() != p.profile_id {
            cells.put(x, 0, room.saturating_sub(x), &format!("  {}", harmless(&p.profile_id)), theme.dim());
        }
    }
    cells.put_right(0, &right, theme.dim());
}

fn draw_factors(app: &App, page: &ProfilePage, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let mut cells = Cells::new(buffer, area);
    let rows = factor_rows::rows(page);
    let shown = usize::from(area.height.saturating_sub(1));
    let focused = page.pane == Pane::Factors;
    let title = match page.factor_view {
        FactorView::Groups => "Why",
        FactorView::Each => "Why, factor by factor",
        FactorView::All => "Why, all features",
    };
    cells.put(0, 0, area.width, title, if focused { theme.accent() } else { theme.title() });
    let (odds, points) = (area.width.saturating_sub(ODDS + POINTS), area.width.saturating_sub(POINTS));
    cells.put_right_in(odds, 0, ODDS, "odds", theme.dim());
    cells.put_right_in(points, 0, POINTS, "points", theme.dim());
    for (y, (index, row)) in (1u16..).zip(rows.iter().enumerate().skip(page.offset).take(shown)) {
        draw_row(app, page, row, index == page.selected, focused, &mut cells, y);
    }
    let bar = Rect { x: area.right() + 1, y: area.y + 1, width: 1, height: area.height.saturating_sub(1) };
    scroll_bar::draw(theme, bar, rows.len(), page.offset, shown, buffer);
}

fn draw_row(
    app: &App,
    page: &ProfilePage,
    row: &FactorRow,
    selected: bool,
    focused: bool,
    cells: &mut Cells<'_>,
    y: u16,
) {
    let theme = app.theme();
    let width = cells.width();
    if selected {
        cells.put(0, y, 1, "▌", if focused { theme.accent() } else { theme.dim() });
    }
    let value = VALUE.min(width / 4);
    let label = width.saturating_sub(2 + value + ODDS + POINTS + 1);
    let changed = matches!(row.kind, RowKind::Feature { cell, .. } if page.changes.iter().any(|(at, _)| *at == cell));
    let (sign, indent, style) = match &row.kind {
        RowKind::Start | RowKind::Sum => ("", 0, theme.dim()),
        RowKind::Group { open: true, .. } => ("▾ ", 0, theme.text()),
        RowKind::Group { open: false, .. } => ("▸ ", 0, theme.text()),
        RowKind::Feature { below: true, .. } => ("", 4, theme.dim()),
        RowKind::Feature { below: false, .. } if page.factor_view == FactorView::Groups => ("", 2, theme.text()),
        RowKind::Feature { .. } => ("", 0, theme.text()),
    };
    let style = if selected && focused { theme.selected_name() } else { style };
    let mut x = 2 + indent;
    x += cells.put(x, y, 2, sign, theme.dim());
    let room = (2 + label).saturating_sub(x);
    cells.put(x, y, room, &shorten_factor(&row.label, usize::from(room)), style);
    let value_style = if changed { theme.accent() } else { theme.dim() };
    let mark = if changed { "→ " } else { "" };
    let text = cut(&harmless(&format!("{mark}{}", row.value)), usize::from(value));
    cells.put_right_in(2 + label, y, value, &text, value_style);
    let odds = row.contribution.map_or("─".into(), multiplier);
    let weight = match row.contribution {
        Some(c) if c >= 1.25f64.ln() => theme.good(),
        Some(c) if c <= 0.8f64.ln() => theme.warn(),
        Some(_) => theme.text(),
        None => theme.faint(),
    };
    cells.put_right_in(width.saturating_sub(ODDS + POINTS), y, ODDS, &odds, weight);
    let points = row.points.map_or(String::new(), signed_points);
    cells.put_right_in(width.saturating_sub(POINTS), y, POINTS, &points, weight);
}

fn draw_details(app: &App, page: &ProfilePage, area: Rect, buffer: &mut Buffer) {
    let lines = details::lines(app);
    let mut cells = Cells::new(buffer, area);
    let shown = usize::from(area.height);
    let scroll = page.scroll.min(lines.len().saturating_sub(shown));
    for (y, line) in (0u16..).zip(lines.iter().skip(scroll).take(shown)) {
        cells.put_line(0, y, area.width, line);
    }
    let bar = Rect { x: area.right() + 1, width: 1, ..area };
    scroll_bar::draw(app.theme(), bar, lines.len(), scroll, shown, buffer);
}
