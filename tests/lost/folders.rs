//! Folders that may only be read, and folders that go away: while nothing runs, and while a run is in any of its stages.

use super::{Small, State, assert_clear, ended, stages};
use crate::common::text;
use crate::runs::workers::{signal, until};
use propensity::domain::run::RunKind;
use propensity::domain::run::stage::StageName;
use propensity::runs::layout;
use rustix::process::Signal;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const NOBODY: u32 = 65_534;

const CHANGES: [&[&str]; 7] = [
    &["score", "create", "--name", "new", "--profile", "person", "--goal", "a.b", "--timeframe", "30"],
    &["score", "edit", "leads", "--description", "d"],
    &["score", "clone", "leads", "--name", "copy", "--with-goal"],
    &["score", "delete", "leads", "--yes"],
    &["score", "restore", "gone"],
    &["run", "start", "leads"],
    &["run", "start", "leads", "--kind", "scoring"],
];

/// All folders below this one, itself among them.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let below = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir());
    std::iter::once(folder.to_path_buf()).chain(below.flat_map(|p| folders(&p))).collect()
}

/// Sets who may write: everybody may read and look.
fn allow(folder: &Path, mode: u32) {
    for folder in folders(folder) {
        for file in fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()) {
            fs::set_permissions(file, PermissionsExt::from_mode(mode & 0o666)).unwrap();
        }
        fs::set_permissions(folder, PermissionsExt::from_mode(mode)).unwrap();
    }
}

/// The program as somebody who owns nothing here: another user where the tests run as root.
fn as_nobody(small: &Small, program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("PROPENSITY_HOME", small.home.path()).env("USER", "nobody");
    command.current_dir("/");
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

#[test]
fn a_folder_that_may_only_be_read_shows_everything_and_refuses_every_change_in_clear_words() {
    let small = Small::scored();
    let mut gone = super::score("gone");
    gone.description = "in the trash".into();
    small.workspace.scores.create(gone).unwrap();
    small.workspace.scores.delete("gone").unwrap();
    let before = (State::of(small.data()), small.shown());
    // Another user may not reach the place where the program was built, and what lies in memory may not be executable.
    let reach = tempfile::tempdir().unwrap();
    fs::set_permissions(reach.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let program = reach.path().join("propensity");
    fs::copy(env!("CARGO_BIN_EXE_propensity"), &program).unwrap();
    allow(small.home.path(), 0o555);
    for reading in [&["score", "list"][..], &["run", "list"], &["run", "show", "leads"], &["profile", "list", "leads"]]
    {
        let end = ended(&mut as_nobody(&small, &program, reading));
        assert_eq!((end.code, end.stderr.as_str()), (Some(0), ""), "{reading:?}");
    }
    for change in CHANGES {
        let end = ended(&mut as_nobody(&small, &program, change));
        assert_clear(&end, small.home.path(), &format!("{change:?}"));
        assert!(end.stderr.contains("Permission denied"), "{}", end.stderr);
    }
    allow(small.home.path(), 0o755);
    assert_eq!((State::of(small.data()), small.shown()), before);
}

#[test]
fn where_the_data_folder_is_gone_no_change_but_a_creation_makes_a_new_one() {
    let small = Small::scored();
    let aside = small.home.path().join("aside");
    fs::rename(small.data(), &aside).unwrap();
    for change in CHANGES.iter().skip(1) {
        let end = ended(&mut small.home.command(change));
        assert_eq!(end.code, Some(1), "{change:?}: {}", end.stderr);
        assert!(end.stderr.contains("hint:") && !end.stderr.contains("panicked"), "{change:?}: {}", end.stderr);
        assert!(!small.data().exists(), "{change:?} made a data folder, into which the old one would come back");
    }
    fs::rename(&aside, small.data()).unwrap();
    small.shown();
}

/// What goes away under a run, and what is back afterwards.
#[derive(Debug, Clone, Copy)]
enum Gone {
    /// The data folder, as with a mount that is lost.
    Data,
    /// The folder of the score's runs.
    Runs,
    /// The folder of the run itself, for good.
    Run,
}

impl Gone {
    fn path(self, small: &Small, run: &str) -> PathBuf {
        match self {
            Gone::Data => small.data().to_path_buf(),
            Gone::Runs => small.runs(),
            Gone::Run => layout::live_path(&small.runs(), run),
        }
    }
}

fn gone_in(small: &Small, gone: Gone, stage: StageName) {
    let case = format!("{gone:?} in {}", stage.word());
    let before = small.shown();
    let held = stages::started_and_stopped_in(small, stage);
    let path = gone.path(small, &held.run);
    let aside = small.home.path().join("aside");
    match gone {
        Gone::Run => fs::remove_dir_all(&path).unwrap(),
        _ => fs::rename(&path, &aside).unwrap(),
    }
    signal(held.pid, Signal::CONT);
    let end = held.ended();
    assert_clear(&end, small.home.path(), &case);
    assert!(!path.exists(), "{case}: something was made in the place of the folder that is gone");
    if !matches!(gone, Gone::Run) {
        fs::rename(&aside, &path).unwrap();
    }
    assert_eq!(small.shown(), before, "{case}: the last good scores");
    small.home.stdout(&["run", "start", "leads"]);
    assert_ne!(small.shown().0, before.0, "{case}");
    assert!(small.live_folders().is_empty(), "{case}");
}

#[test]
fn a_folder_that_goes_away_under_a_run_fails_the_run_in_clear_words_and_nothing_else() {
    let small = Small::scored();
    for stage in [StageName::Read, StageName::Train, StageName::Score, StageName::Publish] {
        for gone in [Gone::Data, Gone::Runs, Gone::Run] {
            gone_in(&small, gone, stage);
        }
    }
    // Whoever only watches it is told, too.
    let held = stages::stopped_in(&small, RunKind::Training, StageName::Train);
    let mut watch = small.home.command(&["run", "watch", "leads", "--json"]);
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // With its first line it follows.
    BufReader::new(watch.stdout.take().unwrap()).read_line(&mut String::new()).unwrap();
    let live = layout::live_path(&small.runs(), &held.run);
    fs::rename(small.runs(), small.home.path().join("aside")).unwrap();
    let (code, _, said) = crate::runs::workers::finish(watch);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(&held.run) && said.contains("hint:"), "{said}");
    signal(held.pid, Signal::KILL);
    until("it is gone", || (!Path::new(&format!("/proc/{}/exe", held.pid)).exists()).then_some(()));
    fs::rename(small.home.path().join("aside"), small.runs()).unwrap();
    assert!(live.exists());
    let next = small.home.json(&["run", "start", "leads"]);
    assert_eq!(small.shown().0, text(&next, "/id"));
}
