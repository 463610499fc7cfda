//! The one file that every change touches, so that a screen learns with one `stat` a second that something was changed
//! elsewhere. Touched by the stores of this folder and by `runs` and `process`; polled by the screens.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// From this size on the file begins anew.
const MAX_BYTES: u64 = 1 << 16;

/// What the file was like at a moment. Another change gives another stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    modified: SystemTime,
    length: u64,
}

/// Announces that something below `data_dir` was changed. Best effort: a change that cannot be announced is a change
/// nevertheless.
///
/// It appends one byte, because two changes within one tick of the file system's clock differ in nothing but the size.
pub fn touch(data_dir: &Path) {
    let path = path(data_dir);
    let touched = append(&path).or_else(|_| {
        // Somebody else's file in a shared folder cannot be appended to, but be replaced.
        fs::remove_file(&path)?;
        append(&path)
    });
    if let Err(e) = touched {
        tracing::debug!("{} could not be touched: {e}", path.display());
    }
}

/// The present stamp; `None` where nothing was ever changed.
pub fn stamp(data_dir: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path(data_dir)).ok()?;
    Some(Stamp { modified: metadata.modified().ok()?, length: metadata.len() })
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("changes")
}

fn append(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    if file.metadata()?.len() >= MAX_BYTES {
        file.set_len(0)?;
    }
    file.write_all(b".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_touch_gives_another_stamp_even_within_one_tick_of_the_clock() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(stamp(dir.path()), None);
        let stamps: Vec<Option<Stamp>> = (0..200)
            .map(|_| {
                touch(dir.path());
                stamp(dir.path())
            })
            .collect();
        assert!(stamps[0].is_some() && stamps.windows(2).all(|pair| pair[0] != pair[1]));
        assert_eq!(stamp(dir.path()), stamps[199], "looking changes nothing");
    }

    #[test]
    fn the_file_stays_small_and_a_folder_that_cannot_be_written_is_no_error() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(path(dir.path()), vec![b'.'; MAX_BYTES as usize]).unwrap();
        let before = stamp(dir.path());
        touch(dir.path());
        assert_eq!(fs::metadata(path(dir.path())).unwrap().len(), 1);
        assert_ne!(stamp(dir.path()), before);
        let nowhere = dir.path().join("nowhere");
        touch(&nowhere);
        assert_eq!(stamp(&nowhere), None);
    }
}
