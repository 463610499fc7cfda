//! The score definitions in `scores.json`: listed, found, created, edited, cloned, deleted and brought back.
//!
//! Every change is: lock, read, apply, keep the previous version, write, one line in the audit log, unlock. Reading
//! needs no lock. `cli` and the screens call it; `process::execute` freezes through [`ScoreStore::update`] what the first run finds.

#[cfg(test)]
mod tests;
mod trash;

use super::atomic;
use super::audit::{self, Action, Audit, Record};
use super::changes;
use super::list_file::{self, ListFile, Stored};
use super::lock::{self, Lock};
use crate::domain::score::goal::quoted;
use crate::domain::score::schedule::Every;
use crate::domain::score::{self, Promotion, Score, check_name, slug};
use crate::error::{Context, Error, Result, nearest};
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use trash::{DAYS_KEPT, Deleted, TrashEntry, is_entry};

/// The scores of one data folder. Cheap to make; nothing is read or held between calls.
#[derive(Debug, Clone)]
pub struct ScoreStore {
    data_dir: PathBuf,
    clock: fn() -> Timestamp,
    wait: Duration,
}

/// A change that is going on: the lock is held, the file is read.
struct Change<'a> {
    store: &'a ScoreStore,
    file: ListFile<Score>,
    /// The file as it was read, if there was one.
    previous: Option<Vec<u8>>,
    audit: Audit,
    now: Timestamp,
    user: String,
    _lock: Lock,
}

impl ScoreStore {
    /// The scores below `data_dir`, which is made by the first change. Touches no file.
    pub fn open(data_dir: impl Into<PathBuf>) -> ScoreStore {
        ScoreStore { data_dir: data_dir.into(), clock: Timestamp::now, wait: lock::WAIT }
    }

    /// The same store with another clock.
    #[must_use]
    pub fn with_clock(self, clock: fn() -> Timestamp) -> ScoreStore {
        ScoreStore { clock, ..self }
    }

    /// The same store with another bound on waiting for the lock.
    #[must_use]
    pub fn with_wait(self, wait: Duration) -> ScoreStore {
        ScoreStore { wait, ..self }
    }

    /// `scores.json`.
    pub fn path(&self) -> PathBuf {
        self.data_dir.join("scores.json")
    }

    /// The folder of a score's runs, which exists from its first run on.
    pub fn runs_dir(&self, id: &str) -> PathBuf {
        self.data_dir.join("runs").join(id)
    }

    /// All scores, in the order of creation (restored ones last).
    ///
    /// # Errors
    /// The file cannot be read, does not parse (a copy is set aside), or is of a newer version.
    pub fn list(&self) -> Result<Vec<Score>> {
        list_file::items(&self.path())
    }

    /// The score with this id, else the one with this name in any capitals.
    ///
    /// # Errors
    /// There is none, with the nearest name; those of [`list`](Self::list).
    pub fn find(&self, name_or_id: &str) -> Result<Score> {
        let (_, file) = self.read()?;
        let at = position(&file, name_or_id)?;
        Ok(file.items[at].item.clone())
    }

    /// Adds a score and returns it as stored: with its id, and made now by this user.
    ///
    /// # Errors
    /// It is not valid or its name is taken; a lock that is not given free; a disk that is full; those of
    /// [`list`](Self::list).
    pub fn create(&self, score: Score) -> Result<Score> {
        score.check()?;
        atomic::make_folder(&self.data_dir)
            .on_disk(|| format!("The data folder {} could not be made.", self.data_dir.display()))?;
        let mut change = self.begin()?;
        let score = change.add(score)?;
        change.commit(Action::Created, &score.id)?;
        change.purge_trash();
        Ok(score)
    }

    /// Changes the description, which may change at any time.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    pub fn edit_description(&self, name_or_id: &str, description: &str) -> Result<Score> {
        self.update_as(Action::DescriptionEdited, name_or_id, |score| {
            score.description = description.to_string();
            Ok(())
        })
    }

    /// Changes when a score runs; it counts from now on.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    pub fn reschedule(&self, name_or_id: &str, scoring: Option<Every>, training: Option<Every>) -> Result<Score> {
        let now = (self.clock)();
        self.update_as(Action::Rescheduled, name_or_id, |score| {
            let before = score.schedule;
            score.schedule.scoring = scoring.unwrap_or(before.scoring);
            score.schedule.training = training.unwrap_or(before.training);
            if score.schedule != before {
                score.schedule.since = Some(now);
            }
            Ok(())
        })
    }

    /// Makes the model of a training run the champion: only models of runs that begin after the run `after` can take its
    /// place. The caller knows that `run` has a model.
    ///
    /// # Errors
    /// Those of [`update`](Self::update).
    pub fn promote(&self, name_or_id: &str, run: &str, after: &str) -> Result<Score> {
        let promotion = Promotion { run: run.into(), after: after.into(), at: (self.clock)(), by: audit::user() };
        self.update_as(Action::Promoted, name_or_id, |score| {
            score.promoted = Some(promotion);
            Ok(())
        })
    }

    /// Changes what may change: the description, `repeatable` from auto to a decision, and unknown fields. Where
    /// `change` fails or changes nothing, nothing is written.
    ///
    /// # Errors
    /// There is no such score; a usage error where `change` changes anything else, because the score's models would no
    /// longer be its own; that of `change`; a lock that is not given free; a disk that is full.
    pub fn update(&self, name_or_id: &str, change: impl FnOnce(&mut Score) -> Result<()>) -> Result<Score> {
        self.update_as(Action::Updated, name_or_id, change)
    }

    /// Adds a copy of a score, changed by `amend` (which may change everything, and sees a name that is free), with an
    /// id of its own and without runs.
    ///
    /// # Errors
    /// There is no such score; that of `amend`; those of [`create`](Self::create).
    pub fn clone_score(&self, name_or_id: &str, amend: impl FnOnce(&mut Score) -> Result<()>) -> Result<Score> {
        let mut change = self.begin_existing(name_or_id)?;
        let source = &change.file.items[position(&change.file, name_or_id)?].item;
        let mut copy = source.clone();
        // A model is the original's.
        copy.promoted = None;
        copy.name = free_name(&change.file, &source.name);
        amend(&mut copy)?;
        copy.check()?;
        let copy = change.add(copy)?;
        change.commit(Action::Cloned, &copy.id)?;
        Ok(copy)
    }

    /// A name like `name` that no score has: itself, else with ` (2)`, ` (3)`, … at its end.
    ///
    /// # Errors
    /// Those of [`list`](Self::list).
    pub fn free_name(&self, name: &str) -> Result<String> {
        Ok(free_name(&self.read()?.1, name))
    }

    /// Puts the last good copy in the place of a file that does not parse (a copy of which is kept), and returns the
    /// scores.
    ///
    /// # Errors
    /// The file is good, is of a newer version, or there is no good copy.
    pub fn recover(&self) -> Result<Vec<Score>> {
        let (_lock, mut audit) = self.lock()?;
        let file = list_file::recover::<Score>(&self.path(), |good| self.restore_runs(good))?;
        let (action, score, detail) = (Action::Recovered, String::new(), String::new());
        audit.record(&Record { at: (self.clock)(), user: audit::user(), action, score, detail });
        changes::touch(&self.data_dir);
        Ok(file.into_items())
    }

    /// Puts back a score that the file lost, from its JSON: with its id, and with a number behind its name where that was
    /// given to another one. Where the file has the score, nothing is changed, and that one is returned.
    ///
    /// # Errors
    /// It is no score, or lies in the trash; the file cannot be read or written.
    pub fn put_back(&self, raw: Map<String, Value>) -> Result<Score> {
        let failed = || "The score could not be put back.".to_string();
        let mut stored = Stored::<Score>::from_raw(raw).context(failed)?;
        stored.item.check()?;
        let mut change = self.begin()?;
        let id = stored.item.id.clone();
        if let Some(there) = change.file.items.iter().find(|s| s.item.id == id) {
            return Ok(there.item.clone());
        }
        if trash::entries(&self.data_dir).iter().any(|deleted| deleted.score.id == id) {
            return Err(Error::new(failed()).because("it was deleted").hint(format!("propensity score restore {id}")));
        }
        let name = free_name(&change.file, &stored.item.name);
        stored.set(Score { name, ..stored.item.clone() }).context(failed)?;
        let score = stored.item.clone();
        change.file.items.push(stored);
        change.commit(Action::Recovered, &id)?;
        Ok(score)
    }

    fn update_as(
        &self,
        action: Action,
        name_or_id: &str,
        apply: impl FnOnce(&mut Score) -> Result<()>,
    ) -> Result<Score> {
        let mut change = self.begin_existing(name_or_id)?;
        let at = position(&change.file, name_or_id)?;
        let before = &change.file.items[at].item;
        let mut after = before.clone();
        apply(&mut after)?;
        if after == *before {
            return Ok(after);
        }
        let fixed = |s: &Score| (s.id.clone(), s.name.clone(), s.created_at, s.created_by.clone());
        if !before.same_configuration(&after) || fixed(before) != fixed(&after) {
            return Err(Error::usage(format!(
                "Only description and schedule of {} can be changed.",
                quoted(&before.name)
            ))
            .because("another configuration would invalidate its model")
            .hint("Clone the score, and change the clone: propensity score clone"));
        }
        after.updated_at = change.now;
        after.updated_by = change.user.clone();
        change.file.items[at].set(after.clone()).context(|| "The score could not be written as JSON.".into())?;
        change.commit(action, &after.id)?;
        Ok(after)
    }

    fn read(&self) -> Result<(Option<Vec<u8>>, ListFile<Score>)> {
        list_file::read(&self.path())
    }

    fn lock(&self) -> Result<(Lock, Audit)> {
        let lock = Lock::acquire(&self.data_dir.join("scores.lock"), self.wait)?;
        let audit = Audit::open(&audit::path(&self.data_dir))?;
        Ok((lock, audit))
    }

    /// Begins the change of a score that there must be. Where the data folder is away, no new one takes its place.
    fn begin_existing(&self, name_or_id: &str) -> Result<Change<'_>> {
        if !self.data_dir.exists() {
            self.find(name_or_id)?;
        }
        self.begin()
    }

    fn begin(&self) -> Result<Change<'_>> {
        let (lock, audit) = self.lock()?;
        let (previous, file) = self.read()?;
        Ok(Change { store: self, file, previous, audit, now: (self.clock)(), user: audit::user(), _lock: lock })
    }
}

impl Change<'_> {
    /// Gives a new score its id and stamps, and appends it.
    fn add(&mut self, mut score: Score) -> Result<Score> {
        score.name = score.name.trim().to_string();
        check_name(&score.name)?;
        if let Some(owner) = owner_of(&self.file, &score.name) {
            return Err(Error::usage(format!("There is a score {} already.", quoted(&owner.name)))
                .because("names are unique, without regard to capitals, and differ from the ids of other scores")
                .hint(format!("Give it another name, for example {}.", quoted(&free_name(&self.file, &score.name)))));
        }
        let in_trash: Vec<String> = trash::entries(&self.store.data_dir).into_iter().map(|d| d.score.id).collect();
        score.id = slug(&score.name, |id| {
            // Folders of a deleted score wait for it to be restored, so its id is not given away.
            owner_of(&self.file, id).is_some() || in_trash.iter().any(|t| t == id) || self.store.runs_dir(id).exists()
        });
        (score.created_at, score.updated_at) = (self.now, self.now);
        (score.created_by, score.updated_by) = (self.user.clone(), self.user.clone());
        let stored = Stored::new(score.clone()).context(|| "The score could not be written as JSON.".into())?;
        self.file.items.push(stored);
        Ok(score)
    }

    /// Writes the file, keeps the previous version, and records the change.
    fn commit(&mut self, action: Action, id: &str) -> Result<()> {
        let path = self.store.path();
        let bytes = self.file.to_bytes().context(|| format!("{} could not be written.", path.display()))?;
        atomic::write_with_backup(&path, self.previous.as_deref(), &bytes)?;
        self.previous = Some(bytes);
        self.record(action, id);
        Ok(())
    }

    fn record(&mut self, action: Action, id: &str) {
        let stored = self.file.items.iter().find(|stored| stored.item.id == id);
        let detail = stored.map_or(String::new(), |stored| detail(action, &stored.item));
        let (user, score) = (self.user.clone(), id.to_string());
        self.audit.record(&Record { at: self.now, user, action, score, detail });
        changes::touch(self.data_dir());
    }

    fn data_dir(&self) -> &Path {
        &self.store.data_dir
    }
}

/// The detail of an audit record: what it was changed to.
fn detail(action: Action, score: &Score) -> String {
    match (action, &score.promoted) {
        (Action::Recovered, _) => "from its runs".into(),
        (Action::Promoted, Some(promotion)) => promotion.run.clone(),
        (Action::Rescheduled, _) => {
            format!("scoring {}, training {}", score.schedule.scoring, score.schedule.training)
        }
        _ => String::new(),
    }
}

/// The score that a text already stands for, as its name or id.
fn owner_of<'a>(file: &'a ListFile<Score>, text: &str) -> Option<&'a Score> {
    let wanted = text.to_lowercase();
    file.items.iter().map(|s| &s.item).find(|s| s.name.to_lowercase() == wanted || s.id.to_lowercase() == wanted)
}

fn free_name(file: &ListFile<Score>, name: &str) -> String {
    score::free_name(name, |candidate| owner_of(file, candidate).is_some())
}

fn position(file: &ListFile<Score>, name_or_id: &str) -> Result<usize> {
    let scores = || file.items.iter().map(|s| &s.item);
    let wanted = name_or_id.trim().to_lowercase();
    scores()
        .position(|s| s.id == name_or_id)
        .or_else(|| scores().position(|s| s.name.to_lowercase() == wanted))
        .ok_or_else(|| not_found("There is no score", name_or_id, scores(), "`propensity score list` shows them all."))
}

fn not_found<'a>(what: &str, wanted: &str, among: impl Iterator<Item = &'a Score>, else_hint: &str) -> Error {
    let names: Vec<&str> = among.flat_map(|s| [s.name.as_str(), s.id.as_str()]).collect();
    let error = Error::new(format!("{what} {}.", quoted(wanted)));
    match nearest(wanted, names) {
        Some(name) => error.hint(format!("Did you mean {}?", quoted(name))),
        None => error.hint(else_hint),
    }
}
