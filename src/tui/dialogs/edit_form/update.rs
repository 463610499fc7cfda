//! What keys do in the form.

use super::state::Field;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::confirm::Question;
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
        Action::Close => leave(app),
        Action::Accept => match form.focus {
            // On to what saves it.
            Field::Description => form.focus = Field::Save,
            Field::Save => return save(app),
            Field::Clone => {
                // What was typed here and is not saved stays below.
                if !form.is_changed() {
                    app.dialogs.pop();
                }
                return open::clone(app);
            }
            Field::Cancel => leave(app),
        },
        _ => {}
    }
    Vec::new()
}

/// Asks first where typed text would be lost.
fn leave(app: &mut App) {
    match app.dialogs.last() {
        Some(Dialog::Edit(form)) if form.is_changed() => app.ask(Question::DiscardInput),
        _ => {
            app.dialogs.pop();
        }
    }
}

/// The dialog stays until the description is saved: where that fails, what was typed is still there.
fn save(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Edit(form)) = app.dialogs.last() else { return Vec::new() };
    let description = form.description.value().trim().to_string();
    vec![Effect::SaveDescription { score: form.score.clone(), description }]
}
