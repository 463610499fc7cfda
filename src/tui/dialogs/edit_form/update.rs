//! What keys do in the form.

use super::state::Field;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::dialogs::open;
use crate::tui::effect::Effect;

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Edit(form)) = app.dialogs.last_mut() else { return Vec::new() };
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
            Field::Description => form.step_focus(1),
            Field::Save => return save(app),
            Field::Clone => {
                app.dialogs.pop();
                return open::clone(app);
            }
            Field::Cancel => {
                app.dialogs.pop();
            }
        },
        _ => {}
    }
    Vec::new()
}

/// The dialog stays until the description is saved: where that fails, what was typed is still there.
fn save(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Edit(form)) = app.dialogs.last() else { return Vec::new() };
    let description = form.description.value().trim().to_string();
    vec![Effect::SaveDescription { score: form.score.clone(), description }]
}
