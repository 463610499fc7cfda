//! What keys do in a picker, and what the picked row leads to.

use super::row::{Pick, Row};
use super::state::Picker;
use super::view::{HEAD, size};
use crate::tui::action::{Action, KeyContext};
use crate::tui::app::{App, Screen};
use crate::tui::dialogs::confirm::Question;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::dialogs::frame::{self, FRAME};
use crate::tui::dialogs::open;
use crate::tui::dialogs::outcome::Outcome;
use crate::tui::dialogs::pager::Pager;
use crate::tui::effect::Effect;
use crate::tui::screens::{monitoring, profiles, router, services};
use crossterm::event::{KeyCode, KeyEvent};

pub fn update(app: &mut App, action: Action) -> Outcome {
    let Some(Dialog::Picker(picker)) = app.dialogs.last() else { return Outcome::default() };
    let rows = picker.rows(app);
    let last = rows.len().saturating_sub(1);
    let at = picker.selected.min(last);
    let page = usize::from(rows_shown(app, picker).max(1));
    let to = match action {
        Action::Up | Action::FocusPrevious => at.saturating_sub(1),
        Action::Down | Action::FocusNext => (at + 1).min(last),
        Action::PageUp => at.saturating_sub(page),
        Action::PageDown => (at + page).min(last),
        Action::Accept => return accept(app),
        Action::RemoveRow => return remove(app).into(),
        Action::Close => {
            app.dialogs.pop();
            return Outcome::default();
        }
        _ => at,
    };
    let to = beside_headings(&rows, at, to);
    if let Some(Dialog::Picker(picker)) = app.dialogs.last_mut() {
        picker.selected = to;
    }
    Outcome::default()
}

/// A heading is stepped over, on in the same direction where there is a row.
fn beside_headings(rows: &[Row<'_>], from: usize, to: usize) -> usize {
    let is_row = |at: &usize| rows.get(*at).is_some_and(|row| !row.is_heading());
    let up = (0..=to).rev().find(is_row);
    let down = (to..rows.len()).find(is_row);
    (if to < from { up.or(down) } else { down.or(up) }).unwrap_or(to)
}

/// Takes the row of a letter at once.
pub fn pick_letter(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    let Some(Dialog::Picker(picker)) = app.dialogs.last() else { return Vec::new() };
    let KeyCode::Char(letter) = key.code else { return Vec::new() };
    let Some(at) = picker.rows(app).iter().position(|row| row.letter == Some(letter)) else { return Vec::new() };
    if let Some(Dialog::Picker(picker)) = app.dialogs.last_mut() {
        picker.selected = at;
    }
    match accept(app) {
        Outcome::Effects(effects) => effects,
        Outcome::Dispatch(_) => Vec::new(),
    }
}

/// The row that Enter takes.
fn picked(app: &App) -> Option<Row<'_>> {
    let Some(Dialog::Picker(picker)) = app.dialogs.last() else { return None };
    let mut rows = picker.rows(app);
    let at = picker.selected.min(rows.len().checked_sub(1)?);
    Some(rows.swap_remove(at))
}

fn accept(app: &mut App) -> Outcome {
    let Some(Row { pick, .. }) = picked(app) else { return Outcome::default() };
    let effects = match pick {
        // Several are chosen one after the other.
        Pick::Column(column) => profiles::toggle_column(app, &column),
        Pick::Copy(format) => {
            app.dialogs.pop();
            profiles::copy(app, format)
        }
        Pick::Score(score) => {
            app.dialogs.pop();
            monitoring::choose_score(app, score);
            Vec::new()
        }
        Pick::Code(number) => {
            app.dialogs.pop();
            app.dialogs.push(Dialog::Pager(Pager::code(number, Vec::new())));
            Vec::new()
        }
        Pick::Deleted(deleted) => {
            let score = deleted.score.clone();
            app.dialogs.pop();
            vec![Effect::RestoreScore { score }]
        }
        Pick::Draft(draft) => {
            let draft = draft.clone();
            app.dialogs.pop();
            open::wizard(app, draft)
        }
        Pick::Action(action) => return command(app, action),
        Pick::SortBy(column) => {
            app.dialogs.pop();
            router::sort_by(app, column)
        }
        Pick::Related(id) => {
            app.dialogs.pop();
            profiles::related::go_to(app, &id)
        }
        Pick::Theme(theme) => {
            app.dialogs.pop();
            app.look.choose(theme);
            vec![Effect::SaveUi(app.ui_state())]
        }
        Pick::Heading => Vec::new(),
    };
    effects.into()
}

/// Does a command where it works: what is done with a score on the Services screen, for the score that was in view. One
/// that the help tells of another screen only closes the help.
fn command(app: &mut App, action: Action) -> Outcome {
    app.dialogs.pop();
    if !app.dialogs.is_empty() {
        return Outcome::default();
    }
    let context = action.entry().context;
    if context == KeyContext::Services && app.screen != Screen::Services {
        if let Some(score) = router::score_in_view(app) {
            services::show(app, &score);
        }
        app.screen = Screen::Services;
    }
    if app.key_contexts_of_screen().contains(&context) { Outcome::Dispatch(action) } else { Outcome::default() }
}

/// Shows or hides the selected column.
pub fn toggle_selected(app: &mut App) -> Vec<Effect> {
    match picked(app) {
        Some(Row { pick: Pick::Column(column), .. }) => profiles::toggle_column(app, &column),
        _ => Vec::new(),
    }
}

/// Asks whether the selected draft may go.
fn remove(app: &mut App) -> Vec<Effect> {
    if let Some(Row { pick: Pick::Draft(draft), text, .. }) = picked(app) {
        let question = Question::DropDraft { id: draft.id.clone(), name: text };
        app.ask(question);
    }
    Vec::new()
}

/// Rows of the list that fit.
fn rows_shown(app: &App, picker: &Picker) -> u16 {
    let (_, height) = size(app, picker);
    height.min(frame::room(app).1).saturating_sub(HEAD + FRAME.1)
}
