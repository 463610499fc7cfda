//! The keys that the foot of the screen tells here: the most needed first in `hints`, in `trailing` those that always stand.

use super::run;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::hints::{Hints, global_hints};

/// Adds the keys that work at the moment; `arrows` are those that move.
pub fn hints(app: &App, arrows: String, hints: &mut Hints, trailing: &mut Hints) {
    let key = |action: Action| app.keymap.key(action).to_string();
    let of = |action: Action| (key(action), action.entry().label.to_string());
    let works = |action: &Action| app.refusal(*action).is_none();
    trailing.extend(global_hints(app));
    if let Some(page) = &app.monitoring.page {
        hints.extend(run::hints(app, page));
        hints.extend(help_of_run(app, page.run().code.is_some(), !page.run().warnings.is_empty()));
        hints.extend([Action::Promote].into_iter().filter(works).map(of));
        return;
    }
    if app.monitoring.is_finding {
        hints.extend([(key(Action::Accept), "keep".to_string()), (key(Action::Close), "show all".into())]);
        return;
    }
    // What leads from a failed run to what helps comes first, what the head of the screen says too comes last.
    // Whether a run has warnings the list does not know.
    let stopped = app.monitoring.current_run().is_some_and(|line| line.code.is_some());
    hints.extend(help_of_run(app, stopped, false));
    hints.push((key(Action::Accept), "open".into()));
    let narrowed = app.monitoring.is_filtered();
    let back = (key(Action::Close), if narrowed { "all runs" } else { "back" }.to_string());
    let own = |actions: &[Action]| actions.iter().copied().filter(works).map(of).collect::<Hints>();
    hints.extend(own(&[Action::FindRuns, Action::SortRuns, Action::FailuresOnly, Action::OneScore]));
    let rest = own(&[Action::Promote, Action::ToggleGraphs]);
    // Where not all runs are shown, the way back to them is needed more.
    hints.extend(if narrowed { [vec![back], rest] } else { [rest, vec![back]] }.concat());
    hints.push((arrows, "move".into()));
}

/// The key that leads to what helps after a failure, or to the warnings.
fn help_of_run(app: &App, has_code: bool, has_warnings: bool) -> Option<(String, String)> {
    let label = match (has_code, has_warnings) {
        (true, _) => Action::CodePage.entry().label,
        (false, true) => "warnings",
        (false, false) => return None,
    };
    Some((app.keymap.key(Action::CodePage).to_string(), label.to_string()))
}
