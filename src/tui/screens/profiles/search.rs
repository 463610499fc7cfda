//! Finding profiles by id or name, and going from one that was found to the next.

use super::messages::Request;
use super::rows::{keep_visible, request_rows};
use super::state::{Profiles, TaskKind};
use crate::domain::format::count;
use crate::tui::action::Action;
use crate::tui::app::{App, Severity};
use crate::tui::effect::Effect;
use std::sync::Arc;

/// Looks for what was entered so far, in the place of what was looked for before.
pub fn find(screen: &mut Profiles) -> Vec<Effect> {
    let text = screen.find.value().trim().to_string();
    screen.hits = None;
    if text.is_empty() {
        screen.selected = screen.found_from;
    }
    let Some(run) = screen.opened.clone().filter(|_| !text.is_empty()) else { return Vec::new() };
    let task = screen.start_task("looking for it", TaskKind::Find(text.clone()));
    vec![Effect::Profiles(Request::Find { task, run, text })]
}

/// Goes to the row after (1), before (−1) or from the selected one on (0) that holds what was looked for, and round at
/// the ends.
pub fn next_hit(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let Some(hits) = &mut screen.hits else {
        app.notify(Severity::Info, format!("{} looks for an id or a name.", app.keymap.key(Action::Find)));
        return Vec::new();
    };
    if hits.view != screen.shown.number {
        hits.view = screen.shown.number;
        hits.rows = rows_of(&hits.places, screen.shown.places.as_ref());
    }
    let (text, rows, at) = (hits.text.clone(), Arc::clone(&hits.rows), screen.selected as u32);
    let from = screen.found_from as u32;
    let found = match by {
        0 => rows.get(rows.partition_point(|&row| row < from)).or(rows.first()),
        1.. => rows.get(rows.partition_point(|&row| row <= at)).or(rows.first()),
        _ => rows.partition_point(|&row| row < at).checked_sub(1).map_or(rows.last(), |before| rows.get(before)),
    };
    let Some(&row) = found else {
        // While one types, the line says that there is none.
        if by != 0 {
            app.notify(Severity::Error, format!("No id and no name that is shown holds '{text}'."));
        }
        return Vec::new();
    };
    screen.selected = row as usize;
    keep_visible(app);
    request_rows(app)
}

/// `2 of 7`: the selected row among those that were found; `none` where there is none.
pub fn place(screen: &Profiles) -> Option<String> {
    let hits = screen.hits.as_ref()?;
    let selected = screen.selected as u32;
    let all = hits.rows.len() as u64;
    Some(match hits.rows.binary_search(&selected) {
        _ if all == 0 => "none".into(),
        Ok(at) => format!("{} of {}", count(at as u64 + 1), count(all)),
        Err(_) => format!("{} found", count(all)),
    })
}

/// The rows of a view that show these places, which are sorted.
fn rows_of(places: &Arc<Vec<u32>>, view: Option<&Arc<Vec<u32>>>) -> Arc<Vec<u32>> {
    match view {
        // The view by rank shows every place in its own row.
        None => Arc::clone(places),
        Some(view) => {
            let rows = (0u32..).zip(view.iter()).filter(|(_, place)| places.binary_search(place).is_ok());
            Arc::new(rows.map(|(row, _)| row).collect())
        }
    }
}
