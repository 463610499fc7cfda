//! What keys do in the form.

use super::state::Field;
use crate::domain::score::schedule::Every;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::confirm::Question;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::dialogs::pager::Pager;
use crate::tui::effect::Effect;

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Schedule(form)) = app.dialogs.last_mut() else { return Vec::new() };
    if let Some(menu) = &mut form.menu {
        match action {
            Action::Up => menu.step(-1),
            Action::Down => menu.step(1),
            Action::Accept => form.take_choice(),
            Action::Close => form.menu = None,
            Action::FocusNext => form.step_focus(1),
            Action::FocusPrevious => form.step_focus(-1),
            Action::Finish => {
                form.take_choice();
                return save(app);
            }
            _ => {}
        }
        return Vec::new();
    }
    match action {
        Action::Down if form.is_typing() => form.open_menu(),
        Action::FocusNext | Action::Down | Action::Right => form.step_focus(1),
        Action::FocusPrevious | Action::Up | Action::Left => form.step_focus(-1),
        Action::Finish => return save(app),
        Action::Close => leave(app),
        Action::Accept => match form.focus {
            Field::Scoring | Field::Training => form.open_menu(),
            Field::Timer => app.dialogs.push(Dialog::Pager(Pager::timer())),
            Field::Save => return save(app),
            Field::Cancel => leave(app),
        },
        _ => {}
    }
    Vec::new()
}

/// Asks first where a choice would be lost.
fn leave(app: &mut App) {
    match app.dialogs.last() {
        Some(Dialog::Schedule(form)) if form.is_changed() => app.ask(Question::DiscardInput),
        _ => {
            app.dialogs.pop();
        }
    }
}

/// The dialog stays until the schedule is saved.
fn save(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Schedule(form)) = app.dialogs.last_mut() else { return Vec::new() };
    let Some((scoring, training)) = form.parse() else { return Vec::new() };
    let before = form.before;
    let (scoring, training) = (changed(before.scoring, scoring), changed(before.training, training));
    vec![Effect::Reschedule { score: form.score.clone(), scoring, training }]
}

fn changed(before: Every, after: Every) -> Option<Every> {
    (before != after).then_some(after)
}
