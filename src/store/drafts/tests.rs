//! What somebody who left the wizard half-way may rely on.

use super::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

fn draft(name: &str) -> Draft {
    Draft { name: name.into(), ..Draft::default() }
}

fn names(store: &DraftStore) -> Vec<String> {
    store.list().unwrap().into_iter().map(|d| d.name).collect()
}

#[test]
fn a_store_without_a_file_is_empty_and_neither_reading_nor_removing_makes_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = DraftStore::open(dir.path().join("data"));
    assert_eq!(store.list().unwrap(), []);
    store.remove("gone").unwrap();
    assert!(!dir.path().join("data").exists());
}

#[test]
fn a_draft_gets_an_id_once_and_says_who_changed_it_when() {
    let dir = tempfile::tempdir().unwrap();
    let store = DraftStore::open(dir.path());
    let before = Timestamp::now();
    let first = store.save(draft("a")).unwrap();
    assert!(!first.id.is_empty() && first.updated_at >= before && first.updated_by == audit::user());
    let second = store.save(draft("b")).unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(names(&store), ["b", "a"], "newest first");
    let again = store.save(Draft { name: "a, longer".into(), ..first.clone() }).unwrap();
    assert_eq!(again.id, first.id);
    assert!(again.updated_at >= second.updated_at);
    assert_eq!(names(&store), ["a, longer", "b"]);
    assert_eq!(store.list().unwrap()[0], again);
}

#[test]
fn a_removed_draft_is_gone_and_one_that_is_still_being_edited_comes_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = DraftStore::open(dir.path());
    let kept = store.save(draft("a")).unwrap();
    store.remove(&kept.id).unwrap();
    store.remove(&kept.id).unwrap();
    assert_eq!(names(&store), [""; 0]);
    assert_eq!(store.save(kept.clone()).unwrap().id, kept.id);
    assert_eq!(names(&store), ["a"]);
}

#[test]
fn unknown_fields_survive() {
    let dir = tempfile::tempdir().unwrap();
    let store = DraftStore::open(dir.path());
    let kept = store.save(draft("a")).unwrap();
    store.save(draft("b")).unwrap();
    let path = dir.path().join("drafts.json");
    let text = fs::read_to_string(&path).unwrap();
    let text = text.replacen("\"version\": 1", "\"version\": 1, \"from_later\": [1]", 1);
    let text = text.replace("\"timeframe\"", "\"schedule\": {\"days\": [1, 2]}, \"timeframe\"");
    let text = text.replace("\"event_type\"", "\"weight\": 0.1, \"event_type\"");
    fs::write(&path, text).unwrap();
    store.save(Draft { name: "c".into(), ..kept }).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(json["from_later"][0], 1);
    for at in [0, 1] {
        assert_eq!(json["drafts"][at]["schedule"]["days"][1], 2, "{json}");
        assert_eq!(json["drafts"][at]["goal"][0]["weight"], 0.1, "{json}");
    }
    assert_eq!(json["drafts"][0]["name"], "c");
}

#[test]
fn a_file_that_cannot_be_understood_is_refused_and_never_overwritten() {
    for (content, said, copies) in [
        ("{\"version\": 1, \"dra", "does not parse", 1),
        ("{\"version\": 1, \"drafts\": [{\"id\": \"../x\"}]}", "does not parse", 1),
        ("{\"version\": 2, \"drafts\": {}}", "newer version", 0),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let store = DraftStore::open(dir.path());
        let path = dir.path().join("drafts.json");
        let kept = store.save(draft("a")).unwrap();
        store.save(draft("b")).unwrap();
        fs::write(&path, content).unwrap();
        let error = store.list().unwrap_err();
        assert!(error.what.contains("The drafts file") && error.what.contains(said), "{error}");
        assert_eq!(store.save(kept.clone()).unwrap_err(), error);
        assert_eq!(store.remove(&kept.id).unwrap_err(), error);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        let files = fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
        assert_eq!(files.filter(|name| name.contains("broken")).count(), copies);
        if copies > 0 {
            assert!(error.hint.unwrap().contains("holds 1 draft,"));
        }
    }
}

#[test]
fn every_change_is_told_and_nothing_else_is() {
    let dir = tempfile::tempdir().unwrap();
    let store = DraftStore::open(dir.path());
    let kept = store.save(draft("a")).unwrap();
    let first = changes::stamp(dir.path());
    assert!(first.is_some());
    store.list().unwrap();
    store.remove("none").unwrap();
    assert_eq!(changes::stamp(dir.path()), first);
    store.save(kept.clone()).unwrap();
    let second = changes::stamp(dir.path());
    assert_ne!(second, first);
    store.remove(&kept.id).unwrap();
    assert_ne!(changes::stamp(dir.path()), second);
}

const WRITERS_DIR: &str = "PROPENSITY_TEST_DRAFTS_DIR";
const DRAFTS: usize = 8;

fn write_many(dir: &Path) {
    let store = DraftStore::open(dir).with_wait(Duration::from_secs(120));
    for i in 0..DRAFTS {
        let kept = store.save(draft(&i.to_string())).unwrap();
        store.save(Draft { description: "again".into(), ..kept }).unwrap();
        let passing = store.save(draft("passing")).unwrap();
        store.remove(&passing.id).unwrap();
    }
}

#[test]
fn threads_and_processes_that_write_at_once_lose_nothing() {
    // The test is its own other processes.
    if let Some(dir) = std::env::var_os(WRITERS_DIR) {
        return write_many(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let spawn = || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store::drafts::tests::threads_and_processes_that_write_at_once_lose_nothing"])
            .env(WRITERS_DIR, dir.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut children = [spawn(), spawn(), spawn()];
    std::thread::scope(|s| {
        (0..3).for_each(|_| drop(s.spawn(|| write_many(dir.path()))));
        s.spawn(|| (0..200).for_each(|_| assert!(DraftStore::open(dir.path()).list().is_ok())));
    });
    children.iter_mut().for_each(|c| assert!(c.wait().unwrap().success()));
    let drafts = DraftStore::open(dir.path()).list().unwrap();
    assert_eq!(drafts.len(), 6 * DRAFTS);
    assert!(drafts.iter().all(|d| d.description == "again"));
    let ids: BTreeSet<&str> = drafts.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(ids.len(), drafts.len());
}
