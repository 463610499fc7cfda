//! How long runs are kept, and who did what, through the real binary.

use crate::common::business::Business;
use crate::common::{Home, list, text};
use jiff::{SignedDuration, Timestamp};
use propensity::store::lock::Lock;
use serde_json::Value;
use std::fs;
use std::time::{Duration, Instant};

/// A home with a small business and the score `leads`.
fn home() -> Home {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &["--repeatable", "no"]);
    home
}

fn run(home: &Home, kind: &str) -> String {
    text(&home.json(&["run", "start", "leads", "--kind", kind]), "/id").to_string()
}

/// Makes a run older by so many days.
fn age(home: &Home, run: &str, days: i64) {
    let path = home.path().join(format!("data/runs/leads/{run}/run.json"));
    let mut summary: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for key in ["started_at", "finished_at"] {
        let at: Timestamp = text(&summary, &format!("/{key}")).parse().unwrap();
        summary[key] = (at - SignedDuration::from_hours(24 * days)).to_string().into();
    }
    fs::write(&path, summary.to_string()).unwrap();
}

/// Waits for the process of a run that is published already, and still removes old ones.
#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}: not in a minute");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn listed(home: &Home) -> Vec<String> {
    list(&home.json(&["run", "list", "leads"]), "").iter().map(|run| text(run, "/id").to_string()).collect()
}

#[test]
fn old_runs_go_after_the_next_one_and_what_is_needed_stays() {
    let home = home();
    let trained = run(&home, "training");
    let scored: Vec<String> = (0..4).map(|_| run(&home, "scoring")).collect();
    for (id, days) in [(&trained, 400), (&scored[0], 300), (&scored[1], 200), (&scored[2], 100)] {
        age(&home, id, days);
    }
    home.write(&format!("data/runs/leads/{}/mine.txt", scored[1]), "x");
    fs::create_dir(home.path().join("data/runs/leads/.20200101-000000-0000.gone")).unwrap();
    let newest = run(&home, "scoring");
    // The newest and the two before it are the three newest successful ones; the first run gave all of them their model;
    // one holds a file that is not the program's.
    let kept = [newest.as_str(), &scored[3], &scored[2], &scored[1], &trained];
    let recorded = || fs::read_to_string(home.path().join("data/audit.ndjson")).unwrap().contains("runs-removed");
    until("old runs are removed", recorded);
    assert_eq!(listed(&home), kept);
    let folder = home.path().join("data/runs/leads");
    let names = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name != ".lock").collect();
    names.sort();
    let mut expected: Vec<String> = kept.iter().map(ToString::to_string).collect();
    expected.sort();
    assert_eq!(names, expected, "nothing is left of what went");
    let audit = home.json(&["audit", "list", "--score", "leads"]);
    let removed: Vec<&Value> = list(&audit, "").iter().filter(|r| r["what"] == "runs-removed").collect();
    assert_eq!((removed.len(), text(removed[0], "/detail")), (1, scored[0].as_str()));
    // What is left works.
    home.stdout(&["profile", "list", "leads"]);
    home.stdout(&["run", "verify", &newest]);

    // The doctor does the same, on request, by the days of the configuration.
    let config = fs::read_to_string(home.path().join("config.toml")).unwrap();
    age(&home, &scored[2], -50);
    let next = run(&home, "scoring");
    let more = run(&home, "scoring");
    home.write("config.toml", format!("{config}\n[retention]\ndays = 30\n"));
    // The next run does it by itself, so it is no problem.
    let said = home.stdout(&["doctor"]);
    assert!(said.contains(&format!("The run {} of 'leads' is kept for more than 30 days.", scored[2])), "{said}");
    assert!(said.contains(&scored[1]) && said.contains("stays for a file"), "{said}");
    let lock = Lock::acquire(&folder.join(".lock"), Duration::from_secs(9)).unwrap();
    home.stdout(&["doctor", "--fix"]);
    assert!(listed(&home).contains(&scored[2]), "a run could be live");
    drop(lock);
    home.stdout(&["doctor", "--fix"]);
    assert_eq!(listed(&home), [more.as_str(), &next, &newest, &scored[3], &scored[1], &trained]);
}

#[test]
fn the_scores_that_are_shown_outlive_any_number_of_runs_about_the_past() {
    let home = home();
    run(&home, "training");
    let shown = run(&home, "scoring");
    age(&home, &shown, 300);
    for day in ["2025-09-01", "2025-09-02", "2025-09-03", "2025-09-04"] {
        home.stdout(&["run", "start", "leads", "--kind", "scoring", "--as-of", day]);
    }
    home.stdout(&["doctor", "--fix"]);
    assert!(listed(&home).contains(&shown));
    let top = home.json(&["profile", "list", "leads"]);
    home.stdout(&["profile", "show", "leads", text(&top, "/0/profile_id")]);
    assert!(home.path().join(format!("data/runs/leads/{shown}/snapshot.json")).is_file());
    // What the doctor says of files is said of the scores that are shown, not of those that were made last.
    fs::remove_file(home.path().join(format!("data/runs/leads/{shown}/scores.parquet"))).unwrap();
    let output = home.propensity(&["doctor", "--json"]).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lost = |f: &&Value| f["sign"] == "decide" && text(f, "/path").ends_with(&format!("{shown}/scores.parquet"));
    assert_eq!((output.status.code(), list(&said, "/findings").iter().filter(lost).count()), (Some(1), 1), "{said}");
}

#[test]
fn the_audit_log_tells_who_did_what_when() {
    let home = home();
    assert!(Home::new().stdout(&["audit", "list"]).contains("Nothing is recorded."));
    let config = fs::read_to_string(home.path().join("config.toml")).unwrap();
    home.write("config.toml", format!("[workspace]\ntimezone = \"Asia/Tokyo\"\n{config}"));
    let id = run(&home, "training");
    let output = home.propensity(&["score", "edit", "leads", "--description", "x"]).env("USER", "a\u{1b}nn").output();
    assert!(output.unwrap().status.success());
    let records = home.json(&["audit", "list"]);
    let what: Vec<&str> = list(&records, "").iter().map(|r| text(r, "/what")).collect();
    assert_eq!(what, ["created", "run-started", "description-edited"]);
    assert_eq!(text(&records, "/1/detail"), format!("training {id}"));
    assert!(records[0].get("detail").is_none(), "absent where there is nothing to say");
    let shown = home.stdout(&["audit", "list", "--last", "2", "--score", "LEADS"]);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines.len(), 3, "{shown}");
    let at: Timestamp = text(&records, "/1/at").parse().unwrap();
    let at = at.in_tz("Asia/Tokyo").unwrap().strftime("%Y-%m-%d %H:%M:%S").to_string();
    assert!(lines[1].starts_with(&at) && lines[1].contains("started a run") && lines[1].contains(&id), "{shown}");
    assert!(lines[2].contains("a␛nn") && lines[2].contains("edited the description"), "{shown}");
    assert!(home.fails(&["audit", "list", "--score", "nobody"], 1).contains("There is no score 'nobody'"));

    // Lines that are none are counted, and hide no other.
    let path = home.path().join("data/audit.ndjson");
    let log = fs::read_to_string(&path).unwrap();
    let later = r#"{"at":"2026-01-01T00:00:00Z","who":"bob","what":"frozen","score":"leads","new":1}"#;
    fs::write(&path, format!("garbage\n{log}{later}\n{{\"at\"")).unwrap();
    let output = home.propensity(&["audit", "list"]).output().unwrap();
    let (shown, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(
        output.status.success() && errors.contains("2 lines are left out") && errors.contains("audit.ndjson"),
        "{errors}"
    );
    assert_eq!(shown.lines().count(), 5, "{shown}");
    assert!(shown.contains("bob"), "{shown}");
}
