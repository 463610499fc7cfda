//! Deleting a score and bringing it back: `trash/<id>-<stamp>/` holds its definition and its runs for a week.
//!
//! Writing `scores.json` is the moment at which either happens. A deletion writes the definition into the trash before it
//! and moves the runs after it; a restoration moves the runs before it and empties the trash after it. So a crash at
//! any place leaves the score wholly there or wholly to be restored, and what is live never lacks its runs.

use super::{Change, ScoreStore, free_name, not_found, position};
use crate::domain::score::{Score, is_id};
use crate::error::{Context, Error, Result};
use crate::store::atomic;
use crate::store::audit::Action;
use crate::store::changes;
use crate::store::list_file::{ListFile, Stored, VERSION};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Days for which a deleted score can be restored.
pub const DAYS_KEPT: i64 = 7;

const DEFINITION: &str = "score.json";
const RUNS: &str = "runs";

/// A score in the trash.
#[derive(Debug, Clone)]
pub struct Deleted {
    /// Its definition.
    pub score: Score,
    /// When it was deleted.
    pub at: Timestamp,
    /// The user who deleted it.
    pub by: String,
    folder: PathBuf,
    raw: Map<String, Value>,
}

/// A file or folder in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrashEntry {
    /// Where it lies.
    pub path: PathBuf,
    /// The id of the deleted score; `None` where that cannot be read.
    pub score: Option<String>,
    /// Kept for longer than [`DAYS_KEPT`] days.
    pub expired: bool,
}

/// `score.json` in the trash.
#[derive(Serialize, Deserialize)]
struct Definition {
    version: u64,
    deleted_at: Timestamp,
    deleted_by: String,
    score: Map<String, Value>,
}

impl Deleted {
    /// Where its runs lie, unless the deletion could not move them.
    pub fn runs_dir(&self) -> PathBuf {
        self.folder.join(RUNS)
    }

    fn expired(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) > SignedDuration::from_hours(24 * DAYS_KEPT)
    }
}

impl ScoreStore {
    /// Takes a score away, with its runs, and keeps both for [`DAYS_KEPT`] days. The caller makes sure that no run of
    /// it is live.
    ///
    /// # Errors
    /// There is no such score; a lock that is not given free; a disk that is full.
    pub fn delete(&self, name_or_id: &str) -> Result<Score> {
        let mut change = self.begin_existing(name_or_id)?;
        let at = position(&change.file, name_or_id)?;
        let Stored { item: score, raw } = change.file.items.remove(at);
        let folder = change.move_to_trash(&score, raw)?;
        if let Err(error) = change.commit(Action::Deleted, &score.id) {
            // Where the score is live still, its entry in the trash only takes room.
            if self.find(&score.id).is_ok() {
                let _ = fs::remove_dir_all(&folder);
            }
            return Err(error);
        }
        // Runs that cannot be moved stay where they are; restoring finds them there, and the purge removes them.
        if let Err(e) = move_folder(&self.runs_dir(&score.id), &folder.join(RUNS)) {
            tracing::warn!("the runs of the deleted score {} could not be moved to the trash: {e}", score.id);
        }
        changes::touch(&self.data_dir);
        change.purge_trash();
        Ok(score)
    }

    /// The scores that can be restored, the last deleted first.
    ///
    /// # Errors
    /// `scores.json` cannot be read.
    pub fn deleted(&self) -> Result<Vec<Deleted>> {
        let (_, file) = self.read()?;
        Ok(restorable(&self.data_dir, |id| file.items.iter().any(|s| s.item.id == id), (self.clock)()))
    }

    /// Everything that lies in the trash, by path. Changes nothing.
    pub fn trash(&self) -> Vec<TrashEntry> {
        let now = (self.clock)();
        let entries = fs::read_dir(trash_dir(&self.data_dir)).into_iter().flatten().flatten();
        let entry_of = |path: PathBuf| {
            let entry = read_entry(path.clone());
            let expired = entry.as_ref().is_some_and(|d| d.expired(now));
            TrashEntry { path, score: entry.map(|d| d.score.id), expired }
        };
        let mut found: Vec<TrashEntry> = entries.map(|e| entry_of(e.path())).collect();
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// Removes for good what is in the trash for longer than [`DAYS_KEPT`] days, as every new and every deleted score
    /// does. What cannot be removed stays.
    ///
    /// # Errors
    /// The lock is not given free, or the scores cannot be read.
    pub fn purge(&self) -> Result<()> {
        self.begin()?.purge_trash();
        Ok(())
    }

    /// Brings a deleted score back, with its runs: by id, else by name in any capitals, the last deleted first. Where
    /// its name was given to another score meanwhile, the restored one gets a number behind it.
    ///
    /// # Errors
    /// The trash has no such score; its runs cannot be moved; a lock that is not given free; a disk that is full.
    pub fn restore(&self, name_or_id: &str) -> Result<Score> {
        let mut change = self.begin_existing(name_or_id)?;
        let live = |id: &str| change.file.items.iter().any(|s| s.item.id == id);
        let deleted = restorable(&self.data_dir, live, change.now);
        let wanted = name_or_id.trim().to_lowercase();
        let found = deleted
            .iter()
            .find(|d| d.score.id == name_or_id)
            .or_else(|| deleted.iter().find(|d| d.score.name.to_lowercase() == wanted))
            .ok_or_else(|| {
                let hint = format!("A deleted score can be restored for {DAYS_KEPT} days.");
                not_found("The trash has no score", name_or_id, deleted.iter().map(|d| &d.score), &hint)
            })?;
        let failed = || format!("The score {} could not be restored from {}.", found.score.id, found.folder.display());
        let mut stored = Stored { item: found.score.clone(), raw: found.raw.clone() };
        let name = free_name(&change.file, &found.score.name);
        stored.set(Score { name, ..found.score.clone() }).context(failed)?;
        let score = stored.item.clone();
        move_folder(&found.folder.join(RUNS), &self.runs_dir(&score.id)).on_disk(failed)?;
        change.file.items.push(stored);
        change.commit(Action::Restored, &score.id)?;
        if let Err(e) = fs::remove_dir_all(&found.folder) {
            tracing::warn!("{} could not be removed: {e}", found.folder.display());
        }
        Ok(score)
    }
}

impl ScoreStore {
    /// An earlier file can hold scores that were deleted since: their runs come back with them.
    pub(super) fn restore_runs(&self, file: &ListFile<Score>) -> Result<()> {
        for Deleted { score, folder, .. } in entries(&self.data_dir) {
            if file.items.iter().any(|s| s.item.id == score.id) {
                let failed = || format!("The runs in {} could not be brought back.", folder.display());
                move_folder(&folder.join(RUNS), &self.runs_dir(&score.id)).on_disk(failed)?;
            }
        }
        Ok(())
    }
}

impl Change<'_> {
    /// Writes the definition into a folder of its own in the trash, wholly or not at all.
    fn move_to_trash(&self, score: &Score, raw: Map<String, Value>) -> Result<PathBuf> {
        let trash = trash_dir(self.data_dir());
        let failed = || format!("The score {} could not be moved to {}.", score.id, trash.display());
        let folder = self.new_trash_folder(&score.id).on_disk(failed)?;
        let definition =
            Definition { version: VERSION, deleted_at: self.now, deleted_by: self.user.clone(), score: raw };
        let bytes = serde_json::to_vec_pretty(&definition).context(failed)?;
        let written =
            atomic::write(&folder.join(DEFINITION), &bytes).and_then(|()| atomic::sync_folder(&trash).on_disk(failed));
        if let Err(error) = written {
            let _ = fs::remove_dir_all(&folder);
            let hint = "The score is as it was before. Check the free space and who may write the folder.";
            return Err(Error { hint: Some(hint.into()), ..error });
        }
        Ok(folder)
    }

    fn new_trash_folder(&self, id: &str) -> io::Result<PathBuf> {
        let trash = trash_dir(self.data_dir());
        atomic::make_folder(&trash)?;
        let stamp = self.now.strftime("%Y%m%dT%H%M%SZ").to_string();
        let mut folder = trash.join(format!("{id}-{stamp}"));
        let mut number = 2u64;
        loop {
            match fs::create_dir(&folder) {
                Err(e) if e.kind() == ErrorKind::AlreadyExists => folder = trash.join(format!("{id}-{stamp}-{number}")),
                made => return made.map(|()| folder),
            }
            number += 1;
        }
    }

    /// Removes what is older than [`DAYS_KEPT`] days; what cannot be removed now is tried again at the next change.
    pub(super) fn purge_trash(&mut self) {
        remove_unfinished(self.data_dir());
        let entries = entries(self.data_dir());
        let now = self.now;
        for gone in entries.iter().filter(|d| d.expired(now)) {
            let id = &gone.score.id;
            let live = self.file.items.iter().any(|s| s.item.id == *id);
            // Runs that a deletion could not move lie at their old place still, and nobody else's can.
            let runs = self.store.runs_dir(id);
            let left_behind = !live && runs.exists() && entries.iter().filter(|d| d.score.id == *id).count() == 1;
            if left_behind && let Err(e) = fs::remove_dir_all(&runs) {
                tracing::warn!("{} could not be removed: {e}", runs.display());
                continue;
            }
            match fs::remove_dir_all(&gone.folder) {
                Ok(()) => self.record(Action::Purged, id),
                Err(e) => tracing::warn!("{} could not be removed: {e}", gone.folder.display()),
            }
        }
    }
}

/// Whether a folder is called as those in the trash are: `<id>-<stamp>`, and a number where there are several.
pub fn is_entry(name: &str) -> bool {
    let is_stamp = |text: &str| {
        let shape = |(at, c): (usize, char)| match at {
            8 => c == 'T',
            15 => c == 'Z',
            _ => c.is_ascii_digit(),
        };
        text.len() == 16 && text.chars().enumerate().all(shape)
    };
    let parts: Vec<&str> = name.split('-').collect();
    let last_is_number = parts.last().is_some_and(|last| last.parse::<u64>().is_ok());
    let stamp = parts.len().checked_sub(if last_is_number { 2 } else { 1 });
    is_id(name.get(..1).unwrap_or_default()) && stamp.is_some_and(|at| at > 0 && is_stamp(parts[at]))
}

fn trash_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("trash")
}

/// Of several entries of one score the newest: the others are what deletions left that a crash cut short.
fn restorable(data_dir: &Path, live: impl Fn(&str) -> bool, now: Timestamp) -> Vec<Deleted> {
    let mut seen = HashSet::new();
    let mut first = |d: &Deleted| seen.insert(d.score.id.clone());
    entries(data_dir).into_iter().filter(|d| first(d) && !live(&d.score.id) && !d.expired(now)).collect()
}

/// Removes what a crash left of deletions that had not written the definition yet. The lock is held, so none is at it.
fn remove_unfinished(data_dir: &Path) {
    for folder in fs::read_dir(trash_dir(data_dir)).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let definition = folder.join(DEFINITION);
        if !definition.exists() {
            atomic::remove_stale_temporaries(&definition);
            // Whatever else is in it, by whomever, keeps it.
            let _ = fs::remove_dir(&folder);
        }
    }
}

/// Everything in the trash that can be read, the last deleted first; the rest is left alone.
pub(super) fn entries(data_dir: &Path) -> Vec<Deleted> {
    let Ok(folders) = fs::read_dir(trash_dir(data_dir)) else { return Vec::new() };
    let mut entries: Vec<Deleted> = folders.filter_map(|f| read_entry(f.ok()?.path())).collect();
    entries.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.folder.cmp(&a.folder)));
    entries
}

fn read_entry(folder: PathBuf) -> Option<Deleted> {
    let definition: Definition = serde_json::from_slice(&fs::read(folder.join(DEFINITION)).ok()?).ok()?;
    let Stored { item: score, raw } = Stored::from_raw(definition.score).ok()?;
    Some(Deleted { score, at: definition.deleted_at, by: definition.deleted_by, folder, raw })
}

/// Moves a folder if it is there.
fn move_folder(from: &Path, to: &Path) -> io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    let parent = atomic::folder_of(to);
    atomic::make_folder(parent)?;
    fs::rename(from, to)?;
    atomic::sync_folder(parent)?;
    atomic::sync_folder(atomic::folder_of(from))
}
