//! The head of the page: the score, large, its band, what it stands for among all, and the three reasons that count most in
//! words.

use super::layout::{Head, head};
use super::state::ProfilePage;
use crate::domain::explanation::{Explanation, FactorGroup, shown_score};
use crate::domain::feature_labels;
use crate::domain::format::{count, date, multiplier, percent, top_share};
use crate::domain::text::{cut, harmless, wrapped};
use crate::queries::profile::{Change, ProfileDetail};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::labels::{plural, signed_points};
use crate::tui::screens::profiles::state::Profiles;
use crate::tui::widgets::big_digits;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::histogram;
use ratatui::style::Style;

/// Columns of the large score with the gap after it.
const SCORE: u16 = 14;
/// Reasons that are told.
const REASONS: usize = 3;

pub fn draw(app: &App, screen: &Profiles, page: &ProfilePage, detail: &ProfileDetail, cells: &mut Cells<'_>) {
    let theme = app.theme();
    let p = &detail.profile;
    let (score, band, percentile, probability) = match &page.what_if {
        Some(w) => (w.score, w.band, i32::from(w.percentile), w.probability),
        None => (p.score, p.band, p.percentile, p.probability),
    };
    let head = head(cells.height());
    let y = head.score;
    let shown = shown_score(score, &app.workspace.bands);
    for (y, line) in (y..).zip(big_digits::lines(&shown)) {
        cells.put(1, y, SCORE - 1, &line, theme.band(band).add_modifier(ratatui::style::Modifier::BOLD));
    }
    let bars = distribution(app, screen, score, y, cells);
    let room = cells.width().saturating_sub(bars + SCORE + 2);
    let x =
        SCORE + cells.put(SCORE, y, room, band.word(), theme.band(band).add_modifier(ratatui::style::Modifier::BOLD));
    let whose = app.listed(&screen.score).map_or("profiles", |l| plural(l.score.profile_type));
    let total = count(screen.opened.as_ref().map_or(0, |o| o.total as u64));
    let days = app.listed(&screen.score).map_or(String::new(), |l| format!(" within {} days", l.score.timeframe_days));
    let place = format!(" · {} of {total} {whose}", top_share(percentile));
    let converts = format!(" · {} convert{days}", percent(probability));
    // What there is no room for is left out whole.
    let left = usize::from((SCORE + room).saturating_sub(x));
    let text = [format!("{place}{converts}"), format!("{place} · {} convert", percent(probability)), place];
    let text = text.iter().find(|text| text.chars().count() <= left).map_or("", String::as_str);
    cells.put(x, y, left as u16, text, theme.text());
    cells.put(SCORE, y + 1, room, &odds(app, screen, page), theme.dim());
    let below = cells.width().saturating_sub(SCORE);
    let (text, style) = change(app, page, detail, &shown);
    // Below the axis of the distribution there is room for all of it.
    let lines = wrapped(&text, usize::from(if bars > 0 { room } else { below }));
    if let Some(line) = lines.first() {
        let line = if lines.len() > 1 { cut(&text, usize::from(room)) } else { line.clone() };
        cells.put(SCORE, y + 2, room, &line, style);
    }
    reasons(app, page, &head, cells);
}

/// `×11 the average odds · on average 5.2 % convert`.
fn odds(app: &App, screen: &Profiles, page: &ProfilePage) -> String {
    let odds = page.explanation().map_or(0.0, Explanation::log_odds_ratio);
    // A scoring run has no test of its own; its model's has.
    let trained = app.listed(&screen.score).and_then(|l| l.trained.as_ref());
    let of_run = screen.opened.as_ref().and_then(|o| o.run.metrics.as_ref());
    let metrics = of_run.or_else(|| trained.and_then(|r| r.metrics.as_ref()));
    let base = metrics.and_then(|m| m.base_rate.as_ref());
    let base = base.map_or(String::new(), |b| format!(" · on average {} convert", percent(b.value)));
    format!("{} the average odds{base}", multiplier(odds))
}

/// The groups that count most, each as a sentence: for it first, then against.
fn reasons(app: &App, page: &ProfilePage, head: &Head, cells: &mut Cells<'_>) {
    let Some(explanation) = page.explanation() else { return };
    let theme = app.theme();
    let groups = explanation.groups();
    let told: Vec<&FactorGroup> = groups.iter().take(REASONS).collect();
    let style = |group: &FactorGroup| if group.contribution >= 0.0 { theme.good() } else { theme.warn() };
    let sentence = |group: &FactorGroup| {
        let first = &explanation.factors[group.factors[0]];
        let cell = page.detail.as_ref().and_then(|d| d.cells.iter().position(|c| c.code == first.code));
        let value = cell.map_or_else(|| first.value.clone(), |cell| page.value(cell));
        let value = feature_labels::value_phrase(&first.code, value.as_deref());
        let text = format!("{}: {value} ({})", group.title, multiplier(group.contribution));
        harmless(&text).into_owned()
    };
    let room = usize::from(cells.width().saturating_sub(4));
    for (y, group) in (head.reasons..head.reasons + head.reason_lines).zip(told) {
        cells.put(1, y, 1, if group.contribution >= 0.0 { "+" } else { "−" }, style(group));
        cells.put(3, y, room as u16, &cut(&sentence(group), room), theme.text());
    }
}

/// The histogram of all scores with a mark where this one is; gives its columns.
fn distribution(app: &App, screen: &Profiles, score: f64, y: u16, cells: &mut Cells<'_>) -> u16 {
    let Some(run) = screen.opened.as_ref().map(|o| &o.run).filter(|r| !r.histogram.is_empty()) else { return 0 };
    let column = if cells.width() >= 100 { 2 } else { 1 };
    let width = (column * run.histogram.len()) as u16;
    if cells.width() < width + SCORE + 56 {
        return 0;
    }
    let theme = app.theme();
    let x = cells.width() - width;
    let bin = ((score / 5.0) as usize).min(run.histogram.len() - 1);
    for (y, line) in (y..).zip(histogram::bars(&run.histogram, 2, column, theme.bar())) {
        cells.put_line(x, y, width, &line);
        cells.restyle(x + (bin * column) as u16, y, column as u16, theme.accent());
    }
    let mark = x + (score / 100.0 * f64::from(width - 1)).round() as u16;
    // The mark takes the place of a figure that it would cut.
    for (at, text) in [(x, "0"), (x + width / 2 - 1, "50"), (x + width - 3, "100")] {
        if !(at..at + text.len() as u16).contains(&mark) {
            cells.put(at, y + 2, 3, text, theme.dim());
        }
    }
    cells.put(mark, y + 2, 1, "▲", theme.accent());
    width + 2
}

/// How the score came to change, or what it would be.
fn change(app: &App, page: &ProfilePage, detail: &ProfileDetail, shown: &str) -> (String, Style) {
    let theme = app.theme();
    if !page.changes.is_empty() {
        let reset = app.keymap.key(Action::Reset);
        let before = shown_score(detail.profile.score, &app.workspace.bands);
        let changed = if page.changes.len() == 1 { "1 value".into() } else { format!("{} values", page.changes.len()) };
        let text = format!("What if: {before} → {shown}, {changed} changed ({reset} takes back). No promise.");
        return (text, theme.accent());
    }
    let known = detail.profile.shown_change();
    match (&page.change, known) {
        (_, None) => ("New in this run: there is no earlier score to compare with.".to_string(), theme.dim()),
        (Some(Ok(Some(change))), _) => (change_parts(change), theme.text()),
        (None | Some(Ok(None)), Some(0)) => ("Unchanged since the run before.".into(), theme.dim()),
        (None | Some(Ok(None)), Some(change)) => {
            (format!("{} since the run before", signed_points(change)), theme.text())
        }
        (Some(Err(error)), Some(change)) => {
            (format!("{} since the run before; why is not known: {}", signed_points(change), error.what), theme.warn())
        }
    }
}

/// `+ 21 since the run of 13 Nov 2026: new activity + 19, ageing − 2, model and base rate + 4`.
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
    match (target, parts.is_empty()) {
        (0, true) => format!("Unchanged since the run of {since}"),
        (_, true) => format!("{} since the run of {since}", signed_points(target)),
        (0, false) => format!("Unchanged since the run of {since}: {}", parts.join(", ")),
        (_, false) => format!("{} since the run of {since}: {}", signed_points(target), parts.join(", ")),
    }
}
