//! Which catalog belongs to the sources as they are now, and whether it is there. Looks at the files' sizes and times and
//! at small JSON files, never into a source, so that a screen may ask every second.
//!
//! `<cache>/catalog/<key>/` is a finished catalog, published by renaming; `<key>.failed.json` says why one could not be
//! built; `.lock` is held by whoever builds, and `.progress.json` says how far that is.

use crate::config::Config;
use crate::data::readers::source_files;
use crate::domain::source::activity::day_text;
use crate::domain::source::catalog::Catalog;
use crate::error::{Context, Error, Result};
use crate::store::lock::Lock;
use crate::workspace::Workspace;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// The version of everything in the catalog's folder.
pub(super) const VERSION: u32 = 3;

pub(super) const SHORT: &str = "catalog.json";
const PROGRESS: &str = ".progress.json";

/// Whether there is a catalog of the sources as they are.
#[derive(Debug, Clone, PartialEq)]
pub enum CatalogState {
    /// The configuration names no sources.
    NoSources,
    /// None was built since the sources last changed, and nobody is at it.
    Missing,
    /// A live process is at it: rows read so far, and since when.
    Building {
        done: u64,
        seconds: f64,
    },
    Ready(Box<Catalog>),
    /// The last try for these very sources failed, or a source is missing.
    Failed(Error),
}

/// How far a build is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct BuildStep {
    pub done: u64,
    pub since: Timestamp,
}

/// An error on disk.
#[derive(Serialize, Deserialize)]
struct Failure {
    what: String,
    causes: Vec<String>,
    hint: Option<String>,
}

/// Whether there is a catalog of the sources as they are.
pub fn state(workspace: &Workspace) -> CatalogState {
    if workspace.config.sources.is_empty() {
        return CatalogState::NoSources;
    }
    let key = match key(workspace) {
        Ok(key) => key,
        Err(error) => return CatalogState::Failed(error),
    };
    let folder = folder(workspace);
    if let Some(catalog) = read(&folder, &key) {
        return CatalogState::Ready(Box::new(catalog));
    }
    // Whatever state of the sources a live process builds for: a second one would only wait for it.
    if let Some(step) = live(&folder) {
        let seconds = Timestamp::now().duration_since(step.since).as_secs_f64().max(0.0);
        return CatalogState::Building { done: step.done, seconds };
    }
    match std::fs::read(failure_file(&folder, &key)).ok().and_then(|text| serde_json::from_slice(&text).ok()) {
        Some(Failure { what, causes, hint }) => CatalogState::Failed(Error { causes, hint, ..Error::new(what) }),
        None => CatalogState::Missing,
    }
}

/// Where the catalogs lie.
pub(super) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.paths.cache.join("catalog")
}

/// Where the catalog of a key lies.
pub(crate) fn folder_of_key(workspace: &Workspace, key: &str) -> PathBuf {
    folder(workspace).join(key)
}

/// The finished catalog of a key; one that cannot be read counts as none, and is built anew.
pub(super) fn read(folder: &Path, key: &str) -> Option<Catalog> {
    let text = std::fs::read(folder.join(key).join(SHORT)).ok()?;
    serde_json::from_slice::<Catalog>(&text).ok().filter(|c| c.version == VERSION && c.key == key)
}

/// How far the live build is, if one is live.
pub(super) fn live(folder: &Path) -> Option<BuildStep> {
    let held = folder.is_dir() && matches!(Lock::try_acquire(&folder.join(".lock")), Ok(None));
    if !held {
        return None;
    }
    let text = std::fs::read(folder.join(PROGRESS)).ok();
    let step = text.and_then(|text| serde_json::from_slice(&text).ok());
    Some(step.unwrap_or_else(|| BuildStep { done: 0, since: Timestamp::now() }))
}

pub(super) fn progress_file(folder: &Path) -> PathBuf {
    folder.join(PROGRESS)
}

pub(super) fn failure_file(folder: &Path, key: &str) -> PathBuf {
    folder.join(format!("{key}.failed.json"))
}

pub(super) fn failure_text(error: &Error) -> Result<Vec<u8>> {
    let Error { what, causes, hint, .. } = error.clone();
    serde_json::to_vec(&Failure { what, causes, hint }).context(|| "The failure could not be written.".into())
}

/// Tells these sources, in this state and read with this configuration, from all others. Whoever shows a catalog compares
/// its key with this one now and then; that is cheaper than [`state`], which reads the catalog.
///
/// # Errors
/// A source that is not there, an as-of date that is none, an unknown time zone.
pub fn key(workspace: &Workspace) -> Result<String> {
    let Config { workspace: settings, sources, folder, .. } = &workspace.config;
    let as_of = workspace.as_of(None)?.to_string();
    // What `now` means changes at midnight.
    let today = if as_of == "now" { Some(today(&settings.timezone)?) } else { None };
    let mut found = Vec::new();
    for source in sources {
        for file in source_files::resolve(source, folder)? {
            let what = || format!("{} could not be looked at.", file.path.display());
            let metadata = std::fs::metadata(&file.path).context(what)?;
            let changed = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
            found.push((
                file.path.to_string_lossy().into_owned(),
                metadata.len(),
                changed.map(|d| d.as_nanos().to_string()),
            ));
        }
    }
    let parts = serde_json::json!({
        "version": VERSION,
        "program": env!("CARGO_PKG_VERSION"),
        "sources": sources,
        "timezone": settings.timezone,
        "as_of": [as_of, today.unwrap_or_default()],
        "files": found,
    });
    Ok(blake3::hash(parts.to_string().as_bytes()).to_hex().to_string())
}

fn today(timezone: &str) -> Result<String> {
    let zone = TimeZone::get(timezone).context(|| format!("The time zone '{timezone}' does not exist."))?;
    Ok(day_text(crate::domain::source::activity::day_of(Timestamp::now().to_zoned_datetime(zone).date())))
}
