//! A real disk that is really full: a small file system in memory, with ever more room left, until a run fits.

use super::{FULL, Small, assert_clear, ended, own};
use propensity::store::drafts::DraftStore;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Room for journal, report and summary of a run that failed: one that fails at its end has a whole report, a hundred
/// kilobytes and more, which is written before it takes its place.
const LAST_WORDS: u64 = 256 << 10;

const HOME: &str = "PROPENSITY_TEST_DISK";

/// A command that runs another one where file systems can be mounted that nobody else sees; `None` where the machine
/// does not allow that.
fn in_a_place_of_its_own() -> Option<Command> {
    let ways: [&[&str]; 2] = [&["--mount"], &["--user", "--map-root-user", "--mount"]];
    let place = tempfile::tempdir().unwrap();
    let mounts = |way: &&&[&str]| {
        let mount = ["mount", "-t", "tmpfs", "none"];
        let tried = Command::new("unshare").args(**way).args(mount).arg(place.path()).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let way = ways.iter().find(mounts)?;
    let mut command = Command::new("unshare");
    command.args(*way);
    Some(command)
}

/// Fills what is left of a disk but for so many bytes.
fn fill(filler: &Path, left: u64) {
    let mut file = fs::File::create(filler).unwrap();
    let block = [0; 4096];
    loop {
        match file.write_all(&block) {
            Ok(()) => {}
            Err(e) if e.raw_os_error() == Some(FULL) => break,
            Err(e) => panic!("{e}"),
        }
    }
    let full = file.metadata().unwrap().len();
    file.set_len(full.saturating_sub(left)).unwrap();
}

fn on_a_full_disk(small: &Small) {
    let filler = small.data().join("filler");
    let before = small.shown();
    let (mut failed, mut left) = (0, 0);
    loop {
        fill(&filler, left);
        let end = ended(&mut small.start());
        if end.code == Some(0) {
            break;
        }
        failed += 1;
        assert_clear(&end, small.home.path(), &format!("{left} bytes left"));
        assert!(end.stderr.contains("No space left"), "{}", end.stderr);
        assert_eq!(small.shown(), before, "{left} bytes left");
        // What it wrote was its own, and makes room for the word on how it ended.
        let last = &small.home.json(&["run", "list"])[0];
        let told = last["status"] == "failed" && last["message"].as_str().unwrap().contains("could not be");
        let published = told && small.live_folders().is_empty();
        assert!(
            published || left < LAST_WORDS,
            "{left} bytes left, and the run shows as {} with {:?}, {:?}",
            last["status"],
            last["message"],
            small.live_folders()
        );
        // A change is made or refused, and nothing in between; a deletion is always possible where there is a block.
        let text = left.to_string();
        let edited = ended(&mut small.home.command(&["score", "edit", "leads", "--description", &text]));
        let now = small.workspace.scores.find("leads").unwrap().description;
        assert_eq!(now == text, edited.code == Some(0), "{}", edited.stderr);
        if edited.code != Some(0) {
            assert_clear(&edited, small.home.path(), &format!("an edit, {left} bytes left"));
        }
        assert!(DraftStore::open(small.data()).list().is_ok());
        left += 8192;
        assert!(left < 64 << 20, "a run never fits");
    }
    assert!(failed >= 5, "only {failed} runs found the disk full");
    assert_ne!(small.shown().0, before.0);
    fs::remove_file(&filler).unwrap();
    let last = small.shown().0;
    small.home.stdout(&["run", "start", "leads"]);
    assert_ne!(small.shown().0, last);
    assert!(small.live_folders().is_empty());
}

#[test]
fn on_a_small_disk_that_is_full_runs_fail_with_a_clear_word_until_there_is_room() {
    // The test is its own process where the disk is mounted.
    if let Some(home) = std::env::var_os(HOME) {
        let data = Path::new(&home).join("data");
        let mount = ["-t", "tmpfs", "-o", "size=8m", "none"];
        fs::create_dir_all(&data).unwrap();
        assert!(Command::new("mount").args(mount).arg(&data).status().unwrap().success());
        let small = Small::at(crate::common::Home::at(Path::new(&home)));
        small.home.stdout(&["run", "start", "leads"]);
        return on_a_full_disk(&small);
    }
    let Some(mut place) = in_a_place_of_its_own() else {
        eprintln!("No file system can be mounted here, so no disk was filled.");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let test = own("lost::disk::on_a_small_disk_that_is_full_runs_fail_with_a_clear_word_until_there_is_room");
    let place = place.arg(test.get_program()).args(test.get_args()).env(HOME, folder.path());
    let output = place.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
