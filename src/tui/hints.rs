//! The keys that the foot of the screen tells, as data: what a screen offers, and what stands at the end everywhere. Made by the
//! screens, drawn by [`view`](mod@super::view).

use super::action::Action;
use super::app::App;

/// Keys and words.
pub type Hints = Vec<(String, String)>;

/// The keys that work on every screen.
pub fn global_hints(app: &App) -> Hints {
    let all = [(Action::Palette, "commands"), (Action::Help, "help"), (Action::Quit, "quit")];
    all.into_iter().map(|(action, label)| (app.keymap.key(action).to_string(), label.to_string())).collect()
}
