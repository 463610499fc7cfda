//! Runs through the real binary: what a run publishes, that it repeats to the byte, and that its numbers hold together.

use crate::common::business::Business;
use crate::common::{Home, list, number, text};
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;

/// A home with the small business and one trained score `leads`; `threads` as asked.
fn trained(threads: &str) -> (Home, Value) {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    let run = home.json(&["run", "start", "leads", "--threads", threads]);
    (home, run)
}

fn scores_of(run: &Value) -> Vec<u8> {
    std::fs::read(PathBuf::from(text(run, "/folder")).join("scores.parquet")).expect("the scores are there")
}

fn file_names(run: &Value) -> Vec<String> {
    let entries = std::fs::read_dir(text(run, "/folder")).expect("the folder is there");
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn log_odds(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

#[test]
fn a_run_says_all_that_the_page_promises_and_finds_the_planted_signal() {
    let (home, started) = trained("2");
    let run = home.json(&["run", "show", "leads"]);
    assert_eq!(run, home.json(&["run", "show", text(&started, "/id")]), "a score's name stands for its latest run");
    assert_eq!(text(&run, "/status"), "successful");
    assert!(run["code"].is_null() && text(&run, "/message").contains("profiles scored"), "{run}");
    assert!(text(&run, "/started_at") <= text(&run, "/finished_at"));
    for stage in list(&run, "/stages") {
        assert!(!text(stage, "/name").is_empty() && number(stage, "/seconds") >= 0.0, "{stage}");
    }
    assert_eq!([number(&run, "/counts/persons"), number(&run, "/counts/accounts")], [400.0, 120.0]);
    assert!(number(&run, "/counts/events") > 2_000.0);
    assert_eq!([number(&run, "/counts/opportunities"), number(&run, "/counts/refused")], [0.0, 0.0]);
    // The last day of the business is 2025-10-27; knowledge stops at its end.
    assert_eq!(text(&run, "/cutoffs/as_of"), "2025-10-28");
    assert_eq!(text(&run, "/cutoffs/test"), "2025-09-28");
    // Few convert at one cutoff, so the test takes the timeframe before, too.
    assert_eq!(list(&run, "/cutoffs/further_tests"), ["2025-08-29"]);
    assert_eq!(list(&run, "/cutoffs/training")[0], "2025-07-30");
    for population in ["train", "test", "scored"] {
        assert!(number(&run, &format!("/population/{population}")) > 0.0);
    }
    for metric in ["auc", "pr_auc", "recency_auc", "base_rate", "lift_10", "log_loss", "brier"] {
        let of = |end: &str| number(&run, &format!("/metrics/{metric}/{end}"));
        if run["metrics"][metric].get("low").is_some_and(|low| !low.is_null()) {
            assert!(of("low") <= of("value") && of("value") <= of("high"), "{metric}: {}", run["metrics"][metric]);
        }
        assert!(of("value").is_finite(), "{metric}");
    }
    assert!(number(&run, "/metrics/auc/low") > 0.5, "asking for a demo leads to converting: {}", run["metrics"]);
    assert!(!text(&run, "/verdict").is_empty());
    let leading: Vec<&str> = list(&run, "/factors").iter().take(3).map(|f| text(f, "/code")).collect();
    assert!(leading.iter().any(|code| code.contains("form.demo")), "the planted signal leads: {leading:?}");
    for digest in ["inputs", "settings", "scores", "model"] {
        assert_eq!(text(&run, &format!("/digests/{digest}")).len(), 64, "{digest}");
    }
    list(&run, "/warnings");
}

#[test]
fn the_published_folder_is_whole_and_holds_what_it_names() {
    let (home, run) = trained("2");
    let mut wanted = vec!["journal.ndjson", "model.json", "report.json", "run.json", "score.json", "scores.parquet"];
    match run["no_xgboost"].as_str() {
        None => wanted.insert(2, "model.xgboost.json"),
        Some(why) => assert!(why.contains("categor"), "{why}"),
    }
    // By these, one profile is looked at later.
    wanted.extend(["snapshot-accounts.parquet", "snapshot-activity.parquet", "snapshot-numbers.parquet"]);
    wanted.extend(["snapshot-persons.parquet", "snapshot.json"]);
    assert_eq!(file_names(&run), wanted);
    let folder = PathBuf::from(text(&run, "/folder"));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let summary: Value = serde_json::from_str(&read("run.json")).unwrap();
    assert_eq!(summary["digests"], run["digests"]);
    let hash = |name: &str| blake3::hash(&std::fs::read(folder.join(name)).unwrap()).to_hex().to_string();
    assert_eq!(text(&run, "/digests/scores"), hash("scores.parquet"));
    assert_eq!(text(&run, "/digests/model"), hash("model.json"));
    let journal: Vec<Value> = read("journal.ndjson").lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!([text(&journal[0], "/kind"), text(journal.last().unwrap(), "/kind")], ["started", "finished"]);
    let numbers: Vec<f64> = journal.iter().map(|line| number(line, "/seq")).collect();
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    let left: Vec<_> = std::fs::read_dir(folder.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".live")), "{left:?}");
    drop(home);
}

#[test]
fn without_categories_the_model_is_exported_for_xgboost_too() {
    let home = Home::new();
    Business::new().write(&home);
    let without = ["--without", "industry", "--without", "country", "--without", "job_title"];
    home.create_score("numbers", &without);
    let run = home.json(&["run", "start", "numbers"]);
    assert!(run["no_xgboost"].is_null(), "{}", run["no_xgboost"]);
    let path = PathBuf::from(text(&run, "/folder")).join("model.xgboost.json");
    let model: Value = serde_json::from_slice(&std::fs::read(path).expect("the export is there")).unwrap();
    assert!(model.pointer("/learner/gradient_booster").is_some(), "an XGBoost model has a booster");
}

#[test]
fn the_same_data_and_configuration_give_the_same_bytes_on_one_thread_and_on_two() {
    let ((one_home, one), (_two_home, two)) = (trained("1"), trained("2"));
    assert_ne!(text(&one, "/id"), text(&two, "/id"));
    assert!(scores_of(&one) == scores_of(&two), "{} and {}", one["digests"], two["digests"]);
    assert_eq!(one["digests"], two["digests"]);
    let again = one_home.json(&["run", "verify", "leads", "--threads", "2"]);
    assert_eq!(again["identical"], true, "{again}");
    assert_eq!(again["recorded"], one["digests"]["scores"]);
    assert!(one_home.stdout(&["run", "verify", text(&one, "/id")]).contains("byte for byte"));
}

#[test]
fn verifying_fails_clearly_once_a_source_or_a_setting_has_changed() {
    let (home, _) = trained("2");
    let config = std::fs::read_to_string(home.path().join("config.toml")).unwrap();
    home.write("config.toml", config.replace("max_rounds = 60", "max_rounds = 50"));
    let errors = home.fails(&["run", "verify", "leads"], 1);
    assert!(errors.contains("the configuration or the program has changed"), "{errors}");
    home.write("config.toml", config);
    let events = std::fs::read_to_string(home.path().join("in/events.csv")).unwrap();
    home.write("in/events.csv", events + "e999999,p1,2025-10-20T10:00:00Z,web.visit,/page/1,5\n");
    let errors = home.fails(&["run", "verify", "leads"], 1);
    assert!(errors.contains("cannot be verified: the sources have changed"), "{errors}");
    assert!(errors.contains("hint:"), "{errors}");
}

#[test]
fn a_scoring_run_applies_the_model_there_is_and_shows_the_scores_before() {
    let (home, training) = trained("2");
    let by_id = |rows: &Value| -> HashMap<String, Value> {
        rows.as_array().unwrap().iter().map(|r| (text(r, "/profile_id").to_string(), r.clone())).collect()
    };
    let before = by_id(&home.json(&["profile", "list", "leads", "--top", "1000"]));
    assert!(before.values().all(|row| row["previous_score"].is_null()));
    let events = std::fs::read_to_string(home.path().join("in/events.csv")).unwrap();
    // Somebody who did little asks for a demo, and keeps the last day of the data.
    let quiet = before.values().min_by(|a, b| number(a, "/score").total_cmp(&number(b, "/score"))).unwrap();
    let quiet = text(quiet, "/profile_id").to_string();
    let line = |n: u32| format!("new{n},{quiet},2025-10-27T1{n}:00:00Z,form.demo,/demo,\n");
    home.write("in/events.csv", events + &line(0) + &line(1));
    let scoring = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    assert_eq!(text(&scoring, "/kind"), "scoring");
    assert_eq!(scoring["model_run"], training["id"]);
    assert_eq!(scoring["previous"], training["id"]);
    assert!(!file_names(&scoring).contains(&"model.json".to_string()), "a scoring run fits no model");
    let after = by_id(&home.json(&["profile", "list", "leads", "--top", "1000"]));
    assert_eq!(before.len(), after.len());
    for (id, row) in &after {
        assert_eq!(row["previous_score"], before[id]["score"], "{id}");
    }
    assert!(number(&after[&quiet], "/score") > number(&before[&quiet], "/score") + 5.0, "{quiet} became hot");
    assert_eq!(home.json(&["run", "verify", "leads"])["identical"], true);
    assert_eq!(home.json(&["run", "list", "leads"]).as_array().unwrap().len(), 2);
}

#[test]
fn a_scoring_run_without_a_model_is_a_clear_error() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    let errors = home.fails(&["run", "start", "leads", "--kind", "scoring"], 1);
    assert!(errors.contains("has no model yet") && errors.contains("--kind training"), "{errors}");
    assert!(home.fails(&["profile", "list", "leads"], 1).contains("has no scores yet"));
}

#[test]
fn every_profile_adds_up_and_ranks_and_percentiles_agree() {
    let (home, run) = trained("2");
    let folder = PathBuf::from(text(&run, "/folder"));
    let report: Value = serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap();
    let (start, base) = (number(&report, "/starting_point"), number(&report, "/model/base_rate"));
    let rows = home.json(&["profile", "list", "leads", "--top", "1000"]);
    let rows = rows.as_array().unwrap();
    let scores: Vec<f64> = rows.iter().map(|r| number(r, "/score")).collect();
    assert_eq!(rows.len() as f64, number(&run, "/population/scored"));
    assert!(rows.len() > 50);
    assert!(scores.windows(2).all(|pair| pair[0] >= pair[1]), "scores come in the order of their ranks");
    assert!(
        scores[0] > scores[rows.len() - 1] + 20.0,
        "and they tell profiles apart: {} {:?}",
        scores[0],
        scores.last()
    );
    for (at, row) in rows.iter().enumerate() {
        let (id, score) = (text(row, "/profile_id"), scores[at]);
        assert_eq!(number(row, "/rank"), (at + 1) as f64);
        let factors = list(row, "/factors");
        assert!(factors.len() <= 10, "{id}");
        let sizes: Vec<f64> = factors.iter().map(|f| number(f, "/contribution").abs()).collect();
        assert!(sizes.windows(2).all(|pair| pair[0] >= pair[1]), "{id}: the largest come first");
        let sum: f64 = factors.iter().map(|f| number(f, "/contribution")).sum::<f64>() + number(row, "/rest") + start;
        assert!((sum - log_odds(score / 100.0)).abs() < 1e-6, "{id}: {sum} against a score of {score}");
        let against_average = log_odds(number(row, "/probability")) - log_odds(base);
        assert!((sum - against_average).abs() < 1e-6, "{id}: {sum} against {against_average}");
        let below = scores.iter().filter(|s| **s < score).count() as f64;
        let equal = scores.iter().filter(|s| **s == score).count() as f64;
        let percentile = (100.0 * (below + equal / 2.0) / rows.len() as f64).ceil();
        assert_eq!(number(row, "/percentile"), percentile, "{id}");
        let band = if score >= 75.0 {
            "High"
        } else if score >= 25.0 {
            "Medium"
        } else {
            "Low"
        };
        assert_eq!(text(row, "/band"), band, "{id} has {score}");
        for factor in factors {
            let size = number(factor, "/contribution").abs().exp();
            let importance = if size >= 2.0 {
                "high"
            } else if size >= 1.25 {
                "medium"
            } else {
                "low"
            };
            assert_eq!(text(factor, "/importance"), importance, "{id}: {factor}");
        }
    }
    let first = &rows[0];
    let shown = home.json(&["profile", "show", "leads", text(first, "/profile_id")]);
    // One profile reads like its row in the list, and tells more.
    for (name, value) in first.as_object().unwrap() {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert!(home.fails(&["profile", "show", "leads", "nobody"], 1).contains("no score for 'nobody'"));
}

#[test]
fn nothing_on_or_after_the_as_of_date_changes_a_score() {
    let scores = |business: &Business| {
        let home = Home::new();
        business.write(&home);
        home.create_score("leads", &["--repeatable", "no"]);
        let run = home.json(&["run", "start", "leads", "--as-of", "2025-09-15"]);
        assert_eq!(text(&run, "/cutoffs/as_of"), "2025-09-15");
        (number(&run, "/counts/events"), text(&run, "/digests/scores").to_string())
    };
    let all = Business::new();
    let (at, kind) = (all.events.column("timestamp"), all.events.column("event_type"));
    let mut past = all.clone();
    past.events.rows.retain(|row| row[at].as_str() < "2025-09-15");
    let mut other = all.clone();
    for row in other.events.rows.iter_mut().filter(|row| row[at].as_str() >= "2025-09-15") {
        row[kind] = format!("later.{}", row[kind]);
    }
    let known = scores(&past);
    assert_eq!(known.0, past.events.rows.len() as f64);
    assert_eq!(scores(&all), known, "with what came later");
    assert_eq!(scores(&other), known, "with something else that came later");
}

#[test]
fn an_interrupted_run_is_told_and_the_next_run_starts_clean() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    let left = "20250101-000000-abcd";
    home.write(&format!("data/runs/leads/.{left}.live/journal.ndjson"), "");
    let told = home.propensity(&["run", "list"]).output().unwrap();
    let told = String::from_utf8(told.stderr).unwrap();
    assert!(told.contains(left) && told.contains("interrupted"), "{told}");
    assert_eq!(text(&home.json(&["score", "show", "leads"]), "/live"), "interrupted");
    home.stdout(&["run", "start", "leads"]);
    let left: Vec<_> =
        std::fs::read_dir(home.path().join("data/runs/leads")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("live")), "{left:?}");
    assert_eq!(home.json(&["run", "list"]).as_array().unwrap().len(), 1);
}
