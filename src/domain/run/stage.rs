//! The stages of a run, as the journal, the summary and the screens name them.

use super::RunKind;

/// The stages of a run, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageName {
    Read,
    Check,
    Train,
    Deploy,
    Score,
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
