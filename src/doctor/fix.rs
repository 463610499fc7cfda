//! What may be done about a finding, as data, and doing it. Everything here takes the locks that the ordinary code takes,
//! and looks again under them: what was found may be gone, or somebody's, by now.

use super::finding::{Finding, Fix, Topic};
use crate::error::{Context, Error, Result};
use crate::runs::{folder, retention};
use crate::store::audit::{self, Action};
use crate::store::drafts::DraftStore;
use crate::store::health;
use crate::store::lock::Lock;
use crate::store::scores::ScoreStore;
use crate::workspace::Workspace;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// How long a lock is waited for that somebody else holds.
const WAIT: Duration = Duration::from_secs(1);

/// Does it.
///
/// # Errors
/// A lock is held, or the disk refuses; the finding stays.
pub(super) fn apply(fix: &Fix, workspace: &Workspace) -> Result<()> {
    let data = &workspace.paths.data;
    match fix {
        Fix::RecoverScores => scores(workspace).recover().map(|_| ()),
        Fix::RecoverDrafts => DraftStore::open(data).with_wait(WAIT).recover().map(|_| ()),
        Fix::RestoreScore(raw) => scores(workspace).put_back(raw.clone()).map(|_| ()),
        Fix::RemoveEmpty(folder) => done(folder, std::fs::remove_dir(folder)),
        Fix::EndAuditLine => {
            let _lock = Lock::acquire(&data.join("scores.lock"), WAIT)?;
            let path = audit::path(data);
            health::end_line(&path).context(|| format!("{} could not be written.", path.display()))
        }
        Fix::Remove(path) => done(path, std::fs::remove_file(path)),
        Fix::RemoveRunFolder(folder) => retention::remove_folder(folder),
        Fix::PublishInterrupted(score, folder) => {
            folder::lock_existing(workspace, score)?;
            is_gone(folder)
        }
        Fix::PurgeTrash(folder) => {
            scores(workspace).purge()?;
            is_gone(folder)
        }
        Fix::RemoveExpiredRuns(score) => retention::remove_expired(workspace, score).map(|_| ()),
    }
}

fn scores(workspace: &Workspace) -> ScoreStore {
    workspace.scores.clone().with_wait(WAIT)
}

/// Both do their best and tell nobody of a folder that resists.
fn is_gone(folder: &Path) -> Result<()> {
    let kept =
        || Error::new(format!("{} could not be removed.", folder.display())).hint("See who may write it: ls -ld");
    if folder.exists() { Err(kept()) } else { Ok(()) }
}

/// What is gone already is removed.
fn done(path: &Path, removed: std::io::Result<()>) -> Result<()> {
    match removed {
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.context(|| format!("{} could not be removed.", path.display())),
    }
}

/// One line in the audit log. A recovery and old runs have lines of their own, too.
pub(super) fn record(workspace: &Workspace, finding: &Finding) {
    let path = finding.path.strip_prefix(&workspace.paths.data).unwrap_or(&finding.path);
    let detail = format!("{}: {}", word(finding.topic), path.display());
    audit::note(&workspace.paths.data, Action::Fixed, &finding.score, detail);
}

/// The topic as it stands in JSON.
fn word(topic: Topic) -> String {
    let word = serde_json::to_value(topic).ok().and_then(|word| word.as_str().map(str::to_string));
    word.unwrap_or_default()
}
