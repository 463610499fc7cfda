//! The runs of a score: can they be read, is everything there, is it what was written, and do champion, promotion and
//! index fit to them.

use super::files;
use super::finding::{FIX, Finding, Fix, Topic, counted, is_ahead, quoted_path};
use super::score_runs::{ScoreRuns, version};
use crate::domain::run::Run;
use crate::domain::run::line::RunLine;
use crate::domain::score::Score;
use crate::domain::text;
use crate::error::Error;
use crate::runs::layout;
use crate::runs::layout::{JOURNAL, MODEL, SUMMARY};
use crate::runs::model_file::ModelFile;
use crate::runs::summary_json;
use crate::runs::{index, known_files, retention as old};
use crate::store::journal;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::path::Path;

/// Looks at all runs of a score; with `deep` at the digests of all, else of the one whose scores are shown and the champion.
pub(super) fn check(workspace: &Workspace, score: &Score, deep: bool) -> Vec<Finding> {
    let runs = ScoreRuns::read(workspace, score);
    let mut found: Vec<Finding> = runs.broken.iter().map(|(path, error)| broken(&runs, path, error)).collect();
    found.extend(runs.good.iter().flat_map(|(_, run)| check_run(&runs, run)));
    found.extend(files::check(&runs, deep));
    found.extend(model_in_use(&runs));
    found.extend(promotion(&runs));
    if let Some((path, why)) = index::find_mismatch(workspace, &score.id) {
        let what = format!("The index of the runs of '{}' disagrees with the runs.", score.name);
        found.push(Finding::fixable(Topic::Index, &path, what, Fix::Remove(path.clone())).because(why));
    }
    found.extend(healthy(&runs, &found, deep));
    found.into_iter().map(|finding| finding.of(score)).collect()
}

/// That nothing is wrong, where nothing is.
fn healthy(runs: &ScoreRuns<'_>, found: &[Finding], deep: bool) -> Option<Finding> {
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

fn broken(runs: &ScoreRuns<'_>, folder: &Path, error: &Error) -> Finding {
    if layout::is_empty_folder(folder) {
        return Finding::empty(Topic::Run, folder, format!("The folder of the run {} is empty.", layout::name(folder)));
    }
    let summary = folder.join(SUMMARY);
    let what = if summary.exists() {
        error.what.clone()
    } else {
        format!("The run {} has no {SUMMARY}.", layout::name(folder))
    };
    let found = Finding { why: error.causes.clone(), ..Finding::unfixable(Topic::Run, &summary, what) };
    if version(&summary).is_some_and(|version| version > u64::from(summary_json::VERSION)) {
        return found.next("Update propensity. The run is never touched.");
    }
    if let Some(model) = runs.needed_model(folder) {
        let next = format!("Bring it back from a backup, and keep the folder until then; or: {}", runs.again());
        return found.because(model).next(next);
    }
    found.next(format!("Bring it back from a backup, or remove the run: rm -r {}", quoted_path(folder)))
}

/// What there is to say of one run by itself.
fn check_run(runs: &ScoreRuns<'_>, run: &Run) -> Vec<Finding> {
    // The folder is what readers ask for; the summary may be a copy of another run's.
    let folder = runs.folder.join(&run.id);
    let mut found = Vec::new();
    if !folder.join(SUMMARY).is_file() || run.score != runs.score.id {
        let what = format!("A {SUMMARY} here is of the run {} of {}, which has another folder.", run.id, run.score);
        found
            .push(Finding::unfixable(Topic::Run, &runs.folder, what).next("Move the folder of that run to its place."));
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
fn model_in_use(runs: &ScoreRuns<'_>) -> Option<Finding> {
    let path = runs.folder.join(runs.champion()?).join(MODEL);
    let error = ModelFile::read(&path).err()?;
    let what = format!("The model in use of '{}' cannot be read, so that it can give no scores.", runs.score.name);
    let found = Finding::unfixable(Topic::Champion, &path, what).because(error.what.as_str());
    Some(error.causes.iter().fold(found, |found, cause| found.because(cause.as_str())).next(runs.other_model()))
}

/// Whether what somebody promoted is still there.
fn promotion(runs: &ScoreRuns<'_>) -> Option<Finding> {
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
    Some(Finding::unfixable(Topic::Promotion, &folder, what).next(next))
}

/// ScoreRuns that were kept for long enough. Without a configuration nobody knows how long that is.
pub(super) fn check_retention(workspace: &Workspace, score: &Score, unread: bool) -> Vec<Finding> {
    if unread {
        return Vec::new();
    }
    let runs = ScoreRuns::read(workspace, score);
    let (lines, days) = (runs.lines(), workspace.config.retention.days);
    let known = old::known_realised(workspace, &score.id, &lines);
    let beyond = old::expired(score, &lines, &known, days, Timestamp::now());
    let (held, gone): (Vec<&RunLine>, Vec<&RunLine>) =
        beyond.into_iter().partition(|line| !known_files::foreign_in_run(&runs.folder.join(&line.id)).is_empty());
    let mut found: Vec<Finding> = held.iter().map(|line| kept_for_foreign_files(&runs, line, days)).collect();
    if let (Some(newest), Some(oldest)) = (gone.first(), gone.last()) {
        let what = match gone.len() {
            1 => format!("The run {} of '{}' is kept for more than {days} days.", newest.id, score.name),
            many => format!("{many} runs of '{}' are kept for more than {days} days.", score.name),
        };
        let fix = Fix::RemoveExpiredRuns(score.id.clone());
        let next = format!("The next run removes what is old; {FIX} does it now.");
        let found_old = Finding::clearable(Topic::Retention, &runs.folder.join(&oldest.id), what, fix).next(next);
        found.push(match gone.len() {
            1 => found_old,
            _ => found_old.because(format!("{} to {}", oldest.id, newest.id)),
        });
    }
    found.into_iter().map(|finding| finding.of(score)).collect()
}

fn kept_for_foreign_files(runs: &ScoreRuns<'_>, line: &RunLine, days: u32) -> Finding {
    let folder = runs.folder.join(&line.id);
    let what =
        format!("The run {} is older than {days} days, and stays for a file that is not this program's.", line.id);
    Finding::note(Topic::Retention, &folder, what)
}
