//! What reaches the update: keys, what the threads found, what became of an effect.

use super::app::CatalogView;
use super::effect::RunPurpose;
use super::screens::profiles::Response;
use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::Score;
use crate::domain::score::draft::Draft;
use crate::domain::source::catalog::GoalEstimate;
use crate::domain::source::source_changes::SourceChange;
use crate::error::{Error, Result};
use crate::queries::deleted_scores::DeletedScore;
use crate::queries::run_detail::RunDetail;
use crate::queries::score_summaries::{DeletionImpact, ScoreSummary};
use crate::store::timer::TimerRecord;
use crossterm::event::KeyEvent;
use jiff::Timestamp;
use std::sync::Arc;

/// A message. The runtime stamps the time of each drained queue with [`Msg::Now`] first.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Now(Timestamp),
    Key(KeyEvent),
    Paste(String),
    Resize(u16, u16),
    /// What the terminal answered about its background.
    Background {
        is_light: bool,
    },
    /// The terminal was left and entered again.
    Resumed,
    /// Somebody asks the program to end (SIGTERM), or the terminal is gone (SIGHUP, EIO).
    Terminated,
    /// The scores as they are on the disk.
    Scores(Result<Vec<Arc<ScoreSummary>>>),
    /// All runs that are being made, or were interrupted.
    LiveRuns(Vec<RunProgress>),
    Catalog(CatalogView),
    /// What is different in every source since the last run.
    SourceChanges(Vec<Vec<SourceChange>>),
    /// What is known of the timer's calls.
    Timer(TimerRecord),
    Estimated {
        generation: u64,
        estimate: Box<Result<GoalEstimate>>,
    },
    Drafts(Result<Vec<Draft>>),
    DraftSaved(Result<Draft>),
    Created(Box<Result<Score>>),
    Edited(Box<Result<Score>>),
    Rescheduled(Box<Result<Score>>),
    /// All that a run left.
    RunLoaded {
        run: String,
        purpose: RunPurpose,
        detail: Box<Result<Arc<RunDetail>>>,
    },
    /// A model was made champion.
    Promoted(Box<Result<Score>>),
    Deleted(Box<Result<Score>>),
    Restored(Box<Result<Score>>),
    /// What can be brought back.
    Trash(Result<Vec<DeletedScore>>),
    /// What goes with a score when it is deleted.
    DeletionImpact {
        score: String,
        impact: DeletionImpact,
    },
    Started {
        score: String,
        outcome: Result<()>,
    },
    Cancelled {
        score: String,
        outcome: Result<()>,
    },
    /// What the reader of scored profiles answers.
    Profiles(Box<Response>),
    /// Something that nobody waits for went wrong.
    BackgroundError(Error),
}
