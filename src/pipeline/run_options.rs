//! How a run is asked for, and where its files go. Given by [`process`](crate::process) to the stages.

use crate::domain::run::{AsOf, RunKind};
use crate::domain::score::Score;
use std::path::{Path, PathBuf};

/// How a run is asked for.
#[derive(Debug, Clone)]
pub struct RunOptions {
    pub kind: RunKind,
    pub as_of: AsOf,
    /// 0 takes what the config says.
    pub threads: usize,
    /// Only where the schedule says so at the moment the run could begin: somebody else may have been quicker.
    pub if_due: bool,
}

/// Where a run's files go and what it builds on; a repetition names another folder.
pub(crate) struct RunContext<'a> {
    pub score: &'a Score,
    pub options: &'a RunOptions,
    pub folder: &'a Path,
    /// The run whose scores are shown as the previous ones.
    pub previous: Option<(String, PathBuf)>,
    /// The run whose model a scoring run applies, and a training run challenges.
    pub champion: Option<(String, PathBuf)>,
    /// The run that this one repeats.
    pub repeats: Option<Repeated<'a>>,
}

/// A run that is repeated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeated<'a> {
    /// Its folder: the scores file of the repetition has the same columns.
    pub folder: &'a Path,
    /// What it was asked for, which is part of its settings; a training by an earlier method is repeated as a scoring.
    pub kind: RunKind,
}
