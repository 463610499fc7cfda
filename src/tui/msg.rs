//! What reaches the update: keys, what the threads found, what became of an effect.

use super::app::CatalogView;
use super::effect::Aim;
use super::screens::profiles::Answer;
use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::Score;
use crate::domain::score::draft::Draft;
use crate::domain::source::catalog::GoalEstimate;
use crate::error::Error;
use crate::queries::run_detail::RunDetail;
use crate::queries::score_summaries::{DeletionImpact, ScoreSummary};
use crossterm::event::KeyEvent;
use jiff::Timestamp;
use std::sync::Arc;

pub type Outcome<T> = std::result::Result<T, Error>;

/// A message. The runtime stamps the time of each drained queue with [`Msg::Now`] first.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Now(Timestamp),
    Key(KeyEvent),
    Paste(String),
    Resize(u16, u16),
    /// The terminal was left and entered again.
    Resumed,
    /// Somebody asks the program to end (SIGTERM), or the terminal is gone (SIGHUP, EIO).
    Terminated,
    /// The scores as they are on the disk.
    Scores(Outcome<Vec<Arc<ScoreSummary>>>),
    /// All runs that are being made, or were interrupted.
    Lives(Vec<RunProgress>),
    Catalog(CatalogView),
    Estimated {
        generation: u64,
        estimate: Box<Outcome<GoalEstimate>>,
    },
    Drafts(Outcome<Vec<Draft>>),
    DraftSaved(Outcome<Draft>),
    Created(Box<Outcome<Score>>),
    Edited(Box<Outcome<Score>>),
    Rescheduled(Box<Outcome<Score>>),
    /// All that a run left.
    Inspected {
        run: String,
        aim: Aim,
        inspection: Box<Outcome<Arc<RunDetail>>>,
    },
    /// A model was made champion.
    Promoted(Box<Outcome<Score>>),
    Deleted(Box<Outcome<Score>>),
    Restored(Box<Outcome<Score>>),
    Loss {
        score: String,
        loss: DeletionImpact,
    },
    Started {
        score: String,
        outcome: Outcome<()>,
    },
    Cancelled {
        score: String,
        outcome: Outcome<()>,
    },
    /// What the reader of scored profiles answers.
    Profiles(Box<Answer>),
    /// Something that nobody waits for went wrong.
    Trouble(Error),
}
