//! The rows that are shown: scrolling to the selected one, and asking for those that have not been read.

use super::layout::rows_shown;
use super::messages::Request;
use crate::data::scores::Sort;
use crate::tui::app::{App, Severity};
use crate::tui::effect::Effect;

/// Scrolls as far as the selected row needs to be seen.
pub fn keep_visible(app: &mut App) {
    let shown = rows_shown(app.size).max(1);
    let Some(screen) = &mut app.profiles else { return };
    screen.selected = screen.selected.min(screen.len().saturating_sub(1));
    screen.offset = screen.offset.clamp((screen.selected + 1).saturating_sub(shown), screen.selected);
    screen.offset = screen.offset.min(screen.len().saturating_sub(shown));
}

/// Asks for the rows around what is shown, where they have not been read: always a page ahead, so that no step waits.
pub fn request_rows(app: &mut App) -> Vec<Effect> {
    let shown = rows_shown(app.size).max(1);
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    if screen.opened.is_none() || screen.is_empty() {
        return Vec::new();
    }
    let window = &screen.window;
    let (from, to) = (screen.offset.saturating_sub(shown), (screen.offset + 2 * shown).min(screen.len()));
    let current = window.view == screen.shown.number;
    if current && window.from <= from && window.from + window.rows.len() >= to {
        return Vec::new();
    }
    // As far as what is coming holds all of it, nothing more is asked.
    let start = screen.offset.saturating_sub(3 * shown);
    let coming = |asked: usize| asked <= from && asked + 7 * shown >= to;
    if current && window.requested.is_some_and(coming) {
        return Vec::new();
    }
    screen.window.requested = Some(start);
    let places = screen.shown.places.clone();
    let count = 7 * shown;
    vec![Effect::Profiles(Request::Rows { view: screen.shown.number, from: start, count, places })]
}

/// Selects the row at this place of the file, or the next one below it that is shown.
pub fn select_place(app: &mut App, place: u32) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let row = match (&screen.shown.places, screen.shown.sort) {
        (None, _) => Some(place as usize),
        (Some(places), Sort::Rank) => Some(places.partition_point(|p| *p < place)),
        (Some(places), _) => places.iter().position(|p| *p == place),
    };
    match row {
        Some(row) => {
            screen.selected = row;
            keep_visible(app);
            request_rows(app)
        }
        None => {
            app.notify(Severity::Error, "That profile is not among those that are shown.");
            Vec::new()
        }
    }
}
