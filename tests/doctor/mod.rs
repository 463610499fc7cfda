//! `propensity doctor` through the real binary: every kind of problem is planted, named with its place, and mended or left
//! for a person; looking changes nothing, and nothing that is somebody else's is ever touched.

mod in_use;
mod lost_scores;
mod problems;

use crate::common::business::Business;
use crate::common::{Home, list, text};
use propensity::store::lock::Lock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

/// A workspace with a history: a score with a last good copy, two trainings (the second is champion), two scorings (the
/// second is newest), a draft.
struct Stage {
    home: Home,
    /// In the order in which they began.
    runs: Vec<String>,
}

/// The run with a role in the history.
const FIRST: usize = 0;
const SCORED: usize = 1;
const CHAMPION: usize = 2;
const NEWEST: usize = 3;

/// Files that are not the program's, everywhere.
const FOREIGN: [&str; 8] = [
    "data/notes.txt",
    "data/my folder/thing",
    "data/runs/readme.md",
    "data/runs/leads/notes.txt",
    "data/runs/leads/my folder/thing",
    "data/trash/keep.txt",
    "state/mine",
    "cache/.propensity-notes.tmp",
];

impl Stage {
    fn new() -> Stage {
        let home = Home::new();
        Business::new().write(&home);
        home.create_score("leads", &["--repeatable", "no"]);
        let kinds = ["training", "scoring", "training", "scoring"];
        let run = |kind| text(&home.json(&["run", "start", "leads", "--kind", kind]), "/id").to_string();
        let runs = kinds.map(run).to_vec();
        home.stdout(&["run", "list"]);
        home.stdout(&["score", "edit", "leads", "--description", "the second version"]);
        let stage = Stage { home, runs };
        for file in FOREIGN {
            stage.home.write(file, "not the program's");
        }
        stage.home.write(&format!("{}/mine.txt", stage.run(SCORED)), "not the program's");
        stage.until_quiet();
        stage
    }

    /// A run is seen as soon as it is published; its process still has to tidy up.
    fn until_quiet(&self) {
        let mut before = self.tree();
        loop {
            std::thread::sleep(Duration::from_millis(100));
            let now = self.tree();
            if now == before && !Lock::is_held(&self.path("data/runs/leads/.lock")) {
                return;
            }
            before = now;
        }
    }

    fn copy(&self) -> Stage {
        let home = Home::new();
        let from = self.home.path().join(".");
        assert!(Command::new("cp").arg("-a").arg(from).arg(home.path()).status().unwrap().success());
        Stage { home, runs: self.runs.clone() }
    }

    /// The folder of a run, below the home.
    fn run(&self, role: usize) -> String {
        format!("data/runs/leads/{}", self.runs[role])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn append(&self, name: &str, bytes: &str) {
        let mut content = fs::read(self.path(name)).unwrap();
        content.extend_from_slice(bytes.as_bytes());
        fs::write(self.path(name), content).unwrap();
    }

    /// Changes a JSON file.
    fn amend(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value = serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap();
        change(&mut value);
        fs::write(self.path(name), value.to_string()).unwrap();
    }

    fn age(&self, name: &str, time: Duration) {
        let file = File::options().write(true).open(self.path(name)).unwrap();
        file.set_modified(SystemTime::now() - time).unwrap();
    }

    fn doctor(&self, more: &[&str]) -> Doctored {
        doctor(&self.home, more)
    }

    /// Everything in the home: time of the last change, size, and content where that is not huge.
    fn tree(&self) -> Tree {
        let mut tree = BTreeMap::new();
        walk(self.home.path(), &mut tree);
        tree
    }

    fn foreign_is_untouched(&self, case: &str) {
        let mine = format!("{}/mine.txt", self.run(SCORED));
        for file in FOREIGN.iter().copied().chain([mine.as_str()]) {
            let content = fs::read_to_string(self.path(file));
            assert_eq!(content.ok().as_deref(), Some("not the program's"), "{case}: {file}");
        }
    }
}

fn doctor(home: &Home, more: &[&str]) -> Doctored {
    let output = home.propensity(&[&["doctor", "--json"], more].concat()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!errors.contains("panicked"), "{errors}");
    let said = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("no JSON ({e}): {errors}"));
    Doctored { code: output.status.code().unwrap(), said }
}

type Tree = BTreeMap<PathBuf, (i64, i64, u64, Vec<u8>)>;

fn differing(before: &Tree, after: &Tree) -> Vec<PathBuf> {
    let paths = before.keys().chain(after.keys());
    paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect()
}

fn walk(path: &Path, tree: &mut Tree) {
    let metadata = fs::symlink_metadata(path).unwrap();
    let content = if metadata.is_file() && metadata.len() < 1 << 24 { fs::read(path).unwrap() } else { Vec::new() };
    let entry = (metadata.mtime(), metadata.mtime_nsec(), metadata.len(), content);
    tree.insert(path.to_path_buf(), entry);
    if metadata.is_dir() {
        fs::read_dir(path).unwrap().for_each(|e| walk(&e.unwrap().path(), tree));
    }
}

/// What the doctor said.
struct Doctored {
    code: i32,
    said: Value,
}

impl Doctored {
    fn of(&self, topic: &str, path: &Path) -> Option<&Value> {
        let path = path.display().to_string();
        list(&self.said, "/findings").iter().find(|f| f["topic"] == topic && f["path"] == path.as_str())
    }

    fn problems(&self) -> Vec<&Value> {
        let is_problem = |f: &&Value| matches!(text(f, "/sign"), "mendable" | "decide") && f["mended"] == false;
        list(&self.said, "/findings").iter().filter(is_problem).collect()
    }
}
