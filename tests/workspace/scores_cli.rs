//! Score definitions on the command line: created, listed, changed, copied, deleted, brought back, exported; and what
//! becomes of `scores.json` under all that.

use crate::common::business::{Business, GOAL};
use crate::common::{Home, list, number, text};
use serde_json::Value;

/// Arguments that create a person score of this goal.
fn create<'a>(name: &'a str, goal: &'a str) -> Vec<&'a str> {
    vec!["score", "create", "--name", name, "--profile", "person", "--goal", goal, "--timeframe", "90"]
}

fn names(home: &Home) -> Vec<String> {
    let scores = home.json(&["score", "list"]);
    scores.as_array().unwrap().iter().map(|s| text(s, "/name").to_string()).collect()
}

fn scores_file(home: &Home) -> std::path::PathBuf {
    home.path().join("data/scores.json")
}

#[test]
fn a_score_is_created_shown_edited_cloned_deleted_and_brought_back() {
    let home = Home::new();
    let goal =
        "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won' or 'Contract'";
    let more = ["--description", "first", "--exclude", "deal.lost", "--with", "plan", "--without", "country"];
    let created = home.json(&[create("New business", goal), more.to_vec()].concat());
    assert_eq!([text(&created, "/id"), text(&created, "/profile_type")], ["new-business", "Person"]);
    let shown = home.json(&["score", "show", "NEW business"]);
    assert_eq!(text(&shown, "/goal_sentence"), goal, "the goal is printed as it was written");
    assert_eq!(text(&shown, "/description"), "first");
    assert_eq!(number(&shown, "/timeframe_days"), 90.0);
    assert_eq!(shown["with"], serde_json::json!(["plan"]));
    assert_eq!(shown["without"], serde_json::json!(["country"]));
    assert_eq!(text(&shown, "/exclusions/0/event_type"), "deal.lost");
    assert_eq!([text(&shown, "/repeatable"), text(&shown, "/merge_policy")], ["auto", "most-recent"]);
    assert!(shown["last_run"].is_null());
    let printed = home.stdout(&["score", "show", "new-business"]);
    assert!(printed.contains(goal) && printed.contains("propensity run start 'New business'"), "{printed}");

    let edited = home.json(&["score", "edit", "new-business", "--description", "second"]);
    assert_eq!(text(&edited, "/description"), "second");
    assert_eq!(edited["goal"], created["goal"], "editing changes only the description");

    let clone = home.json(&["score", "clone", "new-business", "--name", "Copy", "--with-goal"]);
    assert_eq!([text(&clone, "/id"), text(&clone, "/description")], ["copy", "second"]);
    assert_eq!(clone["goal"], created["goal"]);
    let who = ["--who", "active within 1 days", "--who", "had NO deal.paused, or 'deal lost'"];
    let until = ["--exclude", "deal.lost", "--exclude-until-active", "yes"];
    home.json(&[create("Some", "web.visit"), who.to_vec(), until.to_vec()].concat());
    let some = home.json(&["score", "clone", "Some", "--name", "Some more", "--with-goal"]);
    assert_eq!(text(&some, "/exclude_until_active"), "yes");
    let sentences = ["active within 1 day", "never had deal.paused, or 'deal lost'"];
    assert_eq!(home.json(&["score", "show", "Some"])["population_sentences"], serde_json::json!(sentences));
    assert_eq!(some["population"][1]["condition"], "had-no");
    let printed = home.stdout(&["score", "show", "Some more"]);
    assert!(sentences.iter().all(|sentence| printed.contains(&format!("scored      {sentence}"))), "{printed}");
    assert!(printed.contains("holds until later activity"), "{printed}");
    for name in ["Some", "Some more"] {
        home.stdout(&["score", "delete", name, "--yes"]);
    }
    let other = home.json(&["score", "clone", "Copy", "--name", "Other", "--goal", "web.visit"]);
    assert_eq!(text(&other, "/goal/events/0/event_type"), "web.visit");
    home.fails(&["score", "clone", "Copy", "--name", "No goal"], 2);
    assert_eq!(names(&home), ["New business", "Copy", "Other"]);

    let errors = home.fails(&["score", "delete", "Copy"], 2);
    assert!(errors.contains("--yes"), "without a terminal nobody can be asked: {errors}");
    assert_eq!(names(&home).len(), 3, "and nothing is deleted");
    let printed = home.stdout(&["score", "delete", "Copy", "--yes"]);
    assert!(printed.contains("propensity score restore Copy"), "{printed}");
    assert_eq!(names(&home), ["New business", "Other"]);
    home.fails(&["score", "show", "Copy"], 1);
    assert_eq!(text(&home.json(&["score", "restore", "Copy"]), "/id"), "copy");
    assert_eq!(home.json(&["score", "show", "Copy"])["goal"], clone["goal"]);
    home.fails(&["score", "restore", "Copy"], 1);
}

#[test]
fn deleting_takes_the_runs_along_and_restoring_brings_them_back() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    let run = home.json(&["run", "start", "leads"]);
    home.stdout(&["score", "delete", "leads", "--yes"]);
    assert!(!std::path::Path::new(text(&run, "/folder")).exists());
    home.fails(&["run", "show", text(&run, "/id")], 1);
    home.stdout(&["score", "restore", "leads"]);
    assert_eq!(home.json(&["run", "show", "leads"])["digests"], run["digests"]);
    let listed = home.json(&["score", "list"]);
    assert_eq!(
        [text(&listed, "/0/last_run/id"), text(&listed, "/0/last_run/status")],
        [text(&run, "/id"), "successful"]
    );
}

#[test]
fn a_wrong_sentence_is_refused_with_a_caret_under_the_place() {
    let home = Home::new();
    for (goal, place) in [
        ("web.visit where", "web.visit where"),
        ("web.visit where page iss 'x'", "web.visit where page "),
        ("web.visit where seconds > 'many'", "web.visit where seconds > "),
    ] {
        let errors = home.fails(&create("x", goal), 2);
        let lines: Vec<&str> = errors.lines().collect();
        let at = lines.iter().position(|l| l.trim() == "^").unwrap_or_else(|| panic!("no caret: {errors}"));
        let caret = lines[at].find('^').unwrap();
        let sentence = lines[at - 1].find(goal).unwrap_or_else(|| panic!("no sentence above the caret: {errors}"));
        assert!(caret.abs_diff(sentence + place.len()) <= 1, "the caret stands at {}: {errors}", caret - sentence);
    }
    let errors = home.fails(&[create("x", "web.visit"), vec!["--exclude", "deal.lost whree a is 'b'"]].concat(), 2);
    assert!(errors.contains('^'), "{errors}");
    assert!(!scores_file(&home).exists(), "nothing was created");
}

#[test]
fn what_cannot_be_done_is_said_with_the_nearest_name_and_the_right_exit_code() {
    let home = Home::new();
    home.stdout(&create("Closed won", "web.visit"));
    for noun in [["score", "show"], ["score", "restore"], ["run", "start"], ["run", "show"], ["profile", "list"]] {
        let errors = home.fails(&[noun[0], noun[1], "Closed wonn"], 1);
        assert!(noun[1] == "restore" || errors.contains("Closed won'"), "{noun:?}: {errors}");
        assert!(errors.starts_with("error: ") && errors.contains("hint: "), "{noun:?}: {errors}");
    }
    let errors = home.fails(&create("closed WON", "web.visit"), 2);
    assert!(errors.contains("already") && errors.contains("'closed WON (2)'"), "{errors}");
    for (key, value) in
        [("--profile", "acount"), ("--timeframe", "0"), ("--timeframe", "731"), ("--repeatable", "maybe")]
    {
        let mut arguments = create("x", "web.visit");
        match arguments.iter().position(|a| *a == key) {
            Some(at) => arguments[at + 1] = value,
            None => arguments.extend([key, value]),
        }
        home.fails(&arguments, 2);
    }
    home.fails(&["score", "create", "--name", "x"], 2);
    home.fails(&create("a\u{1b}[2Jb", "web.visit"), 2);
    assert_eq!(names(&home), ["Closed won"]);
}

#[test]
fn unknown_fields_of_the_scores_file_survive_every_change() {
    let home = Home::new();
    home.stdout(&create("one", "web.visit"));
    let mut file: Value = serde_json::from_slice(&std::fs::read(scores_file(&home)).unwrap()).unwrap();
    file["later"] = serde_json::json!({"kept": [1, 2]});
    file["scores"][0]["schedule"] = serde_json::json!({"days": 7});
    file["scores"][0]["goal"]["weight"] = 3.into();
    home.write("data/scores.json", file.to_string());
    home.stdout(&["score", "edit", "one", "--description", "new"]);
    home.stdout(&create("two", "web.visit"));
    let after: Value = serde_json::from_slice(&std::fs::read(scores_file(&home)).unwrap()).unwrap();
    assert_eq!(after["later"], file["later"]);
    assert_eq!(after["scores"][0]["schedule"], file["scores"][0]["schedule"]);
    assert_eq!(after["scores"][0]["goal"], file["scores"][0]["goal"]);
    assert_eq!(text(&after, "/scores/0/description"), "new");
    assert_eq!(list(&after, "/scores").len(), 2);
}

#[test]
fn a_broken_or_newer_scores_file_is_refused_and_left_as_it_is() {
    for (content, said) in [
        ("{\"version\": 1, \"scores\": [", "scores.json"),
        ("{\"version\": 99, \"scores\": [], \"new\": true}", "99"),
        ("", "scores.json"),
        ("[1, 2]", "scores.json"),
    ] {
        let home = Home::new();
        home.write("data/scores.json", content);
        let tries = [
            vec!["score", "list"],
            create("x", "web.visit"),
            vec!["score", "delete", "x", "--yes"],
            vec!["run", "list"],
        ];
        for arguments in tries {
            let errors = home.fails(&arguments, 1);
            assert!(errors.contains(said), "{arguments:?} with {content:?}: {errors}");
        }
        assert_eq!(std::fs::read_to_string(scores_file(&home)).unwrap(), content);
    }
}

#[test]
fn scores_are_exported_in_three_formats_by_rank_and_band() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    assert!(home.fails(&["score", "export", "leads"], 1).contains("has no scores yet"));
    home.stdout(&["run", "start", "leads"]);
    let listed = home.json(&["profile", "list", "leads", "--top", "1000"]);
    let all = listed.as_array().unwrap();

    let lines = home.stdout(&["score", "export", "leads", "--format", "jsonl"]);
    let rows: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(&rows, all);

    let csv = home.stdout(&["score", "export", "leads", "--top", "5"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().take(4).collect::<Vec<_>>(), ["rank", "profile_id", "name", "score"]);
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 5);
    for (record, row) in records.iter().zip(all) {
        assert_eq!(&record[1], text(row, "/profile_id"));
        assert!((record[3].parse::<f64>().unwrap() - number(row, "/score")).abs() < 1e-3);
    }

    let high = all.iter().filter(|r| text(r, "/band") == "High").count();
    assert!(high > 0 && high < all.len(), "{high} of {}", all.len());
    for band in ["high", "High"] {
        let lines = home.stdout(&["score", "export", "leads", "--format", "jsonl", "--band", band]);
        assert_eq!(lines.lines().count(), high);
    }
    let two = home.stdout(&["score", "export", "leads", "--format", "jsonl", "--band", "low", "--top", "2"]);
    let two: Vec<Value> = two.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let low: Vec<&Value> = all.iter().filter(|r| text(r, "/band") == "Low").take(2).collect();
    assert_eq!(two.iter().collect::<Vec<_>>(), low, "the first two of the band, with their ranks among all");
    assert!(home.fails(&["score", "export", "leads", "--band", "top"], 2).contains("high, medium and low"));

    home.fails(&["score", "export", "leads", "--format", "parquet"], 2);
    home.stdout(&["score", "export", "leads", "--format", "parquet", "--out", "out.parquet", "--top", "7"]);
    let file = std::fs::File::open(home.path().join("out.parquet")).unwrap();
    let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 7);
    home.stdout(&["score", "export", "leads", "--out", "out.csv"]);
    assert_eq!(std::fs::read_to_string(home.path().join("out.csv")).unwrap().lines().count(), all.len() + 1);
}

#[test]
fn auto_is_decided_from_the_data_when_the_score_is_created() {
    let home = Home::new();
    Business::new().write(&home);
    assert_eq!(text(&home.create_score("once", &[]), "/repeatable"), "no");
    let often = home.json(&create("often", "web.visit"));
    assert_eq!(text(&often, "/repeatable"), "yes");
    assert_eq!(text(&home.create_score("said", &["--repeatable", "yes"]), "/repeatable"), "yes");
    assert_eq!(text(&home.json(&["score", "show", "once"]), "/goal_sentence"), GOAL);
    let other = home.json(&["score", "clone", "once", "--name", "other", "--goal", "web.visit"]);
    assert_eq!(text(&other, "/repeatable"), "yes", "another goal is decided anew");
    let same = home.json(&["score", "clone", "said", "--name", "same", "--with-goal"]);
    assert_eq!(text(&same, "/repeatable"), "yes", "the same goal stays as it was said");
}
