//! Lists to pick from by typing: the command palette, the drafts, what to copy, the columns of the profiles.

use super::Question;
use super::{Dialog, Page};
use crate::domain::format::ago;
use crate::domain::run::codes;
use crate::domain::score::draft::Draft;
use crate::tui::action::{Action, TABLE};
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::screens::monitoring;
use crate::tui::screens::profiles::{self, Column, Copied};
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// What is picked from, what was typed, and the chosen row.
#[derive(Debug, Clone, PartialEq)]
pub struct Picker {
    pub kind: Kind,
    filter: TextField,
    at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Palette,
    Drafts,
    /// What to copy of a profile.
    Copy,
    /// The columns of the profiles.
    Columns,
    /// The score whose runs are shown.
    Scores,
}

/// A row: what it is called, what stands beside it, whether it can be picked, and what it stands for.
struct Row<'a> {
    text: String,
    beside: String,
    refusal: Option<String>,
    pick: Pick<'a>,
}

#[derive(Clone)]
enum Pick<'a> {
    Action(Action),
    Draft(&'a Draft),
    Copy(Copied),
    Column(Column),
    /// `None` is all.
    Score(Option<String>),
    /// The page of a code.
    Code(u16),
}

impl Picker {
    pub fn palette() -> Picker {
        Picker { kind: Kind::Palette, filter: TextField::default(), at: 0 }
    }

    pub fn drafts() -> Picker {
        Picker { kind: Kind::Drafts, filter: TextField::default(), at: 0 }
    }

    pub fn copy() -> Picker {
        Picker { kind: Kind::Copy, filter: TextField::default(), at: 0 }
    }

    pub fn columns() -> Picker {
        Picker { kind: Kind::Columns, filter: TextField::default(), at: 0 }
    }

    pub fn scores() -> Picker {
        Picker { kind: Kind::Scores, filter: TextField::default(), at: 0 }
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.filter.key(key) {
            self.at = 0;
        }
    }

    /// Whether the key is a blank that chooses the row, as it does where several can be chosen.
    pub fn is_toggled_by(&self, key: KeyEvent) -> bool {
        self.kind == Kind::Columns && key.code == KeyCode::Char(' ') && self.filter.is_empty()
    }

    pub fn paste(&mut self, text: &str) {
        self.filter.paste(text);
        self.at = 0;
    }

    fn rows<'a>(&self, app: &'a App) -> Vec<Row<'a>> {
        let wanted = self.filter.value().to_lowercase();
        let all: Vec<Row<'a>> = match self.kind {
            Kind::Palette => commands(app).into_iter().chain(codes::TABLE.iter().map(of_code)).collect(),
            Kind::Drafts => app.drafts.iter().map(|draft| of_draft(app, draft)).collect(),
            Kind::Copy => Copied::ALL.into_iter().map(|what| plain(what.word().into(), Pick::Copy(what))).collect(),
            Kind::Scores => {
                let row = |(score, name)| plain(name, Pick::Score(score));
                monitoring::score_choices(app).into_iter().map(row).collect()
            }
            Kind::Columns => {
                let row = |(column, shown): (Column, bool)| {
                    plain(format!("{} {}", if shown { "●" } else { "○" }, column.title()), Pick::Column(column))
                };
                profiles::column_rows(app).into_iter().map(row).collect()
            }
        };
        all.into_iter().filter(|r| r.text.to_lowercase().contains(&wanted)).collect()
    }
}

/// Everything that makes sense on the screen as a command by its name: moving does not.
fn commands(app: &App) -> Vec<Row<'_>> {
    use crate::tui::action::Group;
    let named = |e: &&crate::tui::action::Entry| {
        e.group != Group::Moving && app.places_of_screen().contains(&e.place) && e.action != Action::Palette
    };
    let row = |e: &crate::tui::action::Entry| Row {
        text: format!("{:<12} {}", e.id, e.doc),
        beside: app.keymap.keys(e.action).collect::<Vec<_>>().join(" "),
        refusal: app.refusal(e.action),
        pick: Pick::Action(e.action),
    };
    TABLE.iter().filter(named).map(row).collect()
}

/// A code by its number, which leads to what it means and what helps.
fn of_code<'a>(code: &codes::Code) -> Row<'a> {
    plain(format!("{:<12} {}", format!("code {}", code.name()), code.title), Pick::Code(code.number))
}

fn plain(text: String, pick: Pick<'static>) -> Row<'static> {
    Row { text, beside: String::new(), refusal: None, pick }
}

fn of_draft<'a>(app: &App, draft: &'a Draft) -> Row<'a> {
    let name = if draft.name.trim().is_empty() { "without a name" } else { draft.name.trim() };
    let when = ago(draft.updated_at, app.now, &app.workspace.zone);
    Row {
        text: name.to_string(),
        beside: format!("{when}, {}", draft.updated_by),
        refusal: None,
        pick: Pick::Draft(draft),
    }
}

pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Picker(picker)) = app.dialogs.last() else { return Vec::new() };
    let rows = picker.rows(app);
    let last = rows.len().saturating_sub(1);
    let at = picker.at.min(last);
    let page = usize::from(shown(app).max(1));
    let to = match action {
        Action::Up | Action::FocusPrevious => at.saturating_sub(1),
        Action::Down | Action::FocusNext => (at + 1).min(last),
        Action::PageUp => at.saturating_sub(page),
        Action::PageDown => (at + page).min(last),
        Action::Accept => return accept(app),
        Action::RemoveRow => return remove(app),
        Action::Close => {
            app.dialogs.pop();
            return Vec::new();
        }
        _ => at,
    };
    if let Some(Dialog::Picker(picker)) = app.dialogs.last_mut() {
        picker.at = to;
    }
    Vec::new()
}

fn accept(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Picker(picker)) = app.dialogs.last() else { return Vec::new() };
    let rows = picker.rows(app);
    let Some(row) = rows.get(picker.at.min(rows.len().saturating_sub(1))) else { return Vec::new() };
    match row.pick.clone() {
        Pick::Copy(what) => {
            app.dialogs.pop();
            profiles::copy(app, what)
        }
        Pick::Score(score) => {
            app.dialogs.pop();
            monitoring::choose_score(app, score);
            Vec::new()
        }
        Pick::Code(number) => {
            app.dialogs.pop();
            app.dialogs.push(Dialog::Page(Page::code(number, Vec::new())));
            Vec::new()
        }
        // Several are chosen one after the other.
        Pick::Column(column) => profiles::choose_column(app, &column),
        Pick::Action(action) => {
            app.dialogs.pop();
            crate::tui::update::ask(app, action)
        }
        Pick::Draft(draft) => {
            let draft = draft.clone();
            app.dialogs.pop();
            super::open_wizard(app, draft)
        }
    }
}

/// Asks whether the chosen draft may go.
fn remove(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Picker(picker)) = app.dialogs.last() else { return Vec::new() };
    let rows = picker.rows(app);
    if let Some(Row { pick: Pick::Draft(draft), text, .. }) = rows.get(picker.at.min(rows.len().saturating_sub(1))) {
        let question = Question::DropDraft { id: draft.id.clone(), name: text.clone() };
        app.dialogs.push(Dialog::ask(question));
    }
    Vec::new()
}

/// Rows of the list that fit.
fn shown(app: &App) -> u16 {
    app.size.1.saturating_sub(3).min(24).saturating_sub(6)
}

pub fn view(app: &App, picker: &Picker, buffer: &mut Buffer) -> Option<Position> {
    let rows = picker.rows(app);
    let (title, hint) = match picker.kind {
        Kind::Palette => ("Commands", String::new()),
        Kind::Scores => ("Runs of", String::new()),
        Kind::Copy => ("Copy", "where the terminal lets programs copy".to_string()),
        Kind::Columns => ("Columns", "Space or Enter shows or hides · Esc is done".to_string()),
        Kind::Drafts => ("Drafts", format!("Enter takes it up · {} removes it", app.keymap.key(Action::RemoveRow))),
    };
    let area = super::frame(app, buffer, (84.min(app.size.0), 24), title, &hint);
    let mut cells = Cells::new(buffer, area);
    cells.put(0, 1, 2, "› ", app.theme.accent());
    let (text, cursor) = picker.filter.window(area.width.saturating_sub(2));
    cells.put(2, 1, area.width, &text, app.theme.text());
    cells.set_cursor(2 + cursor, 1);
    let room = usize::from(area.height.saturating_sub(4));
    let at = picker.at.min(rows.len().saturating_sub(1));
    let first = at.saturating_sub(room.saturating_sub(1));
    if rows.is_empty() {
        cells.put(0, 3, area.width, "Nothing fits these words.", app.theme.dim());
    }
    for (y, (index, row)) in (3u16..).zip(rows.iter().enumerate().skip(first).take(room)) {
        let style = if row.refusal.is_some() { app.theme.dim() } else { app.theme.text() };
        let beside = row.beside.chars().count() as u16;
        cells.put(0, y, area.width.saturating_sub(beside + 2), &row.text, style);
        cells.put_right(y, &row.beside, app.theme.dim());
        if index == at {
            cells.restyle(0, y, area.width, app.theme.chosen());
        }
    }
    cells.cursor()
}
