//! Files that are there whole or not at all: written beside their place, flushed, and renamed into it.
//!
//! A reader never sees half a file and needs no lock; after a crash or a full disk the old file is still there.

use crate::error::{Error, Result};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What the names of files begin and end with that are on their way.
pub(crate) const TEMPORARY: (&str, &str) = (".propensity-", ".tmp");

/// Replaces the file by `bytes`, which are on the disk when this returns. Its folder must exist; a symbolic link stays
/// one, and its target is replaced.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |e: io::Error| Error::new(format!("{} could not be written.", path.display())).because(e);
    // Without an answer there is no file yet, or a link to none.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    write_beside(&target, bytes)
        .map_err(|e| failed(e).hint("The file is as it was before. Check the free space and who may write the folder."))
}

/// Replaces the file by `bytes` and keeps `previous`, which was read from it and is known to be good, as
/// [`backup_path`].
pub fn write_keeping(path: &Path, previous: Option<&[u8]>, bytes: &[u8]) -> Result<()> {
    if let Some(previous) = previous {
        write(&backup_path(path), previous)?;
    }
    write(path, bytes)
}

/// Where the last good copy of a file is kept.
pub fn backup_path(path: &Path) -> PathBuf {
    with_suffix(path, ".bak")
}

/// The path with something appended to its last part (not a replaced extension).
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn write_beside(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(target);
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    // Temporary files are private by default; state in a shared folder has to stay readable by those who share it.
    let builder = match shared_permissions() {
        Some(permissions) => builder.permissions(permissions),
        None => &mut builder,
    };
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    if let Ok(old) = fs::metadata(target) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(target).map_err(|e| e.error)?;
    sync_folder(folder)
}

#[cfg(unix)]
fn shared_permissions() -> Option<Permissions> {
    // The process's umask still applies.
    Some(std::os::unix::fs::PermissionsExt::from_mode(0o666))
}

#[cfg(not(unix))]
fn shared_permissions() -> Option<Permissions> {
    None
}

pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes renames and new entries in a folder durable; elsewhere than on Unix folders cannot be flushed.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Opens a file of lines for appending, and makes it if it is missing. A last line that was torn by a crash is ended,
/// so that what is appended stays a line of its own.
pub(crate) fn open_lines(path: &Path) -> io::Result<File> {
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    if file.seek(SeekFrom::End(0))? > 0 {
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last)?;
        if last != [b'\n'] {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_replaces_the_whole_file_keeps_the_previous_and_leaves_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.json");
        write_keeping(&path, None, b"one, which is longer").unwrap();
        assert!(!backup_path(&path).exists());
        write_keeping(&path, Some(b"one, which is longer"), b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read(backup_path(&path)).unwrap(), b"one, which is longer");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_that_is_missing_is_told_with_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let error = write(&dir.path().join("no/a.json"), b"x").unwrap_err();
        assert!(error.what.contains("a.json") && !error.causes.is_empty() && error.hint.is_some(), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (path, link) = (dir.path().join("a"), dir.path().join("link"));
        write(&path, b"1").unwrap();
        fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
        symlink(&path, &link).unwrap();
        write(&link, b"2").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"2");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }

    #[test]
    fn lines_appended_after_a_torn_one_stand_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l");
        fs::write(&path, "one\ntw").unwrap();
        open_lines(&path).unwrap().write_all(b"three\n").unwrap();
        open_lines(&path).unwrap().write_all(b"four\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntw\nthree\nfour\n");
    }
}
