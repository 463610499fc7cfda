//! Opens the dialogs about scores: the wizard on a draft, and those about the selected score. Called by the screens and
//! by dialogs that lead to another one.

use super::confirm::Question;
use super::dialog::Dialog;
use super::edit_form::EditForm;
use super::schedule_form::ScheduleForm;
use super::wizard::Wizard;
use crate::domain::score::draft::Draft;
use crate::tui::app::App;
use crate::tui::effect::Effect;

/// Opens the wizard on a draft, and sees to it that there is a catalog to fill its dropdowns from.
pub fn wizard(app: &mut App, draft: Draft) -> Vec<Effect> {
    let mut wizard = Wizard::new(draft);
    let estimate = wizard.request_estimate(&mut app.estimate_generation);
    app.dialogs.push(Dialog::Wizard(Box::new(wizard)));
    // The sources may have changed since the catalog was built, so it is looked at anew.
    let mut effects = if app.workspace.has_sources { vec![Effect::EnsureCatalog] } else { Vec::new() };
    effects.extend(estimate);
    effects
}

pub fn create(app: &mut App) -> Vec<Effect> {
    wizard(app, Draft::default())
}

pub fn clone(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let draft = Draft::clone_of(&listed.score, app.free_name(&listed.score.name));
    wizard(app, draft)
}

pub fn edit(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let form = EditForm::new(&listed.score);
    app.dialogs.push(Dialog::Edit(form));
    Vec::new()
}

pub fn schedule(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let form = ScheduleForm::new(&listed.score);
    app.dialogs.push(Dialog::Schedule(form));
    Vec::new()
}

pub fn delete(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let (score, name) = (listed.score.id.clone(), listed.score.name.clone());
    let effect = Effect::LoadDeletionImpact { score: score.clone() };
    app.ask(Question::Delete { score, name, impact: None });
    vec![effect]
}

pub fn run(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let question = Question::Run {
        score: listed.score.id.clone(),
        name: listed.score.name.clone(),
        retrain: listed.scored.is_some(),
    };
    app.ask(question);
    Vec::new()
}

pub fn cancel_run(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let (score, name) = (listed.score.id.clone(), listed.score.name.clone());
    app.ask(Question::CancelRun { score, name });
    Vec::new()
}
