//! What reaches the update: keys, what the threads found, what became of an effect.

use super::app::CatalogView;
use super::effect::Aim;
use crate::domain::catalog::GoalEstimate;
use crate::domain::draft::Draft;
use crate::domain::live::Live;
use crate::domain::score::Score;
use crate::error::Error;
use crate::jobs::inspect::Inspection;
use crate::jobs::overview::{Listed, Loss};
use crate::tui::screens::profiles::Answer;
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
    Scores(Outcome<Vec<Arc<Listed>>>),
    /// All runs that are being made, or were interrupted.
    Lives(Vec<Live>),
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
        inspection: Box<Outcome<Arc<Inspection>>>,
    },
    /// A model was made champion.
    Promoted(Box<Outcome<Score>>),
    Deleted(Box<Outcome<Score>>),
    Restored(Box<Outcome<Score>>),
    Loss {
        score: String,
        loss: Loss,
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
