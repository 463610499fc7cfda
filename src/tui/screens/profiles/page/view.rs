//! How the page of a profile is drawn: what it is at the top, its factors at the left, the details at the right; on a narrow
//! terminal one of the two at a time.

use super::details;
use super::factor_rows::{self, FactorRow, RowKind};
use super::layout::{BOTH, TALL, halves};
use super::state::{FactorView, Pane, ProfilePage};
use crate::domain::explanation::rounded_score;
use crate::domain::format::{count, date, multiplier, percent};
use crate::domain::text::{cut, harmless, wrapped};
use crate::queries::profile::{Change, ProfileDetail};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::labels::{shorten_factor, signed_points};
use crate::tui::screens::profiles::state::Profiles;
use crate::tui::widgets::cells::{Cells, error_lines};
use crate::tui::widgets::histogram;
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
    header(app, screen, page, detail, &mut cells);
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
    let right = format!("rank {} of {}", count(u64::from(page.place) + 1), count(total));
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

/// Score, band, percentile and chance, the place among all, how it changed.
fn header(app: &App, screen: &Profiles, page: &ProfilePage, detail: &ProfileDetail, cells: &mut Cells<'_>) {
    let theme = app.theme();
    let p = &detail.profile;
    let (score, band, percentile, probability) = match &page.what_if {
        Some(w) => (w.score, w.band, i32::from(w.percentile), w.probability),
        None => (p.score, p.band, p.percentile, p.probability),
    };
    let shown = rounded_score(score);
    let x = 6;
    let style = theme.band(band).add_modifier(ratatui::style::Modifier::BOLD);
    cells.put(1, 2, 4, &format!("{shown:>3}"), style);
    let bars = distribution(app, screen, shown, cells);
    let room = cells.width().saturating_sub(bars + x + 2);
    let at = cells.put(x, 2, room, band.word(), theme.band(band));
    let text = format!(" · {} percentile · {} likely", ordinal(percentile), percent(probability));
    cells.put(x + at, 2, room.saturating_sub(at), &text, theme.text());
    let odds = page.explanation().map_or(0.0, |e| e.log_odds_ratio());
    // A scoring run has no test of its own; its model's has.
    let trained = app.listed(&screen.score).and_then(|l| l.trained.as_ref());
    let of_run = screen.opened.as_ref().and_then(|o| o.run.metrics.as_ref());
    let metrics = of_run.or_else(|| trained.and_then(|r| r.metrics.as_ref()));
    let base = metrics.and_then(|m| m.base_rate.as_ref());
    let base = base.map_or(String::new(), |b| format!(" · on average {} convert", percent(b.value)));
    cells.put(x, 3, room, &format!("{} the average odds{base}", multiplier(odds)), theme.dim());
    let goal = app.listed(&screen.score).map_or(String::new(), |l| {
        format!("{} within {} days", harmless(&l.score.goal.to_string()), l.score.timeframe_days)
    });
    let tall = cells.height() >= TALL;
    if tall {
        cells.put(x, 4, room, &goal, theme.dim());
    }
    let y = if tall { 5 } else { 4 };
    if page.changes.is_empty() {
        score_change(app, page, detail, cells, x, y);
    } else {
        let reset = app.keymap.key(Action::Reset);
        let text = format!(
            "What if: {} → {shown}, {} changed ({reset} takes back). The model's answer, and no promise.",
            rounded_score(p.score),
            if page.changes.len() == 1 { "1 value".to_string() } else { format!("{} values", page.changes.len()) }
        );
        cells.put(x, y, cells.width().saturating_sub(x), &text, theme.accent());
    }
}

/// The histogram of all scores with a mark where this one is; gives its columns.
fn distribution(app: &App, screen: &Profiles, score: u8, cells: &mut Cells<'_>) -> u16 {
    let Some(run) = screen.opened.as_ref().map(|o| &o.run).filter(|r| !r.histogram.is_empty()) else { return 0 };
    let column = if cells.width() >= 100 { 2 } else { 1 };
    let width = (column * run.histogram.len()) as u16;
    if cells.width() < width + 50 {
        return 0;
    }
    let theme = app.theme();
    let x = cells.width() - width;
    let bin = (usize::from(score) / 5).min(run.histogram.len() - 1);
    for (y, line) in (1..).zip(histogram::bars(&run.histogram, 2, column, theme.bar())) {
        cells.put_line(x, y, width, &line);
        cells.restyle(x + (bin * column) as u16, y, column as u16, theme.accent());
    }
    let mark = x + (f64::from(score) / 100.0 * f64::from(width - 1)).round() as u16;
    // The mark takes the place of a figure that it would cut.
    for (at, text) in [(x, "0"), (x + width / 2 - 1, "50"), (x + width - 3, "100")] {
        if !(at..at + text.len() as u16).contains(&mark) {
            cells.put(at, 3, 3, text, theme.dim());
        }
    }
    cells.put(mark, 3, 1, "▲", theme.accent());
    width + 2
}

/// `+ 21 since 13 Nov 2026: new activity + 19, ageing − 2, model and base rate + 4`.
fn score_change(app: &App, page: &ProfilePage, detail: &ProfileDetail, cells: &mut Cells<'_>, x: u16, y: u16) {
    let theme = app.theme();
    let room = cells.width().saturating_sub(x);
    let (text, style) = match (&page.change, detail.profile.shown_change()) {
        (_, None) => ("New in this run: there is no earlier score to compare with.".to_string(), theme.dim()),
        (None, Some(change)) => (format!("{} since the run before", signed_points(change)), theme.text()),
        (Some(Ok(Some(change))), _) => (change_parts(change), theme.text()),
        (Some(Ok(None)), Some(change)) => (format!("{} since the run before", signed_points(change)), theme.text()),
        (Some(Err(error)), Some(change)) => {
            (format!("{} since the run before; why is not known: {}", signed_points(change), error.what), theme.warn())
        }
    };
    for (line, text) in (y..).zip(wrapped(&text, usize::from(room)).into_iter().take(2)) {
        cells.put(x, line, room, &text, style);
    }
}

fn change_parts(change: &Change) -> String {
    let (target, points) = change.whole_points();
    let mut parts: Vec<(i64, String)> = (change.parts.iter().zip(points))
        .filter(|(_, points)| *points != 0)
        .map(|((part, _), points)| (points.abs(), format!("{} {}", part.word(), signed_points(points))))
        .collect();
    parts.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    let since = crate::domain::source::activity::day_text(change.from_day);
    let since = since.parse().map_or(since, date);
    let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    let parts = if parts.is_empty() { "nothing weighs a point".to_string() } else { parts.join(", ") };
    format!("{} since {since}: {parts}", signed_points(target))
}

fn ordinal(n: i32) -> String {
    let ending = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
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
    if rows.len() > page.offset + shown {
        cells.put(1, area.height.saturating_sub(1), 1, "▾", theme.dim());
    }
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
    if lines.len() > scroll + shown {
        cells.put_right(area.height.saturating_sub(1), " ▾", app.theme().dim());
    }
}
