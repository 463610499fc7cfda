//! A power cut cannot be made here, but what protects from one can be seen: what is renamed into its place was flushed
//! before, and the folder is flushed after; what is called done is on the disk.

use super::{Call, Fault, Small, calls, ended, with};
use crate::common::Home;
use crate::common::business::GOAL;
use propensity::runs::layout;
use std::path::Path;
use std::process::Command;

/// The calls of a command that succeeds.
fn of(home: &Home, mut command: Command) -> Vec<Call> {
    let log = home.path().join("calls");
    let _ = std::fs::remove_file(&log);
    with(&mut command, &home.path().join("data"), Fault::Count, Some(&log));
    let end = ended(&mut command);
    assert_eq!(end.code, Some(0), "{}", end.stderr);
    calls(&log)
}

fn is(call: &Call, kind: &str, path: &Path) -> bool {
    call.kind == kind && Path::new(&call.path) == path
}

/// After the last call of this kind on a path comes a flush of `flushed`.
#[track_caller]
fn assert_flushed(calls: &[Call], kind: &str, path: &Path, flushed: &Path) {
    let at = calls.iter().rposition(|c| is(c, kind, path)).unwrap_or_else(|| panic!("no {kind} of {}", path.display()));
    let after = calls[at..].iter().any(|c| is(c, "fsync", flushed));
    assert!(after, "{} is not flushed after the {kind} of {}:\n{calls:#?}", flushed.display(), path.display());
}

#[test]
fn a_change_is_flushed_before_it_is_renamed_into_its_place_and_its_folder_after_it() {
    let home = Home::in_memory();
    let data = home.path().join("data");
    let create = ["score", "create", "--name", "new", "--profile", "person", "--goal", GOAL, "--timeframe", "30"];
    let all = [&create[..], &["score", "edit", "new", "--description", "d"], &["score", "delete", "new", "--yes"]];
    for arguments in all {
        let calls = of(&home, home.command(arguments));
        let renames = calls.iter().enumerate().filter(|(_, c)| c.kind == "rename" && c.path.ends_with(".json"));
        for (at, rename) in renames {
            let flushed = calls[..at].iter().rev().find(|c| c.kind == "write" || c.kind == "fsync").unwrap();
            assert!(flushed.kind == "fsync" && flushed.path.ends_with(".tmp"), "{arguments:?}: {flushed:?}");
            let path = Path::new(&rename.path);
            assert_flushed(&calls, "rename", path, path.parent().unwrap());
        }
        assert_flushed(&calls, "rename", &data.join("scores.json"), &data);
        assert_flushed(&calls, "write", &data.join("audit.ndjson"), &data.join("audit.ndjson"));
    }
    let calls = of(&home, home.command(&["score", "restore", "new"]));
    assert_flushed(&calls, "rename", &data.join("scores.json"), &data);
}

#[test]
fn every_file_of_a_run_is_flushed_before_it_is_published_and_its_folder_after_it() {
    let small = Small::new();
    let calls = of(&small.home, small.start());
    let id = layout::published(&small.runs()).pop().unwrap();
    let (live, published) = (layout::live_path(&small.runs(), &id), small.runs().join(&id));
    let at = calls.iter().position(|c| is(c, "rename", &published)).unwrap();
    for entry in std::fs::read_dir(&published).unwrap() {
        let path = live.join(entry.unwrap().file_name());
        assert_flushed(&calls[..at], "write", &path, &path);
    }
    assert_flushed(&calls[..at], "open", &live.join(layout::SUMMARY), &live);
    assert_flushed(&calls, "rename", &published, &small.runs());
    // The folders above it were made by this run.
    assert_flushed(&calls, "mkdir", &small.runs(), small.runs().parent().unwrap());
}
