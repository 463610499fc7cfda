//! Runs without anybody watching, through the real binary: what is due starts once whoever calls, the timer's text, the
//! change of a schedule.

use crate::common::business::Business;
use crate::common::{Home, list, number, text};
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::Value;
use std::fs;

/// A home with a small business, the score `leads`, and one training run.
fn trained() -> Home {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &["--repeatable", "no"]);
    home.stdout(&["run", "start", "leads"]);
    home
}

fn run_ids(home: &Home) -> Vec<String> {
    list(&home.json(&["run", "list", "leads"]), "").iter().map(|run| text(run, "/id").to_string()).collect()
}

/// Makes a run older by so many hours.
fn age(home: &Home, run: &str, hours: i64) {
    let path = home.path().join(format!("data/runs/leads/{run}/run.json"));
    let mut summary: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    for key in ["started_at", "finished_at"] {
        let at: Timestamp = text(&summary, &format!("/{key}")).parse().unwrap();
        summary[key] = (at - SignedDuration::from_hours(hours)).to_string().into();
    }
    fs::write(&path, summary.to_string()).unwrap();
}

fn kinds(home: &Home) -> Vec<String> {
    list(&home.json(&["run", "list", "leads"]), "").iter().map(|run| text(run, "/kind").to_string()).collect()
}

#[test]
fn what_is_due_starts_once_however_many_call_at_the_same_minute() {
    let home = trained();
    let nothing = home.json(&["run", "start", "--due"]);
    assert_eq!((number(&nothing, "/due"), list(&nothing, "/runs").len()), (0.0, 0));
    age(&home, &run_ids(&home)[0], 25);
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let mut command = home.command(&["run", "start", "--due", "--json"]);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
        })
        .collect();
    let said: Vec<Value> = callers
        .into_iter()
        .map(|caller| {
            let output = caller.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            serde_json::from_slice(&output.stdout).unwrap()
        })
        .collect();
    assert_eq!(said.iter().map(|s| number(s, "/successful")).sum::<f64>(), 1.0, "{said:?}");
    assert_eq!(said.iter().map(|s| number(s, "/failed")).sum::<f64>(), 0.0, "{said:?}");
    assert_eq!(kinds(&home), ["scoring", "training"]);
    assert!(home.stdout(&["run", "start", "--due"]).contains("Nothing is due."));
}

#[test]
fn a_training_that_fails_is_not_tried_all_day_and_the_champion_scores() {
    let home = trained();
    age(&home, &run_ids(&home)[0], 31 * 24);
    // No training has so many conversions; a scoring is not asked for them.
    let config = fs::read_to_string(home.path().join("config.toml")).unwrap();
    home.write("config.toml", config.clone() + "\n[thresholds]\ntrain_conversions = 100000\n");
    let output = home.propensity(&["run", "start", "--due"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(3), "the exit code is that of the first failure: {said}");
    assert!(said.contains("2 due: 1 successful, 1 failed."), "{said}");
    assert_eq!(kinds(&home), ["scoring", "training", "training"]);
    assert!(home.stdout(&["run", "start", "--due"]).contains("Nothing is due."));
}

#[test]
fn a_schedule_is_changed_shown_and_recorded() {
    let home = trained();
    let said = home.stdout(&["score", "schedule", "leads", "--scoring", "weekly", "--training", "off"]);
    assert!(said.contains("every 7 days") && said.contains("off"), "{said}");
    let shown = home.json(&["schedule", "show"]);
    assert_eq!((number(&shown, "/0/scoring"), number(&shown, "/0/training")), (7.0, 0.0));
    let next: Timestamp = text(&shown, "/0/next_scoring").parse().unwrap();
    let last: Timestamp = text(&shown, "/0/last_run").parse().unwrap();
    // A day's runs are due from its first moment on.
    let day = |at: Timestamp| at.to_zoned_datetime(jiff::tz::TimeZone::UTC).date();
    assert_eq!(day(next), day(last).checked_add(7.days()).unwrap());
    assert_eq!(next.to_string()[10..], *"T00:00:00Z");
    assert!(shown[0]["next_training"].is_null());
    age(&home, &run_ids(&home)[0], 40 * 24);
    home.stdout(&["run", "start", "--due"]);
    assert_eq!(kinds(&home), ["scoring", "training"], "training is off");
    let audit = fs::read_to_string(home.path().join("data/audit.ndjson")).unwrap();
    assert!(
        audit.contains(r#""what":"rescheduled""#) && audit.contains("scoring every 7 days, training off"),
        "{audit}"
    );
    assert!(home.fails(&["score", "schedule", "leads", "--scoring", "hourly"], 2).contains("hourly"));
}

#[test]
fn a_timer_is_printed_for_cron_and_systemd_and_installed_in_the_place_of_the_last_one() {
    let home = Home::new();
    let cron = home.stdout(&["schedule", "install", "--cron", "--print", "--at", "03:15"]);
    assert!(cron.starts_with("15 3 * * * ") && cron.contains("run start --due"), "{cron}");
    assert!(cron.contains(home.path().to_str().unwrap()), "{cron}");
    let units = home.stdout(&["schedule", "install", "--systemd", "--print"]);
    assert!(units.contains("OnCalendar=*-*-* 06:30:00") && units.contains("ExecStart="), "{units}");
    // A crontab program of our own, which keeps the table in a file.
    let table = home.write("table", "0 1 * * * backup\n");
    let script = format!("#!/bin/sh\nif [ \"$1\" = -l ]; then cat '{0}'; else cat >'{0}'; fi\n", table.display());
    let program = home.write("bin/crontab", script);
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", home.path().join("bin").display(), std::env::var("PATH").unwrap());
    let schedule = |arguments: &[&str]| {
        let output = home.command(&[&["schedule"], arguments].concat()).env("PATH", &path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(&table).unwrap()
    };
    schedule(&["install", "--cron", "--at", "03:15"]);
    let twice = schedule(&["install", "--cron", "--at", "04:30"]);
    let lines: Vec<&str> = twice.lines().collect();
    assert!(lines.len() == 2 && lines[0] == "0 1 * * * backup" && lines[1].starts_with("30 4 "), "{twice}");
    assert_eq!(schedule(&["remove", "--cron"]), "0 1 * * * backup\n");
    let none = home.command(&["schedule", "install", "--cron"]).env("PATH", "/nowhere").output().unwrap();
    assert!(!none.status.success() && String::from_utf8_lossy(&none.stderr).contains("--print"));
}

/// A program of our own in the place of one of the system's; gives the search path that finds it first.
fn program(home: &Home, name: &str, script: &str) -> String {
    let file = home.write(&format!("bin/{name}"), format!("#!/bin/sh\n{script}\n"));
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    format!("{}:{}", home.path().join("bin").display(), std::env::var("PATH").unwrap())
}

/// Success, what was said, and what was said of errors.
fn schedule(home: &Home, path: &str, arguments: &[&str]) -> (bool, String, String) {
    let output = home.command(&[&["schedule"], arguments].concat()).env("PATH", path).output().unwrap();
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), words(&output.stdout), words(&output.stderr))
}

/// The files of systemd in a home.
fn units(home: &Home) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![home.path().join(".config")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path.display().to_string()) }
        }
    }
    found.sort();
    found
}

#[test]
fn the_line_of_the_crontab_works_where_there_is_no_state_folder_yet() {
    let home = Home::new();
    let line = home.stdout(&["schedule", "install", "--cron", "--print"]);
    assert!(!home.path().join("state").exists(), "printing makes nothing");
    let command = line.trim_end().strip_prefix("30 6 * * * ").unwrap();
    let mut shell = std::process::Command::new("/bin/sh");
    shell.args(["-c", command]).env_remove("PROPENSITY_READ_ONLY").status().unwrap();
    assert!(home.path().join("state/due.log").is_file(), "{line}");
}

#[test]
fn a_timer_of_systemd_is_installed_wholly_or_not_at_all_and_always_removed() {
    let home = Home::new();
    home.create_score("leads", &[]);
    let refuses =
        program(&home, "systemctl", "echo 'no bus' >&2; case \"$*\" in *daemon-reload*) exit 0;; esac; exit 1");
    let (done, _, errors) = schedule(&home, &refuses, &["install", "--systemd"]);
    assert!(!done && errors.contains("no bus"), "{errors}");
    assert_eq!(units(&home), Vec::<String>::new(), "nothing is left behind");
    let works = program(&home, "systemctl", "exit 0");
    let (_, said, errors) = schedule(&home, &works, &["install", "--systemd", "--json"]);
    let told: Value = serde_json::from_str(&said).unwrap_or_else(|e| panic!("{e}: {said}{errors}"));
    assert_eq!([text(&told, "/service"), text(&told, "/done")], ["systemd", "installed"]);
    let installed = units(&home);
    assert!(installed.len() == 2 && text(&told, "/timer").contains(&installed[0]), "{installed:?}");
    // One that is there stays as it was where a new one cannot take its place.
    let timer = fs::read_to_string(&installed[1]).unwrap();
    let refuses = program(&home, "systemctl", "echo 'no bus' >&2; exit 1");
    assert!(!schedule(&home, &refuses, &["install", "--systemd", "--at", "05:00"]).0);
    assert_eq!((fs::read_to_string(&installed[1]).unwrap(), units(&home).len()), (timer, 2));
    let folder = std::path::Path::new(&installed[1]).parent().unwrap().join("timers.target.wants");
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(&installed[1], folder.join(text(&told, "/name").to_string() + ".timer")).unwrap();
    let (done, said, _) = schedule(&home, &refuses, &["remove", "--systemd"]);
    assert!(done && said.contains("is removed") && said.contains("no bus"), "{said}");
    assert_eq!(units(&home), Vec::<String>::new());
    assert!(schedule(&home, &refuses, &["remove", "--systemd"]).1.contains("There is no timer"));
    let audit = home.json(&["audit", "list"]);
    let timers = list(&audit, "").iter().filter(|record| record["score"] == "");
    let told: Vec<[&str; 2]> = timers.map(|record| [text(record, "/what"), text(record, "/detail")]).collect();
    assert_eq!(told, [["timer-installed", "systemd"], ["timer-removed", "systemd"]]);
}

#[test]
fn a_program_that_is_missing_is_named_and_a_crontab_is_told_in_json() {
    let home = Home::new();
    home.create_score("leads", &[]);
    for (service, program) in [("--cron", "crontab"), ("--systemd", "systemctl")] {
        let (done, _, errors) = schedule(&home, "/nowhere", &["install", service]);
        assert!(!done && errors.contains(&format!("There is no program {program} here.")), "{errors}");
    }
    let table = home.write("table", "");
    let script = format!("if [ \"$1\" = -l ]; then cat '{0}'; else cat >'{0}'; fi", table.display());
    let path = program(&home, "crontab", &script);
    let json = |arguments: &[&str]| {
        let (_, said, errors) = schedule(&home, &path, &[arguments, &["--cron", "--json"]].concat());
        serde_json::from_str::<Value>(&said).unwrap_or_else(|e| panic!("{e}: {said}{errors}"))
    };
    let shown = json(&["install", "--print"]);
    assert_eq!((text(&shown, "/done"), fs::read_to_string(&table).unwrap().as_str()), ("shown", ""));
    let installed = json(&["install"]);
    assert_eq!(text(&installed, "/timer"), fs::read_to_string(&table).unwrap());
    assert_eq!(text(&json(&["remove"]), "/done"), "removed");
    assert_eq!(text(&json(&["remove"]), "/done"), "none");
    let audit = home.stdout(&["audit", "list"]);
    assert_eq!(audit.lines().filter(|line| line.contains(" timer ") && line.ends_with("cron")).count(), 2, "{audit}");
}
