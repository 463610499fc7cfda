//! Ten thousand runs in the folder: the index, and how soon Monitoring is there.

use crate::common::Home;
use crate::screens;
use jiff::{SignedDuration, Timestamp};
use propensity::domain::run::Status;
use propensity::queries::score_summaries;
use propensity::runs::index;
use propensity::tui::msg::Msg;
use propensity::tui::update::update;
use propensity::workspace::Workspace;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const RUNS: i64 = 10_000;

/// A workspace with the score `leads`, which has so many runs, one every ten minutes.
fn filled() -> (Home, Workspace, PathBuf) {
    let home = Home::new();
    home.configure(&[], "");
    home.create_score("leads", &[]);
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    let runs = workspace.paths.runs("leads");
    let score = screens::score("leads", "leads", propensity::domain::score::ProfileType::Person, "a.b");
    let summary = serde_json::to_value(screens::run(&score, Status::Successful, screens::NOW)).unwrap();
    let now: Timestamp = screens::NOW.parse().unwrap();
    for number in 0..RUNS {
        let at = now - SignedDuration::from_mins(10 * number);
        let id = format!("{}-{:04x}", at.strftime("%Y%m%d-%H%M%S"), number);
        let mut run = summary.clone();
        (run["id"], run["started_at"], run["finished_at"]) =
            (id.clone().into(), at.to_string().into(), at.to_string().into());
        fs::create_dir_all(runs.join(&id)).unwrap();
        fs::write(runs.join(id).join("run.json"), run.to_string()).unwrap();
    }
    (home, workspace, runs)
}

/// The shortest of some attempts: what the machine does beside is none of this program's.
fn least(attempts: usize, mut work: impl FnMut()) -> Duration {
    let timed = |_| {
        let began = Instant::now();
        work();
        began.elapsed()
    };
    (0..attempts).map(timed).min().unwrap()
}

#[test]
fn ten_thousand_runs_are_listed_from_the_index_and_monitoring_opens_at_once() {
    let (_home, workspace, runs) = filled();
    let index = workspace.paths.cache.join("runs/leads.ndjson");
    let cold = least(1, || assert_eq!(index::of(&workspace, "leads").lines.len() as i64, RUNS));
    assert!(index.is_file());
    let warm = least(5, || assert_eq!(index::of(&workspace, "leads").lines.len() as i64, RUNS));
    // A summary that has not changed is not read again: this one could not be.
    let lines = index::of(&workspace, "leads").lines;
    let oldest = runs.join(&lines[lines.len() - 1].id).join("run.json");
    let (before, written) = (fs::read(&oldest).unwrap(), fs::metadata(&oldest).unwrap().modified().unwrap());
    fs::write(&oldest, vec![b'x'; before.len()]).unwrap();
    fs::File::options().write(true).open(&oldest).unwrap().set_modified(written).unwrap();
    let again = index::of(&workspace, "leads");
    assert_eq!((again.lines.len() as i64, again.broken.len()), (RUNS, 0));
    fs::write(&oldest, before).unwrap();

    let listed = score_summaries::load(&workspace, &[]).unwrap();
    let mut app = screens::bare((120, 40));
    update(&mut app, Msg::Scores(Ok(listed)));
    let opened = least(5, || {
        screens::press(&mut app, &["1", "3"]);
        assert!(screens::text(&app).contains("1 of 10,000"), "{}", screens::text(&app));
    });
    eprintln!("10,000 runs: {cold:?} without the index, {warm:?} with it, Monitoring opens in {opened:?}");
    assert!(opened < Duration::from_millis(100), "{opened:?}");

    // A run that was changed, one that is new and one that is gone are seen.
    let ids: Vec<String> = index::of(&workspace, "leads").lines.iter().map(|line| line.id.clone()).collect();
    let path = |id: &str| runs.join(id).join("run.json");
    let mut changed: Value = serde_json::from_slice(&fs::read(path(&ids[1])).unwrap()).unwrap();
    changed["message"] = "Changed, and longer than before it was.".into();
    fs::write(path(&ids[1]), changed.to_string()).unwrap();
    fs::write(path(&ids[2]), "{").unwrap();
    fs::remove_dir_all(runs.join(&ids[3])).unwrap();
    let again = index::of(&workspace, "leads");
    assert_eq!(again.lines[1].message, "Changed, and longer than before it was.");
    assert_eq!((again.lines.len() as i64, again.broken.len()), (RUNS - 2, 1));
    assert!(again.broken[0].0.ends_with(&ids[2]));
    // An index that is garbage is made anew.
    fs::write(&index, b"\x00\xffnonsense\n{\"v\":1}\n").unwrap();
    assert_eq!(index::of(&workspace, "leads").lines.len() as i64, RUNS - 2);
    assert!(fs::metadata(&index).unwrap().len() > 100_000);
}
