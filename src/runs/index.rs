//! The list of a score's runs, quickly: one line a run, kept in the cache folder, so that thousands of summaries need
//! not be read again. A summary that is new, or that was changed, is read; the index can be deleted at any time.
//! Called by everything that lists runs or looks for one.

use super::layout;
use super::layout::SUMMARY;
use super::summary_json::VERSION;
use crate::domain::metrics::Estimate;
use crate::domain::run::line::{RunLine, is_hindsight};
use crate::domain::run::{Challenge, Cutoffs, PopulationCounts, RunKind, Status};
use crate::domain::score::is_id;
use crate::domain::text::harmless;
use crate::error::{Context, Error, Result};
use crate::store::atomic;
use crate::workspace::Workspace;
use jiff::Timestamp;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The version of the lines in the index; those of another are made anew.
const LINE_VERSION: u32 = 1;

/// The published runs of a score.
#[derive(Debug, Clone, Default)]
pub struct RunIndex {
    /// Newest first.
    pub lines: Vec<Arc<RunLine>>,
    /// Folders whose `run.json` could not be read, and why.
    pub broken: Vec<(PathBuf, String)>,
}

/// A line with what its summary was like when it was made.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct IndexEntry {
    v: u32,
    stamp: Stamp,
    line: RunLine,
}

/// Of a summary: seconds and nanoseconds of its last change, and bytes.
type Stamp = (i64, i64, u64);

/// A line as it is now, and whether it was made anew.
type IndexLookup = (Stamp, RunLine, bool);

/// The successful run whose scores are shown: that of the latest as-of date, and of those the newest. A run about the past
/// is for looking at, and never takes the place of today's scores.
pub fn shown(lines: &[Arc<RunLine>]) -> Option<&Arc<RunLine>> {
    // The newest stands first, and the first of equals wins.
    let successful = lines.iter().filter(|line| line.is_successful());
    successful.rev().max_by(|a, b| a.as_of.cmp(&b.as_of))
}

/// The successful runs that stay whatever their age, and keep what they read: the newest, which somebody has just asked
/// for, and those of the latest as-of dates, of which the first is [`shown`] and the others are what it is compared with.
pub(crate) fn retained(lines: &[Arc<RunLine>]) -> HashSet<&str> {
    /// Of each kind.
    const MANY: usize = 3;
    let newest: Vec<&Arc<RunLine>> = lines.iter().filter(|line| line.is_successful()).collect();
    let mut latest = newest.clone();
    latest.sort_by(|a, b| b.as_of.cmp(&a.as_of));
    newest.iter().take(MANY).chain(latest.iter().take(MANY)).map(|line| line.id.as_str()).collect()
}

/// All published runs of a score.
pub fn of(workspace: &Workspace, score: &str) -> RunIndex {
    let runs = workspace.paths.runs(score);
    let file = file_of(workspace, score);
    let entries = read_entries(&file);
    let ids = layout::published(&runs);
    let (found, lines, changed) = gather(&runs, &ids, &entries);
    if changed || lines.len() != entries.len() {
        write_entries(&file, &lines);
    }
    found.with(lines)
}

/// The newest runs of a score, where the index lacks so many that reading them all takes its time; `None` where it does
/// not.
pub fn newest(workspace: &Workspace, score: &str) -> Option<RunIndex> {
    /// Summaries that are read in a moment.
    const FEW: usize = 200;
    let runs = workspace.paths.runs(score);
    let entries = read_entries(&file_of(workspace, score));
    let mut ids = layout::published(&runs);
    if ids.iter().filter(|id| !entries.contains_key(*id)).count() <= FEW {
        return None;
    }
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.truncate(FEW);
    let (found, lines, _) = gather(&runs, &ids, &entries);
    Some(found.with(lines))
}

/// The lines of these runs, newest first, the folders that have none, and whether any line was made anew.
fn gather(runs: &Path, ids: &[String], entries: &HashMap<String, IndexEntry>) -> (RunIndex, Vec<IndexEntry>, bool) {
    let looked: Vec<(PathBuf, Result<IndexLookup>)> =
        ids.par_iter().map(|id| (runs.join(id), look_up(runs, id, entries))).collect();
    let mut found = RunIndex::default();
    let mut lines = Vec::with_capacity(looked.len());
    let mut changed = false;
    for (folder, looked) in looked {
        match looked {
            Ok((stamp, line, is_new)) => {
                changed |= is_new;
                lines.push(IndexEntry { v: LINE_VERSION, stamp, line });
            }
            Err(error) => found.broken.push((folder, error.to_string())),
        }
    }
    lines.sort_by(|a, b| b.line.cmp_order(&a.line));
    found.broken.sort();
    (found, lines, changed)
}

impl RunIndex {
    fn with(self, lines: Vec<IndexEntry>) -> RunIndex {
        RunIndex { lines: lines.into_iter().map(|k| Arc::new(k.line)).collect(), ..self }
    }
}

/// The line of a run: the one that is kept, where the summary has not changed since.
fn look_up(runs: &Path, id: &str, entries: &HashMap<String, IndexEntry>) -> Result<IndexLookup> {
    let path = runs.join(id).join(SUMMARY);
    let metadata = std::fs::metadata(&path).context(|| format!("The run {} cannot be read.", path.display()))?;
    let stamp = (metadata.mtime(), metadata.mtime_nsec(), metadata.len());
    match entries.get(id).filter(|k| k.stamp == stamp) {
        Some(known) => Ok((stamp, known.line.clone(), false)),
        None => Ok((stamp, check_identity(read_line(&path)?, runs, id)?, true)),
    }
}

/// Where the index contradicts the runs: lines that are none, or that say something else than the very summary that they
/// were made from. Lines that are merely out of date put themselves right. Changes nothing.
pub(crate) fn find_mismatch(workspace: &Workspace, score: &str) -> Option<(PathBuf, String)> {
    let (runs, file) = (workspace.paths.runs(score), file_of(workspace, score));
    let bytes = std::fs::read(&file).ok()?;
    let entries = read_entries(&file);
    let lines = bytes.split(|&b| b == b'\n').filter(|line| !line.is_empty());
    let strange = lines.filter(|line| is_invalid(line)).count();
    let fresh = HashMap::new();
    let differs = |k: &&IndexEntry| {
        let made = look_up(&runs, &k.line.id, &fresh).ok();
        made.is_some_and(|(stamp, line, _)| stamp == k.stamp && line != k.line)
    };
    let wrong = entries.values().filter(differs).map(|k| k.line.id.as_str()).min();
    let why = match wrong {
        Some(id) => format!("it says something else of the run {id} than its {SUMMARY}"),
        None if strange > 0 => format!("{strange} of its lines are none"),
        None => return None,
    };
    Some((file, why))
}

/// Whether a line is none, not even one of another version.
fn is_invalid(line: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Version {
        v: u32,
    }
    let is_other = || serde_json::from_slice::<Version>(line).is_ok_and(|version| version.v != LINE_VERSION);
    serde_json::from_slice::<IndexEntry>(line).is_err() && !is_other()
}

fn file_of(workspace: &Workspace, score: &str) -> PathBuf {
    workspace.paths.cache.join("runs").join(format!("{score}.ndjson"))
}

/// The line, where it is that of this folder: a copy of a run under another name must not pass for the run.
fn check_identity(line: RunLine, runs: &Path, id: &str) -> Result<RunLine> {
    let score = runs.file_name().is_some_and(|name| name.to_str() == Some(&line.score));
    if is_id(id) && line.id == id && score {
        return Ok(line);
    }
    let says = format!("it says that it is the run {} of {}", harmless(&line.id), harmless(&line.score));
    Err(Error::new(format!("The run {} cannot be read.", runs.join(id).display())).because(says))
}

fn read_entries(file: &Path) -> HashMap<String, IndexEntry> {
    let bytes = std::fs::read(file).unwrap_or_default();
    let lines: Vec<&[u8]> = bytes.split(|&b| b == b'\n').filter(|line| !line.is_empty()).collect();
    // A line that is none is a run that is read again.
    let entries = lines.par_iter().filter_map(|line| serde_json::from_slice::<IndexEntry>(line).ok());
    entries.filter(|k| k.v == LINE_VERSION).map(|k| (k.line.id.clone(), k)).collect()
}

/// Best effort: without an index the summaries are read again.
fn write_entries(file: &Path, lines: &[IndexEntry]) {
    let mut bytes = Vec::new();
    for line in lines {
        if serde_json::to_writer(&mut bytes, line).is_ok() {
            bytes.push(b'\n');
        }
    }
    let made = std::fs::create_dir_all(atomic::folder_of(file)).map_err(|e| e.to_string());
    if let Err(why) = made.and_then(|()| atomic::write(file, &bytes).map_err(|e| e.to_string())) {
        tracing::debug!("the index of runs {} could not be kept: {why}", file.display());
    }
}

/// The part of `run.json` that a line is made from.
#[derive(Deserialize)]
struct Summary {
    version: u32,
    id: String,
    score: String,
    score_name: String,
    kind: RunKind,
    status: Status,
    code: Option<u16>,
    message: String,
    started_at: Timestamp,
    finished_at: Timestamp,
    as_of: String,
    cutoffs: Cutoffs,
    population: PopulationCounts,
    metrics: Option<Auc>,
    model_run: Option<String>,
    challenge: Option<Challenge>,
}

#[derive(Deserialize)]
struct Auc {
    auc: Option<Estimate>,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

fn read_line(path: &Path) -> Result<RunLine> {
    let broken = || format!("The run {} cannot be read.", path.display());
    let bytes = std::fs::read(path).context(broken)?;
    let s: Summary = match serde_json::from_slice(&bytes) {
        Ok(Summary { version, .. }) if version > VERSION => return Err(newer(path, version)),
        Ok(summary) => summary,
        Err(e) => {
            // A later version may look like anything.
            let newest = serde_json::from_slice::<Versioned>(&bytes).ok().filter(|v| v.version > VERSION);
            return Err(newest.map_or_else(|| Error::new(broken()).because(e), |v| newer(path, v.version)));
        }
    };
    Ok(RunLine {
        id: s.id,
        score: s.score,
        score_name: s.score_name,
        kind: s.kind,
        status: s.status,
        code: s.code,
        message: s.message,
        started_at: s.started_at,
        finished_at: s.finished_at,
        scored: s.population.scored,
        as_of: s.cutoffs.as_of,
        auc: s.metrics.and_then(|m| m.auc).map(|auc| auc.value),
        model_run: s.model_run,
        hindsight: is_hindsight(&s.as_of, s.started_at),
        champion_kept: s.challenge.is_some_and(|c| c.champion_kept),
    })
}

fn newer(path: &Path, version: u32) -> Error {
    Error::new(format!("The run {} cannot be read.", path.display()))
        .because(format!("it is of version {version}; this program knows {VERSION}"))
        .hint("update the program")
}

#[cfg(test)]
mod tests {
    use super::super::summary_json;
    use super::*;
    use crate::domain::metrics::Metrics;
    use crate::domain::run::Run;
    use crate::store::json;

    #[test]
    fn a_line_from_the_file_is_that_of_the_run() {
        let dir = tempfile::tempdir().unwrap();
        let began: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let blank = summary_json::empty("20261124-100000-abcd", ("won", "Won"), RunKind::Training, began);
        let challenge = Challenge {
            champion: "20261024-100000-abcd".into(),
            champion_kept: true,
            why: "because".into(),
            champion_auc: None,
            challenger_auc: None,
            difference: None,
        };
        let full = Run {
            status: Status::Failed,
            code: Some(404),
            message: "m".into(),
            as_of: "2026-05-01".into(),
            cutoffs: Cutoffs { as_of: "2026-05-01".into(), ..Cutoffs::default() },
            population: PopulationCounts { scored: 7, ..PopulationCounts::default() },
            metrics: Some(Metrics { auc: Estimate::new(0.8, Some((0.7, 0.9))), ..Metrics::default() }),
            previous: Some("p".into()),
            model_run: Some("m".into()),
            challenge: Some(challenge),
            ..blank.clone()
        };
        for run in [blank, full] {
            let path = dir.path().join(SUMMARY);
            json::write_json(&path, &run).unwrap();
            assert_eq!(read_line(&path).unwrap(), RunLine::from_run(&run));
        }
    }

    #[test]
    fn a_folder_that_holds_another_run_is_none() {
        let began: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let run = summary_json::empty("20261124-100000-abcd", ("won", "Won"), RunKind::Scoring, began);
        let of = |runs: &str, id: &str| check_identity(RunLine::from_run(&run), Path::new(runs), id).is_ok();
        assert!(of("/runs/won", "20261124-100000-abcd"));
        assert!(!of("/runs/won", "20261124-100000-abcd.bak") && !of("/runs/other", "20261124-100000-abcd"));
    }
}
