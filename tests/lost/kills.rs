//! A thousand kills of a process that writes the state, at random moments. The child tells over a pipe what it is about to
//! change, and what is done: what it called done must be there, and what it was at must have happened wholly or not at
//! all.

use super::{State, assert_free, own, score, temporary};
use crate::common::business::Draw;
use crate::common::in_memory;
use propensity::domain::score::draft::Draft;
use propensity::store::audit::Record;
use propensity::store::drafts::DraftStore;
use propensity::store::scores::ScoreStore;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::time::Duration;

const KILLS: usize = 1_000;
/// Folders, each killed in by a thread of its own.
const FOLDERS: usize = 4;
/// Names are drawn from so many, so that every kind of change comes often.
const NAMES: u64 = 8;

const FOLDER: &str = "PROPENSITY_TEST_KILLS";
const SEED: &str = "PROPENSITY_TEST_KILLS_SEED";

/// One change of the state.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Change {
    Create(String),
    Describe(String, String),
    Clone(String, String),
    Delete(String),
    Restore(String),
    Draft(String, String),
    Forget(String),
}

impl Change {
    /// A change that is possible now.
    fn draw(state: &State, draw: &mut Draw) -> Change {
        let name = format!("s{}", draw.below(NAMES));
        let text = format!("{:x}", draw.next());
        match (draw.below(7), state.scores.contains_key(&name), state.deleted.contains_key(&name)) {
            (0, ..) => Change::Draft(name, text),
            (1, ..) if state.drafts.contains_key(&name) => Change::Forget(name),
            (_, false, false) => Change::Create(name),
            (_, false, true) => Change::Restore(name),
            (2, ..) if !state.scores.contains_key("copy") && !state.deleted.contains_key("copy") => {
                Change::Clone(name, "copy".into())
            }
            (3 | 4, ..) => Change::Delete(name),
            _ => Change::Describe(name, text),
        }
    }

    fn make(&self, data: &Path) -> propensity::error::Result<()> {
        let (store, drafts) = (ScoreStore::open(data), DraftStore::open(data));
        match self {
            Change::Create(name) => {
                let made = store.create(score(name))?;
                // What a run leaves goes to the trash and comes back with the score.
                let run = store.runs_dir(&made.id).join("run");
                fs::create_dir_all(&run).and_then(|()| fs::write(run.join("run.json"), "{}")).expect("a run");
            }
            Change::Describe(name, text) => drop(store.edit_description(name, text)?),
            Change::Clone(name, copy) => {
                store.clone_score(name, |s| {
                    s.name.clone_from(copy);
                    Ok(())
                })?;
            }
            Change::Delete(name) => drop(store.delete(name)?),
            Change::Restore(name) => drop(store.restore(name)?),
            Change::Draft(id, name) => {
                drop(drafts.save(Draft { id: id.clone(), name: name.clone(), ..Draft::default() })?);
            }
            Change::Forget(id) => drafts.remove(id)?,
        }
        Ok(())
    }

    /// The state as it must be with this change.
    fn apply(&self, state: &mut State) {
        let shown = |name: &str, text: &str| format!("{name}: {text}");
        match self {
            Change::Create(name) => drop(state.scores.insert(name.clone(), shown(name, ""))),
            Change::Describe(name, text) => drop(state.scores.insert(name.clone(), shown(name, text))),
            Change::Clone(name, copy) => {
                let text = state.scores[name].split_once(": ").map_or("", |(_, text)| text).to_string();
                state.scores.insert(copy.clone(), shown(copy, &text));
            }
            Change::Delete(name) => {
                let gone = state.scores.remove(name).expect("it was there");
                state.deleted.insert(name.clone(), gone);
            }
            Change::Restore(name) => {
                let back = state.deleted.remove(name).expect("it was there");
                state.scores.insert(name.clone(), back);
            }
            Change::Draft(id, name) => drop(state.drafts.insert(id.clone(), name.clone())),
            Change::Forget(id) => drop(state.drafts.remove(id)),
        }
    }

    fn is_recorded(&self) -> bool {
        !matches!(self, Change::Draft(..) | Change::Forget(_))
    }
}

/// Changes the state until it is killed.
fn change_for_ever(data: &Path) {
    let mut draw = Draw::new(std::env::var(SEED).unwrap().parse().unwrap());
    let mut out = std::io::stdout().lock();
    loop {
        let change = Change::draw(&State::of(data), &mut draw);
        let mut say = |word: &str| {
            // One write a line, past the capturing of the test's output.
            let line = format!("\n{word} {}\n", serde_json::to_string(&change).unwrap());
            out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
        };
        say("will");
        change.make(data).unwrap();
        say("done");
    }
}

/// What a killed child said: the changes that are done, and the one it was at.
#[derive(Default)]
struct Said {
    done: Vec<Change>,
    at: Option<Change>,
}

/// Starts a child, kills it at a moment that is drawn, and gives what it said.
fn killed(data: &Path, seed: u64) -> Said {
    let mut draw = Draw::new(seed);
    let mut child = own("lost::kills::a_thousand_kills_lose_no_acknowledged_change");
    let mut child = child.env(FOLDER, data).env(SEED, seed.to_string()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said = Said::default();
    let mut take = |line: &str| match line.split_once(' ') {
        Some(("will", change)) => said.at = serde_json::from_str(change).ok(),
        Some(("done", _)) => said.done.extend(said.at.take()),
        _ => {}
    };
    let first = lines.by_ref().find(|line| line.starts_with("will"));
    take(&first.expect("the child begins"));
    // A change takes about a millisecond here, so this hits a few of them, each at any place.
    std::thread::sleep(Duration::from_micros(draw.below(6_000)));
    child.kill().unwrap();
    lines.for_each(|line| take(&line));
    child.wait().unwrap();
    said
}

/// Every line of the audit log but torn ones; a line is torn only by a kill.
fn records(data: &Path) -> (Vec<Record>, usize) {
    let log = fs::read_to_string(data.join("audit.ndjson")).unwrap_or_default();
    let lines: Vec<Option<Record>> = log.lines().map(|line| serde_json::from_str(line).ok()).collect();
    let torn = lines.iter().filter(|line| line.is_none()).count();
    (lines.into_iter().flatten().collect(), torn)
}

fn kill_in(data: &Path, kills: usize, seed: u64) -> usize {
    let (mut state, mut acknowledged, mut recorded) = (State::default(), 0, 0);
    for number in 0..kills {
        let said = killed(data, seed << 32 | number as u64);
        acknowledged += said.done.len();
        recorded += said.done.iter().filter(|c| c.is_recorded()).count();
        said.done.iter().for_each(|change| change.apply(&mut state));
        assert_free(&data.join("scores.lock"));
        assert_free(&data.join("drafts.lock"));
        let found = State::of(data);
        if found != state {
            let change = said.at.unwrap_or_else(|| panic!("kill {number}: {found:?} instead of {state:?}"));
            change.apply(&mut state);
            assert_eq!(found, state, "kill {number}, in the middle of {change:?}");
        }
        for id in state.scores.keys().filter(|id| *id != "copy") {
            // It was the change at hand where the run is not there yet.
            if !data.join("runs").join(id).exists() {
                fs::create_dir_all(data.join("runs").join(id).join("run")).unwrap();
            }
        }
        let (records, torn) = records(data);
        assert!(torn <= number + 1, "{torn} torn lines after {} kills", number + 1);
        assert!((recorded..=recorded + number + 1).contains(&records.len()), "{} of {recorded}", records.len());
    }
    // Everything can be brought back, with its runs.
    let store = ScoreStore::open(data);
    for id in state.deleted.keys() {
        store.restore(id).unwrap();
        assert!(id == "copy" || store.runs_dir(id).join("run").exists(), "the runs of {id} are gone");
    }
    // The next changes clear away what the dead left, also where nothing was to be brought back.
    store.create(score("one more")).unwrap();
    DraftStore::open(data).save(Draft::default()).unwrap();
    assert_eq!(temporary(data), [""; 0].map(std::path::PathBuf::from), "what killed writers left piles up");
    acknowledged
}

#[test]
fn a_thousand_kills_lose_no_acknowledged_change() {
    // The test is its own other process.
    if let Some(data) = std::env::var_os(FOLDER) {
        return change_for_ever(Path::new(&data));
    }
    let folders: Vec<_> = (0..FOLDERS).map(|_| in_memory()).collect();
    let acknowledged: usize = std::thread::scope(|scope| {
        let work = |(seed, folder): (usize, &tempfile::TempDir)| {
            let data = folder.path().join("data");
            scope.spawn(move || kill_in(&data, KILLS / FOLDERS, seed as u64 + 1))
        };
        let threads: Vec<_> = folders.iter().enumerate().map(work).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(acknowledged > KILLS / 2, "the kills came before any change: {acknowledged}");
}
