//! Inspects the files of this folder without changing anything: no lock is taken, and of what does
//! not parse no copy is set aside. `doctor` calls it.

use super::atomic;
use super::list_file::{self, Item, ParseError};
use super::ui::UiState;
use crate::domain::score::Score;
use crate::domain::score::draft::Draft;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The condition of a list file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It parses, and is of a version that this program knows.
    Good,
    /// Not there; its last good copy holds so many items, where there is one.
    Absent(Option<usize>),
    /// Written by a later program; in words.
    Newer(String),
    /// It does not parse (in words); its last good copy holds so many items, where there is one.
    Broken(String, Option<usize>),
    /// The disk does not give it; why, in words.
    Unreadable(String),
}

/// A list file with its condition.
#[derive(Debug)]
pub struct Inspected<T> {
    /// Where it lies.
    pub path: PathBuf,
    /// Its condition.
    pub health: Health,
    /// What it holds; nothing where it is not good.
    pub items: Vec<T>,
}

/// `scores.json`.
pub fn scores(data_dir: &Path) -> Inspected<Score> {
    inspect(data_dir.join("scores.json"))
}

/// `drafts.json`.
pub fn drafts(data_dir: &Path) -> Inspected<Draft> {
    inspect(data_dir.join("drafts.json"))
}

fn inspect<T: Item>(path: PathBuf) -> Inspected<T> {
    let (health, items) = match std::fs::read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => (Health::Absent(items_in_backup::<T>(&path)), Vec::new()),
        Err(e) => (Health::Unreadable(e.to_string()), Vec::new()),
        Ok(bytes) => match list_file::parse::<T>(&bytes) {
            Ok(file) => (Health::Good, file.into_items()),
            Err(error @ ParseError::Newer(_)) => (Health::Newer(error.to_string()), Vec::new()),
            Err(ParseError::Broken(why)) => (Health::Broken(why, items_in_backup::<T>(&path)), Vec::new()),
        },
    };
    Inspected { path, health, items }
}

/// The number of items in the last good copy.
fn items_in_backup<T: Item>(path: &Path) -> Option<usize> {
    let bytes = std::fs::read(atomic::backup_path(path)).ok()?;
    list_file::parse::<T>(&bytes).ok().map(|file| file.items.len())
}

/// `ui.json` of a state folder with why it cannot be used; `None` where it can, or is not there.
pub fn ui(state_dir: &Path) -> Option<(PathBuf, String)> {
    let path = state_dir.join("ui.json");
    let why = match std::fs::read(&path) {
        Err(e) if e.kind() == ErrorKind::NotFound => return None,
        Err(e) => e.to_string(),
        Ok(bytes) => serde_json::from_slice::<UiState>(&bytes).err()?.to_string(),
    };
    Some((path, why))
}

/// Whether the last line of a file has no end, as a crash leaves it.
pub fn is_torn(path: &Path) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes.last().is_some_and(|&last| last != b'\n'))
}

/// Ends a torn last line, so that what is appended stays a line of its own.
///
/// # Errors
/// The file cannot be written.
pub fn end_line(path: &Path) -> std::io::Result<()> {
    atomic::open_for_append(path).map(|_| ())
}

/// Whether a file is one that [`atomic::write`] makes on its way, by its name.
pub fn is_temporary(name: &str) -> bool {
    let inside = name.strip_prefix('.').and_then(|rest| rest.strip_suffix(atomic::TEMPORARY_SUFFIX));
    let parts = inside.and_then(|inside| inside.rsplit_once('-')).filter(|(target, _)| !target.is_empty());
    parts.is_some_and(|(_, drawn)| drawn.len() == 6 && drawn.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn looking_tells_how_a_file_is_and_leaves_no_copy() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("scores.json");
        let is = |health: Health| assert_eq!(scores(dir.path()).health, health);
        is(Health::Absent(None));
        fs::write(&path, r#"{"version":1,"scores":[]}"#).unwrap();
        is(Health::Good);
        fs::write(&path, r#"{"version":9,"scores":0}"#).unwrap();
        assert!(matches!(scores(dir.path()).health, Health::Newer(why) if why.contains('9')));
        fs::write(&path, "{").unwrap();
        assert!(matches!(scores(dir.path()).health, Health::Broken(_, None)));
        fs::write(atomic::backup_path(&path), r#"{"version":1,"scores":[]}"#).unwrap();
        assert!(matches!(scores(dir.path()).health, Health::Broken(_, Some(0))));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "no copy is set aside");
        fs::remove_file(&path).unwrap();
        is(Health::Absent(Some(0)));
    }

    #[test]
    fn the_temporary_files_of_a_write_are_known_by_name_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let end = atomic::TEMPORARY_SUFFIX;
        let made = tempfile::Builder::new().prefix(".scores.json-").suffix(end).tempfile_in(dir.path()).unwrap();
        assert!(is_temporary(made.path().file_name().unwrap().to_str().unwrap()));
        for other in
            [".scores-notes.tmp", "scores-abcdef.tmp", ".scores-abcde.tmp", ".scores-abcdef", ".-abcdef.tmp", ""]
        {
            assert!(!is_temporary(other), "{other}");
        }
    }
}
