//! Eight processes that change one workspace at once, two hundred changes each: all of them are there.

use super::{own, score, temporary};
use crate::common::in_memory;
use propensity::domain::score::draft::Draft;
use propensity::store::drafts::DraftStore;
use propensity::store::scores::ScoreStore;
use std::collections::BTreeSet;
use std::path::Path;

const PROCESSES: usize = 8;
const CHANGES: usize = 200;
/// Of the changes, so many make a score; the others edit, and some keep a draft.
const CREATED: usize = 10;
const DRAFTS: usize = 30;

const FOLDER: &str = "PROPENSITY_TEST_EIGHT";
const NAME: &str = "PROPENSITY_TEST_EIGHT_NAME";

fn change(data: &Path, writer: &str) {
    let (store, drafts) = (ScoreStore::open(data), DraftStore::open(data));
    for number in 0..CREATED {
        store.create(score(&format!("{writer} {number}"))).unwrap();
    }
    for number in 0..DRAFTS {
        drafts.save(Draft { name: format!("{writer} {number}"), ..Draft::default() }).unwrap();
    }
    for number in 0..CHANGES - CREATED - DRAFTS {
        // One score that all of them change, and one of their own.
        let append = |s: &mut propensity::domain::score::Score| {
            s.description += "x";
            Ok(())
        };
        match number % 2 {
            0 => store.update("shared", append).unwrap(),
            _ => store.update(&format!("{writer} {}", number % CREATED), append).unwrap(),
        };
    }
}

#[test]
fn eight_processes_with_two_hundred_changes_each_lose_none() {
    // The test is its own other processes.
    if let (Some(data), Ok(name)) = (std::env::var_os(FOLDER), std::env::var(NAME)) {
        return change(Path::new(&data), &name);
    }
    let folder = in_memory();
    let store = ScoreStore::open(folder.path());
    store.create(score("shared")).unwrap();
    let test = "lost::writers::eight_processes_with_two_hundred_changes_each_lose_none";
    let start = |n: usize| own(test).env(FOLDER, folder.path()).env(NAME, format!("w{n}")).spawn().unwrap();
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    let scores = store.list().unwrap();
    let of = |name: &str| scores.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("{name} is lost"));
    let edits = CHANGES - CREATED - DRAFTS;
    assert_eq!(of("shared").description.len(), PROCESSES * edits / 2);
    for writer in 0..PROCESSES {
        let own = (0..CREATED).map(|n| of(&format!("w{writer} {n}")).description.len());
        assert_eq!(own.sum::<usize>(), edits / 2, "an edit of w{writer} is lost");
    }
    let drafts = DraftStore::open(folder.path()).list().unwrap();
    let names: BTreeSet<&str> = drafts.iter().map(|d| d.name.as_str()).collect();
    assert_eq!((drafts.len(), names.len()), (PROCESSES * DRAFTS, PROCESSES * DRAFTS));
    let log = std::fs::read_to_string(folder.path().join("audit.ndjson")).unwrap();
    assert_eq!(log.lines().count(), 1 + PROCESSES * (CHANGES - DRAFTS));
    assert!(temporary(folder.path()).is_empty());
}
