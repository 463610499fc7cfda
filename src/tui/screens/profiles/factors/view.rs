//! How the factors are drawn.

use super::layout::{HEAD, halves};
use super::state::Factors;
use crate::domain::explanation::Band;
use crate::domain::format::{count, date, multiplier, percent};
use crate::domain::text::{cut, harmless, wrapped};
use crate::domain::value_effects::{Bin, FactorValues};
use crate::queries::feature_importance::FeatureImportance;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::labels::{direction_sign, shorten_factor};
use crate::tui::screens::profiles::state::Profiles;
use crate::tui::widgets::cells::{Cells, error_lines};
use crate::tui::widgets::histogram::bar;
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn draw(app: &App, screen: &Profiles, factors: &Factors, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let mut cells = Cells::new(buffer, area);
    let width = area.width;
    let scored = screen.opened.as_ref().map_or(0, |o| o.total as u64);
    let of_band = |band: Band| {
        let bands = factors.importance.as_ref().map_or(&[][..], |i| &i.bands);
        bands.iter().find(|b| b.band == band).map_or(0, |b| b.profiles)
    };
    let x = cells.put(0, 0, width, "Influential factors", theme.title());
    cells.put(x, 0, width.saturating_sub(x), &format!(" › {}", harmless(&screen.name)), theme.text());
    let mut x = 0;
    for (band, label) in
        [(None, "All"), (Some(Band::High), "High"), (Some(Band::Medium), "Medium"), (Some(Band::Low), "Low")]
    {
        let text = format!("{label} {}", count(band.map_or(scored, of_band)));
        let style = if factors.band == band { theme.focused() } else { theme.dim() };
        x += cells.put(x, 2, width.saturating_sub(x), &format!(" {text} "), style) + 1;
    }
    if let Some(error) = &factors.error {
        for (y, line) in (HEAD..).zip(error_lines(app.theme(), error, usize::from(width))) {
            cells.put_line(0, y, width, &line);
        }
        return;
    }
    let Some(importance) = &factors.importance else {
        cells.put(0, HEAD, width, "Reading the report of the run…", theme.dim());
        return;
    };
    let (left, right) = halves(app.size);
    list(app, factors, left, buffer);
    values(app, importance, factors, right, buffer);
}

/// Columns at the right of a factor: bar, mean effect, direction, share of the profiles that it matters to.
const BAR: usize = 8;
const EFFECT: u16 = 7;
const CARRYING: u16 = 8;

fn list(app: &App, factors: &Factors, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let mut cells = Cells::new(buffer, Rect { y: area.y.saturating_sub(1), height: area.height + 1, ..area });
    let rows = factors.rows();
    let side = BAR as u16 + EFFECT + 4 + CARRYING;
    let label = area.width.saturating_sub(side + 3);
    cells.put(2, 0, label, "Factor", theme.dim());
    cells.put_right_in(2 + label + BAR as u16 + 1, 0, EFFECT, "effect", theme.dim());
    cells.put_right_in(area.width.saturating_sub(CARRYING + 2), 0, CARRYING + 2, "matters to", theme.dim());
    let most = rows.iter().map(|f| f.mean_absolute).fold(0.0, f64::max);
    let shown = usize::from(area.height);
    for (y, (index, factor)) in (1u16..).zip(rows.iter().enumerate().skip(factors.offset).take(shown)) {
        let selected = index == factors.selected;
        if selected {
            cells.put(0, y, 1, "▌", theme.accent());
        }
        let style = if selected { theme.selected_name() } else { theme.text() };
        cells.put(2, y, label, &shorten_factor(&factor.label, usize::from(label)), style);
        let (full, _) = bar(if most > 0.0 { factor.mean_absolute / most } else { 0.0 }, BAR);
        cells.put(3 + label, y, BAR as u16, &full, theme.bar());
        cells.put_right_in(3 + label + BAR as u16, y, EFFECT, &multiplier(factor.mean_absolute), theme.text());
        cells.put(3 + label + BAR as u16 + EFFECT + 1, y, 1, direction_sign(factor), theme.dim());
        cells.put_right_in(
            area.width.saturating_sub(CARRYING),
            y,
            CARRYING,
            &percent(factor.influenced_share),
            theme.dim(),
        );
    }
    let column = Rect { x: area.right() + u16::from(area.right() < app.size.0 - 2), width: 1, ..area };
    scroll_bar::draw(theme, column, rows.len(), factors.offset, shown, buffer);
}

/// The values of the selected factor.
fn values(app: &App, importance: &FeatureImportance, factors: &Factors, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let mut cells = Cells::new(buffer, Rect { y: area.y.saturating_sub(1), height: area.height + 1, ..area });
    let Some(factor) = factors.rows().get(factors.selected) else { return };
    cells.put(0, 0, area.width, &shorten_factor(&factor.label, usize::from(area.width)), theme.title());
    let Some(values) = importance.values_of(&factor.code) else {
        let why = importance.no_values.as_deref().unwrap_or("The values of this factor are not known.");
        for (y, line) in (2..).zip(wrapped(why, usize::from(area.width))) {
            cells.put(0, y, area.width, &line, theme.dim());
        }
        return;
    };
    let columns = Columns::of(area.width);
    let when = importance.tested_at.as_ref().map_or(String::new(), |day| day.parse().map_or(day.clone(), date));
    let y = 2;
    cells.put(0, y, columns.value, "value", theme.dim());
    cells.put_right_in(columns.rate, y, 8, "convert", theme.dim());
    cells.put_right_in(columns.effect, y, 8, "effect", theme.dim());
    cells.put_right_in(columns.scored, y, 9, "profiles", theme.dim());
    let most = values.bins.iter().filter_map(Bin::rate).fold(0.0, f64::max);
    // Two lines at the end tell of what there is no room for.
    let room = usize::from(area.height.saturating_sub(4)).max(1);
    let scroll = factors.scroll.min(values.bins.len().saturating_sub(room));
    let mut y = 3;
    for bin in values.bins.iter().skip(scroll).take(room) {
        draw_bin(app, values, bin, most, &columns, &mut cells, y);
        y += 1;
    }
    if values.bins.len() > scroll + room {
        let more = values.bins.len() - scroll - room;
        let key = app.keymap.key(Action::Right);
        cells.put(0, y, area.width, &format!("▾ {more} more: {key} scrolls"), theme.dim());
        return;
    }
    let text = format!(
        "convert: of the profiles with this value at {when}, those that converted in time. effect: by what the value multiplies the odds today, on average. profiles: those scored today."
    );
    for (y, line) in (y + 1..).zip(wrapped(&text, usize::from(area.width))) {
        cells.put(0, y, area.width, &line, theme.dim());
    }
}

/// Where the columns of a value stand.
struct Columns {
    value: u16,
    rate: u16,
    bar: u16,
    effect: u16,
    scored: u16,
}

impl Columns {
    fn of(width: u16) -> Columns {
        let value = width.saturating_sub(8 + 11 + 8 + 9).min(24);
        Columns { value, rate: value, bar: value + 9, effect: value + 19, scored: value + 27 }
    }
}

fn draw_bin(app: &App, values: &FactorValues, bin: &Bin, most: f64, columns: &Columns, cells: &mut Cells<'_>, y: u16) {
    let theme = app.theme();
    let text = cut(&harmless(&values.words(bin)), usize::from(columns.value.saturating_sub(1)));
    cells.put(0, y, columns.value, &text, theme.text());
    let rate = bin.rate().map_or("─".into(), percent);
    cells.put_right_in(columns.rate, y, 8, &rate, theme.text());
    let (full, _) = bar(if most > 0.0 { bin.rate().unwrap_or(0.0) / most } else { 0.0 }, BAR);
    cells.put(columns.bar, y, BAR as u16, &full, theme.bar());
    let style = match bin.contribution {
        Some(c) if c >= 1.25f64.ln() => theme.good(),
        Some(c) if c <= 0.8f64.ln() => theme.warn(),
        _ => theme.text(),
    };
    cells.put_right_in(columns.effect, y, 8, &bin.contribution.map_or("─".into(), multiplier), style);
    cells.put_right_in(columns.scored, y, 9, &count(bin.scored), theme.dim());
}
