//! What time shows, through the real binary: a new model against the one in use, promotion, past predictions against what
//! came, and what moved since a training. Each against a truth that is planted or counted from the files.

use crate::common::business::{Business, GOAL};
use crate::common::{Home, list, number, text};
use serde_json::Value;
use std::collections::HashMap;
use std::fs;

const LARGE: (u64, u64) = (3_000, 900);

fn home(business: &Business) -> Home {
    let home = Home::new();
    business.write(&home);
    home.create_score("leads", &["--repeatable", "no"]);
    home
}

fn report(home: &Home, run: &Value) -> Value {
    let path = home.path().join(format!("data/runs/leads/{}/report.json", text(run, "/id")));
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Without the events that `gone` picks by type and day (`YYYY-MM-DD`).
fn without(business: &Business, gone: impl Fn(&str, &str) -> bool) -> Business {
    let mut less = business.clone();
    less.events.rows.retain(|row| !gone(&row[3], &row[2][..10]));
    less
}

#[test]
fn a_model_that_is_not_worse_takes_over_and_one_that_is_worse_does_not() {
    let business = Business::of(LARGE.0, LARGE.1);
    let home = home(&business);
    let first = home.json(&["run", "start", "leads"]);
    assert!(first["challenge"].is_null(), "nothing to challenge");
    let second = home.json(&["run", "start", "leads"]);
    assert_eq!(text(&second, "/challenge/champion"), text(&first, "/id"));
    assert_eq!((number(&second, "/challenge/difference/value"), &second["challenge"]["stays"]), (0.0, &false.into()));
    assert_eq!(text(&second, "/model_run"), text(&second, "/id"));

    // The planted signal is missing from all that the third one can learn from, and is there in its test: its cutoff is
    // 30 days before the end of the data, and its newest training cutoff 60.
    without(&business, |kind, day| kind == "form.demo" && day < "2025-08-29").write(&home);
    let third = home.json(&["run", "start", "leads"]);
    let high = number(&third, "/challenge/difference/high");
    assert!(high < 0.0 && third["challenge"]["stays"] == true, "{}", third["challenge"]);
    let auc = |of: &str| number(&third, &format!("/challenge/{of}/value"));
    assert!((auc("challenger_auc") - number(&third, "/metrics/auc/value")).abs() < 1e-9);
    assert!((auc("challenger_auc") - auc("champion_auc") - auc("difference")).abs() < 1e-9);
    assert_eq!(text(&third, "/model_run"), text(&second, "/id"), "the champion gives the scores");
    assert!(text(&third, "/message").contains("by the champion"), "{third}");
    assert_eq!(text(&home.json(&["score", "show", "leads"]), "/champion"), text(&second, "/id"));
    // The explanation is that of the model that gave the score.
    home.stdout(&[
        "profile",
        "show",
        "leads",
        home.json(&["profile", "list", "leads"])[0]["profile_id"].as_str().unwrap(),
    ]);
    home.stdout(&["run", "verify", text(&third, "/id")]);

    // Anybody may decide otherwise; the next scoring applies it.
    home.stdout(&["score", "promote", "leads", text(&third, "/id")]);
    let scored = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    assert_eq!(text(&scored, "/model_run"), text(&third, "/id"));
    let audit = fs::read_to_string(home.path().join("data/audit.ndjson")).unwrap();
    assert!(audit.contains(r#""what":"promoted""#), "{audit}");
    assert!(home.fails(&["score", "promote", "leads", text(&third, "/id")], 1).contains("already"));
    assert!(home.stdout(&["run", "list", "leads"]).contains("training, champion"));
    assert!(home.fails(&["score", "promote", "leads", text(&scored, "/id")], 1).contains("scoring run"));
    assert!(home.fails(&["score", "promote", "leads", "20200101-000000-0000"], 1).contains("run list"));
}

#[test]
fn a_run_about_the_past_scores_by_its_own_model_and_leaves_the_champion() {
    let home = home(&Business::new());
    let champion = home.json(&["run", "start", "leads"]);
    let past = home.json(&["run", "start", "leads", "--as-of", "2025-09-01"]);
    assert_eq!((&past["challenge"]["stays"], text(&past, "/model_run")), (&true.into(), text(&past, "/id")));
    // Today's scores stay the ones that are shown, and changes run forward in time.
    let top = |home: &Home| home.json(&["profile", "list", "leads"])[0].clone();
    assert_eq!(text(&top(&home), "/score_date"), text(&champion, "/cutoffs/as_of"));
    assert!(past["previous"].is_null(), "{}", past["previous"]);
    let warned = list(&past, "/warnings").iter().any(|w| w.as_str().is_some_and(|w| w.contains("looks back")));
    assert!(warned, "{}", past["warnings"]);
    let due = |home: &Home| home.json(&["schedule", "show"])[0]["next_scoring"].clone();
    let before = due(&home);
    home.stdout(&["run", "start", "leads", "--kind", "scoring", "--as-of", "2025-09-10"]);
    assert_eq!(due(&home), before, "what looks back is no run that the schedule waits for");
    let scored = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    assert_eq!(text(&scored, "/model_run"), text(&champion, "/id"));
    assert_eq!(text(&scored, "/previous"), text(&champion, "/id"));
    assert_eq!(text(&top(&home), "/score_date"), text(&scored, "/cutoffs/as_of"));
}

/// Days on which persons converted, counted from the table.
fn conversions(business: &Business) -> HashMap<String, Vec<String>> {
    let mut days: HashMap<String, Vec<String>> = HashMap::new();
    for row in business.events.rows.iter().filter(|row| row[3] == GOAL) {
        days.entry(row[1].clone()).or_default().push(row[2][..10].to_string());
    }
    days
}

#[test]
fn past_predictions_are_compared_with_what_came_as_counted_from_the_files() {
    let business = Business::of(1_200, 400);
    let home = home(&business);
    let past = home.json(&["run", "start", "leads", "--as-of", "2025-08-05"]);
    let later = home.json(&["run", "start", "leads", "--as-of", "2025-08-20", "--kind", "scoring"]);
    assert!(report(&home, &later).get("realised").is_none(), "30 days have not passed");
    let scored: Vec<(String, f64)> = list(&home.json(&["profile", "list", "leads", "--top", "100000"]), "")
        .iter()
        .map(|row| (text(row, "/profile_id").to_string(), number(row, "/probability")))
        .collect();
    assert!(!scored.is_empty());
    let now = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    let realised = report(&home, &now)["realised"].clone();
    assert_eq!(list(&realised, "").len(), 1, "one run a month: {realised}");
    let one = &realised[0];
    assert_eq!(text(one, "/run"), text(&past, "/id"));
    assert_eq!((text(one, "/as_of"), text(one, "/until")), ("2025-08-05", "2025-09-04"));

    // The same from the scores file and the events file.
    let days = conversions(&business);
    let converted =
        |id: &str| days.get(id).is_some_and(|d| d.iter().any(|d| "2025-08-05" <= &d[..] && &d[..] < "2025-09-04"));
    let out = home.path().join("past.csv");
    home.stdout(&["score", "export", "leads", "--run", text(&past, "/id"), "--out", out.to_str().unwrap()]);
    let mut reader = csv::Reader::from_path(out).unwrap();
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap();
    let (id, probability) = (at("profile_id"), at("probability"));
    let rows: Vec<(f64, bool)> = reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            (row[probability].parse().unwrap(), converted(&row[id]))
        })
        .collect();
    let hits = rows.iter().filter(|r| r.1).count() as f64;
    assert!(hits > 10.0, "the test needs conversions: {hits}");
    assert_eq!(number(one, "/profiles"), rows.len() as f64);
    assert_eq!(number(one, "/evaluation/conversions"), hits);
    let expected = rows.iter().map(|r| r.0).sum::<f64>() / rows.len() as f64;
    assert!((number(one, "/expected") - expected).abs() < 1e-6);
    let (mut won, mut pairs) = (0.0, 0.0);
    for (p, _) in rows.iter().filter(|r| r.1) {
        for (q, _) in rows.iter().filter(|r| !r.1) {
            pairs += 1.0;
            won += if p > q {
                1.0
            } else if p == q {
                0.5
            } else {
                0.0
            };
        }
    }
    assert!((number(one, "/evaluation/metrics/auc/value") - won / pairs).abs() < 1e-6);
    assert_eq!(number(one, "/tested/auc/value"), number(&past, "/metrics/auc/value"), "beside it the test's");

    // What was found out stays when the run that it is about is gone.
    fs::remove_dir_all(home.path().join(format!("data/runs/leads/{}", text(&past, "/id")))).unwrap();
    let again = home.json(&["run", "start", "leads"]);
    assert_eq!(report(&home, &again)["realised"], realised);
}

#[test]
fn what_moved_since_the_training_is_named_and_nothing_else() {
    let business = Business::of(1_200, 400);
    let home = home(&business);
    let trained = home.json(&["run", "start", "leads"]);
    let same = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    let drift = report(&home, &same)["drift"].clone();
    assert_eq!(text(&drift, "/model_run"), text(&trained, "/id"));
    assert!(list(&drift, "/moved").is_empty() && drift.get("scores").is_none(), "{drift}");

    // Everybody visits much more often in the last month.
    let mut busier = business.clone();
    for number in 0..1_200 {
        for day in 1..20 {
            busier.event(&format!("p{number}"), &format!("2025-10-{day:02}T10:00:00Z"), "web.visit", "/page/1", "30");
        }
    }
    busier.write(&home);
    let moved = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    let drift = report(&home, &moved)["drift"].clone();
    let codes: Vec<&str> = list(&drift, "/moved").iter().map(|m| text(m, "/code")).collect();
    assert!(codes.contains(&"count.web.visit.30d"), "{codes:?}");
    assert!(codes.iter().all(|code| !code.contains("form.demo") && !code.contains("industry")), "{codes:?}");
    let all: Vec<&str> = list(&moved, "/warnings").iter().filter_map(Value::as_str).collect();
    assert!(all.iter().any(|w| w.starts_with("Drift: ") && w.contains("Visits, last 30 days")), "{all:?}");
}
