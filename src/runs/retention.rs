//! How long runs are kept: `[retention] days`, and beyond that what is needed still. Called by
//! [`process::execute`](crate::process::execute) after every successful run, and by the [`doctor`](crate::doctor).
//!
//! A run goes in two steps: its folder is renamed, which is one moment for every reader, then removed. What a crash leaves
//! in between has a name that nobody reads (`.<run>.gone`), and is removed by the next one that comes along.

use super::find;
use super::folder;
use super::layout::{removed_folders, removed_path};
use super::report_json::Report;
use super::{champion, index, known_files};
use crate::data::snapshot;
use crate::domain::realised;
use crate::domain::realised::Realised;
use crate::domain::run::line::RunLine;
use crate::domain::score::Score;
use crate::error::{Context, Error, Result};
use crate::store::audit::{self, Action};
use crate::store::{atomic, changes};
use crate::workspace::Workspace;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// The runs that may go, of those of one score, newest first; `realised` is what is known already of past runs.
///
/// Kept are the runs of the last `days` days; and however old they are: the newest run, those that
/// last (`index::lasting`, the scores shown among them), the champion and what somebody promoted, the run to evaluate of
/// every month that was not evaluated yet, and every run whose model gave the scores of one that is kept.
///
/// An age counts up to the start of the run before the newest, or to now where that is earlier, so that a run made under
/// a clock that is years ahead removes nothing.
pub fn expired<'a>(
    score: &Score,
    lines: &'a [Arc<RunLine>],
    realised: &[Realised],
    days: u32,
    now: Timestamp,
) -> Vec<&'a RunLine> {
    let Some(before) = lines.get(1) else { return Vec::new() };
    let (today, kept_for) = (now.min(before.started_at), SignedDuration::from_hours(24 * i64::from(days)));
    let young = |line: &&Arc<RunLine>| today.duration_since(line.started_at) <= kept_for;
    let evaluated: HashSet<&str> = realised.iter().map(Realised::month).collect();
    let to_evaluate = realised::runs_to_evaluate(lines).into_iter().filter(|(month, _)| !evaluated.contains(month));
    let to_evaluate = to_evaluate.filter_map(|(_, runs)| runs.first().map(|line| line.id.as_str()));
    let mut kept: HashSet<&str> = lines.iter().filter(young).map(|line| line.id.as_str()).collect();
    kept.insert(&lines[0].id);
    kept.extend(index::retained(lines));
    kept.extend(to_evaluate);
    kept.extend(champion::of(score, lines.iter().map(|line| &**line)));
    kept.extend(lines.iter().filter(|line| is_promoted(score, line)).map(|line| line.id.as_str()));
    // A model's run can be one that lost, whose own scores came from another model.
    loop {
        let models = lines.iter().filter(|line| kept.contains(line.id.as_str()));
        let models: Vec<&str> = models.filter_map(|line| line.model_run.as_deref()).collect();
        let before = kept.len();
        kept.extend(models);
        if kept.len() == before {
            break;
        }
    }
    lines.iter().filter(|line| !kept.contains(line.id.as_str())).map(|line| &**line).collect()
}

fn is_promoted(score: &Score, line: &RunLine) -> bool {
    score.promoted.as_ref().is_some_and(|promotion| promotion.run == line.id)
}

/// What the newest successful run knows of the runs before it; nothing where its report cannot be read.
pub(crate) fn known_realised(workspace: &Workspace, score: &str, lines: &[Arc<RunLine>]) -> Vec<Realised> {
    let newest = lines.iter().find(|line| line.is_successful());
    let found = newest.and_then(|line| find::of_score(workspace, score, &line.id).ok());
    found.and_then(|found| Report::read(&found).ok()).map_or_else(Vec::new, |report| report.realised)
}

/// Best effort: what stays is removed after the next run.
pub(crate) fn remove_expired_after_run(workspace: &Workspace, score: &str) {
    if let Err(e) = remove_expired(workspace, score) {
        tracing::warn!("old runs of {score} were not removed: {e}");
    }
}

/// Removes the runs of a score that were kept for long enough, and tells which. A run with a file that is not ours stays.
///
/// # Errors
/// A run of the score is live, the score cannot be read, a folder cannot be renamed.
pub fn remove_expired(workspace: &Workspace, score_id: &str) -> Result<Vec<String>> {
    let runs = workspace.paths.runs(score_id);
    let removed = {
        let _lock = folder::lock(&runs, &workspace.scores.find(score_id)?.name)?;
        // Read under the lock: a run may have been promoted or published since the caller looked.
        let score = workspace.scores.find(score_id)?;
        let lines = index::of(workspace, score_id).lines;
        let known = known_realised(workspace, score_id, &lines);
        let days = workspace.config.retention.days;
        let old = expired(&score, &lines, &known, days, Timestamp::now()).into_iter();
        let old = old.filter(|line| known_files::foreign_in_run(&runs.join(&line.id)).is_empty());
        mark_removed(&runs, old.map(|line| line.id.as_str()))?
    };
    // Without the lock: large folders take their time, and a run may begin meanwhile.
    removed_folders(&runs).iter().for_each(|folder| {
        let _ = remove_folder(folder).inspect_err(|e| tracing::warn!("{} could not be removed: {e}", folder.display()));
    });
    if let (Some(newest), Some(oldest)) = (removed.first(), removed.last()) {
        let detail = match removed.len() {
            1 => newest.clone(),
            many => format!("{many} runs, {oldest} to {newest}"),
        };
        audit::note(&workspace.paths.data, Action::RunsRemoved, score_id, detail);
        changes::touch(&workspace.paths.data);
    }
    Ok(removed)
}

/// Takes runs out of the list, under the lock; their folders wait to be removed.
fn mark_removed<'a>(runs: &Path, ids: impl Iterator<Item = &'a str>) -> Result<Vec<String>> {
    let mut retired = Vec::new();
    for id in ids {
        let what = || format!("The run {id} could not be removed.");
        match std::fs::rename(runs.join(id), removed_path(runs, id)).context(what) {
            Ok(()) => retired.push(id.to_string()),
            Err(e) if retired.is_empty() => return Err(e),
            // What is done is done, and has to be recorded; the rest goes the next time.
            Err(e) => {
                tracing::warn!("{e}");
                break;
            }
        }
    }
    if !retired.is_empty() {
        atomic::sync_folder(runs).context(|| format!("{} could not be flushed.", runs.display()))?;
    }
    Ok(retired)
}

/// Removes the folder of a removed run.
///
/// # Errors
/// It holds a file that is not ours, or the disk refuses.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    let what = || format!("{} could not be removed.", folder.display());
    if let Some(foreign) = known_files::foreign_in_run(folder).first() {
        return Err(Error::new(what()).because(format!("{} is not this program's", foreign.display())));
    }
    match std::fs::remove_dir_all(folder) {
        // Somebody else was quicker.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed.context(what),
    }
}

/// Removes what older runs keep of the data that they read. Everything that a run came to stays.
pub(crate) fn drop_old_snapshots(workspace: &Workspace, score: &str) {
    let lines = index::of(workspace, score).lines;
    let lasting = index::retained(&lines);
    let others = lines.iter().filter(|line| line.is_successful() && !lasting.contains(line.id.as_str()));
    let runs = workspace.paths.runs(score);
    others.for_each(|line| snapshot::remove(&runs.join(&line.id)));
}

#[cfg(test)]
mod tests;
