//! What keys do in a picker, and what the picked row leads to.

use super::rows::{Pick, Row};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::confirm::Question;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::dialogs::open;
use crate::tui::dialogs::outcome::Outcome;
use crate::tui::dialogs::pager::Pager;
use crate::tui::effect::Effect;
use crate::tui::screens::{monitoring, profiles};

pub fn update(app: &mut App, action: Action) -> Outcome {
    let Some(Dialog::Picker(picker)) = app.dialogs.last() else { return Outcome::default() };
    let rows = picker.rows(app);
    let last = rows.len().saturating_sub(1);
    let at = picker.selected.min(last);
    let page = usize::from(rows_shown(app).max(1));
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
    if let Some(Dialog::Picker(picker)) = app.dialogs.last_mut() {
        picker.selected = to;
    }
    Outcome::default()
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
        Pick::Action(action) => {
            app.dialogs.pop();
            return Outcome::Dispatch(action);
        }
    };
    effects.into()
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
        app.dialogs.push(Dialog::confirm(question));
    }
    Vec::new()
}

/// Rows of the list that fit.
fn rows_shown(app: &App) -> u16 {
    app.size.1.saturating_sub(3).min(24).saturating_sub(6)
}
