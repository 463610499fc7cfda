//! What keys do in the form.

use super::state::Field;
use crate::domain::score::schedule::Every;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::dialogs::pager::Pager;
use crate::tui::effect::Effect;

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Schedule(form)) = app.dialogs.last_mut() else { return Vec::new() };
    match action {
        Action::FocusNext | Action::Down => form.step_focus(1),
        Action::FocusPrevious | Action::Up => form.step_focus(-1),
        Action::Right if !form.is_typing() => form.step_focus(1),
        Action::Left if !form.is_typing() => form.step_focus(-1),
        Action::Finish => return save(app),
        Action::Close => {
            app.dialogs.pop();
        }
        Action::Accept => match form.focus {
            Field::Scoring | Field::Training => form.step_focus(1),
            Field::Timer => app.dialogs.push(Dialog::Pager(Pager::timer())),
            Field::Save => return save(app),
            Field::Cancel => {
                app.dialogs.pop();
            }
        },
        _ => {}
    }
    Vec::new()
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
