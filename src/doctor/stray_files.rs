//! What crashes left, what is not ours, and which locks are held right now.

use super::finding::{Finding, Fix, Topic, foreign, quoted_path};
use crate::data::readers::source_files;
use crate::demo;
use crate::domain::score::Score;
use crate::runs::known_files;
use crate::runs::layout;
use crate::runs::layout::LOCK;
use crate::store::health;
use crate::store::lock::{Holder, Lock};
use crate::store::timer;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// From this age on nobody is still writing a file that takes milliseconds.
const STALE_AFTER: Duration = Duration::from_secs(3600);

/// Longer than it takes to remove the folder of a run.
const MOMENT: Duration = Duration::from_secs(1);
/// Between two looks at one.
const PAUSE: Duration = Duration::from_millis(50);

/// The files of the data folder.
const FILES: [&str; 9] = [
    "scores.json",
    "scores.json.bak",
    "scores.lock",
    "drafts.json",
    "drafts.json.bak",
    "drafts.lock",
    "audit.ndjson",
    "changes",
    timer::FILE,
];
/// The files of the state folder, which some systems have in the same place.
const STATE_FILES: [&str; 3] = ["ui.json", "copied.txt", "due.log"];
/// What the copies of broken files begin with.
const ASIDE: [&str; 2] = ["scores.json.broken-", "drafts.json.broken-"];

/// In the folders that do not belong to a score.
pub(super) fn check_state(workspace: &Workspace) -> Vec<Finding> {
    let paths = &workspace.paths;
    let cache = paths.cache.as_path();
    let mut folders = vec![paths.data.clone(), paths.data.join("runs"), paths.data.join("trash")];
    folders.extend(layout::entries(&paths.data.join("trash")).into_iter().filter(|p| layout::is_plain_folder(p)));
    folders.extend([paths.state.clone(), cache.to_path_buf(), cache.join("runs"), cache.join("catalog")]);
    folders.dedup();
    let mut found: Vec<Finding> = folders.iter().flat_map(|folder| temporaries(folder)).collect();
    found.extend(set_aside(&paths.data));
    found.extend(foreign(foreign_files(workspace), &paths.data));
    let locks = [paths.data.join("scores.lock"), paths.data.join("drafts.lock"), cache.join("catalog").join(".lock")];
    found.extend(locks.iter().filter_map(|lock| held_locks(workspace, lock)));
    found
}

/// What crashes left of the runs of a score, and whether one is live.
pub(super) fn check_score(workspace: &Workspace, score: &Score) -> Vec<Finding> {
    let runs = workspace.paths.runs(&score.id);
    let lock = runs.join(LOCK);
    let live = layout::live_folders(&runs);
    let held = held_locks(workspace, &lock);
    let mut found: Vec<Finding> = match live.is_empty() {
        true => held.into_iter().collect(),
        false => held.map(|found| running(workspace, score, &lock, found)).into_iter().collect(),
    };
    // Settling takes all of them.
    let kept_for: Vec<PathBuf> = live.iter().flat_map(|folder| known_files::foreign_in_run(folder)).collect();
    // A run takes the lock before it makes its folder, and gives it back after that is renamed: one that is there while
    // the lock is free has no process.
    let dead = live.iter().filter(|folder| !Lock::is_held(&lock) && folder.is_dir());
    found.extend(dead.map(|folder| interrupted(score, folder, kept_for.first())));
    found.extend(left_by_removals(&runs).iter().map(|folder| removed(folder)));
    let run_folders = layout::entries(&runs).into_iter().filter(|p| layout::is_plain_folder(p));
    found.extend([runs.clone()].into_iter().chain(run_folders).flat_map(|folder| temporaries(&folder)));
    found.extend(foreign(known_files::foreign_in_runs(&runs), &runs));
    found.into_iter().map(|finding| finding.of(score)).collect()
}

fn interrupted(score: &Score, folder: &Path, kept_for: Option<&PathBuf>) -> Finding {
    let id = layout::live_id(folder).unwrap_or_default();
    let what = format!("The run {id} of '{}' was interrupted: its process is gone.", score.name);
    let fix = Fix::PublishInterrupted(Box::new(score.clone()), folder.to_path_buf());
    match kept_for {
        None => Finding::fixable(Topic::InterruptedRun, folder, what, fix),
        Some(file) => Finding::unfixable(Topic::InterruptedRun, folder, what)
            .because(format!("{} is not this program's, and would be removed with it", file.display()))
            .next("Move that file away, then: propensity doctor --fix"),
    }
}

/// Folders of removed runs that stay. One that somebody is removing right now is given a moment.
fn left_by_removals(runs: &Path) -> Vec<PathBuf> {
    let began = Instant::now();
    loop {
        let left = layout::removed_folders(runs);
        if left.is_empty() || began.elapsed() >= MOMENT {
            return left;
        }
        std::thread::sleep(PAUSE);
    }
}

fn removed(folder: &Path) -> Finding {
    let what = format!("The run {} was removed, but for its folder.", layout::removed_id(folder).unwrap_or_default());
    match known_files::foreign_in_run(folder).first() {
        None => Finding::fixable(Topic::RemovedRun, folder, what, Fix::RemoveRunFolder(folder.to_path_buf())),
        Some(file) => Finding::unfixable(Topic::RemovedRun, folder, what)
            .because(format!("{} is not this program's", file.display()))
            .next("Move that file away, then: propensity doctor --fix"),
    }
}

/// Files that were on their way when their process died.
fn temporaries(folder: &Path) -> Vec<Finding> {
    let entries = layout::entries(folder).into_iter();
    let temporary = entries.filter(|path| health::is_temporary(layout::name(path)) && layout::is_plain_file(path));
    let describe = |path: PathBuf| {
        let age = path.metadata().and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        let what = "This file was being written when its process died.";
        if age.is_some_and(|age| age >= STALE_AFTER) {
            Finding::fixable(Topic::Temporary, &path, what, Fix::Remove(path.clone()))
        } else {
            let what = "This file is being written, or its process died within the last hour.";
            Finding::note(Topic::Temporary, &path, what)
        }
    };
    temporary.map(describe).collect()
}

/// Copies of broken files, which nobody needs any more once the files are good.
fn set_aside(data: &Path) -> Vec<Finding> {
    let copies = layout::entries(data).into_iter().filter(|path| is_aside(path));
    let describe = |path: PathBuf| {
        let what = "This is a copy of a file that did not parse.";
        let next = format!("Once nobody needs it: rm {}", quoted_path(&path));
        Finding::note(Topic::SetAside, &path, what).next(next)
    };
    copies.map(describe).collect()
}

fn is_aside(path: &Path) -> bool {
    ASIDE.iter().any(|begin| layout::name(path).starts_with(begin)) && layout::is_plain_file(path)
}

/// What is not ours in the data folder.
fn foreign_files(workspace: &Workspace) -> Vec<PathBuf> {
    let paths = &workspace.paths;
    let state = paths.state == paths.data;
    let others = [&paths.config_file, &paths.state, &paths.cache];
    let sources = workspace.config.sources.iter();
    let sources: Vec<PathBuf> = sources
        .filter_map(|source| source_files::resolve(source, &workspace.config.folder).ok())
        .flat_map(|files| files.into_iter().map(|file| file.path))
        .collect();
    let is_ours = |path: &Path| {
        let name = layout::name(path);
        let file = FILES.contains(&name) || state && STATE_FILES.contains(&name) || health::is_temporary(name);
        let known = file && layout::is_plain_file(path)
            || matches!(name, "runs" | "trash") && path.is_dir()
            || demo::is_demo(path);
        known
            || is_aside(path)
            || others.iter().any(|o| o.starts_with(path))
            || sources.iter().any(|s| s.starts_with(path))
    };
    layout::entries(&paths.data).into_iter().filter(|path| !is_ours(path)).collect()
}

/// A lock that somebody holds right now.
fn held_locks(workspace: &Workspace, lock: &Path) -> Option<Finding> {
    if !Lock::is_held(lock) {
        return None;
    }
    let what = match Lock::holder(lock) {
        Some(Holder { pid, user, since }) => {
            format!("{user} holds this lock since {} (process {pid}).", second(workspace, since))
        }
        None => "Somebody holds this lock.".into(),
    };
    Some(Finding::note(Topic::Lock, lock, what))
}

/// The lock of a score's runs, which a live run holds until its end: nothing out of the ordinary.
fn running(workspace: &Workspace, score: &Score, lock: &Path, held: Finding) -> Finding {
    match Lock::holder(lock) {
        Some(Holder { pid, user, since }) => {
            let since = second(workspace, since);
            let what = format!(
                "A run of '{}' is live, as it should be: {user} started it at {since} (process {pid}).",
                score.name
            );
            Finding::note(Topic::Lock, lock, what)
        }
        None => held,
    }
}

/// A moment in the workspace's time zone, to the second.
fn second(workspace: &Workspace, at: Timestamp) -> String {
    at.to_zoned_datetime(workspace.zone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}
