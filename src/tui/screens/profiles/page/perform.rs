//! What keys and answers do on the page of a profile.

use super::why::{self, Kind};
use super::{List, Page, Side, facts, view};
use crate::tui::action::Action;
use crate::tui::app::{App, Tone};
use crate::tui::dialogs::{Dialog, Entry, Purpose};
use crate::tui::effect::Effect;
use crate::tui::screens::profiles::Profiles;
use crate::tui::screens::profiles::perform::open_page;
use crate::tui::screens::profiles::talk::{Answer, Ask};

/// Does what was asked for.
pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    let shown = view::rows_shown(app).max(1) as isize;
    match action {
        Action::Up => step(app, -1),
        Action::Down => step(app, 1),
        Action::PageUp => step(app, -shown),
        Action::PageDown => step(app, shown),
        Action::First => step(app, isize::MIN / 2),
        Action::Last => step(app, isize::MAX / 2),
        Action::FocusNext | Action::FocusPrevious => with(app, |page| {
            page.side = if page.side == Side::Why { Side::Facts } else { Side::Why };
        }),
        Action::Left => with(app, |page| page.side = Side::Why),
        Action::Right => with(app, |page| page.side = Side::Facts),
        Action::Close => {
            if let Some(screen) = &mut app.profiles {
                screen.page = None;
            }
            return vec![Effect::Profiles(Ask::EndHistory)];
        }
        Action::NextProfile => return another(app, 1),
        Action::PreviousProfile => return another(app, -1),
        Action::EachFactor => with(app, |page| {
            page.list = match page.list {
                List::Groups => List::Each,
                List::Each => List::All,
                List::All => List::Groups,
            };
            (page.at, page.offset) = (0, 0);
        }),
        Action::Expand => expand(app),
        Action::Accept if on_group(app) => expand(app),
        Action::Accept | Action::WhatIf => return ask_value(app),
        Action::Reset => with(app, |page| {
            page.changes.clear();
            page.what_if = None;
        }),
        _ => {}
    }
    keep_visible(app);
    Vec::new()
}

fn page(app: &App) -> Option<&Page> {
    app.profiles.as_ref()?.page.as_deref()
}

fn with(app: &mut App, change: impl FnOnce(&mut Page)) {
    if let Some(page) = app.profiles.as_mut().and_then(|s| s.page.as_deref_mut()) {
        change(page);
    }
}

fn step(app: &mut App, by: isize) {
    let most = facts::lines(app).len().saturating_sub(view::facts_shown(app));
    with(app, |page| match page.side {
        Side::Why => {
            let last = why::rows(page).len().saturating_sub(1);
            page.at = page.at.saturating_add_signed(by).min(last);
        }
        Side::Facts => page.scroll = page.scroll.min(most).saturating_add_signed(by).min(most),
    });
}

/// Sees to it that the selected line is shown.
pub fn keep_visible(app: &mut App) {
    let shown = view::rows_shown(app).max(1);
    with(app, |page| {
        let count = why::rows(page).len();
        page.at = page.at.min(count.saturating_sub(1));
        page.offset = page.offset.clamp((page.at + 1).saturating_sub(shown), page.at);
        page.offset = page.offset.min(count.saturating_sub(shown));
    });
}

fn another(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let row = screen.at.saturating_add_signed(by).min(screen.len().saturating_sub(1));
    if row == screen.at {
        return Vec::new();
    }
    screen.at = row;
    let Some(place) = screen.place(row) else { return Vec::new() };
    let mut effects = open_page(screen, place);
    effects.extend(crate::tui::screens::profiles::perform::resized(app));
    effects
}

fn on_group(app: &App) -> bool {
    let kind = page(app).and_then(|page| why::rows(page).into_iter().nth(page.at).map(|r| r.kind));
    matches!(kind, Some(Kind::Group { .. }))
}

fn expand(app: &mut App) {
    with(app, |page| {
        if let Some(Kind::Group { title, open }) = why::rows(page).into_iter().nth(page.at).map(|r| r.kind) {
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
    let kind = why::rows(page).into_iter().nth(page.at).map(|r| r.kind);
    let (Some(Kind::Feature { cell, .. }), Some(dossier)) = (kind, &page.dossier) else {
        let text = "Choose a feature: open a group, or list all features, and change its value.";
        app.say(Tone::Plain, text);
        return Vec::new();
    };
    let Some(known) = dossier.cells.get(cell) else { return Vec::new() };
    let value = page.value(cell).unwrap_or_default();
    let purpose = Purpose::Value { cell, label: known.label.clone(), choices: known.choices.clone() };
    app.dialogs.push(Dialog::Entry(Entry::new(purpose, &value)));
    Vec::new()
}

/// Takes another value of a feature; an empty one is missing.
pub fn change_value(app: &mut App, cell: usize, text: &str) -> Result<Vec<Effect>, String> {
    let Some(page) = app.profiles.as_mut().and_then(|s| s.page.as_deref_mut()) else { return Ok(Vec::new()) };
    let Some(dossier) = page.dossier.clone() else { return Ok(Vec::new()) };
    let Some(known) = dossier.cells.get(cell) else { return Ok(Vec::new()) };
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
    Ok(vec![Effect::Profiles(Ask::WhatIf { dossier, changes })])
}

/// Takes an answer about the profile that is shown.
pub fn answered(app: &mut App, answer: Answer) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let Profiles { page: Some(page), score, .. } = screen else { return Vec::new() };
    let shown = |id: &str| page.dossier.as_ref().is_some_and(|d| d.profile.profile_id == id);
    match answer {
        Answer::Dossier { place, dossier, .. } if place == page.place => match dossier {
            Ok(dossier) => {
                let (score, profile) = (score.clone(), dossier.profile.profile_id.clone());
                page.dossier = Some(Arc::clone(&dossier));
                return vec![Effect::Profiles(Ask::Change(dossier)), Effect::Profiles(Ask::History { score, profile })];
            }
            Err(error) => page.broken = Some(error),
        },
        Answer::Change { profile, change } if shown(&profile) => page.change = Some(change),
        Answer::History { profile, past } if shown(&profile) => page.past = Some(past),
        // NaN is not equal to itself, and stands for a missing value here.
        Answer::WhatIf { changes, answer } if same(&changes, &page.changes) => match answer {
            Ok(answer) => {
                page.what_if = Some(answer);
                // The lines have another order now: the selection stays with what was changed.
                let changed = page.changes.last().map(|(cell, _)| *cell);
                let is_it = |row: &why::Row| matches!(row.kind, Kind::Feature { cell, .. } if Some(cell) == changed);
                if let Some(at) = why::rows(page).iter().position(is_it) {
                    page.at = at;
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

fn same(one: &[(usize, f32)], other: &[(usize, f32)]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.0 == b.0 && a.1.to_bits() == b.1.to_bits())
}

use std::sync::Arc;
