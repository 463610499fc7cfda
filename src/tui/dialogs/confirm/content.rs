//! The title, the text and the buttons of a question.

use super::state::Question;
use crate::domain::format::{bytes, count};
use crate::domain::run::RunKind;
use crate::queries::score_summaries::DeletionImpact;
use crate::store::scores::DAYS_KEPT;
use crate::tui::action::Action;
use crate::tui::app::App;

/// What a button stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Run(RunKind),
    CancelRun,
    Promote,
    Delete,
    CancelAndDelete,
    Keep,
    Discard,
    Ok,
    /// Nothing is done.
    No,
}

impl Question {
    pub fn title(&self) -> &'static str {
        match self {
            Question::Run { .. } => "Run score",
            Question::CancelRun { .. } => "Cancel run",
            Question::Delete { .. } => "Delete documentation",
            Question::Promote { .. } => "Promote model",
            Question::KeepDraft(_) => "Keep draft",
            Question::DropDraft { .. } => "Remove draft",
            Question::Ready { .. } => "Scoring setup is complete",
            Question::FirstRun { .. } => "First run",
        }
    }

    pub fn text(&self, app: &App) -> Vec<String> {
        match self {
            Question::Run { name, retrain: true, .. } => vec![
                format!("Run '{name}' now?"),
                "Scoring applies the model there is to today's data. Training learns anew, tests the new model, and then \
                 scores; the present scores stay until it is done."
                    .into(),
            ],
            Question::Run { name, retrain: false, .. } => vec![
                format!("Run '{name}' now?"),
                "The run reads the sources, learns from the history, tests the model on data it has not seen, and scores. \
                 It goes on when you leave."
                    .into(),
            ],
            Question::CancelRun { name, .. } => {
                vec![format!("Cancel the run of '{name}'?"), "The last good scores stay as they are.".into()]
            }
            Question::Delete { score, name, impact } => deletion(app, score, name, *impact),
            Question::Promote { run, name, .. } => vec![
                format!("Make the model of the run {run} the champion of '{name}'?"),
                "The next scoring applies it. It stays until a later training makes a model that is not worse, or until \
                 another one is promoted. Nothing is lost: the present champion can be promoted again."
                    .into(),
            ],
            Question::KeepDraft(draft) if !draft.id.is_empty() => {
                vec![format!("Keep the changes to the draft '{}'?", draft.name.trim())]
            }
            Question::KeepDraft(draft) if draft.name.trim().is_empty() => {
                vec!["Keep what was entered as a draft?".into(), "It can be taken up again with the drafts.".into()]
            }
            Question::KeepDraft(draft) => vec![
                format!("Keep '{}' as a draft?", draft.name.trim()),
                "It can be taken up again with the drafts.".into(),
            ],
            Question::DropDraft { name, .. } => vec![format!("Remove the draft '{name}'? This cannot be undone.")],
            Question::Ready { name, estimate, .. } => {
                vec![format!("'{name}' is set up."), estimate.clone(), "Scores appear when its first run is done.".into()]
            }
            Question::FirstRun { name, .. } => {
                vec![format!("Start the first run of '{name}' now?"), "It goes on when you leave.".into()]
            }
        }
    }

    pub fn buttons(&self, app: &App) -> Vec<(Answer, &'static str)> {
        match self {
            Question::Run { retrain, .. } => {
                let label = |kind: &RunKind| match kind {
                    RunKind::Training => (Answer::Run(*kind), "Train and score"),
                    RunKind::Scoring => (Answer::Run(*kind), "Score"),
                };
                let mut buttons: Vec<_> = run_kinds(*retrain).iter().map(label).collect();
                buttons.push((Answer::No, "Cancel"));
                buttons
            }
            Question::Promote { .. } => vec![(Answer::Promote, "Promote"), (Answer::No, "Cancel")],
            Question::CancelRun { .. } => vec![(Answer::CancelRun, "Cancel run"), (Answer::No, "Let it run")],
            Question::Delete { score, .. } => {
                let live = app.live_run(score).is_some_and(|l| l.is_running());
                let delete =
                    if live { (Answer::CancelAndDelete, "Cancel run and delete") } else { (Answer::Delete, "Delete") };
                vec![delete, (Answer::No, "Cancel")]
            }
            Question::KeepDraft(draft) if !draft.id.is_empty() => {
                vec![(Answer::Keep, "Keep changes"), (Answer::Discard, "Discard changes"), (Answer::No, "Back")]
            }
            Question::KeepDraft(_) => {
                vec![(Answer::Keep, "Keep draft"), (Answer::Discard, "Discard"), (Answer::No, "Back")]
            }
            Question::DropDraft { .. } => vec![(Answer::Discard, "Remove"), (Answer::No, "Cancel")],
            Question::Ready { .. } => vec![(Answer::Ok, "OK")],
            Question::FirstRun { .. } => {
                vec![(Answer::Run(RunKind::Training), "Start"), (Answer::No, "Later")]
            }
        }
    }
}

/// The runs that can be started: the first run of a score trains.
fn run_kinds(retrain: bool) -> &'static [RunKind] {
    if retrain { &[RunKind::Scoring, RunKind::Training] } else { &[RunKind::Training] }
}

fn deletion(app: &App, score: &str, name: &str, impact: Option<DeletionImpact>) -> Vec<String> {
    let mut text = vec![format!("Delete '{name}'?")];
    text.push(match impact {
        None => "Its runs are being weighed…".into(),
        Some(DeletionImpact { runs: 0, .. }) => "No finished run goes with it.".into(),
        Some(l) => {
            let runs = if l.runs == 1 { "1 run".to_string() } else { format!("{} runs", count(l.runs as u64)) };
            format!("With it go {} predicted scores, {runs}, {}.", count(l.scores), bytes(l.bytes))
        }
    });
    if let Some(live) = app.live_run(score).filter(|l| l.is_running()) {
        text.push(format!("A run of it is live, started by {}: it would be cancelled first.", live.user));
    }
    let undo = app.keymap.key(Action::Undo);
    text.push(format!(
        "It can be brought back for {DAYS_KEPT} days: {undo} on Services, or `propensity score restore`."
    ));
    text
}
