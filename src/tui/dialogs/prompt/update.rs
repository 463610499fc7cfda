//! What keys do in a prompt. What was entered is the affair of the screen that asked for it.

use super::state::{Prompt, Purpose};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::effect::Effect;
use crate::tui::screens::profiles;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    match action {
        Action::Close => {
            let Some(Dialog::Prompt(prompt)) = app.dialogs.pop() else { return Vec::new() };
            return profiles::abandon(app, prompt.purpose);
        }
        Action::Accept | Action::Finish => {
            let Some(Dialog::Prompt(prompt)) = app.dialogs.pop() else { return Vec::new() };
            match profiles::submit(app, &prompt.purpose, prompt.field.value()) {
                Ok(effects) => return effects,
                Err(mistake) => app.dialogs.push(Dialog::Prompt(Prompt { mistake: Some(mistake), ..prompt })),
            }
        }
        // With the choices at hand, the next one is a key away.
        Action::Up | Action::FocusPrevious => return choose(app, -1),
        Action::Down | Action::FocusNext => return choose(app, 1),
        _ => {}
    }
    Vec::new()
}

/// A key of the field; what follows from the text is shown while one types.
pub fn text_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    if let Some(Dialog::Prompt(prompt)) = app.dialogs.last_mut() {
        prompt.key(key);
    }
    preview(app)
}

fn preview(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Prompt(prompt)) = app.dialogs.last() else { return Vec::new() };
    let (purpose, text) = (prompt.purpose.clone(), prompt.field.value().to_string());
    profiles::preview(app, &purpose, &text)
}

fn choose(app: &mut App, by: isize) -> Vec<Effect> {
    let Some(Dialog::Prompt(prompt)) = app.dialogs.last_mut() else { return Vec::new() };
    let Purpose::Value { choices, .. } = &prompt.purpose else { return Vec::new() };
    if choices.is_empty() {
        return Vec::new();
    }
    let now = choices.iter().position(|c| c == prompt.field.value());
    let next = now.map_or(0, |at| (at as isize + by).rem_euclid(choices.len() as isize) as usize);
    prompt.field = TextField::new(&choices[next]);
    prompt.mistake = None;
    preview(app)
}
