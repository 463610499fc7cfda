//! Every change of the state meets a full disk, a broken disk and a kill at every single call that changes something on the
//! disk. Afterwards the state is the old one or the new one, the message says what to do, and the same change works.

use super::{
    BROKEN, Call, FULL, Fault, State, assert_clear, assert_free, calls, ended, own, runs_of, score, temporary, with,
};
use crate::common::Home;
use crate::common::business::GOAL;
use propensity::domain::run::RunKind;
use propensity::domain::score::draft::Draft;
use propensity::process::cancel;
use propensity::runs::cancel_request;
use propensity::runs::layout;
use propensity::store::drafts::DraftStore;
use propensity::store::journal::{Event, Journal};
use propensity::store::lock::Lock;
use propensity::store::scores::ScoreStore;
use propensity::workspace::Workspace;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const DEED: &str = "PROPENSITY_TEST_DEED";
const RUN: &str = "20260301-080000-0001";

/// A workspace with two scores, `kept` with a run that was interrupted, one that is deleted, and a draft.
fn home() -> Home {
    let home = Home::in_memory();
    let data = home.path().join("data");
    let store = ScoreStore::open(&data);
    for name in ["kept", "other", "gone"] {
        store.create(score(name)).unwrap();
    }
    for name in ["other", "gone"] {
        fs::create_dir_all(store.runs_dir(name).join("run")).unwrap();
    }
    store.delete("gone").unwrap();
    DraftStore::open(&data).save(Draft { id: "draft".into(), name: "before".into(), ..Draft::default() }).unwrap();
    let live = layout::live_path(&store.runs_dir("kept"), RUN);
    fs::create_dir_all(&live).unwrap();
    let journal = Journal::create(&live.join(layout::JOURNAL)).unwrap();
    let (run, user) = (RUN.into(), "ann".into());
    journal.append(Event::Started { run, score: "kept".into(), pid: 1, run_kind: RunKind::Training, user }).unwrap();
    fs::write(live.join(layout::SCORES), "half").unwrap();
    home
}

/// A change, as a command line or as a call of the library, which this test makes as a process of its own.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Said(&'static [&'static str]),
    Called(&'static str),
}

const DEEDS: [Deed; 10] = [
    Deed::Said(&["score", "create", "--name", "new", "--profile", "person", "--goal", GOAL, "--timeframe", "30"]),
    Deed::Said(&["score", "edit", "kept", "--description", "after"]),
    Deed::Said(&["score", "clone", "kept", "--name", "copy", "--with-goal"]),
    Deed::Said(&["score", "delete", "other", "--yes"]),
    Deed::Said(&["score", "restore", "gone"]),
    Deed::Said(&["run", "cancel", "kept"]),
    Deed::Called("keep a draft"),
    Deed::Called("remove a draft"),
    Deed::Called("recover"),
    Deed::Called("ask to stop"),
];

impl Deed {
    fn command(self, home: &Home) -> Command {
        match self {
            Deed::Said(arguments) => home.command(arguments),
            Deed::Called(what) => {
                let mut command = own("lost::store_faults::what_is_called_is_done_in_a_process_of_its_own");
                command.env(DEED, what).env("PROPENSITY_HOME", home.path());
                command
            }
        }
    }

    /// What has to be so before.
    fn prepare(self, home: &Home) -> Option<Lock> {
        let data = home.path().join("data");
        match self {
            Deed::Called("recover") => fs::write(data.join("scores.json"), "{").map(|()| None).unwrap(),
            // A run is live as long as its lock is held.
            Deed::Called("ask to stop") => {
                Some(Lock::acquire(&data.join("runs/kept").join(layout::LOCK), Duration::ZERO).unwrap())
            }
            _ => None,
        }
    }
}

#[test]
fn what_is_called_is_done_in_a_process_of_its_own() {
    let Ok(deed) = std::env::var(DEED) else { return };
    let home = PathBuf::from(std::env::var_os("PROPENSITY_HOME").unwrap());
    let workspace = Workspace::open(Some(&home), None).unwrap();
    let drafts = DraftStore::open(&workspace.paths.data);
    let done = match deed.as_str() {
        "keep a draft" => drafts.save(Draft { id: "draft".into(), name: "after".into(), ..Draft::default() }).map(drop),
        "remove a draft" => drafts.remove("draft"),
        "recover" => workspace.scores.recover().map(drop),
        "ask to stop" => cancel::request(&workspace, "kept"),
        other => panic!("no deed {other}"),
    };
    if let Err(error) = done {
        // As the command line says it; past the capturing of the test's output.
        writeln!(std::io::stderr(), "error: {error}").unwrap();
        std::process::exit(i32::from(error.exit_code()));
    }
}

/// Everything that a change may change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    state: Option<State>,
    runs: BTreeSet<String>,
    asked: bool,
}

fn seen(home: &Home) -> Seen {
    let data = home.path().join("data");
    // Before it is recovered, the file does not parse.
    let broken = fs::read(data.join("scores.json")).is_ok_and(|bytes| bytes == b"{");
    let runs = data.join("runs/kept");
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    let runs_of_kept = runs_of(&workspace, "kept");
    Seen {
        state: (!broken).then(|| State::of(&data)),
        runs: runs_of_kept.iter().map(|f| format!("{} {}", f.run.id, f.run.status)).collect(),
        asked: cancel_request::read(&layout::live_path(&runs, RUN)).is_some(),
    }
}

/// Makes a change under a fault in a fresh workspace, asserts what must hold, and gives the calls that it made.
fn under(deed: Deed, fault: Fault<'_>, before: &Seen, after: &Seen) -> Vec<Call> {
    let home = home();
    let lock = deed.prepare(&home);
    let (data, log) = (home.path().join("data"), home.path().join("calls"));
    let mut command = deed.command(&home);
    with(&mut command, &data, fault, Some(&log));
    let end = ended(&mut command);
    let calls = calls(&log);
    let case = format!("{deed:?}, {fault:?}, {:?}", calls.last());
    let found = seen(&home);
    assert!(found == *before || found == *after, "{case}: {found:?}\n{}", end.stderr);
    match (fault, end.code) {
        (Fault::KillAt(_), None) => {}
        (_, Some(0)) => assert_eq!(found, *after, "{case}"),
        _ => {
            assert_clear(&end, home.path(), &case);
            // A folder that cannot be flushed after the renaming is the one failure after which a change shows.
            let denied = if found == *after { "as it was before" } else { "It holds what is new" };
            let about_state = end.stderr.contains(".json could not be written");
            assert!(!about_state || !end.stderr.contains(denied), "{case}: the message is wrong: {}", end.stderr);
        }
    }
    assert_free(&data.join("scores.lock"));
    assert_free(&data.join("drafts.lock"));
    if found == *before {
        let again = ended(&mut deed.command(&home));
        assert_eq!(again.code, Some(0), "{case}, then without the fault: {}", again.stderr);
        assert_eq!(seen(&home), *after, "{case}, then without the fault");
    }
    drop(lock);
    assert_all_comes_back(&data, &case);
    // The next changes clear away what killed writers left.
    ScoreStore::open(&data).create(score("later")).unwrap();
    DraftStore::open(&data).save(Draft::default()).unwrap();
    assert_eq!(temporary(&data), Vec::<PathBuf>::new(), "{case}");
    assert_whole_lines(&data, &case);
    calls
}

/// What is deleted can be brought back, with its runs.
fn assert_all_comes_back(data: &Path, case: &str) {
    let store = ScoreStore::open(data);
    for id in State::of(data).deleted.keys() {
        store.restore(id).unwrap_or_else(|error| panic!("{case}: {error}"));
    }
    for id in ["other", "gone"] {
        assert!(store.find(id).is_ok() && store.runs_dir(id).join("run").exists(), "{case}: the runs of {id}");
    }
    let left = fs::read_dir(data.join("trash")).unwrap().count();
    assert!(left <= 2, "{case}: {left} folders in the trash");
}

/// The audit log has whole lines, but for one that the fault tore and the next change ended.
fn assert_whole_lines(data: &Path, case: &str) {
    let log = fs::read_to_string(data.join("audit.ndjson")).unwrap();
    let torn = log.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_err()).count();
    let apart = log.lines().all(|line| line.matches("{\"at\"").count() <= 1);
    assert!(torn <= 1 && apart && log.ends_with('\n'), "{case}: {log}");
}

/// A change under one kind of fault at every call, until one comes too late.
fn at_every_call(deed: Deed, fault: impl Fn(u64) -> Fault<'static>) {
    let untouched = home();
    let lock = deed.prepare(&untouched);
    let before = seen(&untouched);
    let done = ended(&mut deed.command(&untouched));
    assert_eq!(done.code, Some(0), "{deed:?}: {}{}", done.stdout, done.stderr);
    let after = seen(&untouched);
    assert_ne!(before, after, "{deed:?} changes nothing");
    drop(lock);
    let mut kinds = BTreeSet::new();
    for number in 1.. {
        let calls = under(deed, fault(number), &before, &after);
        kinds.extend(calls.iter().map(|call| call.kind.clone()));
        if (calls.len() as u64) < number {
            assert!(number > 4, "{deed:?} makes only {} calls", calls.len());
            break;
        }
    }
    assert!(kinds.contains("write") && kinds.contains("open"), "{deed:?}: {kinds:?}");
}

#[test]
fn a_disk_that_is_full_from_any_call_on_loses_nothing_and_is_told() {
    DEEDS.iter().for_each(|deed| at_every_call(*deed, |number| Fault::FailFrom(number, FULL)));
}

#[test]
fn a_disk_that_breaks_in_any_one_call_loses_nothing_and_is_told() {
    DEEDS.iter().for_each(|deed| at_every_call(*deed, |number| Fault::FailOnce(number, BROKEN)));
}

#[test]
fn a_kill_in_any_call_of_a_change_leaves_the_old_state_or_the_new_one() {
    DEEDS.iter().for_each(|deed| at_every_call(*deed, Fault::KillAt));
}
