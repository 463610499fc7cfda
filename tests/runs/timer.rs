//! Whether a timer calls, through the real binary: recorded by its call, told by every command that tells what is due.

use crate::common::{Home, list, text};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::fs;

fn home() -> Home {
    let home = Home::new();
    home.create_score("leads", &[]);
    home
}

fn shown(home: &Home) -> Value {
    home.json(&["schedule", "show"])[0]["timer"].clone()
}

/// What `doctor` says of the timer.
fn finding(home: &Home) -> Value {
    let output = home.propensity(&["doctor", "--json"]).output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = list(&said, "/findings");
    assert!(!findings.iter().any(|f| f["topic"] == "foreign"), "{said}");
    findings.iter().find(|f| f["topic"] == "timer").cloned().unwrap_or_else(|| panic!("nothing of the timer: {said}"))
}

#[test]
fn before_a_timer_called_every_command_says_so_with_the_command_that_installs_one() {
    let home = home();
    assert_eq!(shown(&home)["status"], "never");
    let said = home.stdout(&["schedule", "show"]);
    assert!(said.contains("No timer has called yet, so nothing runs by itself."), "{said}");
    let commands: Vec<&str> =
        said.lines().map(str::trim).filter(|line| line.contains(" schedule install --")).collect();
    assert_eq!(commands.len(), 2, "{said}");
    for command in commands {
        let printed = home.in_a_shell(&format!("{command} --print"));
        assert!(printed.contains(home.path().to_str().unwrap()) && printed.contains("--due"), "{printed}");
        assert!(printed.contains("30 6 * * *") || printed.contains("OnCalendar=*-*-* 06:30:00"), "{printed}");
    }
    let finding = finding(&home);
    assert_eq!((text(&finding, "/sign"), text(&finding, "/what")), ("note", &said_of(&said)[..]));
    assert!(text(&finding, "/next").contains("schedule install --cron"), "{finding}");
}

/// The sentence about the timer in what `schedule show` printed.
fn said_of(said: &str) -> String {
    said.lines().find(|line| line.contains("timer ")).unwrap_or_default().to_string()
}

#[test]
fn a_call_is_recorded_and_its_silence_is_told() {
    let home = home();
    assert!(home.stdout(&["run", "start", "--due"]).contains("Nothing is due."));
    assert_eq!(shown(&home)["status"], "calls");
    let said = home.stdout(&["score", "schedule", "leads"]);
    assert!(said.contains("A timer starts what is due; it called last on"), "{said}");
    assert!(!said.contains("schedule install"), "{said}");
    assert_eq!(text(&finding(&home), "/sign"), "fine");
    let record = home.path().join("data/timer.json");
    let long_ago = Timestamp::now() - SignedDuration::from_hours(72);
    fs::write(&record, json!({"version": 1, "called_at": long_ago, "host": "later"}).to_string()).unwrap();
    assert_eq!(shown(&home)["status"], "silent");
    assert!(home.stdout(&["schedule", "show"]).contains("The timer is silent since"));
    assert_eq!(text(&finding(&home), "/sign"), "note");
    // The next call takes it up again, and keeps what a later program wrote.
    home.stdout(&["run", "start", "--due"]);
    assert_eq!(shown(&home)["status"], "calls");
    assert!(fs::read_to_string(&record).unwrap().contains("later"));
}

#[test]
fn what_cannot_be_recorded_stops_nothing() {
    let home = home();
    let record = home.path().join("data/timer.json");
    fs::write(&record, "{").unwrap();
    assert_eq!(shown(&home)["status"], "never");
    let output = home.propensity(&["doctor", "--json"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("The record of the timer's calls cannot be read"));
    fs::remove_file(&record).unwrap();
    fs::create_dir(&record).unwrap();
    assert!(home.stdout(&["run", "start", "--due"]).contains("Nothing is due."));
    assert_eq!(home.json(&["schedule", "show", "--read-only"])[0]["timer"]["status"], "never");
    // Where there is no data folder none is made: a drive may be away.
    let empty = Home::new();
    empty.stdout(&["run", "start", "--due"]);
    assert!(!empty.path().join("data").exists());
}

#[test]
fn one_that_was_just_installed_is_waited_for_and_one_that_was_removed_is_forgotten() {
    let home = home();
    let table = home.write("table", "");
    let script = format!("#!/bin/sh\nif [ \"$1\" = -l ]; then cat '{0}'; else cat >'{0}'; fi\n", table.display());
    let program = home.write("bin/crontab", script);
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", home.path().join("bin").display(), std::env::var("PATH").unwrap());
    let schedule = |verb| home.propensity(&["schedule", verb, "--cron"]).env("PATH", &path).assert().success();
    schedule("install");
    assert_eq!(shown(&home)["status"], "installed");
    assert!(home.stdout(&["schedule", "show"]).contains("its first call is still to come"));
    assert!(fs::read_to_string(&table).unwrap().starts_with("30 6 * * * "));
    schedule("remove");
    assert_eq!(shown(&home)["status"], "never");
}

#[test]
fn no_example_names_a_time_at_which_clocks_change() {
    for file in ["README.md", "config.example.toml", "src/cli/schedule/timer.rs", "src/tui/dialogs/pager/timer.rs"] {
        let guide = fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        for hour in ["00", "01", "02", "03"] {
            for minute in ["00", "15", "30", "45"] {
                let time = format!("{hour}:{minute}");
                assert!(!guide.contains(&time), "{file} names {time}");
            }
        }
    }
}
