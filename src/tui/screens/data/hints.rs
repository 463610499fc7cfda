//! The keys that the foot of the Data screen tells.

use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::hints::{Hints, global_hints};

/// Adds the keys that work at the moment; `arrows` are those that move.
pub fn hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    trailing.extend(global_hints(app));
    match app.data.page {
        Some(_) => hints.extend([(arrows, "scroll".to_string()), (key(Action::Close), "back".to_string())]),
        None => {
            hints.push((arrows, "move".into()));
            if app.catalog().is_some() {
                hints.push((key(Action::Accept), "open".into()));
            }
            hints.push((key(Action::Close), "back".into()));
        }
    }
}
