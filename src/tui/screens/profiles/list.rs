//! The list of the scored profiles: rank and name stay, the other columns scroll sideways.

use super::column::Column;
use super::layout::{GAP, HEAD, columns_shown, rank_and_name};
use super::search;
use super::state::{Focus, Profiles};
use crate::data::scores::{ScoredProfile, Sort};
use crate::domain::explanation::shown_score;
use crate::domain::feature_labels;
use crate::domain::format::{count, date, multiplier, percent};
use crate::domain::text::{cut, harmless};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::labels::{plural, shorten_factor, signed_points};
use crate::tui::widgets::cells::{Cells, error_lines};
use crate::tui::widgets::scroll_bar;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

pub fn draw(app: &App, screen: &Profiles, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let mut cells = Cells::new(buffer, area);
    header(app, screen, &mut cells);
    filter_line(app, screen, &mut cells);
    if let Some(error) = &screen.error {
        for (y, line) in (HEAD..).zip(error_lines(app.theme(), error, usize::from(area.width))) {
            cells.put_line(0, y, area.width, &line);
        }
        return None;
    }
    let Some(_) = &screen.opened else {
        cells.put(0, HEAD, area.width, "Opening the scores…", app.theme().dim());
        return None;
    };
    let (columns, more) = columns_shown(screen, app.size);
    column_titles(app, screen, &columns, more, &mut cells);
    if screen.is_empty() {
        let key = app.keymap.key(Action::Close);
        cells.put(2, HEAD, area.width, "No profile fits the filter.", app.theme().text());
        cells.put(2, HEAD + 1, area.width, &format!("{key} shows all of them."), app.theme().dim());
    }
    let shown = usize::from(area.height.saturating_sub(HEAD));
    for (y, row) in (HEAD..).zip((screen.offset..screen.len()).take(shown)) {
        draw_row(app, screen, row, &columns, &mut cells, y);
    }
    let cursor = cells.cursor();
    let bar = Rect { x: area.right(), y: area.y + HEAD, width: 1, height: area.height.saturating_sub(HEAD) };
    scroll_bar::draw(app.theme(), bar, screen.len(), screen.offset, shown, buffer);
    cursor
}

fn header(app: &App, screen: &Profiles, cells: &mut Cells<'_>) {
    let theme = app.theme();
    let mut right = String::new();
    if let Some(opened) = &screen.opened {
        let whose = app.listed(&screen.score).map_or("profiles", |l| plural(l.score.profile_type));
        let as_of = opened.run.cutoffs.as_of.parse().map_or_else(|_| opened.run.cutoffs.as_of.clone(), date);
        right = format!("{} {whose} scored as of {as_of}", count(opened.total as u64));
        let newest = app.listed(&screen.score).and_then(|l| l.scored.as_ref()).is_none_or(|r| r.id == opened.run.id);
        if !newest {
            right = format!("newer scores: {} opens them", app.keymap.key(Action::ProfilesScreen));
        }
    }
    let room = cells.width().saturating_sub(right.width() as u16 + 2);
    let x = cells.put(0, 0, room, "Profiles", theme.title());
    cells.put(x, 0, room.saturating_sub(x), &format!(" › {}", harmless(&screen.name)), theme.text());
    cells.put_right(0, &right, theme.dim());
}

/// The line with what is looked for or filtered by, and how many there are.
fn filter_line(app: &App, screen: &Profiles, cells: &mut Cells<'_>) {
    let theme = app.theme();
    let total = screen.opened.as_ref().map_or(0, |o| o.total);
    let key = |action| format!("{} ", app.keymap.key(action));
    let found = search::place(screen);
    let right = match screen.task.as_ref().or(app.export.as_ref()) {
        Some(task) if task.total > 0 => {
            let key = app.keymap.key(Action::Close);
            format!("◐ {} {:.0} % · {key} cancels", task.label, 100.0 * task.done as f64 / task.total as f64)
        }
        Some(task) => format!("◐ {}…", task.label),
        None => match found {
            Some(found) => found,
            None if screen.shown.places.is_some() && screen.len() < total => {
                format!("{} of {}", count(screen.len() as u64), count(total as u64))
            }
            None => String::new(),
        },
    };
    let busy = screen.task.is_some() || app.export.is_some();
    cells.put_right(2, &right, if busy { theme.accent() } else { theme.dim() });
    let room = cells.width().saturating_sub(right.width() as u16 + 2);
    let (sign, field, hint) = match screen.focus {
        Focus::Filter => {
            (key(Action::FilterProfiles), &screen.filter, "words, band=high, attribute=value ('two words' in quotes)")
        }
        Focus::Find => (key(Action::Find), &screen.find, "an id or a part of a name"),
        Focus::List => {
            let words: Vec<String> = [
                (Action::Find, screen.hits.is_some().then(|| screen.find.value().to_string())),
                (Action::FilterProfiles, (!screen.shown.query.is_empty()).then(|| screen.shown.query.clone())),
            ]
            .into_iter()
            .filter_map(|(action, words)| words.map(|words| format!("{}{words}", key(action))))
            .collect();
            if words.is_empty() {
                let offered =
                    [(Action::Find, "find"), (Action::FilterProfiles, "filter"), (Action::SortProfiles, "sort")];
                let text = offered.map(|(action, word)| format!("{}{word}", key(action))).join("   ");
                cells.put(0, 2, room, &text, theme.dim());
            } else {
                cells.put(0, 2, room, &words.join("   "), theme.accent());
            }
            return;
        }
    };
    let x = cells.put(0, 2, room, &sign, theme.accent());
    let (text, cursor) = field.line(room.saturating_sub(x));
    cells.put(x, 2, room.saturating_sub(x), &text, theme.text());
    cells.set_cursor(x + cursor, 2);
    if field.is_empty() {
        cells.put(x + 1, 2, room.saturating_sub(x + 1), hint, theme.dim());
    }
}

/// The titles; the one that the list is sorted by has its arrow.
fn column_titles(app: &App, screen: &Profiles, columns: &[(Column, u16, u16)], more: bool, cells: &mut Cells<'_>) {
    let sort = screen.shown.sort;
    let titled = |title: &str, by: &[(Sort, &str)]| {
        let arrow = by.iter().find(|(of, _)| *of == sort).map(|(_, arrow)| *arrow);
        let style = if arrow.is_some() { app.theme().text() } else { app.theme().dim() };
        (format!("{title}{}", arrow.map_or(String::new(), |arrow| format!(" {arrow}"))), style)
    };
    let (rank, name) = rank_and_name(screen, cells.width());
    let (text, style) = titled("Rank", &[(Sort::Rank, "▴")]);
    cells.put_right_in(1, 4, rank - 1 - GAP, &text, style);
    let whose = app.listed(&screen.score).map_or("profile".to_string(), |l| l.score.profile_type.to_string());
    let (text, style) = titled(&feature_labels::capitalized(&whose), &[(Sort::Name, "▴")]);
    cells.put(rank, 4, name - GAP, &text, style);
    if screen.window.rows.iter().any(|(_, profile)| profile.title() != profile.profile_id) {
        let (text, style) = titled("Id", &[(Sort::Id, "▴")]);
        cells.put_right_in(rank + name - GAP - 4, 4, 4, &text, style);
    }
    if screen.first_column > 0 {
        cells.put(rank + name - 1, 4, 1, "◂", app.theme().accent());
    }
    for (column, x, width) in columns {
        let by: &[(Sort, &str)] =
            if *column == Column::Change { &[(Sort::Risen, "▾"), (Sort::Fallen, "▴")] } else { &[] };
        let (text, style) = titled(&column.title(), by);
        match is_number(column) {
            // The arrow may stand in the gap.
            true => cells.put_right_in(x.saturating_sub(GAP), 4, *width + GAP, &text, style),
            false => {
                cells.put(*x, 4, *width, &text, style);
            }
        }
    }
    if more {
        cells.put_right(4, "▸", app.theme().accent());
    }
}

fn is_number(column: &Column) -> bool {
    matches!(column, Column::Score | Column::Percentile | Column::Likely | Column::Change)
}

fn draw_row(app: &App, screen: &Profiles, row: usize, columns: &[(Column, u16, u16)], cells: &mut Cells<'_>, y: u16) {
    let theme = app.theme();
    let selected = row == screen.selected;
    let (rank, name) = rank_and_name(screen, cells.width());
    if selected {
        let mark = if screen.focus == Focus::List { theme.accent() } else { theme.dim() };
        cells.put(0, y, 1, "▌", mark);
    }
    let Some((place, profile)) = screen.row(row) else {
        // Read in a moment.
        if let Some(place) = screen.place(row) {
            cells.put_right_in(2, y, rank - 2 - GAP, &count(u64::from(place) + 1), theme.faint());
        }
        return;
    };
    cells.put_right_in(2, y, rank - 2 - GAP, &count(u64::from(*place) + 1), theme.dim());
    let style = match (selected, screen.focus) {
        (true, Focus::List) => theme.selected_name(),
        (true, _) => theme.title(),
        _ => theme.text(),
    };
    // The id beside the name, where it leaves enough of it.
    let id = harmless(&profile.profile_id);
    let beside = u16::try_from(id.width()).unwrap_or(u16::MAX).saturating_add(1);
    let both = profile.title() != profile.profile_id && beside.saturating_add(10) <= name - GAP;
    let room = if both { name - GAP - beside } else { name - GAP };
    cells.put(rank, y, room, &harmless(profile.title()), style);
    if both {
        cells.put_right_in(rank + room, y, beside, &id, theme.dim());
    }
    for (column, x, width) in columns {
        let (text, style) = cell(app, column, profile, *width);
        match is_number(column) {
            true => cells.put_right_in(*x, y, *width, &text, style),
            false => {
                cells.put(*x, y, *width, &text, style);
            }
        }
    }
}

fn cell(app: &App, column: &Column, p: &ScoredProfile, width: u16) -> (String, Style) {
    let theme = app.theme();
    match column {
        Column::Id => (harmless(&p.profile_id).into_owned(), theme.dim()),
        Column::Account => (harmless(p.account_id.as_deref().unwrap_or("─")).into_owned(), theme.dim()),
        Column::Score => (shown_score(p.score, &app.workspace.bands), theme.title()),
        Column::Band => (p.band.word().into(), theme.band(p.band)),
        Column::Percentile => (p.percentile.to_string(), theme.dim()),
        Column::Likely => (percent(p.probability), theme.text()),
        Column::Change => change(app, p),
        Column::TopFactor => (top_factor(p, width), theme.dim()),
        Column::Attribute(name) => {
            let value = p.attribute(name);
            (harmless(value.unwrap_or("─")).into_owned(), if value.is_some() { theme.text() } else { theme.faint() })
        }
    }
}

fn change(app: &App, p: &ScoredProfile) -> (String, Style) {
    match p.shown_change() {
        None => ("new".into(), app.theme().dim()),
        Some(points) => {
            let style = match points {
                1.. => app.theme().good(),
                0 => app.theme().dim(),
                _ => app.theme().warn(),
            };
            (signed_points(points), style)
        }
    }
}

/// The group of factors that counts most, with the value of its largest one: the first line of *Why* on the page of the
/// profile. Files of earlier versions tell only the largest factor, by its own name.
fn top_factor(p: &ScoredProfile, width: u16) -> String {
    let (code, value, contribution, label) = match (&p.top_group, p.factors.first()) {
        (Some(group), _) => {
            (&group.code, group.value.as_deref(), group.contribution, feature_labels::for_code(&group.code).group)
        }
        (None, Some(f)) => (&f.code, f.value.as_deref(), f.contribution, feature_labels::for_code(&f.code).label),
        (None, None) => return String::new(),
    };
    let odds = format!("{:>5}", multiplier(contribution));
    let value = format!(": {}", harmless(&feature_labels::value_phrase(code, value)));
    let room = usize::from(width).saturating_sub(odds.width() + 1 + value.width());
    if room < 8 {
        return format!(
            "{odds} {}",
            cut(&format!("{label}{value}"), usize::from(width).saturating_sub(odds.width() + 1))
        );
    }
    format!("{odds} {}{value}", shorten_factor(&label, room))
}
