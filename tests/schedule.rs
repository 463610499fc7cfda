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
    assert!(units.contains("OnCalendar=*-*-* 02:00:00") && units.contains("ExecStart="), "{units}");
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
