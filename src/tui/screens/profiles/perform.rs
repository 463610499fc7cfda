//! What keys do on the Profiles screen.

use super::list::{columns_shown, rows_shown};
use super::page::{self, Page};
use super::talk::{Ask, Opened};
use super::texts::{self, Copied};
use super::{Aim, Column, Focus, Profiles, Shown, Task, Window};
use crate::data::scores::Sort;
use crate::domain::explanation::Band;
use crate::domain::format::count;
use crate::domain::score::ProfileType;
use crate::queries::export::Format;
use crate::tui::action::Action;
use crate::tui::app::{App, Screen, Tone};
use crate::tui::dialogs::{Dialog, Entry, Picker, Purpose};
use crate::tui::effect::Effect;
use crate::tui::ring;
use crate::tui::screens::services;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;
use std::path::PathBuf;
use std::sync::Arc;

/// Goes to the profiles of the selected score; opens them anew where they are shown already.
pub fn open(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let (score, name) = (listed.score.id.clone(), listed.score.name.clone());
    let latest = listed.scored.as_ref().map(|r| r.id.clone());
    let known = app.profiles.as_ref().is_some_and(|p| {
        let same = |o: &Arc<Opened>| latest.as_ref().is_none_or(|id| *id == o.run.id);
        p.score == score && p.opened.as_ref().is_some_and(same)
    });
    let again = app.screen == Screen::Profiles;
    app.screen = Screen::Profiles;
    if known && !again {
        return Vec::new();
    }
    let generation = app.profiles.as_ref().map_or(0, |before| before.generation) + 1;
    app.profiles = Some(Profiles {
        score: score.clone(),
        name,
        opened: None,
        broken: None,
        at: 0,
        offset: 0,
        shown: Shown { number: generation, ..Shown::default() },
        window: Window { view: generation, ..Window::default() },
        focus: Focus::List,
        filter: TextField::default(),
        find: TextField::default(),
        hits: None,
        task: None,
        generation,
        serial: generation,
        columns: Vec::new(),
        left: 0,
        page: None,
        factors: None,
    });
    // What was looked for in the scores before is wanted no more.
    vec![Effect::Profiles(Ask::Cancel), Effect::Profiles(Ask::Open { score })]
}

/// The chosen columns, as far as these scores have them.
pub(super) fn columns_of(app: &App, attributes: &[Arc<str>]) -> Vec<Column> {
    let chosen = if app.columns.is_empty() { &Column::USUAL[..] } else { &app.columns };
    let all = Column::all(attributes);
    all.into_iter().filter(|c| chosen.contains(c)).collect()
}

/// Does what was asked for.
pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match action {
        Action::Factors if screen.opened.is_some() => return super::factors::open(app),
        Action::Copy => {
            if screen.selected().is_some() {
                app.dialogs.push(Dialog::Picker(Picker::copy()));
            }
            return Vec::new();
        }
        _ => {}
    }
    if screen.factors.is_some() {
        return super::factors::perform(app, action);
    }
    if screen.page.is_some() {
        return page::perform(app, action);
    }
    of_list(app, action)
}

fn of_list(app: &mut App, action: Action) -> Vec<Effect> {
    let shown = rows_shown(app) as isize;
    let size = app.size;
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match action {
        Action::Up => return step(app, -1),
        Action::Down => return step(app, 1),
        Action::PageUp => return step(app, -shown.max(1)),
        Action::PageDown => return step(app, shown.max(1)),
        Action::First => return step(app, isize::MIN / 2),
        Action::Last => return step(app, isize::MAX / 2),
        Action::Left => screen.left = screen.left.saturating_sub(1),
        Action::Right if columns_shown(screen, size).1 => screen.left += 1,
        Action::Accept => return accept(app),
        Action::Close => return close(app),
        Action::Find => {
            screen.focus = Focus::Find;
            screen.find.clear();
        }
        Action::FindNext => return next_hit(app, 1),
        Action::FindPrevious => return next_hit(app, -1),
        Action::Narrow => screen.focus = Focus::Filter,
        Action::NextBand => {
            let (query, sort) = screen.wanted();
            let query = with_next_band(&query);
            screen.filter = TextField::new(&query);
            return arrange(screen, query, sort);
        }
        Action::Order => {
            let (query, sort) = screen.wanted();
            return arrange(screen, query, ring::step(&Sort::ALL, sort, 1));
        }
        Action::GoTo if screen.opened.is_some() => app.dialogs.push(Dialog::Entry(Entry::new(Purpose::GoTo, ""))),
        Action::Columns if screen.opened.is_some() => app.dialogs.push(Dialog::Picker(Picker::columns())),
        Action::Export if app.export.is_some() => {
            app.say(Tone::Bad, "An export is being written already.");
        }
        Action::Export => {
            if let Some(opened) = &screen.opened {
                let name = format!("{}-{}.csv", screen.score, opened.run.cutoffs.as_of);
                app.dialogs.push(Dialog::Entry(Entry::new(Purpose::Export, &name)));
            }
        }
        _ => {}
    }
    Vec::new()
}

impl Profiles {
    /// The query and the order that were asked for last, shown already or not.
    fn wanted(&self) -> (String, Sort) {
        match self.task.as_ref().map(|t| &t.aim) {
            Some(Aim::View(query, sort)) => (query.clone(), *sort),
            _ => (self.shown.query.clone(), self.shown.sort),
        }
    }

    fn begin(&mut self, what: &'static str, aim: Aim) -> u64 {
        self.generation += 1;
        self.task = Some(Task { number: self.generation, what, done: 0, total: 0, aim });
        self.generation
    }
}

/// The query with the band after the one it has.
fn with_next_band(query: &str) -> String {
    let is_band = |part: &&str| part.to_lowercase().starts_with("band=");
    let now = query.split(' ').find(is_band).and_then(|part| Band::by_word(&part[5..]));
    let next = match now {
        None => Some(Band::High),
        Some(Band::High) => Some(Band::Medium),
        Some(Band::Medium) => Some(Band::Low),
        Some(Band::Low) => None,
    };
    let rest = query.split(' ').filter(|part| !part.is_empty() && !is_band(part)).map(str::to_string);
    let band = next.map(|b| format!("band={}", b.word().to_lowercase()));
    band.into_iter().chain(rest).collect::<Vec<_>>().join(" ")
}

/// Asks for a view; the one that is shown stays until it is there.
fn arrange(screen: &mut Profiles, query: String, sort: Sort) -> Vec<Effect> {
    let Some(run) = screen.opened.clone() else { return Vec::new() };
    let task = screen.begin("looking through all profiles", Aim::View(query.clone(), sort));
    vec![Effect::Profiles(Ask::Arrange { task, run, query, sort })]
}

fn step(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let last = screen.len().saturating_sub(1);
    screen.at = screen.at.saturating_add_signed(by).min(last);
    keep_visible(app);
    wanted_rows(app)
}

fn keep_visible(app: &mut App) {
    let shown = rows_shown(app).max(1);
    let Some(screen) = &mut app.profiles else { return };
    screen.at = screen.at.min(screen.len().saturating_sub(1));
    screen.offset = screen.offset.clamp((screen.at + 1).saturating_sub(shown), screen.at);
    screen.offset = screen.offset.min(screen.len().saturating_sub(shown));
}

/// The rows around what is shown, where they have not been read: always a page ahead, so that no step waits.
pub(super) fn wanted_rows(app: &mut App) -> Vec<Effect> {
    let shown = rows_shown(app).max(1);
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
    if current && window.asked.is_some_and(coming) {
        return Vec::new();
    }
    screen.window.asked = Some(start);
    let places = screen.shown.places.clone();
    let count = 7 * shown;
    vec![Effect::Profiles(Ask::Rows { view: screen.shown.number, from: start, count, places })]
}

fn accept(app: &mut App) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    match screen.focus {
        Focus::Filter => {
            screen.focus = Focus::List;
            let query = screen.filter.value().trim().to_string();
            let (_, sort) = screen.wanted();
            arrange(screen, query, sort)
        }
        Focus::Find => {
            screen.focus = Focus::List;
            find(screen)
        }
        Focus::List => match screen.place(screen.at) {
            Some(place) => open_page(screen, place),
            None => Vec::new(),
        },
    }
}

/// Opens the page of the profile at a place.
pub(super) fn open_page(screen: &mut Profiles, place: u32) -> Vec<Effect> {
    let kept = screen.page.take();
    screen.page = Some(Box::new(Page::new(place, kept.as_deref())));
    vec![Effect::Profiles(Ask::Dossier { serial: screen.serial, place })]
}

fn find(screen: &mut Profiles) -> Vec<Effect> {
    let text = screen.find.value().trim().to_string();
    let Some(run) = screen.opened.clone().filter(|_| !text.is_empty()) else { return Vec::new() };
    let task = screen.begin("looking for it", Aim::Find(text.clone()));
    vec![Effect::Profiles(Ask::Find { task, run, text })]
}

/// Goes to the row after (1), before (−1) or from the selected one on (0) that holds what was looked for, and round at
/// the ends.
pub(super) fn next_hit(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let Some(hits) = &mut screen.hits else {
        app.say(Tone::Plain, format!("{} looks for an id or a name.", app.keymap.key(Action::Find)));
        return Vec::new();
    };
    if hits.view != screen.shown.number {
        hits.view = screen.shown.number;
        hits.rows = rows_of(&hits.places, screen.shown.places.as_ref());
    }
    let (text, rows, at) = (hits.text.clone(), Arc::clone(&hits.rows), screen.at as u32);
    let found = match by {
        0 => rows.get(rows.partition_point(|&row| row < at)).or(rows.first()),
        1.. => rows.get(rows.partition_point(|&row| row <= at)).or(rows.first()),
        _ => rows.partition_point(|&row| row < at).checked_sub(1).map_or(rows.last(), |before| rows.get(before)),
    };
    let Some(&row) = found else {
        app.say(Tone::Bad, format!("No id and no name that is shown holds '{text}'."));
        return Vec::new();
    };
    let number = rows.partition_point(|&r| r < row) + 1;
    screen.at = row as usize;
    app.say(Tone::Plain, format!("{} of {} that hold '{text}'.", count(number as u64), count(rows.len() as u64)));
    keep_visible(app);
    wanted_rows(app)
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

fn close(app: &mut App) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    if screen.focus != Focus::List {
        screen.focus = Focus::List;
        screen.filter = TextField::new(&screen.shown.query);
    } else if screen.task.take().is_some() {
        app.say(Tone::Plain, "Cancelled.");
        return vec![Effect::Profiles(Ask::Cancel)];
    } else if app.export.is_some() {
        return vec![Effect::Profiles(Ask::CancelExport)];
    } else if !screen.shown.query.is_empty() {
        screen.filter.clear();
        let sort = screen.shown.sort;
        return arrange(screen, String::new(), sort);
    } else {
        app.screen = Screen::Services;
    }
    Vec::new()
}

/// A key of a field.
pub fn typed(app: &mut App, key: KeyEvent) {
    let Some(screen) = &mut app.profiles else { return };
    match screen.focus {
        Focus::Filter => {
            screen.filter.key(key);
        }
        Focus::Find => {
            screen.find.key(key);
        }
        Focus::List => {}
    }
}

pub fn paste(app: &mut App, text: &str) {
    let Some(screen) = &mut app.profiles else { return };
    match screen.focus {
        Focus::Filter => screen.filter.paste(text),
        Focus::Find => screen.find.paste(text),
        Focus::List => {}
    }
}

/// The terminal has another size: other rows are shown.
pub fn resized(app: &mut App) -> Vec<Effect> {
    keep_visible(app);
    page::keep_visible(app);
    wanted_rows(app)
}

/// What was entered in a dialog of this screen.
pub fn entered(app: &mut App, purpose: &Purpose, text: &str) -> Result<Vec<Effect>, String> {
    match purpose {
        Purpose::GoTo => go_to(app, text),
        Purpose::Export => export(app, text),
        Purpose::Value { cell, .. } => page::change_value(app, *cell, text),
    }
}

fn go_to(app: &mut App, text: &str) -> Result<Vec<Effect>, String> {
    let wrong = || "Enter a rank, as 1200, or a percentile, as p95.".to_string();
    let text = text.trim().to_lowercase();
    let Some(screen) = &mut app.profiles else { return Ok(Vec::new()) };
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '.')).collect();
    if let Some(percentile) = text.strip_prefix('p').or_else(|| text.strip_suffix('%')) {
        let percentile: u8 = percentile.trim().parse().map_err(|_| wrong())?;
        if !(1..=100).contains(&percentile) {
            return Err("A percentile lies between 1 and 100.".into());
        }
        return Ok(vec![Effect::Profiles(Ask::Percentile { serial: screen.serial, percentile })]);
    }
    let rank: usize = digits.parse().map_err(|_| wrong())?;
    let total = screen.opened.as_ref().map_or(0, |o| o.total);
    if !(1..=total).contains(&rank) {
        return Err(format!("Ranks go from 1 to {}.", count(total as u64)));
    }
    Ok(to_place(app, (rank - 1) as u32))
}

/// Selects the row at this place of the file, or the next one below it that is shown.
pub(super) fn to_place(app: &mut App, place: u32) -> Vec<Effect> {
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    let row = match (&screen.shown.places, screen.shown.sort) {
        (None, _) => Some(place as usize),
        (Some(places), Sort::Rank) => Some(places.partition_point(|p| *p < place)),
        (Some(places), _) => places.iter().position(|p| *p == place),
    };
    match row {
        Some(row) => {
            screen.at = row;
            keep_visible(app);
            wanted_rows(app)
        }
        None => {
            app.say(Tone::Bad, "That profile is not among those that are shown.");
            Vec::new()
        }
    }
}

fn export(app: &mut App, text: &str) -> Result<Vec<Effect>, String> {
    let path = PathBuf::from(text.trim());
    let format = Format::of_path(&path).ok_or("The name ends with .csv, .jsonl or .parquet: that says the format.")?;
    let Some(screen) = &mut app.profiles else { return Ok(Vec::new()) };
    let Some(run) = screen.opened.clone() else { return Ok(Vec::new()) };
    let places = screen.shown.places.clone();
    screen.generation += 1;
    let task = screen.generation;
    app.export = Some(Task { number: task, what: "writing", done: 0, total: 0, aim: Aim::Export });
    Ok(vec![Effect::Profiles(Ask::Export { task, run, places, format, path })])
}

/// Copies something of the selected profile.
pub fn copy(app: &mut App, what: Copied) -> Vec<Effect> {
    let Some(screen) = &app.profiles else { return Vec::new() };
    let page = screen.page.as_ref().and_then(|p| p.dossier.as_ref()).map(|d| (d.rank - 1, &d.profile));
    let Some((place, profile)) = page.or_else(|| screen.selected().map(|(place, p)| (*place, p))) else {
        return Vec::new();
    };
    vec![Effect::Profiles(Ask::Copy(texts::text(screen, what, place, profile)))]
}

/// Every column that there can be, and whether it is shown.
pub fn column_rows(app: &App) -> Vec<(Column, bool)> {
    let Some(screen) = &app.profiles else { return Vec::new() };
    let attributes = screen.opened.as_ref().map_or(&[][..], |o| &o.attributes);
    let of_accounts = app.listed(&screen.score).is_some_and(|l| l.score.profile_type == ProfileType::Account);
    // An account is its own.
    let all = Column::all(attributes).into_iter().filter(|c| !(of_accounts && *c == Column::Account));
    all.map(|c| (c.clone(), screen.columns.contains(&c))).collect()
}

/// Shows a column or hides it; its place is that of the list of all columns.
pub fn choose_column(app: &mut App, column: &Column) -> Vec<Effect> {
    if app.columns.is_empty() {
        app.columns = Column::USUAL.to_vec();
    }
    // What other scores have stays chosen.
    match app.columns.iter().position(|c| c == column) {
        Some(at) => drop(app.columns.remove(at)),
        None => app.columns.push(column.clone()),
    }
    let attributes = app.profiles.as_ref().and_then(|s| s.opened.as_ref()).map_or(Vec::new(), |o| o.attributes.clone());
    let columns = columns_of(app, &attributes);
    let Some(screen) = &mut app.profiles else { return Vec::new() };
    (screen.columns, screen.left) = (columns, 0);
    vec![Effect::SaveUi(services::state(app))]
}
