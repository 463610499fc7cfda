//! The stages of a run, as the journal, the summary and the screens name them.

use super::RunKind;

/// The stages of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageName {
    /// The sources are read.
    Read,
    /// Quality checks, and the comparison of past runs with what came.
    Check,
    /// The evaluation fit with its out-of-time test; training runs only.
    Train,
    /// The deployed fit; training runs only.
    Deploy,
    /// Every eligible profile is scored and explained.
    Score,
    /// What was read is kept, and the folder of the run published.
    Publish,
}

impl StageName {
    /// The stages of a run of this kind; scoring runs have no fits.
    pub fn of(kind: RunKind) -> &'static [StageName] {
        use StageName::{Check, Deploy, Publish, Read, Score, Train};
        match kind {
            RunKind::Training => &[Read, Check, Train, Deploy, Score, Publish],
            RunKind::Scoring => &[Read, Check, Score, Publish],
        }
    }

    /// The word for it in the journal, in `run.json` and on screen.
    pub fn word(self) -> &'static str {
        match self {
            StageName::Read => "read",
            StageName::Check => "check",
            StageName::Train => "train and test",
            StageName::Deploy => "deploy",
            StageName::Score => "score",
            StageName::Publish => "publish",
        }
    }
}
