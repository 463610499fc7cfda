//! The keys that the foot of the screen tells here: the most needed first in `hints`, in `trailing` those that always stand.

use super::page::Pane;
use super::state::Focus;
use crate::tui::action::{Action, KeyContext, TABLE};
use crate::tui::app::App;
use crate::tui::hints::{Hints, global_hints};

/// Adds the keys that work at the moment; `arrows` are those that move.
pub fn hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    let Some(screen) = &app.profiles else { return };
    let on_list = screen.page.is_none() && screen.factors.is_none();
    match screen.focus {
        Focus::Filter if on_list => {
            hints.extend([(key(Action::Accept), "show".into()), (key(Action::Close), "back".into())]);
            return;
        }
        Focus::Find if on_list => {
            hints.extend([(key(Action::Accept), "keep".into()), (key(Action::Close), "back".into())]);
            return;
        }
        _ => {}
    }
    let back = |label: &str| (key(Action::Close), label.to_string());
    hints.push((arrows, "move".into()));
    if screen.factors.is_some() {
        hints.extend([(key(Action::FocusNext), "band".into()), back("back")]);
    } else if let Some(page) = &screen.page {
        if page.pane == Pane::Factors {
            hints.push((key(Action::Accept), "open".into()));
        }
        hints.extend([(key(Action::FocusNext), "other side".to_string()), back("list")]);
    } else {
        hints.extend([(key(Action::Accept), "open".into()), back("services")]);
    }
    let contexts = app.key_contexts();
    let offered = TABLE.iter().filter(|e| contexts.contains(&e.context));
    let own = offered.filter(|e| {
        matches!(e.context, KeyContext::ProfileList | KeyContext::ProfilePage | KeyContext::ProfilesScreen)
    });
    hints.extend(own.map(|e| (key(e.action), e.label.to_string())));
    trailing.extend(global_hints(app));
}
