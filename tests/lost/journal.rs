//! A journal that a crash cut, that holds garbage, or that a later program wrote: everybody who reads it tells the truth as
//! far as it is known.

use super::{Fault, Small, ended, stages};
use crate::common::{list, text};
use crate::runs::workers::{finish, signal, until};
use propensity::domain::run::stage::StageName;
use propensity::domain::run::{RunKind, Status};
use propensity::process::follow;
use propensity::runs::layout;
use rustix::process::Signal;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Lines of a program to come, and lines of nobody.
const STRANGE: &str = concat!(
    r#"{"v":99,"seq":1000,"at":"2026-03-01T08:00:00Z","kind":"drift","psi":[0.5],"stage":{"name":"read"}}"#,
    "\n",
    r#"{"v":99,"seq":1001,"at":"2026-03-01T08:00:00Z","kind":"progress","stage":"read","done":{"rows":7}}"#,
    "\n\u{0}\u{0}\u{0}\nnot json \u{1b}[2J\n[1]\n{\"v\":1,\"seq\":3,\"at\n"
);

/// A journal with something done to its lines.
fn spoil(path: &Path, spoil: impl FnOnce(Vec<String>) -> String) {
    let lines = fs::read_to_string(path).unwrap().lines().map(str::to_string).collect();
    fs::write(path, spoil(lines)).unwrap();
}

fn torn(mut lines: Vec<String>) -> String {
    let last = lines.pop().unwrap();
    format!("{}\n{}", lines.join("\n"), &last[..last.len() / 2])
}

fn strange(mut lines: Vec<String>) -> String {
    lines.insert(lines.len() / 2, STRANGE.trim_end().into());
    lines.join("\n") + "\n"
}

fn newer(lines: Vec<String>) -> String {
    lines.join("\n").replace("\"v\":1", "\"v\":99") + "\n"
}

const SPOILT: [fn(Vec<String>) -> String; 3] = [torn, strange, newer];

/// The last line of a command that prints JSON lines.
fn last(printed: &str) -> Value {
    serde_json::from_str(printed.lines().last().expect("it prints a line")).expect("a line of JSON")
}

#[test]
fn a_run_that_is_over_reads_the_same_whatever_became_of_its_journal() {
    let small = Small::scored();
    let run = small.shown().0;
    let journal = small.runs().join(&run).join(layout::JOURNAL);
    let whole = fs::read(&journal).unwrap();
    let shown = small.home.stdout(&["run", "show", &run]);
    let watched = last(&small.home.stdout(&["run", "watch", &run, "--json"]));
    assert_eq!(text(&watched, "/status"), "successful");
    for spoilt in SPOILT {
        fs::write(&journal, &whole).unwrap();
        spoil(&journal, spoilt);
        assert_eq!(small.home.stdout(&["run", "show", &run]), shown);
        assert_eq!(text(&small.home.json(&["run", "list"]), "/0/status"), "successful");
        let now = last(&small.home.stdout(&["run", "watch", &run, "--json"]));
        for key in ["run", "score", "status", "code", "message", "kind"] {
            assert_eq!(now[key], watched[key], "{key}");
        }
    }
    // Even without one.
    fs::remove_file(&journal).unwrap();
    let now = last(&small.home.stdout(&["run", "watch", &run, "--json"]));
    assert_eq!((text(&now, "/status"), &now["message"]), ("successful", &watched["message"]));
}

#[test]
fn a_stopped_run_keeps_its_code_and_its_exit_code_whatever_became_of_its_journal() {
    let small = Small::new();
    let config = fs::read_to_string(small.home.path().join("config.toml")).unwrap();
    small.home.write("config.toml", config.replace("contacts = 1", "contacts = 1000"));
    small.home.fails(&["run", "start", "leads"], 3);
    let run = text(&small.home.json(&["run", "list"]), "/0/id").to_string();
    let journal = small.runs().join(&run).join(layout::JOURNAL);
    let whole = fs::read(&journal).unwrap();
    for spoilt in SPOILT {
        fs::write(&journal, &whole).unwrap();
        spoil(&journal, spoilt);
        let said = small.home.fails(&["run", "watch", &run], 3);
        assert!(said.contains("stopped by 402") && said.contains("hint:"), "{said}");
        assert_eq!(small.home.json(&["run", "list"])[0]["code"], 402);
    }
}

/// The live folder's journal of a run that stands still.
fn journal_of(small: &Small, run: &str) -> PathBuf {
    layout::live_path(&small.runs(), run).join(layout::JOURNAL)
}

#[test]
fn a_live_run_is_followed_past_lines_that_nobody_knows() {
    let small = Small::scored();
    let held = stages::stopped_in(&small, RunKind::Training, StageName::Train);
    let journal = journal_of(&small, &held.run);
    let mut watch = small.home.command(&["run", "watch", "--json"]);
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap());
    let mut first = String::new();
    lines.read_line(&mut first).unwrap();
    assert_eq!(text(&last(&first), "/stage"), "train and test");
    fs::OpenOptions::new().append(true).open(&journal).unwrap().write_all(STRANGE.as_bytes()).unwrap();
    // Looked at anew, and followed on.
    let live = follow::live_run(&small.workspace, "leads").unwrap();
    assert_eq!((live.status, live.stage.as_deref()), (Status::Processing, Some("train and test")));
    assert_eq!(text(&small.home.json(&["run", "list"]), "/0/status"), "processing");
    signal(held.pid, Signal::CONT);
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    let (code, _, errors) = finish(watch);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(text(&last(&rest), "/status"), "successful");
    let stages = list(&last(&rest), "/stages").len();
    assert_eq!(stages, StageName::of(RunKind::Training).len());
}

#[test]
fn an_interrupted_run_is_settled_as_far_as_its_journal_tells() {
    let small = Small::scored();
    for spoilt in SPOILT {
        let held = stages::stopped_in(&small, RunKind::Training, StageName::Deploy);
        signal(held.pid, Signal::KILL);
        let interrupted = || follow::live_run(&small.workspace, "leads").filter(|l| l.status == Status::Interrupted);
        until("the run is interrupted", interrupted);
        spoil(&journal_of(&small, &held.run), spoilt);
        let listed = small.home.json(&["run", "list"]);
        let row = list(&listed, "").iter().find(|r| r["id"] == held.run.as_str()).expect("it is listed");
        assert_eq!(text(row, "/status"), "interrupted");
        let watched = ended(&mut small.home.command(&["run", "watch", &held.run, "--json"]));
        assert_eq!((watched.code, text(&last(&watched.stdout), "/status")), (Some(1), "interrupted"));
        small.home.stdout(&["run", "cancel", "leads"]);
        let trace = small.home.json(&["run", "show", &held.run]);
        assert_eq!([text(&trace, "/status"), text(&trace, "/kind")], ["interrupted", "training"]);
        let done: Vec<&str> = list(&trace, "/stages").iter().map(|s| text(s, "/name")).collect();
        assert!(done.starts_with(&["read", "check"]), "{done:?}");
        assert!(small.live_folders().is_empty());
    }
    // Without its first line nothing tells that it ever began.
    let held = stages::stopped_in(&small, RunKind::Training, StageName::Read);
    signal(held.pid, Signal::KILL);
    until("the lock is free", || {
        follow::live_run(&small.workspace, "leads").filter(|l| l.status == Status::Interrupted)
    });
    fs::write(journal_of(&small, &held.run), "{\"v\":1,\"se").unwrap();
    let shown = small.shown();
    small.home.stdout(&["run", "start", "leads"]);
    assert_ne!(small.shown().0, shown.0);
    assert!(small.home.fails(&["run", "show", &held.run], 1).contains("There is no run"));
}

#[test]
fn a_journal_that_cannot_be_written_fails_the_run_with_a_clear_word_and_hangs_nobody() {
    let small = Small::scored();
    let before = small.shown();
    // The first call on the journal is its creation, the next ones are its lines.
    let log = small.home.path().join("calls");
    let mut counted = small.start();
    super::with(&mut counted, small.data(), Fault::Count, Some(&log));
    assert_eq!(ended(&mut counted).code, Some(0));
    let first = super::calls(&log).iter().position(|call| call.path.ends_with(layout::JOURNAL)).unwrap() as u64;
    let good = small.shown();
    assert_ne!(before.0, good.0);
    for number in first + 1..first + 8 {
        let mut start = small.start();
        super::with(&mut start, small.data(), Fault::FailFrom(number, super::READ_ONLY), None);
        let end = ended(&mut start);
        super::assert_clear(&end, small.home.path(), &format!("from call {number} on"));
        assert!(end.stderr.contains("journal"), "{}", end.stderr);
        assert_eq!(small.shown(), good);
        // What it left would add calls to the next one.
        let _ = ended(&mut small.home.command(&["run", "cancel", "leads"]));
        assert!(small.live_folders().is_empty());
    }
}
