//! Whether the files of the successful runs are there, and are what the runs wrote. Where these are the scores that are
//! shown, that is a problem, which a new scoring solves; in an older run nothing can be done but to tell what is lost.

use super::finding::{Finding, Topic};
use super::score_runs::{ScoreRuns, version};
use crate::data::snapshot::Snapshot;
use crate::domain::realised::{self, Realised};
use crate::domain::run::Run;
use crate::domain::run::line::RunLine;
use crate::error::Result;
use crate::pipeline::setup;
use crate::runs::find::FoundRun;
use crate::runs::index;
use crate::runs::layout::{MODEL, REPORT, SCORES, SUMMARY};
use crate::runs::report_json::{self, Report};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Something about a file of a run.
struct Damage {
    topic: Topic,
    file: &'static str,
    what: String,
    why: Vec<String>,
    /// The file is of a later program.
    newer: bool,
}

/// Looks at the files of all successful runs; at the digests of all only with `deep`, else of the run whose scores are
/// shown and of the champion.
pub(super) fn check(runs: &ScoreRuns<'_>, deep: bool) -> Vec<Finding> {
    let successful: Vec<&(Arc<RunLine>, Run)> = runs.good.iter().filter(|(line, _)| line.is_successful()).collect();
    let (months, lines) = (months_to_evaluate(runs), runs.lines());
    let (lasting, shown) = (index::retained(&lines), index::shown(&lines).map(|line| &line.id));
    let look = |(line, run): &&(Arc<RunLine>, Run)| {
        // What is no folder of this run is told elsewhere.
        if !runs.folder.join(&run.id).join(SUMMARY).is_file() {
            return Vec::new();
        }
        let mut damages = missing(runs, line, run);
        damages.extend(unreadable(runs, run, lasting.contains(line.id.as_str())));
        if deep || shown == Some(&line.id) || runs.champion() == Some(line.id.as_str()) {
            damages.extend(digest_mismatches(runs, run));
        }
        let month = months.get(&line.id).map(String::as_str);
        damages.into_iter().map(|damage| finding_of(runs, line, month, damage)).collect()
    };
    successful.par_iter().flat_map_iter(look).collect()
}

/// The months by the run that alone can be compared with what came, where none was compared yet.
fn months_to_evaluate(runs: &ScoreRuns<'_>) -> HashMap<String, String> {
    let lines = runs.lines();
    let successful = runs.good.iter().filter(|(line, _)| line.is_successful());
    // The next run goes on from the newest report that it can read.
    let report = successful.map(|(_, run)| report_of(runs, run)).find_map(Result::ok);
    let known = report.map_or_else(Vec::new, |report| report.realised);
    let evaluated: HashSet<&str> = known.iter().map(Realised::month).collect();
    let open = realised::runs_to_evaluate(&lines).into_iter().filter(|(month, _)| !evaluated.contains(month));
    let only = open.filter_map(|(month, runs)| match runs[..] {
        [line] => Some((line.id.clone(), month.to_string())),
        _ => None,
    });
    only.collect()
}

fn missing(runs: &ScoreRuns<'_>, line: &RunLine, run: &Run) -> Vec<Damage> {
    let folder = runs.folder.join(&run.id);
    // A champion without its model is told as such.
    let model = line.has_model() && runs.champion() != Some(line.id.as_str());
    let needed = [SCORES, REPORT].into_iter().chain(model.then_some(MODEL));
    let lacks = |file| Damage {
        topic: Topic::Run,
        file,
        what: format!("The run {} of '{}' lacks its {file}.", run.id, runs.score.name),
        why: Vec::new(),
        newer: false,
    };
    needed.filter(|file| !folder.join(file).is_file()).map(lacks).collect()
}

fn report_of(runs: &ScoreRuns<'_>, run: &Run) -> Result<Report> {
    Report::read(&FoundRun { run: run.clone(), folder: runs.folder.join(&run.id) })
}

/// The report, and what the run read where it still keeps that.
fn unreadable(runs: &ScoreRuns<'_>, run: &Run, keeps_snapshot: bool) -> Vec<Damage> {
    let folder = runs.folder.join(&run.id);
    let mut damages = Vec::new();
    let report = folder.join(REPORT);
    if report.is_file()
        && let Err(error) = report_of(runs, run)
    {
        let newer = version(&report).is_some_and(|version| version > u64::from(report_json::VERSION));
        damages.push(Damage { topic: Topic::Run, file: REPORT, what: error.what, why: error.causes, newer });
    }
    if keeps_snapshot && let Err(error) = Snapshot::open(&folder) {
        let what = format!("What the run {} of '{}' read is not there, or broken.", run.id, runs.score.name);
        let why = std::iter::once(error.what).chain(error.causes).collect();
        damages.push(Damage { topic: Topic::Run, file: SNAPSHOT, what, why, newer: false });
    }
    damages
}

/// The file of a snapshot without which the others say nothing.
const SNAPSHOT: &str = "snapshot.json";

/// Scores and model against the digests that the run recorded. What is missing is told elsewhere; runs of older programs,
/// and scorings of their model, have no digest.
fn digest_mismatches(runs: &ScoreRuns<'_>, run: &Run) -> Vec<Damage> {
    let folder = runs.folder.join(&run.id);
    let files = [(SCORES, &run.digests.scores), (MODEL, &run.digests.model)];
    let differs = |(file, recorded): (&'static str, &String)| {
        let path = folder.join(file);
        if recorded.is_empty() || !path.is_file() {
            return None;
        }
        let why = match setup::digest_of_file(&path) {
            Ok(digest) if digest == *recorded => return None,
            Ok(digest) => format!("{SUMMARY} records {recorded}, and the file has {digest}"),
            Err(error) => error.to_string(),
        };
        let what = format!("{file} of the run {} is not what the run wrote.", run.id);
        Some(Damage { topic: Topic::Digest, file, what, why: vec![why], newer: false })
    };
    files.into_iter().filter_map(differs).collect()
}

fn finding_of(runs: &ScoreRuns<'_>, line: &RunLine, month: Option<&str>, damage: Damage) -> Finding {
    let Damage { topic, file, what, why, newer } = damage;
    let path: PathBuf = runs.folder.join(&line.id).join(file);
    let (is_champion, id) = (runs.champion() == Some(line.id.as_str()), line.id.as_str());
    let needed = match file {
        MODEL => is_champion || runs.shown().is_some_and(|shown| shown.model_run.as_deref() == Some(id)),
        _ => runs.shown().is_some_and(|shown| shown.id == id),
    };
    let sign = if needed { Finding::unfixable } else { Finding::note };
    let mut found = sign(topic, &path, what);
    found.why = why;
    if !needed {
        let tense = if topic == Topic::Digest { "what can be wrong by it" } else { "what is lost with it" };
        found = found.because(format!("{tense}: {}", lost(file, month)));
    }
    if is_champion {
        found = found.because("the run holds the model in use, and must stay");
    }
    match (needed, newer) {
        (_, true) => found.next("Update propensity. The file is never touched."),
        (true, _) if file == MODEL && is_champion => {
            found.next(format!("Bring it back from a backup, or: {}", runs.other_model()))
        }
        (true, _) => found.next(format!("Bring it back from a backup, or: {}", runs.new_scores())),
        (false, _) => found,
    }
}

/// What a file of an older run is good for.
fn lost(file: &str, month: Option<&str>) -> String {
    match (file, month) {
        (SCORES, Some(month)) => {
            format!("the past of its profiles, and the comparison of {month} with what came")
        }
        (SCORES, None) => "the past of its profiles".into(),
        (MODEL, _) => "this model, which can be made champion no more".into(),
        (REPORT, _) => "the details of its test, and of what it read".into(),
        _ => "why the scores changed since then".into(),
    }
}
