//! What became of the changes that were asked for: created, edited, deleted, started, and so on.

use crate::domain::score::Score;
use crate::queries::score_summaries::DeletionImpact;
use crate::tui::action::Action;
use crate::tui::app::{App, Severity};
use crate::tui::dialogs::{Confirm, Dialog, Question, wizard};
use crate::tui::effect::Effect;
use crate::tui::msg::Msg;
use crate::tui::screens::services::{self, Focus};

/// What became of a change that was asked for here.
pub fn done(app: &mut App, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::DraftSaved(saved) => match saved {
            Ok(draft) => {
                let name =
                    if draft.name.trim().is_empty() { "without a name".into() } else { format!("'{}'", draft.name) };
                let key = app.keymap.key(Action::Drafts).to_string();
                app.notify(Severity::Success, format!("The draft {name} is kept; {key} lists the drafts."));
                return vec![Effect::LoadDrafts];
            }
            Err(error) => app.show_error(error),
        },
        Msg::Created(created) => match *created {
            Ok(score) => {
                select_score(app, &score);
                return wizard::created(app, &score);
            }
            Err(error) => {
                if let Some(wizard) = app.wizard() {
                    wizard.saving = false;
                }
                app.show_error(error);
            }
        },
        Msg::Edited(edited) => match *edited {
            Ok(score) => {
                close_form(app, &score);
                app.notify(Severity::Success, format!("The description of '{}' is saved.", score.name));
            }
            Err(error) => app.show_error(error),
        },
        Msg::Rescheduled(changed) => match *changed {
            Ok(score) => {
                let text = format!(
                    "'{}': scoring {}, training {}.",
                    score.name, score.schedule.scoring, score.schedule.training
                );
                close_form(app, &score);
                app.notify(Severity::Success, text);
            }
            Err(error) => app.show_error(error),
        },
        Msg::Promoted(promoted) => match *promoted {
            Ok(score) => app.notify(
                Severity::Success,
                format!("The model is the champion of '{}' now; the next scoring applies it.", score.name),
            ),
            Err(error) => app.show_error(error),
        },
        Msg::Deleted(deleted) => match *deleted {
            Ok(score) => {
                let undo = app.keymap.key(Action::Undo).to_string();
                app.notify(Severity::Success, format!("'{}' is deleted. {undo} brings it back.", score.name));
                app.deleted.push(score.id);
            }
            Err(error) => app.show_error(error),
        },
        Msg::Restored(restored) => match *restored {
            Ok(score) => {
                app.deleted.retain(|id| *id != score.id);
                select_score(app, &score);
                app.notify(Severity::Success, format!("'{}' is back.", score.name));
            }
            Err(error) => app.show_error(error),
        },
        Msg::DeletionImpact { score, impact } => show_deletion_impact(app, &score, impact),
        Msg::Started { score, outcome } => match outcome {
            Ok(()) => app.notify_of_run(&score, "The run has begun. It goes on when you leave."),
            Err(error) => app.show_error(error),
        },
        Msg::Cancelled { outcome, .. } => match outcome {
            Ok(()) => app.notify(Severity::Success, "The run is cancelled."),
            Err(error) => app.show_error(error),
        },
        // The caller hands on no other.
        _ => {}
    }
    Vec::new()
}

/// Closes the form whose content is saved.
fn close_form(app: &mut App, score: &Score) {
    let is_form = |d: &Dialog| matches!(d, Dialog::Edit(_) | Dialog::Schedule(_));
    app.dialogs.retain(|d| !is_form(d) || d.score() != Some(&score.id));
}

/// Selects a score and sees to it that the filter does not hide it.
fn select_score(app: &mut App, score: &Score) {
    app.services.selected = Some(score.id.clone());
    app.services.selection_made = true;
    app.services.focus = Focus::List;
    app.services.details_open = false;
    app.services.scroll = 0;
    if !app.services.filter.is_empty() {
        app.services.filter.clear();
    }
    services::rebuild_list(app);
}

fn show_deletion_impact(app: &mut App, score: &str, counted: DeletionImpact) {
    for dialog in &mut app.dialogs {
        if let Dialog::Confirm(Confirm { question: Question::Delete { score: asked, impact, .. }, .. }) = dialog
            && asked == score
        {
            *impact = Some(counted);
        }
    }
}
