//! What the update asks the runtime to do: data, executed in order, most of it off the UI thread.

use super::screens::profiles::Request;
use crate::domain::run::RunKind;
use crate::domain::score::ProfileType;
use crate::domain::score::draft::Draft;
use crate::domain::score::schedule::Every;
use crate::domain::source::catalog::GoalQuery;
use crate::store::ui::UiState;

/// What a run is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunPurpose {
    /// Its page.
    Page,
    /// Its warnings, on its page.
    Warnings,
    /// The page of its code.
    Code,
}

/// An effect.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    Quit,
    Suspend,
    /// Draw everything anew, whatever the terminal shows.
    Redraw,
    /// Keep what the screen looks like for the next session.
    SaveUi(UiState),
    /// Read scores and runs anew.
    Refresh,
    /// `one_off`: what the data said of the goal, where that is known.
    CreateScore {
        draft: Box<Draft>,
        one_off: Option<bool>,
    },
    SaveDescription {
        score: String,
        description: String,
    },
    /// What is not changed here stays as it is on the disk, where somebody may have changed it meanwhile.
    Reschedule {
        score: String,
        scoring: Option<Every>,
        training: Option<Every>,
    },
    /// Make the model of a training run the champion.
    Promote {
        score: String,
        run: String,
    },
    /// Read all that a run left.
    LoadRun {
        score: String,
        run: String,
        purpose: RunPurpose,
    },
    /// Cancels a live run first where that was asked for.
    DeleteScore {
        score: String,
        cancel_first: bool,
    },
    RestoreScore {
        score: String,
    },
    /// Read what can be brought back.
    LoadTrash,
    LoadDrafts,
    SaveDraft(Box<Draft>),
    /// Keep a draft before the process ends; done at once.
    KeepDraft(Box<Draft>),
    RemoveDraft(String),
    /// Count what goes with a score when it is deleted.
    LoadDeletionImpact {
        score: String,
    },
    StartRun {
        score: String,
        kind: RunKind,
    },
    CancelRun {
        score: String,
    },
    /// Build the catalog where it is missing.
    EnsureCatalog,
    Estimate {
        generation: u64,
        question: GoalQuery,
    },
    /// Load what counting goals for these profiles needs, so that the first count is quick.
    WarmUp(ProfileType),
    /// Asks the reader of scored profiles.
    Profiles(Request),
}
