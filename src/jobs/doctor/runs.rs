//! The runs of a score: can they be read, is everything there, is it what was written, and do champion, promotion and
//! index fit to them.

use super::mend::Mend;
use super::{Finding, Topic, counted, is_ahead, quoted};
use crate::domain::run::Run;
use crate::domain::run_line::RunLine;
use crate::domain::score::Score;
use crate::error::Error;
use crate::jobs::model_file::ModelFile;
use crate::jobs::run_folder::{self, JOURNAL, MODEL, REPORT, SCORES, SUMMARY};
use crate::jobs::workspace::Workspace;
use crate::jobs::{champion, ours, retention as old, run_index, setup};
use crate::store::journal;
use jiff::Timestamp;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The published runs of a score, read without the index, which keeps itself up to date when it is asked.
struct Runs<'a> {
    score: &'a Score,
    folder: PathBuf,
    /// Newest first.
    good: Vec<(Arc<RunLine>, Run)>,
    broken: Vec<(PathBuf, Error)>,
}

impl<'a> Runs<'a> {
    fn read(workspace: &Workspace, score: &'a Score) -> Runs<'a> {
        let folder = workspace.paths.runs(&score.id);
        let folders: Vec<PathBuf> = ours::entries(&folder).into_iter().filter(|path| ours::is_run(path)).collect();
        let read: Vec<_> = folders.into_par_iter().map(|path| (run_folder::read(&path), path)).collect();
        let mut runs = Runs { score, folder, good: Vec::new(), broken: Vec::new() };
        for (read, path) in read {
            match read {
                Ok(run) => runs.good.push((Arc::new(RunLine::of(&run)), run)),
                // It was removed while it was read.
                Err(_) if !path.exists() => {}
                Err(error) => runs.broken.push((path, error)),
            }
        }
        let key =
            |line: &RunLine| (run_folder::stamp_of(&line.id).map(str::to_string), line.started_at, line.id.clone());
        runs.good.sort_by_cached_key(|(line, _)| Reverse(key(line)));
        runs
    }

    fn lines(&self) -> Vec<Arc<RunLine>> {
        self.good.iter().map(|(line, _)| Arc::clone(line)).collect()
    }

    fn champion(&self) -> Option<&str> {
        champion::of(self.score, self.good.iter().map(|(line, _)| &**line))
    }

    /// The command that makes new scores.
    fn again(&self) -> String {
        format!("propensity run start {}", run_folder::quoted(&self.score.name))
    }

    /// The command that gives the score another model: an earlier one that can be read, else a new one.
    fn other_model(&self) -> String {
        let champion = self.champion();
        let models = self.good.iter().filter(|(line, _)| line.has_model() && Some(line.id.as_str()) != champion);
        let mut readable = models.filter(|(line, _)| ModelFile::read(&self.folder.join(&line.id).join(MODEL)).is_ok());
        match readable.next() {
            Some((line, _)) => format!(
                "propensity score promote {} {} makes an earlier model champion; {} trains a new one.",
                run_folder::quoted(&self.score.name),
                line.id,
                self.again()
            ),
            None => self.again(),
        }
    }
}

/// Looks at all runs of a score; with `deep` at the digests of all, else of the newest successful one and the champion.
pub(super) fn look(workspace: &Workspace, score: &Score, deep: bool) -> Vec<Finding> {
    let runs = Runs::read(workspace, score);
    let mut found: Vec<Finding> = runs.broken.iter().map(|(path, error)| broken(path, error)).collect();
    found.extend(runs.good.iter().flat_map(|(line, run)| one(&runs, line, run)));
    found.extend(digests(&runs, deep));
    found.extend(model_in_use(&runs));
    found.extend(promotion(&runs));
    if let Some((path, why)) = run_index::disagreement(workspace, &score.id) {
        let what = format!("The index of the runs of '{}' disagrees with the runs.", score.name);
        found.push(Finding::mendable(Topic::Index, &path, what, Mend::Remove(path.clone())).because(why));
    }
    if !found.iter().any(Finding::is_left) {
        let digests = if deep { "all digests are" } else { "the newest scores and the model in use are" };
        let what = match runs.good.len() {
            0 => format!("'{}' has no run yet.", score.name),
            count => {
                format!("'{}': {}, nothing missing; {digests} as they were written.", score.name, counted(count, "run"))
            }
        };
        found.push(Finding::fine(Topic::Run, &runs.folder, what));
    }
    found.into_iter().map(|finding| finding.of(score)).collect()
}

fn broken(folder: &Path, error: &Error) -> Finding {
    let summary = folder.join(SUMMARY);
    let what =
        if summary.exists() { error.what.clone() } else { format!("The run {} has no {SUMMARY}.", ours::name(folder)) };
    let found = Finding { why: error.causes.clone(), ..Finding::decide(Topic::Run, &summary, what) };
    let newer = version(&summary).is_some_and(|version| version > u64::from(run_folder::VERSION));
    found.next(match newer {
        true => "Update propensity. The run is never touched.".into(),
        false => format!("Bring it back from a backup, or remove the run: rm -r {}", quoted(folder)),
    })
}

fn version(summary: &Path) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(summary).ok()?).ok()?;
    value.get("version")?.as_u64()
}

/// What there is to say of one run by itself.
fn one(runs: &Runs<'_>, line: &RunLine, run: &Run) -> Vec<Finding> {
    // The folder is what readers ask for; the summary may be a copy of another run's.
    let folder = runs.folder.join(&run.id);
    let mut found = Vec::new();
    if !folder.join(SUMMARY).is_file() || run.score != runs.score.id {
        let what = format!("A {SUMMARY} here is of the run {} of {}, which has another folder.", run.id, run.score);
        found.push(Finding::decide(Topic::Run, &runs.folder, what).next("Move the folder of that run to its place."));
        return found;
    }
    let mut needed = vec![];
    if line.is_successful() {
        needed.extend([SCORES, REPORT]);
    }
    // A champion without its model is told as such.
    if line.has_model() && runs.champion() != Some(line.id.as_str()) {
        needed.push(MODEL);
    }
    for name in needed.into_iter().filter(|name| !folder.join(name).is_file()) {
        let path = folder.join(name);
        let what = format!("The run {} of '{}' lacks its {name}.", run.id, runs.score.name);
        let next =
            format!("Bring it back from a backup, remove the run (rm -r {}), or: {}", quoted(&folder), runs.again());
        found.push(Finding::decide(Topic::Run, &path, what).next(next));
    }
    let path = folder.join(JOURNAL);
    if let Ok((_, strange @ 1..)) = journal::read(&path) {
        let lines = counted(strange, "line");
        let what = format!("The journal of the run {} has {lines} that cannot be read; they are passed over.", run.id);
        found.push(Finding::note(Topic::Journal, &path, what));
    }
    let at = run.started_at.max(run.finished_at);
    if is_ahead(at) {
        let what = format!("The run {} of '{}' has a stamp in the future: {at}.", run.id, runs.score.name);
        let next = "See whether the clock is right: date";
        found.push(Finding::note(Topic::Clock, &folder.join(SUMMARY), what).next(next));
    }
    found
}

/// Whether scores and models are what the runs wrote.
fn digests(runs: &Runs<'_>, deep: bool) -> Vec<Finding> {
    let newest = runs.good.iter().find(|(line, _)| line.is_successful()).map(|(line, _)| line.id.as_str());
    let wanted = |line: &RunLine| deep || [newest, runs.champion()].contains(&Some(line.id.as_str()));
    let successful = runs.good.iter().filter(|(line, _)| line.is_successful() && wanted(line));
    let files = successful.flat_map(|(_, run)| [(run, SCORES, &run.digests.scores), (run, MODEL, &run.digests.model)]);
    let mut found = Vec::new();
    for (run, name, recorded) in files {
        let path = runs.folder.join(&run.id).join(name);
        // What is missing is told elsewhere; runs of older programs, and scorings of their model, have no digest.
        if recorded.is_empty() || !path.is_file() {
            continue;
        }
        let why = match setup::digest_of_file(&path) {
            Ok(digest) if digest == *recorded => continue,
            Ok(digest) => format!("{SUMMARY} records {recorded}, and the file has {digest}"),
            Err(error) => error.to_string(),
        };
        let what = format!("{name} of the run {} is not what the run wrote.", run.id);
        let next = if name == MODEL { runs.other_model() } else { runs.again() };
        let next = format!("Bring it back from a backup, or: {next}");
        found.push(Finding::decide(Topic::Digest, &path, what).because(why).next(next));
    }
    found
}

/// Whether the model in use can be used.
fn model_in_use(runs: &Runs<'_>) -> Option<Finding> {
    let path = runs.folder.join(runs.champion()?).join(MODEL);
    let error = ModelFile::read(&path).err()?;
    let what = format!("The model in use of '{}' cannot be read, so that it can give no scores.", runs.score.name);
    let found = Finding::decide(Topic::Champion, &path, what).because(error.what.as_str());
    Some(error.causes.iter().fold(found, |found, cause| found.because(cause.as_str())).next(runs.other_model()))
}

/// Whether what somebody promoted is still there.
fn promotion(runs: &Runs<'_>) -> Option<Finding> {
    let promoted = runs.score.promoted.as_ref()?;
    let folder = runs.folder.join(&promoted.run);
    if folder.is_dir() {
        return None;
    }
    let what = format!("{} promoted the model of the run {}, which is not there.", promoted.by, promoted.run);
    let name = run_folder::quoted(&runs.score.name);
    let next = match runs.champion() {
        Some(champion) => {
            format!("propensity score promote {name} {champion} settles for the model that is used instead.")
        }
        None => runs.again(),
    };
    Some(Finding::decide(Topic::Promotion, &folder, what).next(next))
}

/// Runs that were kept for long enough. Without a configuration nobody knows how long that is.
pub(super) fn retention(workspace: &Workspace, score: &Score, unread: bool) -> Vec<Finding> {
    if unread {
        return Vec::new();
    }
    let runs = Runs::read(workspace, score);
    let (lines, days) = (runs.lines(), workspace.config.retention.days);
    let known = old::known(workspace, &score.id, &lines);
    let beyond = old::beyond(score, &lines, &known, days, Timestamp::now());
    let (held, gone): (Vec<&RunLine>, Vec<&RunLine>) =
        beyond.into_iter().partition(|line| !ours::foreign_in_run(&runs.folder.join(&line.id)).is_empty());
    let mut found: Vec<Finding> = held.iter().map(|line| kept(&runs, line, days)).collect();
    if let (Some(newest), Some(oldest)) = (gone.first(), gone.last()) {
        let what = match gone.len() {
            1 => format!("The run {} of '{}' is kept for more than {days} days.", newest.id, score.name),
            many => format!("{many} runs of '{}' are kept for more than {days} days.", score.name),
        };
        let mend = Mend::Sweep(score.id.clone());
        let found_old = Finding::mendable(Topic::Retention, &runs.folder.join(&oldest.id), what, mend);
        found.push(match gone.len() {
            1 => found_old,
            _ => found_old.because(format!("{} to {}", oldest.id, newest.id)),
        });
    }
    found.into_iter().map(|finding| finding.of(score)).collect()
}

fn kept(runs: &Runs<'_>, line: &RunLine, days: u32) -> Finding {
    let folder = runs.folder.join(&line.id);
    let what =
        format!("The run {} is older than {days} days, and stays for a file that is not this program's.", line.id);
    Finding::note(Topic::Retention, &folder, what)
}
