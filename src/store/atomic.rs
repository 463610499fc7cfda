//! Files that are there whole or not at all: written beside their place, flushed, and renamed into it.
//!
//! A reader never sees half a file and needs no lock; after a crash or a full disk the old file is still there.

use crate::error::{Error, Result};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Replaces the file by `bytes`, which are on the disk when this returns. Its folder must exist; a symbolic link stays
/// one, and its target is replaced.
///
/// # Errors
/// The disk refuses. The file is as it was before, unless the folder cannot be flushed after the renaming: the hint
/// says which of both.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = replace(path, bytes)?;
    sync_folder(folder_of(&target)).map_err(|e| {
        failed(path, e)
            .hint("It holds what is new, but a power cut could take that back. Check the disk, then look again.")
    })
}

/// Replaces the file by `bytes` and keeps `previous`, which was read from it and is known to be good, as
/// [`backup_path`]. The caller holds the lock of the file, so that whatever another writer left beside it is the work of
/// one that died, and is removed.
///
/// # Errors
/// Those of [`write()`].
pub fn write_with_backup(path: &Path, previous: Option<&[u8]>, bytes: &[u8]) -> Result<()> {
    remove_stale_temporaries(&link_target(path));
    if let Some(previous) = previous {
        // The flush of the folder that follows is for both.
        replace(&backup_path(path), previous)?;
    }
    write(path, bytes)
}

fn failed(path: &Path, e: io::Error) -> Error {
    Error::new(format!("{} could not be written.", path.display())).because(e)
}

/// Replaces the file, or leaves it as it was; the folder is not flushed yet. Gives the file that a link leads to.
fn replace(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let target = link_target(path);
    write_beside(&target, bytes).map_err(|e| {
        failed(path, e).hint("The file is as it was before. Check the free space and who may write the folder.")
    })?;
    Ok(target)
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

/// Without an answer there is no file yet, or a link to none.
fn link_target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// The end of the names of temporary files; they begin with a dot and the name of the file that they become.
pub(crate) const TEMPORARY_SUFFIX: &str = ".tmp";

/// Removes the temporary files of a file, and of the copies that are kept beside it, as far as it can be done.
pub(crate) fn remove_stale_temporaries(target: &Path) {
    let prefix = hidden_name(target);
    let left = |name: &OsStr| {
        let name = name.as_encoded_bytes();
        name.starts_with(prefix.as_encoded_bytes()) && name.ends_with(TEMPORARY_SUFFIX.as_bytes())
    };
    let entries = fs::read_dir(folder_of(target)).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| left(&entry.file_name())) {
        let _ = fs::remove_file(entry.path());
    }
}

/// The name of a file behind a dot.
fn hidden_name(target: &Path) -> OsString {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name
}

/// Leaves the target as it was, and nothing beside it, or makes it whole; its folder is not flushed yet.
fn write_beside(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(target);
    let mut prefix = hidden_name(target);
    prefix.push("-");
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(TEMPORARY_SUFFIX);
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
    let beside = file.into_temp_path();
    fs::rename(&beside, target)?;
    // Nothing lies there any more that would have to be removed; forgetting it cannot fail on Unix.
    let _ = beside.keep();
    Ok(())
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

/// Makes a folder and what is missing above it; all of them are on the disk when this returns.
///
/// # Errors
/// One of them cannot be made or flushed.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let above = folder_of(path);
    if above != path {
        make_folder(above)?;
    }
    match fs::create_dir(path) {
        // Somebody else was faster.
        Err(_) if path.is_dir() => Ok(()),
        made => made.and_then(|()| sync_folder(above)),
    }
}

/// Makes renames and new entries in a folder durable; elsewhere than on Unix folders cannot be flushed.
///
/// # Errors
/// The folder cannot be opened or flushed.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Opens a file of lines for appending, and makes it if it is missing. A last line that was torn by a crash is ended,
/// so that what is appended stays a line of its own.
pub(crate) fn open_for_append(path: &Path) -> io::Result<File> {
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
        write_with_backup(&path, None, b"one, which is longer").unwrap();
        assert!(!backup_path(&path).exists());
        write_with_backup(&path, Some(b"one, which is longer"), b"two").unwrap();
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
        open_for_append(&path).unwrap().write_all(b"three\n").unwrap();
        open_for_append(&path).unwrap().write_all(b"four\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntw\nthree\nfour\n");
    }
}
