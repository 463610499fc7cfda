//! What keys do on the Profiles screen.

use super::clipboard::{self, Copied, CopyFormat};
use super::column::Column;
use super::layout::{columns_shown, rows_shown};
use super::messages::{OpenedScores, Request};
use super::rows::{keep_visible, request_rows};
use super::search::{find, next_hit};
use super::state::{BANDS, Focus, Profiles, TaskKind};
use super::{factors, page};
use crate::config::Bands;
use crate::data::scores::Sort;
use crate::domain::explanation::Band;
use crate::queries::profile::ProfileDetail;
use crate::tui::action::Action;
use crate::tui::app::{App, Screen, Severity};
use crate::tui::cycle;
use crate::tui::dialogs::{Dialog, Picker, PickerKind, Prompt, Purpose};
use crate::tui::effect::Effect;
use crate::tui::screens::sort_column::SortColumn;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;
use std::sync::Arc;

/// Goes to the profiles of the selected score; opens them anew where they are shown already.
pub fn open(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let (score, name) = (listed.score.id.clone(), listed.score.name.clone());
    let latest = listed.scored.as_ref().map(|r| r.id.clone());
    let known = app.profiles.as_ref().is_some_and(|p| {
        let same = |o: &Arc<OpenedScores>| latest.as_ref().is_none_or(|id| *id == o.run.id);
        p.score == score && p.opened.as_ref().is_some_and(same)
    });
    let again = app.screen == Screen::Profiles;
    app.screen = Screen::Profiles;
    if known && !again {
        return Vec::new();
    }
    let generation = app.profiles.as_ref().map_or(0, |before| before.generation) + 1;
    app.profiles = Some(Profiles::new(score.clone(), name, generation));
    // What was looked for in the scores before is wanted no more.
    vec![Effect::Profiles(Request::Cancel), Effect::Profiles(Request::Open { score })]
}

/// Does what was asked for.
pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match action {
        Action::Factors if screen.opened.is_some() => return factors::open(app),
        Action::Copy => {
            if screen.selected_profile().is_some() {
                app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Copy)));
            }
            return Vec::new();
        }
        _ => {}
    }
    if screen.factors.is_some() {
        return factors::update(app, action);
    }
    if screen.page.is_some() {
        return page::update(app, action);
    }
    update_list(app, action)
}

fn update_list(app: &mut App, action: Action) -> Vec<Effect> {
    let shown = rows_shown(app.size) as isize;
    let size = app.size;
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match action {
        Action::Up => return step(app, -1),
        Action::Down => return step(app, 1),
        Action::PageUp => return step(app, -shown.max(1)),
        Action::PageDown => return step(app, shown.max(1)),
        Action::First => return step(app, isize::MIN / 2),
        Action::Last => return step(app, isize::MAX / 2),
        Action::Left => screen.first_column = screen.first_column.saturating_sub(1),
        Action::Right if columns_shown(screen, size).1 => screen.first_column += 1,
        Action::Accept => return accept(app),
        Action::Close => return close(app),
        Action::Find => {
            screen.focus = Focus::Find;
            screen.find.clear();
            screen.hits = None;
            screen.found_from = screen.selected;
        }
        Action::FindNext => return next_hit(app, 1),
        Action::FindPrevious => return next_hit(app, -1),
        Action::FilterProfiles => screen.focus = Focus::Filter,
        Action::NextBand => {
            let (query, sort) = screen.requested_view();
            let query = with_next_band(&query);
            screen.filter = TextField::new(&query);
            return request_view(screen, query, sort);
        }
        Action::SortProfiles if screen.opened.is_some() => {
            app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Sort)));
        }
        Action::GoTo if screen.opened.is_some() => app.dialogs.push(Dialog::Prompt(Prompt::new(Purpose::GoTo, ""))),
        Action::Columns if screen.opened.is_some() => {
            app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Columns)))
        }
        Action::Export if app.export.is_some() => {
            app.notify(Severity::Error, "An export is being written already.");
        }
        Action::Export => {
            if let Some(opened) = &screen.opened {
                let name = format!("{}-{}.csv", screen.score, opened.run.cutoffs.as_of);
                let purpose = Purpose::Export { profiles: screen.len() as u64 };
                app.dialogs.push(Dialog::Prompt(Prompt::new(purpose, &name)));
            }
        }
        _ => {}
    }
    Vec::new()
}

/// What the list can be sorted by.
pub fn sort_columns(app: &App) -> Vec<SortColumn> {
    let sort = app.profiles.as_ref().map(|screen| screen.requested_view().1);
    let column = |(by, letter, title, arrow): (Sort, char, &'static str, &'static str)| SortColumn {
        letter,
        title,
        arrow: (sort == Some(by)).then_some(arrow),
    };
    SORTS.into_iter().map(column).collect()
}

/// Each order with its letter, its title and the arrow at its column.
pub const SORTS: [(Sort, char, &str, &str); 5] = [
    (Sort::Rank, 'r', "Rank", "▴"),
    (Sort::Risen, 'u', "Change, the largest rise first", "▾"),
    (Sort::Fallen, 'd', "Change, the largest fall first", "▴"),
    (Sort::Name, 'n', "Name", "▴"),
    (Sort::Id, 'i', "Id", "▴"),
];

/// Sorts by one of these.
pub fn sort_by(app: &mut App, column: usize) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let (query, _) = screen.requested_view();
    SORTS.get(column).map_or_else(Vec::new, |(sort, ..)| request_view(screen, query, *sort))
}

/// The query with the band after the one it has.
fn with_next_band(query: &str) -> String {
    let is_band = |part: &&str| part.to_lowercase().starts_with("band=");
    let now = query.split(' ').find(is_band).and_then(|part| Band::from_word(&part[5..]));
    let next = cycle::step(&BANDS, now, 1);
    let rest = query.split(' ').filter(|part| !part.is_empty() && !is_band(part)).map(str::to_string);
    let band = next.map(|b| format!("band={}", b.word().to_lowercase()));
    band.into_iter().chain(rest).collect::<Vec<_>>().join(" ")
}

/// Asks for a view; the one that is shown stays until it is there.
fn request_view(screen: &mut Profiles, query: String, sort: Sort) -> Vec<Effect> {
    let Some(run) = screen.opened.clone() else { return Vec::new() };
    let task = screen.start_task("looking through all profiles", TaskKind::View(query.clone(), sort));
    vec![Effect::Profiles(Request::Query { task, run, query, sort })]
}

fn step(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let last = screen.len().saturating_sub(1);
    screen.selected = screen.selected.saturating_add_signed(by).min(last);
    keep_visible(app);
    request_rows(app)
}

fn accept(app: &mut App) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match screen.focus {
        Focus::Filter => {
            screen.focus = Focus::List;
            let query = screen.filter.value().trim().to_string();
            let (_, sort) = screen.requested_view();
            request_view(screen, query, sort)
        }
        // It was found while it was typed.
        Focus::Find => {
            screen.focus = Focus::List;
            Vec::new()
        }
        Focus::List => match screen.place(screen.selected) {
            Some(place) => page::open(screen, place),
            None => Vec::new(),
        },
    }
}

fn close(app: &mut App) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    if screen.focus == Focus::Find {
        // Back to where one was.
        screen.focus = Focus::List;
        screen.find.clear();
        screen.hits = None;
        screen.selected = screen.found_from;
        keep_visible(app);
        return request_rows(app);
    }
    if screen.focus == Focus::Filter {
        screen.focus = Focus::List;
        screen.filter = TextField::new(&screen.shown.query);
    } else if screen.hits.take().is_some() {
        screen.find.clear();
    } else if screen.task.take().is_some() {
        app.notify(Severity::Info, "Cancelled.");
        return vec![Effect::Profiles(Request::Cancel)];
    } else if app.export.is_some() {
        return vec![Effect::Profiles(Request::CancelExport)];
    } else if !screen.shown.query.is_empty() {
        screen.filter.clear();
        let sort = screen.shown.sort;
        return request_view(screen, String::new(), sort);
    } else {
        app.screen = Screen::Services;
    }
    Vec::new()
}

/// A key of a field. What is looked for is found as one types.
pub fn text_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match screen.focus {
        Focus::Filter => {
            screen.filter.key(key);
        }
        Focus::Find => {
            let before = screen.find.value().to_string();
            if screen.find.key(key) && screen.find.value() != before {
                return find(screen);
            }
        }
        Focus::List => {}
    }
    Vec::new()
}

pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match screen.focus {
        Focus::Filter => screen.filter.paste(text),
        Focus::Find => {
            screen.find.paste(text);
            return find(screen);
        }
        Focus::List => {}
    }
    Vec::new()
}

/// The terminal has another size: other rows are shown.
pub fn resize(app: &mut App) -> Vec<Effect> {
    keep_visible(app);
    page::keep_visible(app);
    request_rows(app)
}

/// Copies something of the selected profile. What it takes to be read for that is read first.
pub fn copy(app: &mut App, format: CopyFormat) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let page = screen.page.as_ref().and_then(|p| p.detail.as_ref());
    let read = page.map(|d| (d.rank - 1, Copied { profile: &d.profile, why: Some(&d.explanation) }));
    let row = || screen.selected_profile().map(|(place, p)| (*place, Copied { profile: p, why: None }));
    let Some((place, copied)) = read.or_else(row) else { return Vec::new() };
    match clipboard::text(screen, &app.workspace.bands, format, place, copied) {
        Some(text) => vec![Effect::Profiles(Request::Copy(text))],
        None => {
            screen.copied_when_read = Some(place);
            vec![Effect::Profiles(Request::Detail { serial: screen.serial, place })]
        }
    }
}

/// Copies the e-mail of a profile that was read for it.
pub fn copy_email(screen: &Profiles, bands: &Bands, detail: &ProfileDetail) -> Vec<Effect> {
    let copied = Copied { profile: &detail.profile, why: Some(&detail.explanation) };
    let text = clipboard::text(screen, bands, CopyFormat::Email, detail.rank - 1, copied);
    text.map(|text| Effect::Profiles(Request::Copy(text))).into_iter().collect()
}

/// Shows a column or hides it; its place is that of the list of all columns.
pub fn toggle_column(app: &mut App, column: &Column) -> Vec<Effect> {
    if app.columns.is_empty() {
        app.columns = Column::usual();
    }
    // What other scores have stays chosen.
    match app.columns.iter().position(|c| c == column) {
        Some(at) => drop(app.columns.remove(at)),
        None => app.columns.push(column.clone()),
    }
    let attributes = app.profiles.as_ref().and_then(|s| s.opened.as_ref()).map_or(Vec::new(), |o| o.attributes.clone());
    let columns = Column::chosen(&app.columns, &attributes);
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    (screen.columns, screen.first_column) = (columns, 0);
    vec![Effect::SaveUi(app.ui_state())]
}
