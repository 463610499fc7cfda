//! Unfinished scores in `drafts.json`, so that leaving the wizard half-way, or losing the terminal, loses nothing. The
//! screens call it.
//!
//! The same rules as for `scores.json` (`list_file` is the mechanism of both): every change is lock, read, apply, keep the
//! previous version, write, unlock; reading needs no lock. A draft concerns its writer only, so its changes are not in the
//! audit log.

use super::list_file::{self, ListFile, Stored};
use super::lock::{self, Lock};
use super::{atomic, audit, changes};
use crate::domain::score::draft::Draft;
use crate::error::{Context, Result};
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

/// The drafts of one data folder. Cheap to make; nothing is read or held between calls.
#[derive(Debug, Clone)]
pub struct DraftStore {
    data_dir: PathBuf,
    wait: Duration,
}

impl DraftStore {
    /// The drafts below `data_dir`, which is made by the first change. Touches no file.
    pub fn open(data_dir: impl Into<PathBuf>) -> DraftStore {
        DraftStore { data_dir: data_dir.into(), wait: lock::WAIT }
    }

    /// The same store with another bound on waiting for the lock.
    #[must_use]
    pub fn with_wait(self, wait: Duration) -> DraftStore {
        DraftStore { wait, ..self }
    }

    /// All drafts, the last changed first.
    ///
    /// # Errors
    /// The file cannot be read, does not parse (a copy is set aside), or is of a newer version.
    pub fn list(&self) -> Result<Vec<Draft>> {
        let mut drafts = list_file::read::<Draft>(&self.path())?.1.into_items();
        // Of two that were changed in the same moment, the one further down was kept later.
        drafts.reverse();
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.updated_at));
        Ok(drafts)
    }

    /// Keeps a draft and returns it as kept: changed now by this user, with an id where it had none. One that another
    /// session removed meanwhile is kept again.
    ///
    /// # Errors
    /// Those of [`list`](Self::list), a lock that is not given free, a disk that is full.
    pub fn save(&self, mut draft: Draft) -> Result<Draft> {
        self.change(|file| {
            draft.updated_at = Timestamp::now();
            draft.updated_by = audit::user();
            if draft.id.is_empty() {
                draft.id = new_id(file, draft.updated_at);
            }
            let failed = || "The draft could not be written as JSON.".to_string();
            match file.items.iter_mut().find(|s| s.item.id == draft.id) {
                Some(stored) => {
                    // What a later program wrote meanwhile, this one has not seen and must not take away.
                    for (key, value) in &stored.item.extra {
                        draft.extra.entry(key.clone()).or_insert_with(|| value.clone());
                    }
                    stored.set(draft.clone()).context(failed)?;
                }
                None => file.items.push(Stored::new(draft.clone()).context(failed)?),
            }
            Ok(Some(draft.clone()))
        })
        .map(|kept| kept.unwrap_or(draft))
    }

    /// Removes a draft; one that is gone already is no error.
    ///
    /// # Errors
    /// Those of [`save`](Self::save).
    pub fn remove(&self, id: &str) -> Result<()> {
        // Without the draft there is nothing to lock for, and no folder is made.
        if !list_file::read::<Draft>(&self.path())?.1.items.iter().any(|s| s.item.id == id) {
            return Ok(());
        }
        let removed = self.change(|file| {
            let before = file.items.len();
            file.items.retain(|s| s.item.id != id);
            Ok((file.items.len() < before).then_some(()))
        });
        removed.map(|_| ())
    }

    /// Puts the last good copy in the place of a file that does not parse (a copy of which is kept), and returns the
    /// drafts, in no order.
    ///
    /// # Errors
    /// The file is good, is of a newer version, or there is no good copy.
    pub fn recover(&self) -> Result<Vec<Draft>> {
        let _lock = self.lock()?;
        let file = list_file::recover::<Draft>(&self.path(), |_| Ok(()))?;
        changes::touch(&self.data_dir);
        Ok(file.into_items())
    }

    fn lock(&self) -> Result<Lock> {
        atomic::make_folder(&self.data_dir)
            .on_disk(|| format!("The data folder {} could not be made.", self.data_dir.display()))?;
        Lock::acquire(&self.data_dir.join("drafts.lock"), self.wait)
    }

    fn path(&self) -> PathBuf {
        self.data_dir.join("drafts.json")
    }

    /// Applies a change under the lock; where it gives `None`, nothing is written.
    fn change<T>(&self, apply: impl FnOnce(&mut ListFile<Draft>) -> Result<Option<T>>) -> Result<Option<T>> {
        let _lock = self.lock()?;
        let path = self.path();
        let (previous, mut file) = list_file::read(&path)?;
        let Some(result) = apply(&mut file)? else { return Ok(None) };
        let bytes = file.to_bytes().context(|| format!("{} could not be written.", path.display()))?;
        atomic::write_with_backup(&path, previous.as_deref(), &bytes)?;
        changes::touch(&self.data_dir);
        Ok(Some(result))
    }
}

/// Made from the time, so that the id of a removed draft, which another session may still hold, is not given away.
fn new_id(file: &ListFile<Draft>, now: Timestamp) -> String {
    let mut number = now.as_nanosecond();
    loop {
        let id = format!("draft-{number:x}");
        if !file.items.iter().any(|s| s.item.id == id) {
            return id;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests;
