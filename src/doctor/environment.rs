//! What everything stands on: the data folder and its file system, free space, the configuration and its sources.

use super::finding::{Finding, Topic, counted};
use crate::data::readers::source_files;
use crate::domain::format;
use crate::error::Error;
use crate::runs::layout;
use crate::workspace::Workspace;
use jiff::tz::TimeZone;
use rustix::fs::{Access, access, statvfs};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;

/// So many times the newest run of a score must fit: it is made beside the one that is there.
const MIN_FREE_RUNS: u64 = 2;

pub(super) fn check(workspace: &Workspace, unread: Option<&Error>) -> Vec<Finding> {
    let mut found = data_folder(workspace);
    if workspace.paths.data.is_dir() {
        found.push(space(workspace));
    }
    found.extend(configuration(workspace, unread));
    found
}

fn data_folder(workspace: &Workspace) -> Vec<Finding> {
    let data = &workspace.paths.data;
    let shown = data.display();
    if !data.exists() {
        return vec![missing(workspace)];
    }
    if !data.is_dir() {
        let what = format!("The data folder {shown} is no folder.");
        return vec![Finding::unfixable(Topic::DataFolder, data, what).next("Move it away, or name another --home.")];
    }
    let mut found = Vec::new();
    if let Err(e) = access(data, Access::WRITE_OK | Access::EXEC_OK) {
        let what = format!("The data folder {shown} cannot be written by you.");
        let next = "See who may write it (ls -ld), or use --read-only, which shows everything.";
        found.push(Finding::unfixable(Topic::DataFolder, data, what).because(e.to_string()).next(next));
    }
    if let Some(why) = without_locks(data) {
        let what = format!("The file system of the data folder {shown} knows no locks, so two sessions can spoil it.");
        let next = "Keep the data folder on a local file system, or mount this one with locks.";
        found.push(Finding::unfixable(Topic::DataFolder, data, what).because(why).next(next));
    }
    if found.is_empty() {
        found.push(Finding::fine(Topic::DataFolder, data, "The data folder can be written, and knows locks."));
    }
    found
}

/// A data folder that was never made is no problem; one that was there is.
fn missing(workspace: &Workspace) -> Finding {
    let data = &workspace.paths.data;
    if workspace.paths.cache.join("runs").is_dir() {
        let what = format!("The data folder {} is not there, and the cache knows of runs in it.", data.display());
        return Finding::unfixable(Topic::DataFolder, data, what).next("Mount it, or bring it back from a backup.");
    }
    Finding::note(Topic::DataFolder, data, "There is no data folder yet; the first change makes it.")
}

/// Why no lock can be taken here. It is tried on the lock of the scores, and on the folder itself where there is none,
/// shared and for a moment.
fn without_locks(data: &Path) -> Option<String> {
    let file = File::open(data.join("scores.lock"));
    let is_folder = file.is_err();
    let file = file.or_else(|_| File::open(data)).ok()?;
    match file.try_lock_shared() {
        // Some file systems lock files, but no folders.
        Err(TryLockError::Error(e)) if !is_folder || e.kind() == ErrorKind::Unsupported => Some(e.to_string()),
        _ => None,
    }
}

fn space(workspace: &Workspace) -> Finding {
    let data = &workspace.paths.data;
    let free = match statvfs(data) {
        Ok(fs) => fs.f_bavail.saturating_mul(fs.f_frsize),
        Err(e) => {
            let what = "The free space of the data folder is not known.";
            return Finding::note(Topic::Space, data, what).because(e.to_string());
        }
    };
    let largest = largest_run(workspace);
    if free >= MIN_FREE_RUNS.saturating_mul(largest) {
        return Finding::fine(Topic::Space, data, format!("{} are free.", format::bytes(free)));
    }
    let what = format!("Only {} are free, so that the next run may not fit.", format::bytes(free));
    Finding::unfixable(Topic::Space, data, what)
        .because(format!("the newest run of a score takes {}", format::bytes(largest)))
        .next("Free some space; a shorter [retention] days in the configuration keeps fewer runs.")
}

/// Bytes of the newest run of the score whose newest run is largest.
fn largest_run(workspace: &Workspace) -> u64 {
    let size = |runs: &Path| {
        let ids = layout::published(runs).into_iter();
        let newest = ids.filter(|id| layout::time_of(id).is_some()).max();
        let files = newest.map_or_else(Vec::new, |id| layout::entries(&runs.join(id)));
        files.iter().filter_map(|file| file.metadata().ok()).map(|m| m.len()).fold(0, u64::saturating_add)
    };
    layout::entries(&workspace.paths.data.join("runs")).iter().map(|runs| size(runs)).max().unwrap_or_default()
}

fn configuration(workspace: &Workspace, unread: Option<&Error>) -> Vec<Finding> {
    let (file, config) = (&workspace.paths.config_file, &workspace.config);
    if let Some(error) = unread {
        let next = format!("Mend {}; config.example.toml shows every key.", file.display());
        let found = Finding::of_error(Topic::Configuration, file, error).next(next);
        return vec![found.because("nothing was looked at that depends on it")];
    }
    let mut found = Vec::new();
    let zone = &config.workspace.timezone;
    if let Err(e) = TimeZone::get(zone) {
        let what = format!("The time zone '{zone}' of the configuration does not exist.");
        found.push(
            Finding::unfixable(Topic::Configuration, file, what)
                .because(e.to_string())
                .next(format!("Name one like \"Europe/Berlin\" as [workspace] timezone in {}.", file.display())),
        );
    }
    let mut files = 0;
    for source in &config.sources {
        match source_files::resolve(source, &config.folder) {
            Ok(matched) => files += matched.len(),
            Err(error) => found.push(Finding::of_error(Topic::Source, &config.folder.join(&source.path), &error)),
        }
    }
    if config.sources.is_empty() {
        found.push(Finding::note(Topic::Configuration, file, "The configuration names no sources."));
    } else if found.is_empty() {
        let what = format!(
            "The configuration is valid; its {} match {}.",
            counted(config.sources.len(), "source"),
            counted(files, "file")
        );
        found.push(Finding::fine(Topic::Configuration, file, what));
    }
    found
}
