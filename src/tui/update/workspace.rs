//! What the threads read of the workspace: the scores, the live runs, the catalog.

use super::run_end;
use crate::domain::run::Status;
use crate::domain::run::run_progress::RunProgress;
use crate::error::{Error, Result};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::{App, CatalogView, Severity, Until};
use crate::tui::dialogs::{Confirm, Dialog, Question};
use crate::tui::effect::Effect;
use crate::tui::screens::{monitoring, services};
use std::sync::Arc;

pub fn set_scores(app: &mut App, scores: Result<Vec<Arc<ScoreSummary>>>) {
    // The row is one of the list as it was.
    let before = services::selected_row(app);
    match scores {
        Ok(scores) => {
            let known = std::mem::replace(&mut app.scores, scores);
            app.scores_error = None;
            run_end::tell(app, &known);
        }
        Err(error) => {
            // What was shown stays; the list says what is wrong where there was nothing.
            app.scores_error = Some(error.clone());
            if !app.scores.is_empty() {
                app.notify(Severity::Error, error.what);
            }
        }
    }
    services::rebuild_list_from(app, before);
    monitoring::rebuild_list(app);
    close_dialogs_of_deleted_score(app);
}

/// Closes what is open about a score that was deleted in another session, and says so.
fn close_dialogs_of_deleted_score(app: &mut App) {
    let gone = |d: &Dialog| d.score().is_some_and(|id| app.listed(id).is_none());
    let Some(at) = app.dialogs.iter().position(gone) else { return };
    // Right after its creation a score is not in the list yet.
    if matches!(
        app.dialogs[at],
        Dialog::Confirm(Confirm { question: Question::Ready { .. } | Question::FirstRun { .. }, .. })
    ) {
        return;
    }
    app.dialogs.truncate(at);
    app.show_error(
        Error::new("This score was deleted in another session.").hint("`propensity score restore` brings it back."),
    );
}

pub fn set_live_runs(app: &mut App, runs: Vec<RunProgress>) {
    app.live_runs = runs.into_iter().map(|l| (l.score.clone(), l)).collect();
    tell_of_interrupted_run(app);
    if app.services.sort.by == services::Sort::LastRun {
        services::rebuild_list(app);
    }
    monitoring::rebuild_list(app);
}

/// A run whose process is gone leaves no summary that could tell its end.
fn tell_of_interrupted_run(app: &mut App) {
    let Some(Until::RunEnds { score }) = app.notice.as_ref().map(|notice| &notice.until) else { return };
    let gone = app.live_run(score).is_some_and(|live| live.status == Status::Interrupted);
    if let (true, Some(listed)) = (gone, app.listed(score)) {
        let text =
            format!("{}: the run was interrupted, its process is gone. The next run starts clean.", listed.score.name);
        app.notify_of_end(Severity::Warning, text);
    }
}

pub fn set_catalog(app: &mut App, catalog: CatalogView) -> Vec<Effect> {
    let key = |view: &CatalogView| match view {
        CatalogView::Ready(catalog) => Some(catalog.key.clone()),
        _ => None,
    };
    let changed = key(&app.catalog) != key(&catalog);
    app.catalog = catalog;
    if !changed || app.catalog().is_none() {
        return Vec::new();
    }
    let mut generation = app.estimate_generation;
    let asked = app.wizard().and_then(|wizard| wizard.request_again(&mut generation));
    app.estimate_generation = generation;
    asked.into_iter().collect()
}
