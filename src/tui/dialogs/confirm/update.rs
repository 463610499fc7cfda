//! What keys do in a question, and what its answers lead to.

use super::content::Answer;
use super::state::{Confirm, Question};
use crate::tui::action::Action;
use crate::tui::app::{App, Severity};
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::effect::Effect;

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Confirm(confirm)) = app.dialogs.last() else { return Vec::new() };
    let buttons = confirm.question.buttons(app);
    let (at, last) = (confirm.focus.min(buttons.len() - 1), buttons.len() - 1);
    let to = match action {
        Action::FocusNext => (at + 1) % buttons.len(),
        Action::FocusPrevious => (at + last) % buttons.len(),
        Action::Right | Action::Down => (at + 1).min(last),
        Action::Left | Action::Up => at.saturating_sub(1),
        Action::Accept => return answer(app, buttons[at].0),
        Action::Close => return answer(app, Answer::No),
        _ => at,
    };
    if let Some(Dialog::Confirm(confirm)) = app.dialogs.last_mut() {
        confirm.focus = to;
    }
    Vec::new()
}

fn answer(app: &mut App, answer: Answer) -> Vec<Effect> {
    let Some(Dialog::Confirm(Confirm { question, .. })) = app.dialogs.pop() else { return Vec::new() };
    match (question, answer) {
        (Question::Ready { .. }, _) if !app.workspace.has_sources => Vec::new(),
        (Question::Ready { score, name, fails, .. }, _) => {
            app.ask(Question::FirstRun { score, name, fails });
            Vec::new()
        }
        (Question::Run { score, .. } | Question::FirstRun { score, .. }, Answer::Run(kind)) => {
            app.notify(Severity::Info, "Starting the run…");
            vec![Effect::StartRun { score, kind }]
        }
        (Question::CancelRun { score, .. }, Answer::CancelRun) => {
            app.notify(Severity::Info, "Asking the run to stop…");
            vec![Effect::CancelRun { score }]
        }
        (Question::Promote { score, run, .. }, Answer::Promote) => vec![Effect::Promote { score, run }],
        (Question::Delete { score, .. }, Answer::Delete) => {
            vec![Effect::DeleteScore { score, cancel_first: false }]
        }
        (Question::Delete { score, .. }, Answer::CancelAndDelete) => {
            app.notify(Severity::Info, "Cancelling the run, then deleting…");
            vec![Effect::DeleteScore { score, cancel_first: true }]
        }
        (Question::KeepDraft(draft), Answer::Keep) => {
            app.dialogs.retain(|d| !matches!(d, Dialog::Wizard(_)));
            vec![Effect::SaveDraft(draft)]
        }
        (Question::KeepDraft(_), Answer::Discard) => {
            // A draft that was kept before stays as it was kept.
            app.dialogs.retain(|d| !matches!(d, Dialog::Wizard(_)));
            Vec::new()
        }
        (Question::DiscardInput, Answer::Discard) => {
            // The form below it.
            app.dialogs.pop();
            Vec::new()
        }
        (Question::DropDraft { id, .. }, Answer::Discard) => vec![Effect::RemoveDraft(id)],
        _ => Vec::new(),
    }
}
