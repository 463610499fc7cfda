//! Questions with buttons: run, delete, cancel a run, keep a draft, and the end of the wizard.

use super::Dialog;
use crate::domain::format::{bytes, count};
use crate::domain::run::RunKind;
use crate::domain::score::draft::Draft;
use crate::domain::text::wrapped;
use crate::queries::score_summaries::DeletionImpact;
use crate::store::scores::DAYS_KEPT;
use crate::tui::action::Action;
use crate::tui::app::{App, Tone};
use crate::tui::effect::Effect;
use crate::tui::screens::services::kinds;
use crate::tui::widgets::cells::Cells;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use unicode_width::UnicodeWidthStr;

/// A question and the button that has the focus.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub question: Question,
    pub focus: usize,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// `retrain`: there is a model, so that a run may also score alone.
    Run {
        score: String,
        name: String,
        retrain: bool,
    },
    CancelRun {
        score: String,
        name: String,
    },
    Delete {
        score: String,
        name: String,
        loss: Option<DeletionImpact>,
    },
    /// Make the model of a training run the champion?
    Promote {
        score: String,
        run: String,
        name: String,
    },
    KeepDraft(Box<Draft>),
    DropDraft {
        id: String,
        name: String,
    },
    /// The wizard is done.
    Ready {
        score: String,
        name: String,
        estimate: String,
    },
    FirstRun {
        score: String,
        name: String,
    },
}

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
    pub fn score(&self) -> Option<&str> {
        match self {
            Question::Run { score, .. }
            | Question::CancelRun { score, .. }
            | Question::Delete { score, .. }
            | Question::Promote { score, .. }
            | Question::Ready { score, .. }
            | Question::FirstRun { score, .. } => Some(score),
            Question::KeepDraft(_) | Question::DropDraft { .. } => None,
        }
    }

    fn title(&self) -> &'static str {
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

    fn text(&self, app: &App) -> Vec<String> {
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
            Question::Delete { score, name, loss } => deletion(app, score, name, *loss),
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

    fn buttons(&self, app: &App) -> Vec<(Answer, &'static str)> {
        match self {
            Question::Run { retrain, .. } => {
                let label = |kind: &RunKind| match kind {
                    RunKind::Training => (Answer::Run(*kind), "Train and score"),
                    RunKind::Scoring => (Answer::Run(*kind), "Score"),
                };
                let mut buttons: Vec<_> = kinds(*retrain).iter().map(label).collect();
                buttons.push((Answer::No, "Cancel"));
                buttons
            }
            Question::Promote { .. } => vec![(Answer::Promote, "Promote"), (Answer::No, "Cancel")],
            Question::CancelRun { .. } => vec![(Answer::CancelRun, "Cancel run"), (Answer::No, "Let it run")],
            Question::Delete { score, .. } => {
                let live = app.live(score).is_some_and(|l| l.is_running());
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

fn deletion(app: &App, score: &str, name: &str, loss: Option<DeletionImpact>) -> Vec<String> {
    let mut text = vec![format!("Delete '{name}'?")];
    text.push(match loss {
        None => "Its runs are being weighed…".into(),
        Some(DeletionImpact { runs: 0, .. }) => "No finished run goes with it.".into(),
        Some(l) => {
            let runs = if l.runs == 1 { "1 run".to_string() } else { format!("{} runs", count(l.runs as u64)) };
            format!("With it go {} predicted scores, {runs}, {}.", count(l.scores), bytes(l.bytes))
        }
    });
    if let Some(live) = app.live(score).filter(|l| l.is_running()) {
        text.push(format!("A run of it is live, started by {}: it would be cancelled first.", live.user));
    }
    let undo = app.keymap.key(Action::Undo);
    text.push(format!(
        "It can be brought back for {DAYS_KEPT} days: {undo} right after, or `propensity score restore`."
    ));
    text
}

impl Ask {
    pub fn new(question: Question) -> Ask {
        // What cannot be taken back in a moment asks for a second thought: there the default is to do nothing.
        let focus = match &question {
            Question::CancelRun { .. } | Question::Delete { .. } | Question::DropDraft { .. } => 1,
            _ => 0,
        };
        Ask { question, focus }
    }
}

pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Ask(ask)) = app.dialogs.last() else { return Vec::new() };
    let buttons = ask.question.buttons(app);
    let (at, last) = (ask.focus.min(buttons.len() - 1), buttons.len() - 1);
    let to = match action {
        Action::FocusNext => (at + 1) % buttons.len(),
        Action::FocusPrevious => (at + last) % buttons.len(),
        Action::Right | Action::Down => (at + 1).min(last),
        Action::Left | Action::Up => at.saturating_sub(1),
        Action::Accept => return answer(app, buttons[at].0),
        Action::Close => return answer(app, Answer::No),
        _ => at,
    };
    if let Some(Dialog::Ask(ask)) = app.dialogs.last_mut() {
        ask.focus = to;
    }
    Vec::new()
}

fn answer(app: &mut App, answer: Answer) -> Vec<Effect> {
    let Some(Dialog::Ask(Ask { question, .. })) = app.dialogs.pop() else { return Vec::new() };
    match (question, answer) {
        (Question::Ready { .. }, _) if !app.workspace.has_sources => Vec::new(),
        (Question::Ready { score, name, .. }, _) => {
            app.dialogs.push(Dialog::ask(Question::FirstRun { score, name }));
            Vec::new()
        }
        (Question::Run { score, .. } | Question::FirstRun { score, .. }, Answer::Run(kind)) => {
            app.say(Tone::Plain, "Starting the run…");
            vec![Effect::StartRun { score, kind }]
        }
        (Question::CancelRun { score, .. }, Answer::CancelRun) => {
            app.say(Tone::Plain, "Asking the run to stop…");
            vec![Effect::CancelRun { score }]
        }
        (Question::Promote { score, run, .. }, Answer::Promote) => vec![Effect::Promote { score, run }],
        (Question::Delete { score, .. }, Answer::Delete) => {
            vec![Effect::DeleteScore { score, cancel_first: false }]
        }
        (Question::Delete { score, .. }, Answer::CancelAndDelete) => {
            app.say(Tone::Plain, "Cancelling the run, then deleting…");
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
        (Question::DropDraft { id, .. }, Answer::Discard) => vec![Effect::RemoveDraft(id)],
        _ => Vec::new(),
    }
}

pub fn view(app: &App, ask: &Ask, buffer: &mut Buffer) -> Option<Position> {
    let width = 64.min(app.size.0);
    let inside = usize::from(width.saturating_sub(6));
    let mut lines: Vec<String> = Vec::new();
    for paragraph in ask.question.text(app) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(&paragraph, inside));
    }
    let area = super::frame(app, buffer, (width, lines.len() as u16 + 6), ask.question.title(), "");
    let mut cells = Cells::new(buffer, area);
    for (y, line) in (1u16..).zip(&lines) {
        let style = if y == 1 { app.theme.title() } else { app.theme.text() };
        cells.put(0, y, area.width, line, style);
    }
    let buttons = ask.question.buttons(app);
    let labels: Vec<String> = buttons.iter().map(|(_, label)| format!("[ {label} ]")).collect();
    let needed: u16 = labels.iter().map(|l| l.width() as u16 + 2).sum::<u16>().saturating_sub(2);
    let mut x = area.width.saturating_sub(needed);
    let y = (lines.len() as u16 + 2).min(area.height.saturating_sub(2)).max(1);
    for (index, label) in labels.iter().enumerate() {
        let style = if index == ask.focus.min(labels.len() - 1) { app.theme.focused() } else { app.theme.accent() };
        x += cells.put(x, y, area.width, label, style) + 2;
    }
    None
}
