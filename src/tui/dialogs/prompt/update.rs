//! What keys do in a prompt. What was entered is the affair of the screen that asked for it.

use super::state::{Prompt, Purpose};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::effect::Effect;
use crate::tui::screens::profiles;
use crate::tui::widgets::text_field::TextField;

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Close => {
            app.dialogs.pop();
        }
        Action::Accept | Action::Finish => {
            let Some(Dialog::Prompt(prompt)) = app.dialogs.pop() else { return Vec::new() };
            match profiles::submit(app, &prompt.purpose, prompt.field.value()) {
                Ok(effects) => return effects,
                Err(mistake) => app.dialogs.push(Dialog::Prompt(Prompt { mistake: Some(mistake), ..prompt })),
            }
        }
        // With the choices at hand, the next one is a key away.
        Action::Up | Action::FocusPrevious => choose(app, -1),
        Action::Down | Action::FocusNext => choose(app, 1),
        _ => {}
    }
    Vec::new()
}

fn choose(app: &mut App, by: isize) {
    let Some(Dialog::Prompt(prompt)) = app.dialogs.last_mut() else { return };
    let Purpose::Value { choices, .. } = &prompt.purpose else { return };
    if choices.is_empty() {
        return;
    }
    let now = choices.iter().position(|c| c == prompt.field.value());
    let next = now.map_or(0, |at| (at as isize + by).rem_euclid(choices.len() as isize) as usize);
    prompt.field = TextField::new(&choices[next]);
    prompt.mistake = None;
}
