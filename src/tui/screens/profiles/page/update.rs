//! What keys and responses do on the page of a profile.

use super::details;
use super::factor_rows::{self, FactorRow, RowKind};
use super::layout::{details_rows, rows_shown};
use super::related;
use super::state::{FactorView, Pane, ProfilePage};
use crate::tui::action::Action;
use crate::tui::app::{App, Severity};
use crate::tui::dialogs::{Dialog, Prompt, Purpose};
use crate::tui::effect::Effect;
use crate::tui::screens::profiles::messages::{Request, Response};
use crate::tui::screens::profiles::rows;
use crate::tui::screens::profiles::state::Profiles;
use std::sync::Arc;

/// Opens the page of the profile at a place.
pub fn open(screen: &mut Profiles, place: u32) -> Vec<Effect> {
    let kept = screen.page.take();
    screen.page = Some(Box::new(ProfilePage::new(place, kept.as_deref())));
    vec![Effect::Profiles(Request::Detail { serial: screen.serial, place })]
}

/// Does what was asked for.
pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let shown = rows_shown(app.size).max(1) as isize;
    match action {
        Action::Up => step(app, -1),
        Action::Down => step(app, 1),
        Action::PageUp => step(app, -shown),
        Action::PageDown => step(app, shown),
        Action::First => step(app, isize::MIN / 2),
        Action::Last => step(app, isize::MAX / 2),
        Action::FocusNext | Action::FocusPrevious => with_page(app, |page| {
            page.pane = if page.pane == Pane::Factors { Pane::Details } else { Pane::Factors };
        }),
        Action::Left => with_page(app, |page| page.pane = Pane::Factors),
        Action::Right => with_page(app, |page| page.pane = Pane::Details),
        Action::AccountPersons => return related::open(app),
        Action::Close if app.profiles.as_ref().is_some_and(|screen| screen.came_from.is_some()) => {
            return related::back(app).unwrap_or_default();
        }
        Action::Close => {
            if let Some(screen) = &mut app.profiles {
                screen.page = None;
            }
            return vec![Effect::Profiles(Request::EndHistory)];
        }
        Action::NextProfile => return open_neighbour(app, 1),
        Action::PreviousProfile => return open_neighbour(app, -1),
        Action::SwitchFactorView => with_page(app, |page| {
            page.factor_view = match page.factor_view {
                FactorView::Groups => FactorView::Each,
                FactorView::Each => FactorView::All,
                FactorView::All => FactorView::Groups,
            };
            (page.selected, page.offset) = (0, 0);
        }),
        // What is opened is a factor: on the other side there is nothing to open.
        Action::Accept | Action::ToggleGroup if page(app).is_some_and(|page| page.pane == Pane::Details) => {}
        Action::ToggleGroup => expand(app),
        Action::Accept if is_on_group(app) => expand(app),
        Action::Accept | Action::WhatIf => return ask_value(app),
        Action::Reset => with_page(app, |page| {
            page.changes.clear();
            page.what_if = None;
        }),
        _ => {}
    }
    keep_visible(app);
    Vec::new()
}

fn page(app: &App) -> Option<&ProfilePage> {
    app.profiles.as_ref()?.page.as_deref()
}

fn with_page(app: &mut App, change: impl FnOnce(&mut ProfilePage)) {
    if let Some(page) = app.profiles.as_mut().and_then(|s| s.page.as_deref_mut()) {
        change(page);
    }
}

fn step(app: &mut App, by: isize) {
    let most = details::lines(app).len().saturating_sub(details_rows(app.size));
    with_page(app, |page| match page.pane {
        Pane::Factors => {
            let last = factor_rows::rows(page).len().saturating_sub(1);
            page.selected = page.selected.saturating_add_signed(by).min(last);
        }
        Pane::Details => page.scroll = page.scroll.min(most).saturating_add_signed(by).min(most),
    });
}

/// Sees to it that the selected line is shown.
pub fn keep_visible(app: &mut App) {
    let shown = rows_shown(app.size).max(1);
    with_page(app, |page| {
        let count = factor_rows::rows(page).len();
        page.selected = page.selected.min(count.saturating_sub(1));
        page.offset = page.offset.clamp((page.selected + 1).saturating_sub(shown), page.selected);
        page.offset = page.offset.min(count.saturating_sub(shown));
    });
}

fn open_neighbour(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let row = screen.selected.saturating_add_signed(by).min(screen.len().saturating_sub(1));
    if row == screen.selected {
        return Vec::new();
    }
    screen.selected = row;
    let Some(place) = screen.place(row) else { return Vec::new() };
    let mut effects = open(screen, place);
    rows::keep_visible(app);
    keep_visible(app);
    effects.extend(rows::request_rows(app));
    effects
}

fn is_on_group(app: &App) -> bool {
    let kind = page(app).and_then(|page| factor_rows::rows(page).into_iter().nth(page.selected).map(|r| r.kind));
    matches!(kind, Some(RowKind::Group { .. }))
}

fn expand(app: &mut App) {
    with_page(app, |page| {
        if let Some(RowKind::Group { title, open }) =
            factor_rows::rows(page).into_iter().nth(page.selected).map(|r| r.kind)
        {
            if open {
                page.open.remove(&title);
            } else {
                page.open.insert(title);
            }
        }
    });
}

/// Asks for another value of the selected feature.
fn ask_value(app: &mut App) -> Vec<Effect> {
    let Some(page) = page(app) else { return Vec::new() };
    let kind = factor_rows::rows(page).into_iter().nth(page.selected).map(|r| r.kind);
    let (Some(RowKind::Feature { cell, .. }), Some(detail)) = (kind, &page.detail) else {
        let text = "Choose a feature: open a group, or list all features, and change its value.";
        app.notify(Severity::Info, text);
        return Vec::new();
    };
    let Some(known) = detail.cells.get(cell) else { return Vec::new() };
    let value = page.value(cell).unwrap_or_default();
    let before = page.changes.clone();
    let purpose = Purpose::Value { cell, label: known.label.clone(), choices: known.choices.clone(), before };
    app.dialogs.push(Dialog::Prompt(Prompt::new(purpose, &value)));
    Vec::new()
}

/// Takes another value of a feature; an empty one is missing.
pub fn change_value(app: &mut App, cell: usize, text: &str) -> Result<Vec<Effect>, String> {
    let Some(page) = app.profiles.as_mut().and_then(|s| s.page.as_deref_mut()) else { return Ok(Vec::new()) };
    let Some(detail) = page.detail.clone() else { return Ok(Vec::new()) };
    let Some(known) = detail.cells.get(cell) else { return Ok(Vec::new()) };
    let value = known.parse(text).map_err(|error| error.what)?;
    page.changes.retain(|(at, _)| *at != cell);
    if value.to_bits() != known.value.to_bits() {
        page.changes.push((cell, value));
    }
    let changes = page.changes.clone();
    if changes.is_empty() {
        page.what_if = None;
        return Ok(Vec::new());
    }
    Ok(vec![Effect::Profiles(Request::WhatIf { detail, changes })])
}

/// Takes back what was tried while a value was typed.
pub fn restore_changes(app: &mut App, before: Vec<(usize, f32)>) -> Vec<Effect> {
    let page = app.profiles.as_mut().and_then(|s| s.page.as_deref_mut());
    let Some(page) = page.filter(|page| !same_changes(&page.changes, &before)) else { return Vec::new() };
    page.changes.clone_from(&before);
    if before.is_empty() {
        page.what_if = None;
        return Vec::new();
    }
    let request = |detail| Effect::Profiles(Request::WhatIf { detail, changes: before });
    page.detail.clone().map(request).into_iter().collect()
}

/// Takes a response about the profile that is shown.
pub fn on_response(app: &mut App, response: Response) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let Profiles { page: Some(page), score, .. } = screen else { return Vec::new() };
    let shown = |id: &str| page.detail.as_ref().is_some_and(|d| d.profile.profile_id == id);
    match response {
        Response::Detail { place, detail, .. } if place == page.place => match detail {
            Ok(detail) => {
                let (score, profile) = (score.clone(), detail.profile.profile_id.clone());
                page.detail = Some(Arc::clone(&detail));
                return vec![
                    Effect::Profiles(Request::Change(detail)),
                    Effect::Profiles(Request::History { score, profile }),
                ];
            }
            Err(error) => page.error = Some(error),
        },
        Response::Change { profile, change } if shown(&profile) => page.change = Some(change),
        Response::History { profile, past } if shown(&profile) => page.past = Some(past),
        // NaN is not equal to itself, and stands for a missing value here.
        Response::WhatIf { changes, answer } if same_changes(&changes, &page.changes) => match answer {
            Ok(answer) => {
                page.what_if = Some(answer);
                // The lines have another order now: the selection stays with what was changed.
                let changed = page.changes.last().map(|(cell, _)| *cell);
                let is_it =
                    |row: &FactorRow| matches!(row.kind, RowKind::Feature { cell, .. } if Some(cell) == changed);
                if let Some(at) = factor_rows::rows(page).iter().position(is_it) {
                    page.selected = at;
                }
                keep_visible(app);
            }
            Err(error) => {
                // What is shown is what was computed last.
                page.changes.clear();
                page.what_if = None;
                app.dialogs.push(Dialog::error(error));
            }
        },
        _ => {}
    }
    Vec::new()
}

fn same_changes(one: &[(usize, f32)], other: &[(usize, f32)]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits())
}
