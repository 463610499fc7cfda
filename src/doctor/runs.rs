//! The runs of a score: can they be read, is everything there, is it what was written, and do champion, promotion and
//! index fit to them.

use super::fix::Mend;
use super::{FIX, Finding, Topic, counted, files, is_ahead, quoted_path};
use crate::domain::run::Run;
use crate::domain::run::line::RunLine;
use crate::domain::score::Score;
use crate::domain::text;
use crate::error::Error;
use crate::runs::layout;
use crate::runs::layout::{JOURNAL, MODEL, SUMMARY};
use crate::runs::model_file::ModelFile;
use crate::runs::summary_json;
use crate::runs::{champion, index, known_files, retention as old};
use crate::store::journal;
use crate::workspace::Workspace;
use jiff::Timestamp;
use rayon::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The published runs of a score, read without the index, which keeps itself up to date when it is asked.
pub(super) struct Runs<'a> {
    pub(super) score: &'a Score,
    pub(super) folder: PathBuf,
    /// Newest first.
    pub(super) good: Vec<(Arc<RunLine>, Run)>,
    broken: Vec<(PathBuf, Error)>,
}

impl<'a> Runs<'a> {
    fn read(workspace: &Workspace, score: &'a Score) -> Runs<'a> {
        let folder = workspace.paths.runs(&score.id);
        let folders: Vec<PathBuf> =
            layout::entries(&folder).into_iter().filter(|path| known_files::is_run(path)).collect();
        let read: Vec<_> = folders.into_par_iter().map(|path| (summary_json::read(&path), path)).collect();
        let mut runs = Runs { score, folder, good: Vec::new(), broken: Vec::new() };
        for (read, path) in read {
            match read {
                Ok(run) => runs.good.push((Arc::new(RunLine::of(&run)), run)),
                // It was removed while it was read.
                Err(_) if !path.exists() => {}
                Err(error) => runs.broken.push((path, error)),
            }
        }
        runs.good.sort_by(|(a, _), (b, _)| b.cmp_order(a));
        runs
    }

    pub(super) fn lines(&self) -> Vec<Arc<RunLine>> {
        self.good.iter().map(|(line, _)| Arc::clone(line)).collect()
    }

    pub(super) fn champion(&self) -> Option<&str> {
        champion::of(self.score, self.good.iter().map(|(line, _)| &**line))
    }

    /// The run whose scores are shown.
    pub(super) fn shown(&self) -> Option<Arc<RunLine>> {
        index::shown(&self.lines()).cloned()
    }

    /// Why the folder of a run must stay whose summary cannot be read, where it must.
    fn needed_model(&self, folder: &Path) -> Option<String> {
        let id = layout::name(folder);
        let scored = self.good.iter().filter(|(line, _)| line.model_run.as_deref() == Some(id)).count();
        let promoted = self.score.promoted.as_ref().filter(|promoted| promoted.run == id);
        match (promoted, scored) {
            (Some(promoted), _) => Some(format!("{} made its model champion", promoted.by)),
            (None, 1..) => Some(format!("its model gave the scores of {}", counted(scored, "other run"))),
            // An older one than the champion's was replaced.
            (None, 0) if self.champion().is_some_and(|champion| champion > id) => None,
            (None, 0) => folder.join(MODEL).exists().then(|| "it holds a model, which may be the one in use".into()),
        }
    }

    /// The command that makes new scores with the model in use, where that can be read.
    pub(super) fn new_scores(&self) -> String {
        let model = self.champion().map(|id| self.folder.join(id).join(MODEL));
        match model.is_some_and(|model| ModelFile::read(&model).is_ok()) {
            true => format!("{} --kind scoring", self.again()),
            false => self.other_model(),
        }
    }

    /// The command that trains a new model.
    fn again(&self) -> String {
        format!("propensity run start {}", text::shell_quoted(&self.score.name))
    }

    /// The command that gives the score another model: an earlier one that can be read, else a new one.
    pub(super) fn other_model(&self) -> String {
        let champion = self.champion();
        let models = self.good.iter().filter(|(line, _)| line.has_model() && Some(line.id.as_str()) != champion);
        let mut readable = models.filter(|(line, _)| ModelFile::read(&self.folder.join(&line.id).join(MODEL)).is_ok());
        match readable.next() {
            Some((line, _)) => format!(
                "propensity score promote {} {} makes an earlier model champion; {} trains a new one.",
                text::shell_quoted(&self.score.name),
                line.id,
                self.again()
            ),
            None => self.again(),
        }
    }
}

/// Looks at all runs of a score; with `deep` at the digests of all, else of the one whose scores are shown and the champion.
pub(super) fn look(workspace: &Workspace, score: &Score, deep: bool) -> Vec<Finding> {
    let runs = Runs::read(workspace, score);
    let mut found: Vec<Finding> = runs.broken.iter().map(|(path, error)| broken(&runs, path, error)).collect();
    found.extend(runs.good.iter().flat_map(|(_, run)| one(&runs, run)));
    found.extend(files::look(&runs, deep));
    found.extend(model_in_use(&runs));
    found.extend(promotion(&runs));
    if let Some((path, why)) = index::disagreement(workspace, &score.id) {
        let what = format!("The index of the runs of '{}' disagrees with the runs.", score.name);
        found.push(Finding::mendable(Topic::Index, &path, what, Mend::Remove(path.clone())).because(why));
    }
    found.extend(healthy(&runs, &found, deep));
    found.into_iter().map(|finding| finding.of(score)).collect()
}

/// That nothing is wrong, where nothing is.
fn healthy(runs: &Runs<'_>, found: &[Finding], deep: bool) -> Option<Finding> {
    if found.iter().any(Finding::is_left) {
        return None;
    }
    let whole = !found.iter().any(|finding| matches!(finding.topic, Topic::Run | Topic::Digest));
    let (name, count) = (&runs.score.name, counted(runs.good.len(), "run"));
    let what = match (runs.good.len(), whole, deep) {
        (0, ..) => format!("'{name}' has no run yet."),
        (_, true, true) => format!("'{name}': {count}, nothing missing; all digests are as they were written."),
        (_, true, false) => {
            format!(
                "'{name}': {count}, nothing missing; the newest scores and the model in use are as they were written."
            )
        }
        (_, false, _) => format!("'{name}': {count}; the newest scores and the model in use are as they were written."),
    };
    Some(Finding::fine(Topic::Run, &runs.folder, what))
}

fn broken(runs: &Runs<'_>, folder: &Path, error: &Error) -> Finding {
    if layout::is_empty_folder(folder) {
        return Finding::empty(Topic::Run, folder, format!("The folder of the run {} is empty.", layout::name(folder)));
    }
    let summary = folder.join(SUMMARY);
    let what = if summary.exists() {
        error.what.clone()
    } else {
        format!("The run {} has no {SUMMARY}.", layout::name(folder))
    };
    let found = Finding { why: error.causes.clone(), ..Finding::decide(Topic::Run, &summary, what) };
    if version(&summary).is_some_and(|version| version > u64::from(summary_json::VERSION)) {
        return found.next("Update propensity. The run is never touched.");
    }
    if let Some(model) = runs.needed_model(folder) {
        let next = format!("Bring it back from a backup, and keep the folder until then; or: {}", runs.again());
        return found.because(model).next(next);
    }
    found.next(format!("Bring it back from a backup, or remove the run: rm -r {}", quoted_path(folder)))
}

/// The version that a file of JSON says it has.
pub(super) fn version(summary: &Path) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_slice(&std::fs::read(summary).ok()?).ok()?;
    value.get("version")?.as_u64()
}

/// What there is to say of one run by itself.
fn one(runs: &Runs<'_>, run: &Run) -> Vec<Finding> {
    // The folder is what readers ask for; the summary may be a copy of another run's.
    let folder = runs.folder.join(&run.id);
    let mut found = Vec::new();
    if !folder.join(SUMMARY).is_file() || run.score != runs.score.id {
        let what = format!("A {SUMMARY} here is of the run {} of {}, which has another folder.", run.id, run.score);
        found.push(Finding::decide(Topic::Run, &runs.folder, what).next("Move the folder of that run to its place."));
        return found;
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
    let name = text::shell_quoted(&runs.score.name);
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
        beyond.into_iter().partition(|line| !known_files::foreign_in_run(&runs.folder.join(&line.id)).is_empty());
    let mut found: Vec<Finding> = held.iter().map(|line| kept(&runs, line, days)).collect();
    if let (Some(newest), Some(oldest)) = (gone.first(), gone.last()) {
        let what = match gone.len() {
            1 => format!("The run {} of '{}' is kept for more than {days} days.", newest.id, score.name),
            many => format!("{many} runs of '{}' are kept for more than {days} days.", score.name),
        };
        let mend = Mend::Sweep(score.id.clone());
        let next = format!("The next run removes what is old; {FIX} does it now.");
        let found_old = Finding::clearable(Topic::Retention, &runs.folder.join(&oldest.id), what, mend).next(next);
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
