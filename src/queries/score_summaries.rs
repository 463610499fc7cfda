//! What the Services screen shows: every score with what its runs came to, and what would go with it.
//! Called by `tui`, and by the command line for the latter.

use super::deleted_scores::size;
use crate::domain::run::Run;
use crate::domain::run::line::RunLine;
use crate::domain::score::Score;
use crate::domain::score::schedule::Due;
use crate::error::Result;
use crate::runs::champion;
use crate::runs::index::{self, RunIndex};
use crate::runs::summary_json;
use crate::workspace::Workspace;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use rayon::prelude::*;
use std::sync::Arc;
use std::time::SystemTime;

/// A score and its runs, as far as the list and the details need them.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreSummary {
    pub score: Score,
    /// The newest run, however it ended.
    pub last: Option<Arc<Run>>,
    /// The run whose scores are shown: the newest one as of the latest day.
    pub scored: Option<Arc<Run>>,
    /// The training run of the model behind them: its metrics are the ones shown.
    pub trained: Option<Arc<Run>>,
    /// The training run of the model that the next scoring applies.
    pub champion: Option<String>,
    /// All its published runs, newest first.
    pub lines: Arc<Vec<Arc<RunLine>>>,
    /// Folders of runs whose summary could not be read.
    pub broken: usize,
    /// The runs' folder as it was read; another stamp means that a run was published since.
    stamp: Option<SystemTime>,
    /// Whether the runs were looked at.
    pub read: bool,
}

impl ScoreSummary {
    /// The score alone, its runs not looked at yet.
    pub fn bare(score: Score) -> ScoreSummary {
        ScoreSummary {
            score,
            last: None,
            scored: None,
            trained: None,
            champion: None,
            lines: Arc::default(),
            broken: 0,
            stamp: None,
            read: false,
        }
    }

    /// The score with these runs, newest first.
    pub fn from_runs(score: Score, runs: Vec<Run>) -> ScoreSummary {
        let lines: Vec<Arc<RunLine>> = runs.iter().map(|run| Arc::new(RunLine::from_run(run))).collect();
        let champion = champion::of(&score, lines.iter().map(|line| &**line)).map(str::to_string);
        let runs: Vec<Arc<Run>> = runs.into_iter().map(Arc::new).collect();
        let scored = index::shown(&lines).and_then(|line| runs.iter().find(|r| r.id == line.id)).cloned();
        let model = scored.as_ref().and_then(|r| r.model_run.clone());
        let trained = runs.iter().find(|r| Some(&r.id) == model.as_ref()).cloned();
        ScoreSummary {
            last: runs.into_iter().next(),
            champion,
            lines: Arc::new(lines),
            stamp: None,
            read: true,
            ..ScoreSummary { scored, trained, ..ScoreSummary::bare(score) }
        }
    }

    /// When the score is to run next.
    pub fn due(&self, now: Timestamp, zone: &TimeZone) -> Due {
        crate::schedule::due::next(&self.score, self.lines.iter().map(|line| &**line), now, zone)
    }
}

/// The scores without their runs: one file is read, so that the first picture waits for nothing else.
///
/// # Errors
/// The scores file cannot be read.
pub fn bare(workspace: &Workspace) -> Result<Vec<Arc<ScoreSummary>>> {
    Ok(workspace.scores.list()?.into_iter().map(|score| Arc::new(ScoreSummary::bare(score))).collect())
}

/// The scores with their newest runs, where there are so many that have never been read that all of them take their time;
/// `None` where [`load`] is as quick.
pub fn first(workspace: &Workspace) -> Option<Vec<Arc<ScoreSummary>>> {
    let scores = workspace.scores.list().ok()?;
    let newest: Vec<Option<RunIndex>> = scores.par_iter().map(|score| index::newest(workspace, &score.id)).collect();
    let any = newest.iter().any(Option::is_some);
    let of = |(score, newest): (Score, Option<RunIndex>)| match newest {
        Some(index) => Arc::new(with_index(workspace, score, index, None)),
        None => Arc::new(ScoreSummary::bare(score)),
    };
    any.then(|| scores.into_iter().zip(newest).map(of).collect())
}

/// All scores with their runs. What is in `before` and has not changed since is taken from there.
///
/// # Errors
/// The scores file cannot be read; runs that cannot be read are left out.
pub fn load(workspace: &Workspace, before: &[Arc<ScoreSummary>]) -> Result<Vec<Arc<ScoreSummary>>> {
    let scores = workspace.scores.list()?;
    Ok(scores.into_par_iter().map(|score| summarise(workspace, score, before)).collect())
}

/// One score with its runs.
pub fn of_score(workspace: &Workspace, score: Score) -> Arc<ScoreSummary> {
    summarise(workspace, score, &[])
}

fn summarise(workspace: &Workspace, score: Score, before: &[Arc<ScoreSummary>]) -> Arc<ScoreSummary> {
    let folder = workspace.paths.runs(&score.id);
    let stamp = std::fs::metadata(&folder).and_then(|m| m.modified()).ok();
    if let Some(known) = before.iter().find(|l| l.read && l.score == score && l.stamp == stamp) {
        return Arc::clone(known);
    }
    let index = index::of(workspace, &score.id);
    Arc::new(with_index(workspace, score, index, stamp))
}

fn with_index(workspace: &Workspace, score: Score, index: RunIndex, stamp: Option<SystemTime>) -> ScoreSummary {
    let RunIndex { lines, broken } = index;
    let folder = workspace.paths.runs(&score.id);
    let read = |line: &RunLine| summary_json::read(&folder.join(&line.id)).ok().map(Arc::new);
    let last = lines.iter().find_map(|line| read(line));
    let shown = index::shown(&lines);
    let scored = match (&last, shown) {
        (Some(run), Some(shown)) if run.id == shown.id => Some(Arc::clone(run)),
        (_, shown) => shown.and_then(|line| read(line)),
    };
    let trained = scored.as_ref().and_then(|run| match run.model_run.as_ref() {
        Some(id) if *id != run.id => summary_json::read(&folder.join(id)).ok().map(Arc::new),
        _ => Some(Arc::clone(run)),
    });
    let champion = champion::of(&score, lines.iter().map(|line| &**line)).map(str::to_string);
    let (lines, broken) = (Arc::new(lines), broken.len());
    ScoreSummary { score, last, scored, trained, champion, lines, broken, stamp, read: true }
}

/// What goes with a score when it is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeletionImpact {
    /// Predicted scores that are shown.
    pub scores: u64,
    pub runs: usize,
    pub bytes: u64,
}

/// Weighs the folder of a score's runs.
pub fn deletion_impact(workspace: &Workspace, score: &str) -> DeletionImpact {
    let lines = index::of(workspace, score).lines;
    let folder = workspace.paths.runs(score);
    DeletionImpact {
        scores: index::shown(&lines).map_or(0, |line| line.scored),
        runs: lines.len(),
        bytes: lines.iter().map(|line| size(&folder.join(&line.id))).sum(),
    }
}
