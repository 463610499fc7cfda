//! The title, the text and the buttons of a question.

use super::state::Question;
use crate::domain::format::{bytes, count, counted};
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
            Question::DiscardInput => "Leave the form",
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
            Question::Ready { name, fails: Some(why), .. } => vec![
                format!("'{name}' is set up, but with today's data its first run will stop."),
                why.clone(),
                "You can keep it until there are more data, or clone it and change the copy.".into(),
            ],
            Question::Ready { name, estimate, .. } => {
                vec![format!("'{name}' is set up."), estimate.clone(), "Scores appear when its first run is done.".into()]
            }
            Question::FirstRun { name, fails: Some(why), .. } => {
                vec![format!("Start the first run of '{name}' now? With today's data it will stop."), why.clone()]
            }
            Question::FirstRun { name, .. } => {
                vec![format!("Start the first run of '{name}' now?"), "It goes on when you leave.".into()]
            }
            Question::DiscardInput => vec!["What was typed is not saved.".into()],
        }
    }

    /// The buttons, the one that goes on at the right end as in every form.
    pub fn buttons(&self, app: &App) -> Vec<(Answer, &'static str)> {
        match self {
            Question::Run { retrain, .. } => {
                let label = |kind: &RunKind| match kind {
                    RunKind::Training => (Answer::Run(*kind), "Train and score"),
                    RunKind::Scoring => (Answer::Run(*kind), "Score"),
                };
                std::iter::once((Answer::No, "Cancel")).chain(run_kinds(*retrain).iter().map(label)).collect()
            }
            Question::Promote { .. } => vec![(Answer::No, "Cancel"), (Answer::Promote, "Promote")],
            Question::CancelRun { .. } => vec![(Answer::No, "Let it run"), (Answer::CancelRun, "Cancel run")],
            Question::Delete { score, .. } => {
                let live = app.live_run(score).is_some_and(|l| l.is_running());
                let delete =
                    if live { (Answer::CancelAndDelete, "Cancel run and delete") } else { (Answer::Delete, "Delete") };
                vec![(Answer::No, "Cancel"), delete]
            }
            Question::KeepDraft(draft) if !draft.id.is_empty() => {
                vec![(Answer::No, "Back"), (Answer::Discard, "Discard changes"), (Answer::Keep, "Keep changes")]
            }
            Question::KeepDraft(_) => {
                vec![(Answer::No, "Back"), (Answer::Discard, "Discard"), (Answer::Keep, "Keep draft")]
            }
            Question::DropDraft { .. } => vec![(Answer::No, "Cancel"), (Answer::Discard, "Remove")],
            Question::Ready { .. } => vec![(Answer::Ok, "OK")],
            Question::DiscardInput => vec![(Answer::No, "Back"), (Answer::Discard, "Discard")],
            Question::FirstRun { .. } => {
                vec![(Answer::No, "Later"), (Answer::Run(RunKind::Training), "Start")]
            }
        }
    }
}

impl Answer {
    /// Whether something is lost by it.
    pub fn is_danger(self) -> bool {
        matches!(self, Answer::Delete | Answer::CancelAndDelete | Answer::CancelRun | Answer::Discard)
    }
}

impl Question {
    /// The button that has the focus at first: the one that goes on, or, where that destroys or would come to nothing, the
    /// one that does nothing.
    pub fn default_button(&self, app: &App) -> usize {
        let hesitates = matches!(
            self,
            Question::CancelRun { .. }
                | Question::Delete { .. }
                | Question::DropDraft { .. }
                | Question::DiscardInput
                | Question::FirstRun { fails: Some(_), .. }
        );
        if hesitates { 0 } else { self.buttons(app).len() - 1 }
    }
}

/// The runs that can be started: the first run of a score trains.
fn run_kinds(retrain: bool) -> &'static [RunKind] {
    if retrain { &[RunKind::Training, RunKind::Scoring] } else { &[RunKind::Training] }
}

fn deletion(app: &App, score: &str, name: &str, impact: Option<DeletionImpact>) -> Vec<String> {
    let mut text = vec![format!("Delete '{name}'?")];
    text.push(match impact {
        None => "Counting what goes with it…".into(),
        Some(DeletionImpact { runs: 0, .. }) => "It has never run, so that no scores go with it.".into(),
        Some(l) => {
            let runs = counted(l.runs as u64, "run", "runs");
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
