//! The quality checks through the real binary: each stops a run with exit code 3, its code on stderr and in `run.json`,
//! and each threshold is the configuration's.

use crate::common::business::{Business, GOAL};
use crate::common::{Home, list, text};
use serde_json::Value;

/// A home with this business, these thresholds and a score `leads`.
fn home(business: &Business, profile: &str, goal: &str, thresholds: &str) -> Home {
    let home = Home::new();
    business.write(&home);
    home.configure(&crate::common::business::SOURCES, &format!("[thresholds]\n{thresholds}\n"));
    home.stdout(&["score", "create", "--name", "leads", "--profile", profile, "--goal", goal, "--timeframe", "30"]);
    home
}

/// Starts the run, which must stop with this code, and returns its `run.json` with what stderr said.
#[track_caller]
fn stopped(home: &Home, code: u16) -> (Value, String) {
    let errors = home.fails(&["run", "start", "leads"], 3);
    let run = home.json(&["run", "show", "leads"]);
    // *Goal too common* has no code.
    assert_eq!(run["code"].as_u64().unwrap_or(0), u64::from(code), "{errors}");
    assert_eq!(text(&run, "/status"), "failed");
    let message = text(&run, "/message");
    assert!(errors.contains(message), "stderr and run.json say the same: {errors} / {message}");
    if code > 0 {
        assert!(message.contains(&format!("ERROR {code}")), "{message}");
        assert!(errors.contains(&format!("stopped by {code}")), "{errors}");
    }
    assert!(errors.contains("threshold") && errors.contains("hint:"), "{errors}");
    let listed = home.json(&["run", "list"]);
    assert_eq!([text(&listed, "/0/status"), text(&listed, "/0/message")], ["failed", message]);
    let found = list(&run, "/checks").iter().find(|c| c["code"] == code && c["outcome"] == "stopped");
    let check = found.unwrap_or_else(|| panic!("no stopped check {code} in {}", run["checks"]));
    assert!(check["found"].is_number() && check["threshold"].is_number(), "{check}");
    // The catalogue knows the figure, so that everybody writes it in its unit; 407 counts what two thresholds judged.
    let known = propensity::domain::run::codes::by_number(code).unwrap().limits;
    assert!(code == 407 || known.iter().any(|limit| limit.figure == text(check, "/what")), "{check}");
    let name = propensity::domain::run::codes::name(code);
    assert!(errors.contains(&format!("propensity code show {name}")), "{errors}");
    assert!(home.fails(&["profile", "list", "leads"], 1).contains("has no scores yet"));
    (run, errors)
}

#[test]
fn too_few_accounts_stop_with_401_and_too_few_contacts_with_402() {
    let (_, errors) = stopped(&home(&Business::of(400, 30), "account", GOAL, ""), 401);
    assert!(errors.contains("30") && errors.contains("not enough valid accounts"), "{errors}");
    let (_, errors) = stopped(&home(&Business::of(60, 30), "person", GOAL, ""), 402);
    assert!(errors.contains("60") && errors.contains("not enough valid contacts"), "{errors}");
}

#[test]
fn too_little_activity_stops_with_403() {
    stopped(&home(&Business::new(), "person", GOAL, "events = 100000"), 403);
}

#[test]
fn too_few_conversions_stop_with_404_and_say_how_many_there_are() {
    let mut business = Business::new();
    let kind = business.events.column("event_type");
    let mut conversions = 0;
    business.events.rows.retain(|row| {
        conversions += u32::from(row[kind] == GOAL);
        row[kind] != GOAL || conversions <= 7
    });
    let (_, errors) = stopped(&home(&business, "person", GOAL, ""), 404);
    assert!(errors.contains("not enough conversions for model training. Count of conversions: 7."), "{errors}");
}

#[test]
fn sparse_activity_stops_with_405_for_accounts_and_406_for_contacts() {
    let mut business = Business::new();
    for number in 0..9_000 {
        let (account, born) = (format!("y{number}"), "2025-01-01".to_string());
        let empty = [const { String::new() }; 4];
        business.persons.push(&[&[format!("x{number}"), account.clone(), born.clone()], &empty[..]].concat());
        business.accounts.push(&[&[account, born], &empty[..]].concat());
    }
    stopped(&home(&business, "account", GOAL, ""), 405);
    stopped(&home(&business, "person", GOAL, ""), 406);
}

/// A business with events of a type, `chat.opened`, that training did not know.
fn business_with_chats() -> Business {
    let mut business = Business::new();
    for number in 0..300 {
        let day = 1 + number % 27;
        business.event(&format!("p{number}"), &format!("2025-10-{day:02}T10:00:00Z"), "chat.opened", "", "");
    }
    business
}

#[test]
fn activity_types_that_training_did_not_know_stop_with_407_and_are_named() {
    let (_, errors) = stopped(&home(&business_with_chats(), "person", GOAL, ""), 407);
    assert!(errors.contains("'chat.opened'") && errors.contains("is new"), "{errors}");
}

#[test]
fn activity_types_that_the_score_leaves_out_and_its_exclusion_events_stop_nothing() {
    let home = home(&business_with_chats(), "person", GOAL, "");
    for (name, option) in [("without", "--without"), ("excluding", "--exclude")] {
        let score = ["score", "create", "--name", name, "--profile", "person", "--goal", GOAL, "--timeframe", "30"];
        home.stdout(&[&score[..], &[option, "chat.opened"]].concat());
        home.stdout(&["run", "start", name, "--kind", "training"]);
        let run = home.json(&["run", "show", name]);
        let of_types = list(&run, "/checks").iter().find(|check| check["code"] == 407).unwrap().clone();
        assert_eq!(
            (of_types["outcome"].as_str(), of_types["found"].as_f64()),
            (Some("passed"), Some(0.0)),
            "{of_types}"
        );
    }
}

#[test]
fn too_few_profiles_to_learn_from_stop_no_run_that_only_scores() {
    let home = home(&Business::new(), "person", GOAL, "");
    home.stdout(&["run", "start", "leads", "--kind", "training"]);
    home.configure(&crate::common::business::SOURCES, "[thresholds]\ncontacts = 1000000\n");
    home.stdout(&["run", "start", "leads", "--kind", "scoring"]);
    let run = home.json(&["run", "show", "leads"]);
    assert_eq!([text(&run, "/status"), text(&run, "/kind")], ["successful", "scoring"]);
    let noted = list(&run, "/checks").iter().find(|check| check["code"] == 402).unwrap().clone();
    assert_eq!(noted["outcome"], "information", "{noted}");
    let errors = home.fails(&["run", "start", "leads", "--kind", "training"], 3);
    assert!(errors.contains("stopped by 402"), "{errors}");
}

#[test]
fn a_low_test_auc_is_tuned_first_and_then_stops_with_410() {
    let home = home(&Business::new(), "person", GOAL, "tune_auc = 1.0\nstop_auc = 1.0");
    let (run, _) = stopped(&home, 410);
    let report = std::fs::read(std::path::Path::new(text(&run, "/folder")).join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert!(report["tuning"]["tried"].as_u64().is_some_and(|tried| tried >= 8), "{}", report["tuning"]);
    assert!(list(&run, "/checks").iter().any(|c| c["code"] == 103), "{}", run["checks"]);
    assert!(run["metrics"]["auc"]["value"].is_number(), "what was found is told");
}

#[test]
fn profiles_without_recent_activity_stop_with_408() {
    let mut business = Business::new();
    for number in 0..60 {
        let idle = [format!("x{number}"), String::new(), "2025-01-01".into()];
        business.persons.push(&[&idle, &[const { String::new() }; 4][..]].concat());
    }
    let (_, errors) = stopped(&home(&business, "person", GOAL, "inactive_share = 0.1"), 408);
    assert!(errors.contains("180 days"), "{errors}");
}

#[test]
fn too_few_training_conversions_stop_with_411_and_no_test_conversions_with_412() {
    stopped(&home(&Business::new(), "person", GOAL, "train_conversions = 100000"), 411);
    stopped(&home(&Business::new(), "person", GOAL, "test_conversions = 100000"), 412);
}

#[test]
fn a_business_out_of_season_is_tested_before_its_rest_and_the_run_says_so() {
    let mut business = Business::new();
    let (kind, at) = (business.events.column("event_type"), business.events.column("timestamp"));
    business.events.rows.retain(|row| row[kind] != GOAL || row[at].as_str() < "2025-09-20");
    let run = home(&business, "person", GOAL, "").json(&["run", "start", "leads"]);
    assert_eq!(text(&run, "/status"), "successful", "{}", text(&run, "/message"));
    let rest = list(&run, "/cutoffs/out_of_season");
    assert!(!rest.is_empty() && text(&run, "/cutoffs/test") < rest[0].as_str().unwrap(), "{}", run["cutoffs"]);
    let warnings: Vec<&str> = list(&run, "/warnings").iter().filter_map(Value::as_str).collect();
    assert!(warnings.iter().any(|w| w.contains("The business rests")), "{warnings:?}");
}

#[test]
fn a_goal_that_all_reach_is_too_common_and_the_threshold_is_the_configurations() {
    let home = home(&Business::new(), "person", "web.visit", "common_warn = 0.1\ncommon_stop = 0.2");
    let (_, errors) = stopped(&home, 0);
    assert!(errors.contains("goal too common") && errors.contains("Base rate"), "{errors}");
    let config = std::fs::read_to_string(home.path().join("config.toml")).unwrap();
    home.write("config.toml", config.replace("common_stop = 0.2", "common_stop = 1.0\nstop_auc = 0.0"));
    let run = home.json(&["run", "start", "leads"]);
    assert_eq!(text(&run, "/status"), "successful", "{}", text(&run, "/message"));
    let warnings: Vec<&str> = list(&run, "/warnings").iter().filter_map(Value::as_str).collect();
    assert!(warnings.iter().any(|w| w.contains("Goal too common")), "{warnings:?}");
    let statuses: Vec<Value> =
        home.json(&["run", "list", "leads"]).as_array().unwrap().iter().map(|r| r["status"].clone()).collect();
    assert_eq!(statuses, ["successful", "failed"], "newest first");
}

#[test]
fn a_threshold_that_is_no_share_or_no_key_is_refused() {
    let home = Home::new();
    home.write("config.toml", "[thresholds]\ninactive_share = 1.5\n");
    assert!(home.fails(&["score", "list"], 1).contains("inactive_share is a share between 0 and 1"));
    home.write("config.toml", "[thresholds]\nconversion = 5\n");
    let errors = home.fails(&["score", "list"], 1);
    assert!(errors.contains("`conversion`") && errors.contains("`conversions`"), "{errors}");
}
