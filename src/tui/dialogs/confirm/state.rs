//! What is asked, and the button that has the focus.

use crate::domain::score::draft::Draft;
use crate::queries::score_summaries::DeletionImpact;

/// A question and the button that has the focus.
#[derive(Debug, Clone, PartialEq)]
pub struct Confirm {
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
        /// `None` until it was counted.
        impact: Option<DeletionImpact>,
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
        /// Why the first run would stop, where it would.
        fails: Option<String>,
    },
    FirstRun {
        score: String,
        name: String,
        fails: Option<String>,
    },
    /// A form with typed text is to be left.
    DiscardInput,
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
            Question::KeepDraft(_) | Question::DropDraft { .. } | Question::DiscardInput => None,
        }
    }
}

impl Confirm {
    /// `focus` is the place of the button that Enter presses.
    pub fn new(question: Question, focus: usize) -> Confirm {
        Confirm { question, focus }
    }
}
