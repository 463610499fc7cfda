//! Nothing lost: state and runs survive whatever happens to the machine. Processes are killed at every moment, disks fail at
//! every call, folders go away, clocks go back, files hold garbage; and each time the same must hold: what was
//! acknowledged is there, every file is whole, no lock is stuck, nobody sees half a run, the message says what to do.
//!
//! The faults come from a small library in C (`shim.c`), which is compiled here and loaded into the program with
//! `LD_PRELOAD`; the program itself has no hook for it. So most of this needs Linux.
#![cfg(target_os = "linux")]

mod clock;
mod disk;
mod flushed;
mod folders;
mod journal;
mod kills;
mod newer;
mod run_faults;
mod stages;
mod store_faults;
mod writers;

use crate::common::Home;
use crate::common::business::{Business, GOAL, SOURCES};
use propensity::domain::run::Status;
use propensity::domain::run::line::RunLine;
use propensity::domain::score::draft::Draft;
use propensity::domain::score::goal::Goal;
use propensity::domain::score::{ProfileType, Score};
use propensity::queries::profile::ScoredProfiles;
use propensity::runs::find;
use propensity::runs::find::FoundRun;
use propensity::runs::index;
use propensity::runs::layout::SCORES;
use propensity::store::drafts::DraftStore;
use propensity::store::lock::Lock;
use propensity::store::scores::ScoreStore;
use propensity::workspace::Workspace;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

/// The error numbers of a full disk, a broken one, and one that may only be read.
pub const FULL: i32 = 28;
pub const BROKEN: i32 = 5;
pub const READ_ONLY: i32 = 30;

/// What goes wrong, in the words of `shim.c`.
#[derive(Debug, Clone, Copy)]
pub enum Fault<'a> {
    /// Nothing; the calls are counted.
    Count,
    /// The n-th call and all later ones fail with this error.
    FailFrom(u64, i32),
    /// Only the n-th call fails.
    FailOnce(u64, i32),
    /// The process is killed in the n-th call.
    KillAt(u64),
    /// The process is stopped after the write that holds this text.
    StopAfter(&'a str),
}

/// Lets a command meet a fault below a folder; where `log` is given, every call that counts is written there.
pub fn with(command: &mut Command, below: &Path, fault: Fault<'_>, log: Option<&Path>) {
    command.env("LD_PRELOAD", shim()).env("LOST_BELOW", below);
    match fault {
        Fault::Count => &mut *command,
        Fault::FailFrom(n, number) => failing(command, "fail", number).env("LOST_AT", n.to_string()),
        Fault::FailOnce(n, number) => failing(command, "once", number).env("LOST_AT", n.to_string()),
        Fault::KillAt(n) => command.env("LOST_DO", "kill").env("LOST_AT", n.to_string()),
        Fault::StopAfter(text) => command.env("LOST_DO", "stop").env("LOST_TEXT", text),
    };
    if let Some(log) = log {
        command.env("LOST_LOG", log);
    }
}

fn failing<'a>(command: &'a mut Command, what: &str, number: i32) -> &'a mut Command {
    command.env("LOST_DO", what).env("LOST_ERRNO", number.to_string())
}

/// The compiled shim. There is a C compiler wherever the project was built.
pub fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lost/shim.c");
        let library = folder.join(format!("lost-{}.so", std::process::id()));
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).output();
        let compiled = compiled.expect("these tests need a C compiler called `cc`");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        // Other processes of these tests may have one loaded, so each keeps its own name until the last step.
        let shared = folder.join("lost.so");
        fs::rename(&library, &shared).expect("the library can be moved");
        shared
    })
}

/// One call of the log: its number, its kind and the path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    pub kind: String,
    pub path: String,
}

/// The calls that a log tells of, in order; the first is number 1.
pub fn calls(log: &Path) -> Vec<Call> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let call = |line: &str| {
        let mut words = line.splitn(3, ' ').skip(1).map(str::to_string);
        Call { kind: words.next().unwrap_or_default(), path: words.next().unwrap_or_default() }
    };
    text.lines().map(call).collect()
}

/// This test binary as a process of its own, which runs one of its tests.
pub fn own(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the tests run from a file"));
    command.args(["--exact", test, "--test-threads", "1"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// How a process ended, and what it said.
#[derive(Debug)]
pub struct Ended {
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

#[track_caller]
pub fn ended(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().expect("the program can be started");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// A message about a disk: exit code 1, which file or folder below `home`, why, and what to do next.
#[track_caller]
pub fn assert_clear(ended: &Ended, home: &Path, case: &str) {
    let said = &ended.stderr;
    assert_eq!(ended.code, Some(1), "{case}: {said}");
    assert!(!said.contains("panicked"), "{case}: {said}");
    let reasons = ["No space left", "Input/output error", "Read-only file system", "No such file", "Permission denied"];
    assert!(reasons.iter().any(|reason| said.contains(reason)), "{case}: no reason in\n{said}");
    assert!(said.contains(&*home.to_string_lossy()), "{case}: no file in\n{said}");
    assert!(said.contains("hint:"), "{case}: no next step in\n{said}");
}

pub fn score(name: &str) -> Score {
    let now = jiff::Timestamp::UNIX_EPOCH;
    Score::new(name, ProfileType::Person, Goal::parse(GOAL).unwrap(), 30, now, "nobody")
}

/// What a data folder holds, without its times: names and descriptions by id, of scores, deleted scores and drafts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub scores: BTreeMap<String, String>,
    pub deleted: BTreeMap<String, String>,
    pub drafts: BTreeMap<String, String>,
}

impl State {
    /// # Panics
    /// A file cannot be read, or a lock is stuck.
    #[track_caller]
    pub fn of(data: &Path) -> State {
        let store = ScoreStore::open(data);
        let both = |s: Score| (s.id, format!("{}: {}", s.name, s.description));
        State {
            scores: store.list().expect("the scores can be read").into_iter().map(both).collect(),
            deleted: store.deleted().expect("the trash can be read").into_iter().map(|d| both(d.score)).collect(),
            drafts: DraftStore::open(data)
                .list()
                .expect("the drafts can be read")
                .into_iter()
                .map(|d: Draft| (d.id, d.name))
                .collect(),
        }
    }
}

/// No lock stays held once the process that held it is gone; one that has just published its run is about to go.
#[track_caller]
pub fn assert_free(lock: &Path) {
    if lock.exists() {
        Lock::acquire(lock, Duration::from_secs(5)).expect("no lock is stuck");
    }
}

/// Files that a killed writer left behind, anywhere below a folder.
pub fn temporary(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(temporary(&path));
        } else if path.extension().is_some_and(|e| e == "tmp") {
            found.push(path);
        }
    }
    found
}

/// All that is kept of a run that came to nothing.
const OF_A_FAILED_RUN: [&str; 6] =
    ["run.json", "report.json", "score.json", "journal.ndjson", "run.log", "cancel.json"];

/// A home with a business that is as small as the checks allow, and the score `leads`: a run takes a moment.
pub struct Small {
    pub home: Home,
    pub workspace: Workspace,
}

/// The published runs of a score, all of which can be read, newest first.
#[track_caller]
pub fn runs_of(workspace: &Workspace, score: &str) -> Vec<FoundRun> {
    let index = index::of(workspace, score);
    assert!(index.broken.is_empty(), "half a run is published: {:?}", index.broken);
    let whole = |line: &std::sync::Arc<RunLine>| find::of_score(workspace, score, &line.id).unwrap();
    index.lines.iter().map(whole).collect()
}

impl Small {
    pub fn new() -> Small {
        Small::at(Home::in_memory())
    }

    pub fn at(home: Home) -> Small {
        Business::of(60, 12).write(&home);
        let mut config = String::from("[training]\nmax_rounds = 2\nthreads = 1\n[thresholds]\n");
        for key in ["accounts", "contacts", "events", "conversions", "train_conversions", "non_converters"] {
            config += &format!("{key} = 1\n");
        }
        config += "active_share = 0.0\ninactive_share = 1.0\ntype_gone = 1.0\ntype_new = 1.0\n";
        config += "tune_auc = 0.0\nstop_auc = 0.0\ncommon_stop = 1.0\n";
        for (kind, path) in SOURCES {
            config += &format!("[[source]]\nkind = \"{kind}\"\npath = \"{path}\"\n");
        }
        home.write("config.toml", config);
        home.create_score("leads", &["--repeatable", "no"]);
        let workspace = Workspace::open(Some(home.path()), None).unwrap();
        Small { home, workspace }
    }

    /// The same with one successful run.
    pub fn scored() -> Small {
        let small = Small::new();
        small.home.stdout(&["run", "start", "leads"]);
        small
    }

    pub fn data(&self) -> &Path {
        &self.workspace.paths.data
    }

    pub fn runs(&self) -> PathBuf {
        self.workspace.paths.runs("leads")
    }

    pub fn start(&self) -> Command {
        self.home.command(&["run", "start", "leads"])
    }

    /// The run whose scores are shown, with the first of them; everything that is published is whole.
    #[track_caller]
    pub fn shown(&self) -> (String, Vec<String>) {
        let runs = self.runs();
        let listed = runs_of(&self.workspace, "leads");
        for found in listed.iter().filter(|f| f.run.status == Status::Successful) {
            let bytes = fs::read(found.folder.join(SCORES)).expect("a successful run has scores");
            assert_eq!(blake3::hash(&bytes).to_hex().as_str(), found.run.digests.scores, "{}", found.run.id);
        }
        for found in listed.iter().filter(|f| f.run.status != Status::Successful) {
            let names = fs::read_dir(&found.folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
            let half: Vec<String> = names.filter(|name| !OF_A_FAILED_RUN.contains(&name.as_str())).collect();
            assert!(half.is_empty(), "the {} run {} keeps {half:?}", found.run.status, found.run.id);
        }
        for entry in fs::read_dir(&runs).into_iter().flatten().flatten() {
            let name = entry.file_name().into_string().unwrap();
            let known = listed.iter().any(|f| f.run.id == name) || name == ".lock" || name.ends_with(".live");
            assert!(known, "{name} is neither a run nor on its way to be one");
        }
        let scored = ScoredProfiles::open(&self.workspace, "leads").expect("the last good scores are there");
        let top = scored.pages.rows(&[0, 1, 2]).expect("the scores can be read");
        (scored.run.id.clone(), top.iter().map(|(_, row)| format!("{} {}", row.profile_id, row.score)).collect())
    }

    /// Folders of runs that are on their way, or were cut short.
    pub fn live_folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.runs()).into_iter().flatten().flatten().map(|e| e.path());
        entries.filter(|path| path.extension().is_some_and(|e| e == "live")).collect()
    }
}
