//! What users may rely on: no change is lost, nothing that is not understood is overwritten, deleted comes back.

use super::*;
use crate::domain::score::goal::Goal;
use crate::domain::score::{ProfileType, Repeatable};
use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

fn day(day: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T08:00:00Z".parse().unwrap();
    start + jiff::SignedDuration::from_hours(24 * day)
}

fn store(dir: &tempfile::TempDir) -> ScoreStore {
    ScoreStore::open(dir.path()).with_clock(|| day(0))
}

fn score(name: &str) -> Score {
    Score::new(name, ProfileType::Person, Goal::parse("a where x is 'y'").unwrap(), 90, day(-9), "nobody")
}

fn filled(names: &[&str]) -> (tempfile::TempDir, ScoreStore) {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    names.iter().for_each(|n| assert!(store.create(score(n)).is_ok()));
    (dir, store)
}

fn names(store: &ScoreStore) -> Vec<String> {
    store.list().unwrap().into_iter().map(|s| s.name).collect()
}

fn audit_log(dir: &tempfile::TempDir) -> Vec<Record> {
    let text = fs::read_to_string(dir.path().join("audit.ndjson")).unwrap();
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn a_store_without_files_is_empty_and_reading_makes_none() {
    let dir = tempfile::tempdir().unwrap();
    let store = ScoreStore::open(dir.path().join("data"));
    assert_eq!(store.list().unwrap(), []);
    assert!(store.deleted().unwrap().is_empty());
    assert!(!dir.path().join("data").exists());
}

#[test]
fn a_created_score_has_an_id_and_says_who_made_it_when() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(&dir);
    let made = store.create(score("  Closed Won ")).unwrap();
    assert_eq!((made.id.as_str(), made.name.as_str()), ("closed-won", "Closed Won"));
    assert_eq!((made.created_at, made.created_by.clone()), (day(0), audit::user()));
    assert_eq!(store.find("closed-won").unwrap(), made);
    assert_eq!(store.find("CLOSED won").unwrap(), made);
    assert_eq!(store.list().unwrap(), [made]);
    let (user, score, detail) = (audit::user(), "closed-won".into(), String::new());
    let record = Record { at: day(0), user, action: Action::Created, score, detail };
    assert_eq!(audit_log(&dir), [record]);
}

#[test]
fn a_score_that_is_not_there_is_told_with_the_nearest() {
    let (_dir, store) = filled(&["Closed Won"]);
    let error = store.find("closed wno").unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("Did you mean 'Closed Won'?"));
    assert!(store.find("zzz").unwrap_err().hint.unwrap().contains("score list"));
}

#[test]
fn names_are_unique_in_any_capitals_and_never_another_score_s_id() {
    let (_dir, store) = filled(&["Ünder way", "a b"]);
    assert_eq!(store.create(score("üNDER WAY")).unwrap_err().exit_code(), 2);
    assert!(store.create(score("A-B")).unwrap_err().hint.unwrap().contains("'A-B (2)'"));
    assert_eq!(store.create(score("a: b")).unwrap().id, "a-b-2");
    assert_eq!(names(&store), ["Ünder way", "a b", "a: b"]);
}

#[test]
fn only_the_description_and_an_undecided_repeatable_change() {
    let (_dir, store) = filled(&["s", "t"]);
    let later = store.clone().with_clock(|| day(1));
    let edited = later.edit_description("S", "what it is for").unwrap();
    assert_eq!((edited.updated_at, edited.created_at), (day(1), day(0)));
    let freeze = |to| {
        later.update("s", |s| {
            s.repeatable = to;
            Ok(())
        })
    };
    assert_eq!(freeze(Repeatable::No).unwrap().description, "what it is for");
    assert!(freeze(Repeatable::Yes).unwrap_err().hint.unwrap().contains("clone"));
    for forbidden in [
        |s: &mut Score| s.goal = Goal::parse("b").unwrap(),
        |s: &mut Score| s.timeframe_days = 30,
        |s: &mut Score| s.name = "t".into(),
        |s: &mut Score| s.id = "../x".into(),
    ] {
        let before = fs::read(store.path()).unwrap();
        let error = later.update("s", |s| {
            forbidden(s);
            Ok(())
        });
        assert_eq!(error.unwrap_err().exit_code(), 2);
        assert_eq!(fs::read(store.path()).unwrap(), before);
    }
}

#[test]
fn a_clone_is_a_score_of_its_own_with_what_was_amended() {
    let (dir, store) = filled(&["s"]);
    fs::create_dir_all(store.runs_dir("s").join("r1")).unwrap();
    let clone = store.clone_score("s", |_| Ok(())).unwrap();
    assert_eq!((clone.name.as_str(), clone.id.as_str()), ("s (2)", "s-2"));
    assert_eq!(clone.goal, store.find("s").unwrap().goal);
    assert!(!store.runs_dir("s-2").exists());
    let other = store.clone_score("s", |s| {
        s.name = "new".into();
        s.goal = Goal::parse("b").unwrap();
        Ok(())
    });
    assert_eq!(other.unwrap().goal.to_string(), "b");
    let taken = store.clone_score("s", |s| {
        s.name = "NEW".into();
        Ok(())
    });
    assert!(taken.is_err());
    assert_eq!(names(&store), ["s", "s (2)", "new"]);
    assert_eq!(audit_log(&dir).iter().filter(|r| r.action == Action::Cloned).count(), 2);
}

#[test]
fn unknown_fields_survive_at_every_depth() {
    let (_dir, store) = filled(&["s", "t"]);
    let text = fs::read_to_string(store.path()).unwrap();
    let text = text.replacen("\"version\": 1", "\"version\": 1, \"from_later\": {\"b\": 1, \"a\": [2]}", 1);
    let text = text.replace("\"combine\": \"any\"", "\"combine\": \"any\", \"weight\": 0.1");
    let text = text.replace("\"timeframe_days\"", "\"owner\": null, \"timeframe_days\"");
    fs::write(store.path(), text).unwrap();
    store.edit_description("s", "d").unwrap();
    store.delete("t").unwrap();
    store.restore("t").unwrap();
    store.create(score("u")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&fs::read(store.path()).unwrap()).unwrap();
    assert_eq!(json["from_later"].to_string(), r#"{"b":1,"a":[2]}"#);
    for at in [0, 1] {
        assert_eq!(json["scores"][at]["goal"]["weight"], 0.1, "{json}");
        assert_eq!(json["scores"][at].get("owner"), Some(&serde_json::Value::Null));
    }
    assert_eq!(json["scores"][0]["description"], "d");
}

/// Every change is refused, and neither the file nor the last good copy is touched.
fn assert_untouched(dir: &tempfile::TempDir, store: &ScoreStore, content: &[u8]) -> Error {
    fs::write(store.path(), content).unwrap();
    let backup = fs::read(atomic::backup_path(&store.path())).ok();
    let log = fs::read(dir.path().join("audit.ndjson")).ok();
    let error = store.list().unwrap_err();
    assert_eq!(store.create(score("new")).unwrap_err(), error);
    assert_eq!(store.edit_description("s", "d").unwrap_err(), error);
    assert_eq!(store.clone_score("s", |_| Ok(())).unwrap_err(), error);
    assert_eq!(store.delete("s").unwrap_err(), error);
    assert_eq!(store.restore("s").unwrap_err(), error);
    assert_eq!(fs::read(store.path()).unwrap(), content);
    assert_eq!(fs::read(atomic::backup_path(&store.path())).ok(), backup);
    assert_eq!(fs::read(dir.path().join("audit.ndjson")).ok(), log);
    error
}

fn set_aside(dir: &tempfile::TempDir) -> Vec<PathBuf> {
    let files = fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().path());
    files.filter(|p| p.to_string_lossy().contains("scores.json.broken-")).collect()
}

#[test]
fn a_file_of_a_newer_version_is_refused_and_unchanged() {
    let (dir, store) = filled(&["s"]);
    let error = assert_untouched(&dir, &store, br#"{"version": 2, "scores": {"other": "form"}}"#);
    assert!(error.what.contains("newer version") && error.hint.unwrap().contains("Update"));
    assert!(store.recover().is_err());
    assert!(set_aside(&dir).is_empty());
}

#[test]
fn a_file_that_does_not_parse_is_refused_unchanged_and_copied_under_a_told_name() {
    let good = {
        let (_dir, store) = filled(&["s"]);
        fs::read_to_string(store.path()).unwrap()
    };
    let escaping = good.replace("\"id\": \"s\"", "\"id\": \"../../s\"");
    let wrong_type = good.replace("90", "\"ninety\"");
    for broken in ["", "{", "[]", "{}", "{\"version\":1}", "{\"version\":0,\"scores\":[]}", &escaping, &wrong_type] {
        let (dir, store) = filled(&["s"]);
        let error = assert_untouched(&dir, &store, broken.as_bytes());
        let copies = set_aside(&dir);
        assert_eq!(copies.len(), 1, "{broken}");
        assert_eq!(fs::read_to_string(&copies[0]).unwrap(), broken);
        assert!(error.to_string().contains(&*copies[0].to_string_lossy()), "{error}");
    }
}

#[test]
fn the_last_good_copy_is_offered_and_recovered() {
    let (dir, store) = filled(&["s", "t", "u"]);
    assert!(store.recover().is_err(), "a good file is not replaced");
    fs::write(store.path(), "{\"version\": 1, \"sco").unwrap();
    let hint = store.list().unwrap_err().hint.unwrap();
    assert!(hint.contains("holds 2 scores") && hint.contains("scores.json.bak"), "{hint}");
    assert_eq!(store.recover().unwrap().len(), 2);
    assert_eq!(names(&store), ["s", "t"]);
    assert_eq!(fs::read_to_string(&set_aside(&dir)[0]).unwrap(), "{\"version\": 1, \"sco");
}

#[test]
fn restoring_brings_back_the_definition_and_the_runs() {
    let (dir, store) = filled(&["s", "t"]);
    let before = store.find("s").unwrap();
    let run = store.runs_dir("s").join("r1");
    fs::create_dir_all(&run).unwrap();
    fs::write(run.join("run.json"), "{}").unwrap();
    store.delete("S").unwrap();
    assert_eq!(names(&store), ["t"]);
    assert!(!store.runs_dir("s").exists());
    assert_eq!(store.deleted().unwrap()[0].score, before);
    assert_eq!(store.restore("S").unwrap(), before);
    assert_eq!(names(&store), ["t", "s"]);
    assert_eq!(fs::read_to_string(run.join("run.json")).unwrap(), "{}");
    assert!(store.restore("s").is_err(), "only once");
    assert_eq!(fs::read_dir(dir.path().join("trash")).unwrap().count(), 0);
    let log: Vec<Action> = audit_log(&dir).into_iter().map(|r| r.action).collect();
    assert_eq!(log, [Action::Created, Action::Created, Action::Deleted, Action::Restored]);
}

#[test]
fn a_name_given_away_meanwhile_gets_a_number_and_ids_are_not_given_away() {
    let (_dir, store) = filled(&["s"]);
    store.delete("s").unwrap();
    assert_eq!(store.create(score("s")).unwrap().id, "s-2");
    let restored = store.restore("s").unwrap();
    assert_eq!((restored.id.as_str(), restored.name.as_str()), ("s", "s (2)"));
    fs::create_dir_all(store.runs_dir("orphan")).unwrap();
    assert_eq!(store.create(score("orphan")).unwrap().id, "orphan-2");
}

#[test]
fn a_deletion_that_a_crash_cut_short_loses_nothing() {
    // Before scores.json was written: the score is live, and its entry in the trash does not count.
    let (_dir, store) = filled(&["s"]);
    let before = fs::read(store.path()).unwrap();
    fs::create_dir_all(store.runs_dir("s").join("r1")).unwrap();
    store.delete("s").unwrap();
    fs::write(store.path(), &before).unwrap();
    assert!(store.deleted().unwrap().is_empty());
    // After it, before the runs were moved: they are found at their place.
    let (_dir, store) = filled(&["s"]);
    store.delete("s").unwrap();
    fs::create_dir_all(store.runs_dir("s").join("r1")).unwrap();
    store.restore("s").unwrap();
    assert!(store.runs_dir("s").join("r1").exists());
}

#[test]
fn the_trash_is_kept_for_a_week() {
    let (dir, store) = filled(&["s"]);
    fs::create_dir_all(store.runs_dir("s").join("r1")).unwrap();
    store.delete("s").unwrap();
    let last_day = store.clone().with_clock(|| day(7));
    last_day.create(score("t")).unwrap();
    assert_eq!(last_day.deleted().unwrap().len(), 1);
    let after = store.clone().with_clock(|| day(8));
    assert!(after.restore("s").unwrap_err().hint.unwrap().contains("7 days"));
    after.create(score("u")).unwrap();
    assert_eq!(fs::read_dir(dir.path().join("trash")).unwrap().count(), 0);
    assert_eq!(audit_log(&dir).last().map(|r| (r.action, r.score.as_str())), Some((Action::Purged, "s")));
}

#[test]
fn a_change_waits_for_the_lock_no_longer_than_it_is_told_and_reading_does_not_wait() {
    let (dir, store) = filled(&["s"]);
    let _held = Lock::acquire(&dir.path().join("scores.lock"), Duration::ZERO).unwrap();
    let error = store.clone().with_wait(Duration::from_millis(20)).create(score("t")).unwrap_err();
    assert!(error.causes[0].contains(&format!("process {}", std::process::id())), "{error}");
    assert_eq!(names(&store), ["s"]);
}

const WRITERS_DIR: &str = "PROPENSITY_TEST_WRITERS_DIR";
const WRITERS_NAME: &str = "PROPENSITY_TEST_WRITERS_NAME";
const CHANGES: usize = 5;

fn write_many(dir: &Path, writer: &str) {
    let store = ScoreStore::open(dir).with_wait(Duration::from_secs(120));
    for i in 0..CHANGES {
        let name = format!("{writer} {i}");
        store.create(score(&name)).unwrap();
        store.edit_description(&name, &name).unwrap();
        store
            .update("counter", |s| {
                s.description.push('x');
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn threads_and_processes_that_change_at_once_lose_nothing() {
    // The test is its own other processes.
    if let (Some(dir), Ok(name)) = (std::env::var_os(WRITERS_DIR), std::env::var(WRITERS_NAME)) {
        return write_many(Path::new(&dir), &name);
    }
    let (dir, store) = filled(&["counter"]);
    let mut children: Vec<_> = (0..3)
        .map(|p| {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "store::scores::tests::threads_and_processes_that_change_at_once_lose_nothing"])
                .env(WRITERS_DIR, dir.path())
                .env(WRITERS_NAME, format!("process {p}"))
                .stdout(Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    std::thread::scope(|s| {
        for t in 0..3 {
            let dir = dir.path();
            s.spawn(move || write_many(dir, &format!("thread {t}")));
        }
        // A reader in between always sees a whole file.
        s.spawn(|| (0..200).for_each(|_| assert!(store.list().is_ok())));
    });
    children.iter_mut().for_each(|c| assert!(c.wait().unwrap().success()));
    let scores = store.list().unwrap();
    assert_eq!(scores.len(), 1 + 6 * CHANGES);
    assert_eq!(scores[0].description.len(), 6 * CHANGES);
    assert!(scores[1..].iter().all(|s| s.description == s.name));
    let ids: BTreeSet<&str> = scores.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids.len(), scores.len());
    assert_eq!(audit_log(&dir).len(), 1 + 3 * 6 * CHANGES);
}

#[test]
fn a_score_that_the_file_lost_is_put_back_once_and_a_deleted_one_is_not() {
    let (dir, store) = filled(&["s", "t"]);
    let before = store.find("t").unwrap();
    let mut raw = serde_json::to_value(&before).unwrap().as_object().unwrap().clone();
    raw.insert("later".into(), 1.into());
    assert_eq!(store.put_back(raw.clone()).unwrap(), before, "it is there");
    let log = |dir| audit_log(dir).iter().filter(|r| r.action == Action::Recovered).count();
    assert_eq!((names(&store), log(&dir)), (vec!["s".to_string(), "t".into()], 0));
    store.delete("t").unwrap();
    let error = store.put_back(raw.clone()).unwrap_err();
    assert!(error.to_string().contains("propensity score restore t"), "{error}");
    fs::remove_dir_all(dir.path().join("trash")).unwrap();
    assert_eq!(store.put_back(raw.clone()).unwrap().id, "t");
    assert_eq!((names(&store), log(&dir)), (vec!["s".to_string(), "t".into()], 1));
    assert!(fs::read_to_string(store.path()).unwrap().contains("\"later\": 1"));
    raw.insert("id".into(), "../u".into());
    assert!(store.put_back(raw).is_err());
    assert_eq!(names(&store).len(), 2);
}

#[test]
fn the_folders_of_the_trash_are_known_by_their_names() {
    for name in ["s-20260101T000000Z", "closed-won-2-20260101T000000Z", "s-20260101T000000Z-2"] {
        assert!(is_entry(name), "{name}");
    }
    for name in
        ["20260101T000000Z", "-20260101T000000Z", "s", "s-2", "", "-", "s-20260101T000000", "s-20260101X000000Z"]
    {
        assert!(!is_entry(name), "{name}");
    }
}
