//! What the Services screen shows: every score with what its runs came to, and what would go with it.
//! Called by `tui`, and by the command line for the latter.

use super::run_folder;
use super::workspace::Workspace;
use crate::domain::run::{Run, RunKind, Status};
use crate::domain::score::Score;
use crate::error::Result;
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// A score and its runs, as far as the list and the details need them.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    pub score: Score,
    /// The newest run, however it ended.
    pub last: Option<Arc<Run>>,
    /// The newest successful run: its scores are the ones shown.
    pub scored: Option<Arc<Run>>,
    /// The training run of the model behind them: its metrics are the ones shown.
    pub trained: Option<Arc<Run>>,
    pub runs: usize,
    /// The runs' folder as it was read; another stamp means that a run was published since.
    stamp: Option<SystemTime>,
    /// Whether the runs were looked at.
    pub read: bool,
}

impl Listed {
    /// The score alone, its runs not looked at yet.
    pub fn bare(score: Score) -> Listed {
        Listed { score, last: None, scored: None, trained: None, runs: 0, stamp: None, read: false }
    }

    /// The score with these runs, newest first.
    pub fn with(score: Score, runs: Vec<Run>) -> Listed {
        let count = runs.len();
        let runs: Vec<Arc<Run>> = runs.into_iter().map(Arc::new).collect();
        let scored = runs.iter().find(|r| r.status == Status::Successful).cloned();
        let model = scored.as_ref().and_then(|r| r.model_run.clone());
        let trained = runs.iter().find(|r| Some(&r.id) == model.as_ref()).cloned();
        Listed { score, last: runs.into_iter().next(), scored, trained, runs: count, stamp: None, read: true }
    }
}

/// The scores without their runs: one file is read, so that the first picture waits for nothing else.
///
/// # Errors
/// The scores file cannot be read.
pub fn bare(workspace: &Workspace) -> Result<Vec<Arc<Listed>>> {
    Ok(workspace.scores.list()?.into_iter().map(|score| Arc::new(Listed::bare(score))).collect())
}

/// All scores with their runs. What is in `before` and has not changed since is taken from there.
///
/// # Errors
/// The scores file cannot be read; runs that cannot be read are left out.
pub fn load(workspace: &Workspace, before: &[Arc<Listed>]) -> Result<Vec<Arc<Listed>>> {
    let scores = workspace.scores.list()?;
    Ok(scores.into_par_iter().map(|score| listed(workspace, score, before)).collect())
}

fn listed(workspace: &Workspace, score: Score, before: &[Arc<Listed>]) -> Arc<Listed> {
    let folder = workspace.paths.runs(&score.id);
    let stamp = std::fs::metadata(&folder).and_then(|m| m.modified()).ok();
    if let Some(known) = before.iter().find(|l| l.read && l.score == score && l.stamp == stamp) {
        return Arc::clone(known);
    }
    let mut ids = run_folder::published(&folder);
    let count = ids.len();
    // Ids begin with the time: the newest ones come first, and few of them have to be read.
    ids.sort_unstable_by(|a, b| b.cmp(a));
    let mut found = Listed { runs: count, stamp, read: true, ..Listed::bare(score) };
    // The time of an id is that of its second: runs of one second are told apart by their summaries.
    let second = |id: &str| id.rsplit_once('-').map(|(time, _)| time.to_string());
    let runs = ids.chunk_by(|a, b| second(a) == second(b)).flat_map(|of_second| {
        let read = of_second.iter().filter_map(|id| run_folder::read(&folder.join(id)).ok());
        let mut runs: Vec<Run> = read.collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.started_at));
        runs
    });
    for run in runs {
        let run = Arc::new(run);
        let successful = run.status == Status::Successful;
        found.last.get_or_insert_with(|| Arc::clone(&run));
        if successful {
            found.trained = model_of(&folder, &run);
            found.scored = Some(run);
            break;
        }
    }
    Arc::new(found)
}

fn model_of(folder: &Path, run: &Arc<Run>) -> Option<Arc<Run>> {
    if run.kind == RunKind::Training {
        return Some(Arc::clone(run));
    }
    let id = run.model_run.as_ref()?;
    run_folder::read(&folder.join(id)).ok().map(Arc::new)
}

/// What goes with a score when it is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loss {
    /// Predicted scores of its latest successful run.
    pub scores: u64,
    pub runs: usize,
    pub bytes: u64,
}

/// Weighs the folder of a score's runs.
pub fn loss(workspace: &Workspace, score: &str) -> Loss {
    let runs = run_folder::list(workspace, score).runs;
    let scored = runs.iter().find(|r| r.run.status == Status::Successful);
    Loss {
        scores: scored.map_or(0, |r| r.run.population.scored),
        runs: runs.len(),
        bytes: runs.iter().map(|r| size(&r.folder)).sum(),
    }
}

fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|f| f.metadata().ok()).map(|m| m.len()).sum()
}
