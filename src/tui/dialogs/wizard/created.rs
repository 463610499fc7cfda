//! The end of the wizard: the score was created.

use super::state::Wizard;
use crate::domain::format::seconds;
use crate::domain::score::{ProfileType, Score};
use crate::domain::source::goal_advice::{GoalAdvice, advise};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::App;
use crate::tui::dialogs::confirm::Question;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::effect::Effect;
use std::sync::Arc;

/// The score was made: the wizard makes way for *Scoring setup is complete*.
pub fn created(app: &mut App, score: &Score) -> Vec<Effect> {
    let Some(at) = app.dialogs.iter().position(|d| matches!(d, Dialog::Wizard(_))) else { return Vec::new() };
    let Dialog::Wizard(wizard) = app.dialogs.remove(at) else { return Vec::new() };
    let question = Question::Ready {
        score: score.id.clone(),
        name: score.name.clone(),
        estimate: first_run_duration(app, score),
        fails: why_it_fails(&wizard, score),
    };
    app.ask(question);
    if wizard.draft.id.is_empty() { Vec::new() } else { vec![Effect::RemoveDraft(wizard.draft.id)] }
}

/// Why the first run would stop, where the data of this very goal says so.
fn why_it_fails(wizard: &Wizard, score: &Score) -> Option<String> {
    match advise(wizard.estimate.known()?, score.profile_type, score.timeframe_days) {
        GoalAdvice::Fails(why) => Some(why),
        GoalAdvice::Doubtful(_) | GoalAdvice::Fine => None,
    }
}

/// How long the first run will take: as long as the last training of the same kind in this workspace, else what the
/// time of reading leads to expect.
fn first_run_duration(app: &App, score: &Score) -> String {
    let same = |l: &&Arc<ScoreSummary>| l.score.profile_type == score.profile_type;
    let trained = app.scores.iter().filter(same).filter_map(|l| l.trained.as_ref()).max_by_key(|r| r.started_at);
    if let Some(run) = trained {
        return format!("Its first run will take about {}, as a training here did.", seconds(run.seconds().max(1.0)));
    }
    let Some(catalog) = app.catalog() else {
        return "How long its first run takes shows when the data was read.".into();
    };
    let profiles = match score.profile_type {
        ProfileType::Person => catalog.persons,
        ProfileType::Account => catalog.accounts,
    };
    // Reading costs what it cost the catalog; the fits grow with the rows that are drawn, up to 150,000 by default.
    let fits = 4.0 + 30.0 * (profiles as f64 * 8.0 / 150_000.0).min(1.0);
    let least = catalog.seconds * 0.5 + fits * 0.4;
    let most = catalog.seconds + fits;
    format!("Its first run will take about {} to {}.", seconds(least.max(1.0).round()), seconds(most.max(3.0).round()))
}
