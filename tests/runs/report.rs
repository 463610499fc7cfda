//! The report of a score as Markdown: all sections, the figures of the run, the same bytes twice, harmless whatever the
//! data say, and one for runs that came to nothing.

use crate::common::business::{Business, GOAL};
use crate::common::{Home, list, number, text};
use propensity::domain::format::proportion;
use serde_json::Value;
use std::collections::HashMap;
use std::path::PathBuf;

/// What a report has to have, in this order.
const SECTIONS: [&str; 14] = [
    "Goal",
    "Run",
    "Data",
    "Quality checks",
    "Population",
    "Evaluation",
    "Against the champion",
    "Expected against what came",
    "Drift since the training",
    "Influential factors",
    "Leak radar",
    "Scores",
    "Warnings",
    "Digests",
];

/// A report as read back: facts by section (`Run/kind`), and tables by the heading that they stand under.
struct Parsed {
    sections: Vec<String>,
    facts: HashMap<String, String>,
    tables: HashMap<String, Vec<Vec<String>>>,
}

/// The cells of a table's line, without the escapes.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut rest = line.trim_matches('|').chars();
    while let Some(c) = rest.next() {
        let cell = cells.last_mut().unwrap();
        match c {
            '\\' => cell.extend(rest.next()),
            '|' => cells.push(String::new()),
            c => cell.push(c),
        }
    }
    cells.iter().map(|c| c.trim().to_string()).collect()
}

fn parse(report: &str) -> Parsed {
    assert!(report.starts_with("# Report of the score '") && report.ends_with('\n'), "{report:.200}");
    assert!(!report.chars().any(|c| c.is_control() && c != '\n'), "a control character got through");
    let mut parsed = Parsed { sections: Vec::new(), facts: HashMap::new(), tables: HashMap::new() };
    let (mut section, mut heading) = (String::new(), String::new());
    for line in report.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            (section, heading) = (title.to_string(), title.to_string());
            parsed.sections.push(title.into());
        } else if let Some(title) = line.strip_prefix("### ") {
            heading = title.into();
        } else if let Some((name, value)) = line.strip_prefix("- ").and_then(|l| l.split_once(": ")) {
            parsed.facts.insert(format!("{section}/{name}"), value.into());
        } else if line.starts_with('|') {
            let table = parsed.tables.entry(heading.clone()).or_default();
            table.push(cells(line));
            assert_eq!(table[0].len(), table[table.len() - 1].len(), "{heading}: {line}");
        }
    }
    // Header and rule are no rows.
    parsed.tables.values_mut().for_each(|rows| drop(rows.drain(..2)));
    parsed
}

impl Parsed {
    #[track_caller]
    fn fact(&self, name: &str) -> &str {
        self.facts.get(name).unwrap_or_else(|| panic!("no '{name}' in {:?}", self.facts))
    }

    #[track_caller]
    fn row(&self, heading: &str, first: &str) -> &[String] {
        let rows = self.tables.get(heading).unwrap_or_else(|| panic!("no table below '{heading}'"));
        rows.iter().find(|r| r[0] == first).unwrap_or_else(|| panic!("no '{first}' below '{heading}': {rows:?}"))
    }
}

fn with_commas(value: f64) -> String {
    propensity::domain::format::count(value as u64)
}

fn trained() -> (Home, Value) {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &["--exclude", "deal.lost", "--without", "country", "--description", "Who converts."]);
    let run = home.json(&["run", "start", "leads"]);
    (home, run)
}

/// The run in `run.json`.
fn summary(run: &Value, file: &str) -> Value {
    serde_json::from_slice(&std::fs::read(PathBuf::from(text(run, "/folder")).join(file)).unwrap()).unwrap()
}

#[test]
fn a_report_has_all_sections_and_the_figures_of_the_run() {
    let (home, run) = trained();
    let written = home.stdout(&["score", "report", "leads"]);
    let report = parse(&written);
    assert_eq!(report.sections, SECTIONS);
    assert_eq!(report.fact("Goal/goal"), GOAL);
    assert_eq!([report.fact("Goal/left out who did"), report.fact("Goal/without")], ["deal.lost", "country"]);
    assert_eq!(report.fact("Goal/prediction timeframe"), "30 days");
    let run_facts = [("run", "/id"), ("kind", "/kind"), ("status", "/status"), ("as of", "/cutoffs/as_of")];
    for (name, path) in run_facts.into_iter().chain([("program", "/program"), ("model of the run", "/model_run")]) {
        assert_eq!(report.fact(&format!("Run/{name}")), text(&run, path));
    }
    assert!(report.fact("Run/started").ends_with(" UTC"));
    for name in ["persons", "accounts", "events"] {
        assert_eq!(report.fact(&format!("Data/{name}")), with_commas(number(&run, &format!("/counts/{name}"))));
    }
    assert_eq!(report.row("Sources", "event")[1], "in/events.csv", "paths are those of the configuration");
    assert_eq!(report.fact("Data/period of the events"), "2025-01-01 to 2025-10-27");
    assert!(report.tables["Event types"].iter().any(|r| r[0] == "form.demo"));
    assert_eq!(report.tables["Quality checks"].len(), list(&run, "/checks").len());
    let all =
        [("profiles tested", "test"), ("conversions in the test", "test_conversions"), ("training rows", "train")];
    for (name, key) in all {
        let found = number(&run, &format!("/population/{key}"));
        assert_eq!(report.fact(&format!("Population/{name}")), with_commas(found));
    }
    let metrics = [("AUC", "auc"), ("PR-AUC", "pr_auc"), ("lift at 10 %", "lift_10"), ("log loss", "log_loss")];
    for (name, key) in metrics.into_iter().chain([("Brier", "brier")]) {
        let figure = |value: f64| if name.contains("AUC") { proportion(value) } else { format!("{value:.4}") };
        let wanted = ["value", "low", "high"].map(|end| figure(number(&run, &format!("/metrics/{key}/{end}"))));
        assert_eq!(report.row("Metrics", name)[1..], wanted, "{name}");
    }
    let recency = proportion(number(&run, "/metrics/recency_auc/value"));
    assert_eq!(report.row("Baselines", "AUC of recency")[1], recency);
    let whole = summary(&run, "report.json");
    let gain = proportion(number(&whole, "/evaluation/gain_on_recency/low"));
    assert_eq!(report.row("Baselines", "AUC gained on recency, paired")[2], gain);
    assert_eq!(report.fact("Evaluation/verdict"), text(&run, "/verdict"));
    assert_eq!(report.fact("Evaluation/test"), "out of time");
    assert_eq!(report.tables["Calibration"].len(), list(&whole, "/evaluation/calibration").len());
    let by_outcome = &report.tables["Scores by outcome"];
    let sum =
        |column: usize| by_outcome.iter().map(|row| row[column].replace(',', "").parse::<f64>().unwrap()).sum::<f64>();
    assert_eq!((by_outcome.len(), sum(1)), (20, number(&whole, "/evaluation/conversions")));
    assert_eq!(sum(1) + sum(2), number(&whole, "/evaluation/profiles"));
    assert_eq!(report.tables["Base rates by cutoff"].len(), list(&whole, "/base_rates").len());
    for (at, factor) in list(&run, "/factors").iter().enumerate() {
        let row = report.row("Over all scored profiles", &(at + 1).to_string());
        assert_eq!(row[1..3], [text(factor, "/label"), text(factor, "/code")]);
        assert_eq!(row[4], format!("×{:.2}", number(factor, "/mean_absolute").exp()));
        assert_eq!(row[6], format!("{:.2} %", 100.0 * number(factor, "/carrying")));
    }
    for band in list(&run, "/bands") {
        assert_eq!(report.row("Bands", text(band, "/band"))[1], with_commas(number(band, "/profiles")));
    }
    assert_eq!(report.tables["Distribution"].len(), 20);
    assert!(report.tables.contains_key("Values of Days since last form demo"), "{:?}", report.tables.keys());
    for digest in ["inputs", "settings", "model", "scores"] {
        assert_eq!(report.fact(&format!("Digests/{digest}")), text(&run, &format!("/digests/{digest}")));
    }
    assert!(!written.contains(&home.path().display().to_string()), "no path of this machine");
}

#[test]
fn the_report_of_a_run_is_the_same_bytes_every_time_and_wherever_it_goes() {
    let (home, run) = trained();
    let first = home.stdout(&["score", "report", "leads"]);
    // A newer run and another configuration change nothing about the older run.
    home.json(&["run", "start", "leads", "--kind", "scoring"]);
    let id = text(&run, "/id");
    assert_eq!(home.stdout(&["score", "report", "leads", "--run", id]), first);
    let said = home.stdout(&["score", "report", "leads", "--run", id, "--out", "report.md"]);
    assert!(said.contains("report.md"), "{said}");
    assert_eq!(std::fs::read_to_string(home.path().join("report.md")).unwrap(), first);
    let json = home.json(&["score", "report", "leads", "--run", id]);
    assert_eq!([text(&json, "/run"), text(&json, "/markdown")], [id, &first]);
    let errors = home.fails(&["score", "report", "leads", "--run", id, "--out", "no/such/folder/report.md"], 1);
    assert!(errors.contains("could not be written"), "{errors}");
    home.fails(&["score", "report", "leads", "--run", "20200101-000000-aaaa"], 1);
}

#[test]
fn a_scoring_run_tells_the_test_of_the_model_that_it_applied() {
    let (home, training) = trained();
    let before = parse(&home.stdout(&["score", "report", "leads"]));
    let scoring = home.json(&["run", "start", "leads", "--kind", "scoring"]);
    let report = parse(&home.stdout(&["score", "report", "leads"]));
    assert_eq!(report.sections, SECTIONS);
    assert_eq!([report.fact("Run/run"), report.fact("Run/kind")], [text(&scoring, "/id"), "scoring"]);
    assert_eq!(report.fact("Evaluation/trained by the run"), text(&training, "/id"));
    assert_eq!(report.tables["Metrics"], before.tables["Metrics"]);
    std::fs::remove_dir_all(text(&training, "/folder")).unwrap();
    let report = parse(&home.stdout(&["score", "report", "leads"]));
    assert!(report.fact("Evaluation/trained by the run").contains("not there any more"));
}

#[test]
fn whatever_the_data_say_the_report_stays_a_report() {
    let home = Home::new();
    let mut business = Business::new();
    let evil = "we|ird `x` <b>\u{1b}[2J\u{202e}\\";
    let (kind, industry) = (business.events.column("event_type"), business.accounts.column("industry"));
    for row in business.events.rows.iter_mut().filter(|r| r[kind] == "form.demo") {
        row[kind] = evil.into();
    }
    business.accounts.rows.iter_mut().step_by(2).for_each(|row| row[industry] = evil.into());
    business.write(&home);
    let name = "a|b `c` *d*";
    home.create_score(name, &["--description", "one | `two` <script>", "--exclude", &format!("'{}'", "x|y")]);
    home.json(&["run", "start", name]);
    let written = home.stdout(&["score", "report", name]);
    let report = parse(&written);
    assert_eq!(report.sections, SECTIONS);
    assert!(written.starts_with("# Report of the score 'a\\|b \\`c\\` \\*d\\*'\n"), "{written:.80}");
    let shown = "we|ird `x` <b>␛[2J\\u{202e}\\";
    report.row("Event types", shown);
    assert!(report.tables["Over all scored profiles"].iter().any(|r| r[2].contains("we|ird `x`")));
    let printed = home.stdout(&["score", "factors", name]);
    assert!(!printed.chars().any(|c| c.is_control() && c != '\n'), "{printed}");
}

#[test]
fn a_failed_run_has_a_report_that_says_what_stopped_it() {
    let (home, good) = trained();
    let mut business = Business::new();
    let kind = business.events.column("event_type");
    let mut conversions = 0;
    business.events.rows.retain(|row| {
        conversions += usize::from(row[kind] == GOAL);
        row[kind] != GOAL || conversions <= 7
    });
    business.write(&home);
    home.fails(&["run", "start", "leads"], 3);
    let runs = home.json(&["run", "list", "leads"]);
    let failed = list(&runs, "").iter().find(|r| r["status"] == "failed").expect("the failed run is listed");
    let id = text(failed, "/id");
    let report = parse(&home.stdout(&["score", "report", "leads", "--run", id]));
    assert_eq!(report.sections, SECTIONS);
    assert_eq!([report.fact("Run/status"), report.fact("Run/code")], ["failed", "404"]);
    assert!(report.fact("Run/message").starts_with("ERROR 404."), "{}", report.fact("Run/message"));
    assert!(report.fact("Run/stopped by").contains("found 7, threshold 10"), "{}", report.fact("Run/stopped by"));
    assert_eq!(report.row("Quality checks", "404")[2..], ["7", "10", "stopped the run"]);
    assert_eq!(report.fact("Digests/scores"), "none");
    // The report of the score is that of its latest scores, and the newer failure is told.
    let output = home.propensity(&["score", "report", "leads"]).output().unwrap();
    assert_eq!(parse(&String::from_utf8(output.stdout).unwrap()).fact("Run/run"), text(&good, "/id"));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(id) && said.contains("failed"), "{said}");
    // What left no report still has one; a successful run that lost its own is an error.
    let folder = PathBuf::from(text(&good, "/folder"));
    std::fs::remove_file(folder.with_file_name(id).join("report.json")).unwrap();
    assert_eq!(parse(&home.stdout(&["score", "report", "leads", "--run", id])).sections, SECTIONS);
    std::fs::write(folder.join("report.json"), "{").unwrap();
    assert!(home.fails(&["score", "report", "leads"], 1).contains("report.json cannot be read"));
}

#[test]
fn a_score_without_a_run_is_a_clear_error() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    let errors = home.fails(&["score", "report", "leads"], 1);
    assert!(errors.contains("has no run yet") && errors.contains("propensity run start leads"), "{errors}");
    home.fails(&["score", "report", "nobody"], 1);
}
