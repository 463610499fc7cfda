//! The keys that the foot of the screen tells here: the most needed first in `hints`, in `trailing` those that always stand.

use super::state::Focus;
use crate::domain::run::Status;
use crate::tui::action::{Action, KeyContext, TABLE};
use crate::tui::app::App;
use crate::tui::hints::{Hints, global_hints};

/// Adds the keys that work at the moment; `arrows` are those that move.
pub fn hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    if app.services.focus == Focus::Filter {
        hints.extend([(key(Action::Accept), "keep".into()), (key(Action::Close), "show all".into())]);
        return;
    }
    let accept = match app.services.focus {
        Focus::Details | Focus::Create => "press",
        _ => "open",
    };
    hints.extend([(arrows, "move".into()), (key(Action::Accept), accept.into())]);
    if app.refusal(Action::CodePage).is_none() {
        let failed = app.selected().and_then(|l| l.last.as_ref()).is_some_and(|run| run.status == Status::Failed);
        hints.push((key(Action::CodePage), if failed { "what to do" } else { "warnings" }.into()));
    }
    if app.services.focus == Focus::Details {
        hints.push((key(Action::Close), "list".into()));
    }
    let offered = TABLE.iter().filter(|e| e.context == KeyContext::Services);
    let order = |action: Action| match action {
        Action::Undo | Action::CancelRun => 0,
        Action::Create => 1,
        Action::Filter | Action::Sort => 3,
        Action::Refresh => 4,
        _ => 2,
    };
    // Bringing back is what one looks for right after a deletion; the help tells of it at any time.
    let is_needed = |a: &Action| *a != Action::Undo || !app.deleted.is_empty();
    let works = |a: &Action| app.refusal(*a).is_none() && is_needed(a);
    let mut actions: Vec<Action> = offered.map(|e| e.action).filter(works).collect();
    actions.sort_by_key(|a| order(*a));
    hints.extend(actions.iter().map(|a| (key(*a), a.entry().label.to_string())));
    trailing.extend(global_hints(app));
}
