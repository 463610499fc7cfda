//! Reading sources through the real binary: the same business in every format, rows that are refused while the rest goes
//! on, and errors that name the file, the column and what is nearest.

use crate::common::business::{Business, SOURCES};
use crate::common::table::{Table, gzip, zstd};
use crate::common::{Home, list, number, text};
use serde_json::Value;

/// The digest of the scores that these source files lead to.
#[track_caller]
fn scores(files: &[(&str, Vec<u8>)], sources: &[(&str, &str)]) -> String {
    let home = Home::new();
    for (name, bytes) in files {
        home.write(name, bytes);
    }
    home.configure(sources, "");
    home.create_score("leads", &["--with", "plan"]);
    let run = home.json(&["run", "start", "leads"]);
    assert_eq!(number(&run, "/counts/refused"), 0.0, "{}", run["warnings"]);
    text(&run, "/digests/scores").to_string()
}

/// The same, all three tables written by `encode` under names with this extension.
#[track_caller]
fn scores_as(business: &Business, extension: &str, encode: impl Fn(&Table) -> Vec<u8>) -> String {
    let tables = [("person", &business.persons), ("account", &business.accounts), ("event", &business.events)];
    let names: Vec<String> = tables.iter().map(|(kind, _)| format!("in/{kind}.{extension}")).collect();
    let files: Vec<(&str, Vec<u8>)> =
        names.iter().zip(tables).map(|(name, (_, table))| (name.as_str(), encode(table))).collect();
    let sources: Vec<(&str, &str)> =
        tables.iter().zip(&names).map(|((kind, _), name)| (*kind, name.as_str())).collect();
    scores(&files, &sources)
}

#[test]
fn csv_tsv_ndjson_and_parquet_of_one_business_give_the_same_scores() {
    let business = Business::new();
    let csv = scores_as(&business, "csv", |t| t.csv(','));
    assert_eq!(scores_as(&business, "tsv", |t| t.csv('\t')), csv, "TSV");
    assert_eq!(scores_as(&business, "ndjson", Table::ndjson), csv, "NDJSON");
    assert_eq!(scores_as(&business, "parquet", Table::parquet), csv, "Parquet");
    let semicolons = scores_as(&business, "csv", |t| t.csv(';'));
    assert_eq!(semicolons, csv, "the delimiter is found in the header line");
}

#[test]
fn compressed_files_give_the_same_scores() {
    let business = Business::new();
    let csv = scores_as(&business, "csv", |t| t.csv(','));
    assert_eq!(scores_as(&business, "csv.gz", |t| gzip(&t.csv(','))), csv, "CSV.gz");
    assert_eq!(scores_as(&business, "ndjson.zst", |t| zstd(&t.ndjson())), csv, "NDJSON.zst");
    assert_eq!(scores_as(&business, "tsv.zst", |t| zstd(&t.csv('\t'))), csv, "TSV.zst");
}

#[test]
fn a_glob_or_a_folder_of_files_with_columns_in_any_order_gives_the_same_scores() {
    let business = Business::new();
    let whole = scores_as(&business, "csv", |t| t.csv(','));
    let (first, second) = business.events.split(business.events.rows.len() / 3);
    // As spreadsheets save it: with a byte order mark and Windows line ends.
    let windows = String::from_utf8(second.reversed().csv(',')).unwrap().replace('\n', "\r\n");
    let files = [
        ("in/persons.csv", business.persons.reversed().csv(',')),
        ("in/accounts.csv", business.accounts.csv(',')),
        ("in/events/1.csv", first.csv(',')),
        ("in/events/2.csv", [b"\xef\xbb\xbf", windows.as_bytes()].concat()),
        ("in/events/README.md", b"not data".to_vec()),
    ];
    for path in ["in/events", "in/events/*.csv", "in/ev*/?.csv"] {
        assert_eq!(scores(&files, &[SOURCES[0], SOURCES[1], ("event", path)]), whole, "{path}");
    }
}

#[test]
fn columns_that_are_no_known_field_stay_as_attributes_and_fields() {
    let home = Home::new();
    let business = Business::new();
    business.write(&home);
    let check = home.json(&["data", "check"]);
    let others = |kind: &str| list(&check, "/sources").iter().find(|s| s["kind"] == kind).unwrap()["others"].clone();
    assert_eq!(others("person"), serde_json::json!(["plan"]));
    assert_eq!(others("event"), serde_json::json!(["page", "seconds"]));
    let (kind, page) = (business.events.column("event_type"), business.events.column("page"));
    let visits =
        |wanted: &str| business.events.rows.iter().filter(|r| r[kind] == "web.visit" && r[page] == wanted).count();
    for wanted in ["/page/1", "/page/4"] {
        let goal = format!("web.visit where page is '{wanted}'");
        let name = format!("visits of {}", &wanted[6..]);
        let asked = ["score", "create", "--name", &name, "--profile", "person", "--goal", &goal, "--timeframe", "30"];
        let said = home.stdout(&asked);
        assert!(said.contains(&format!("matches {} conversions", visits(wanted))), "{said}");
    }
    let types = list(&check, "/event_types");
    let counted: f64 = types.iter().map(|t| number(t, "/events")).sum();
    assert_eq!(counted, business.events.rows.len() as f64);
    assert!(types.windows(2).all(|pair| number(&pair[0], "/events") >= number(&pair[1], "/events")));
    assert_eq!([text(&check, "/first_day"), text(&check, "/as_of")], ["2025-01-01", "2025-10-28"]);
}

/// Rows of events that must be refused, each with the reason, and the lines as they stand in the file.
const BAD: [(&str, &str); 9] = [
    ("ragged", "x1,p1,2025-03-01T10:00:00Z"),
    ("bad-timestamp", "x2,p1,2025-02-30T10:00:00Z,web.visit,/page/1,5"),
    ("missing-id", "x3,,2025-03-01T10:00:00Z,web.visit,/page/1,5"),
    ("orphan", "x4,nobody,2025-03-01T10:00:00Z,web.visit,/page/1,5"),
    ("duplicate-event-id", "e0,p1,2025-03-01T10:00:00Z,web.visit,/page/1,5"),
    ("future-timestamp", "x5,p1,2999-03-01T10:00:00Z,web.visit,/page/1,5"),
    ("missing-timestamp", "x6,p1,,web.visit,/page/1,5"),
    ("missing-event-type", "x7,p1,2025-03-01T10:00:00Z,,/page/1,5"),
    ("ragged", "x8,p1,2025-03-01T10:00:00Z,web.visit,/page/1,5,more,and more"),
];

#[test]
fn bad_rows_are_refused_and_shown_with_file_line_and_reason_while_the_rest_goes_on() {
    let home = Home::new();
    let business = Business::new();
    business.write(&home);
    let clean = home.json(&["data", "check"]);
    let mut events = String::from_utf8(business.events.csv(',')).unwrap();
    for (_, line) in BAD {
        events += &format!("{line}\n");
    }
    home.write("in/events.csv", events + "x9,p1,2025-03-01T10:00:00Z,web.visit,/page/1,5\n");
    home.write("in/persons.csv", String::from_utf8(business.persons.csv(',')).unwrap() + ",a1,2025-01-01,No Id,,,\n");
    let check = home.json(&["data", "check"]);
    assert_eq!(number(&check, "/events"), number(&clean, "/events") + 1.0, "the good row after the bad ones is read");
    assert_eq!(check["persons"], clean["persons"]);
    let source = list(&check, "/sources").iter().find(|s| s["kind"] == "event").unwrap();
    assert_eq!(number(source, "/files/0/refused"), BAD.len() as f64);
    for (at, (reason, _)) in BAD.iter().enumerate() {
        let examples = list(source, &format!("/refusals/{reason}/examples"));
        let line = (business.events.rows.len() + 2 + at) as f64;
        let example = examples.iter().find(|e| number(e, "/line") == line);
        let example = example.unwrap_or_else(|| panic!("{reason} is not at line {line}: {examples:?}"));
        assert!(text(example, "/file").ends_with("events.csv") && !text(example, "/detail").is_empty(), "{example}");
        let alike = BAD.iter().filter(|(r, _)| r == reason).count();
        assert_eq!(number(source, &format!("/refusals/{reason}/count")), alike as f64);
    }
    let persons = list(&check, "/sources").iter().find(|s| s["kind"] == "person").unwrap();
    assert_eq!(number(persons, "/refusals/missing-id/count"), 1.0);
    let printed = home.stdout(&["data", "check"]);
    for words in ["unknown person, account or opportunity", "timestamp in the future", "event id seen before"] {
        assert!(printed.contains(words), "{words} in:\n{printed}");
    }
    assert!(printed.contains("\n  attributes  plan\n"), "{printed}");
    home.create_score("leads", &[]);
    let run = home.json(&["run", "start", "leads"]);
    assert_eq!(number(&run, "/counts/refused"), (BAD.len() + 1) as f64);
    assert!(run["warnings"].to_string().contains("rows were refused"), "{}", run["warnings"]);
}

#[test]
fn a_run_fails_before_training_where_more_rows_are_refused_than_the_configuration_allows() {
    let home = Home::new();
    let business = Business::new();
    business.write(&home);
    let orphans: String =
        (0..business.events.rows.len() / 10).map(|n| format!("y{n},nobody,2025-03-01,web.visit,,\n")).collect();
    home.write("in/events.csv", String::from_utf8(business.events.csv(',')).unwrap() + &orphans);
    home.create_score("leads", &[]);
    let errors = home.fails(&["run", "start", "leads"], 1);
    assert!(errors.contains("rows were refused") && errors.contains("at most 5.0 %"), "{errors}");
    let run = home.json(&["run", "show", "leads"]);
    assert_eq!(text(&run, "/status"), "failed");
    assert!(run["code"].is_null());
    let stages: Vec<&str> = list(&run, "/stages").iter().map(|s| text(s, "/name")).collect();
    assert_eq!(stages, ["read"]);
    home.configure(&SOURCES, "[input]\nmax_refused = 0.2");
    assert_eq!(text(&home.json(&["run", "start", "leads"]), "/status"), "successful");
}

#[test]
fn what_is_wrong_with_a_source_is_one_clear_error() {
    let business = Business::of(20, 5);
    let fails = |config: &str| {
        let home = Home::new();
        business.write(&home);
        home.write("config.toml", config);
        let errors = home.fails(&["data", "check"], 1);
        assert_eq!(errors.matches("error:").count(), 1, "{errors}");
        errors
    };
    let errors = fails("[[source]]\nkind = \"event\"\npath = \"in/event.csv\"\n");
    assert!(errors.contains("in/event.csv") && errors.contains("events.csv"), "missing file: {errors}");
    let errors = fails("[[source]]\nkind = \"event\"\npath = \"in/persons.csv\"\n");
    assert!(errors.contains("persons.csv has no column 'timestamp'"), "missing column: {errors}");
    let errors =
        fails("[[source]]\nkind = \"person\"\npath = \"in/persons.csv\"\n[source.columns]\nname = \"person_name\"\n");
    assert!(errors.contains("no column 'person_name'") && errors.contains("persons.csv"), "mapped column: {errors}");
    assert!(errors.contains("nearest"), "{errors}");
    let errors =
        fails("[[source]]\nkind = \"person\"\npath = \"in/persons.csv\"\n[source.columns]\ncountri = \"country\"\n");
    assert!(errors.contains("'countri'") && errors.contains("'country'"), "mapped field: {errors}");
    let errors = fails("[[source]]\nkind = \"person\"\npath = \"in/persons.csv\"\npreset = \"plian\"\n");
    assert!(errors.contains("'plian'") && errors.contains("'plain'"), "unknown preset: {errors}");
    let errors = fails("[workspace]\ntimezon = \"UTC\"\n");
    assert!(
        errors.contains("config.toml") && errors.contains("timezon") && errors.contains("timezone"),
        "key: {errors}"
    );
    let errors = fails("[[source]]\nkind = \"persons\"\npath = \"in/persons.csv\"\n");
    assert!(errors.contains("persons") && errors.contains("person"), "kind: {errors}");
    let errors =
        fails("[workspace]\ntimezone = \"Europe/Berlinn\"\n[[source]]\nkind = \"person\"\npath = \"in/persons.csv\"\n");
    assert!(errors.contains("Europe/Berlinn"), "zone: {errors}");
    let errors = fails("");
    assert!(errors.contains("no sources") && errors.contains("[[source]]"), "{errors}");
}

/// Event types with their counts, as `data check` lists them.
fn types(home: &Home) -> Vec<(String, f64)> {
    let check = home.json(&["data", "check"]);
    list(&check, "/event_types").iter().map(|t| (text(t, "/event_type").to_string(), number(t, "/events"))).collect()
}

#[test]
fn opportunities_without_history_tell_of_their_creation_and_of_a_closed_stage() {
    let home = Home::new();
    Business::of(20, 5).write(&home);
    let deals = Table::of(
        &["opportunity_id", "account_id", "person_id", "created_at", "closed_at", "stage", "amount"],
        &[
            &["o1", "a1", "", "2025-02-01", "2025-04-01", "Closed Won", "100"],
            &["o2", "a2", "p2", "2025-02-01", "2025-04-02", "Closed Lost", "100"],
            // A forecast, and a deal without a date.
            &["o3", "a3", "", "2025-02-01", "2025-04-03", "Proposal", "100"],
            &["o4", "a4", "", "", "", "Proposal", "100"],
        ],
    );
    home.write("in/deals.csv", deals.csv(','));
    let sources = [SOURCES[0], SOURCES[1], SOURCES[2], ("opportunity", "in/deals.csv")];
    home.configure(&sources, "");
    let of = |types: &[(String, f64)], name: &str| types.iter().find(|t| t.0 == name).map(|t| t.1);
    let (created, updated) = ("opportunityEvent.opportunityCreated", "opportunityEvent.opportunityUpdated");
    let found = types(&home);
    assert_eq!((of(&found, created), of(&found, updated)), (Some(3.0), Some(2.0)));
    assert_eq!(number(&home.json(&["data", "check"]), "/opportunities"), 4.0);
    let goal = format!("{updated} where attributeName is 'Stage' and newValue is 'Closed Won'");
    let asked = ["score", "create", "--name", "won", "--profile", "account", "--goal", &goal, "--timeframe", "30"];
    assert!(home.stdout(&asked).contains("matches 1 conversions of 1 profiles"));

    let history = Table::of(
        &["opportunity_id", "timestamp", "event_type", "attributeName", "oldValue", "newValue"],
        &[&["o1", "2025-02-20", updated, "Stage", "Proposal", "Contract"]],
    );
    home.write("in/history.csv", history.csv(','));
    home.configure(&[&sources[..], &[("event", "in/history.csv")]].concat(), "");
    let found = types(&home);
    assert_eq!((of(&found, created), of(&found, updated)), (None, Some(1.0)), "the history speaks for itself");
}

#[test]
fn names_cannot_move_the_cursor_nor_run_as_formulas() {
    let home = Home::new();
    let mut business = Business::new();
    let name = business.persons.column("name");
    for (row, evil) in
        business.persons.rows.iter_mut().zip(["=1+1", "@SUM(A1)", "\u{1b}[2J\u{7}", "+1 555", "a\"b,c"].iter().cycle())
    {
        row[name] = evil.to_string();
    }
    business.event("p1", "2025-10-20T10:00:00Z", "\u{1b}]0;title\u{7}", "", "");
    business.write(&home);
    home.create_score("leads", &[]);
    home.stdout(&["run", "start", "leads"]);
    let nobody = home.propensity(&["profile", "show", "leads", "\u{1b}[2J"]).output().unwrap();
    let said = String::from_utf8(nobody.stderr).unwrap();
    for printed in [home.stdout(&["profile", "list", "leads", "--top", "500"]), home.stdout(&["data", "check"]), said] {
        let control = printed.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(control, None, "{printed:?}");
    }
    assert!(home.stdout(&["profile", "list", "leads", "--top", "500"]).contains("␛[2J"));
    let csv = home.stdout(&["score", "export", "leads"]);
    let mut names: Vec<String> =
        csv::Reader::from_reader(csv.as_bytes()).records().map(|r| r.unwrap()[2].to_string()).collect();
    names.sort();
    names.dedup();
    for guarded in ["'=1+1", "'@SUM(A1)", "'+1 555", "a\"b,c"] {
        assert!(names.iter().any(|n| n == guarded), "{guarded} in {names:?}");
    }
    assert!(names.iter().all(|n| !n.starts_with(['=', '@', '+', '-'])), "{names:?}");
}

#[test]
fn days_are_cut_and_naive_stamps_are_read_in_the_zone_of_the_workspace() {
    let last_day = |zone: &str, stamp: &str| {
        let home = Home::new();
        home.write("in/events.csv", format!("person_id,timestamp,event_type\np1,{stamp},web.visit\n"));
        home.configure(&[("event", "in/events.csv")], &format!("[workspace]\ntimezone = \"{zone}\"\n"));
        let check = home.json(&["data", "check"]);
        assert_eq!(number(&check, "/events"), 1.0, "{stamp} is read: {check}");
        text(&check, "/sources/0/last_day").to_string()
    };
    for (zone, stamp, day) in [
        ("UTC", "2025-03-10T23:30:00Z", "2025-03-10"),
        ("Asia/Tokyo", "2025-03-10T23:30:00Z", "2025-03-11"),
        ("America/New_York", "2025-03-10T03:30:00Z", "2025-03-09"),
        ("America/New_York", "2025-03-10 23:59:59.999", "2025-03-10"),
        ("Asia/Tokyo", "2025-03-10T00:00:00", "2025-03-10"),
        ("UTC", "2025-03-10T00:30:00+02:00", "2025-03-09"),
        ("Asia/Tokyo", "2025-03-10", "2025-03-10"),
        // 2025-03-10 15:00 UTC is midnight in Tokyo.
        ("Asia/Tokyo", "1741618799", "2025-03-10"),
        ("Asia/Tokyo", "1741618800000", "2025-03-11"),
    ] {
        assert_eq!(last_day(zone, stamp), day, "{stamp} in {zone}");
    }
}

#[test]
fn formats_of_stamps_may_be_given_in_the_configuration() {
    let home = Home::new();
    home.write("in/events.csv", "person_id,timestamp,event_type\np1,2024 31 12 18h,web.visit\n");
    let source = "[[source]]\nkind = \"event\"\npath = \"in/events.csv\"\n";
    home.write("config.toml", source);
    assert_eq!(number(&home.json(&["data", "check"]), "/sources/0/refusals/bad-timestamp/count"), 1.0);
    home.write("config.toml", format!("{source}timestamp_formats = [\"%Y %d %m %Hh\"]\n"));
    assert_eq!(text(&home.json(&["data", "check"]), "/sources/0/last_day"), "2024-12-31");
}

/// The numbers and names of the scored persons under a merge policy, where two sources tell of everybody and the first
/// has no name for every fourth.
fn names(policy: &str) -> Vec<(usize, String)> {
    let home = Home::new();
    let mut business = Business::new();
    let at = business.persons.column("name");
    business.persons.rows.iter_mut().step_by(4).for_each(|row| row[at] = String::new());
    business.write(&home);
    let rows: String = (0..400).map(|n| format!("p{n},2025-10-01,Newer {n}\n")).collect();
    home.write("in/newer.csv", format!("person_id,updated_at,name\n{rows}"));
    home.configure(&[SOURCES[0], SOURCES[1], SOURCES[2], ("person", "in/newer.csv")], "");
    home.create_score("leads", &["--merge-policy", policy]);
    let run = home.json(&["run", "start", "leads"]);
    assert_eq!(number(&run, "/counts/persons"), 400.0, "two rows of one id are one person");
    let rows = home.json(&["profile", "list", "leads", "--top", "1000"]);
    let row = |r: &Value| (text(r, "/profile_id")[1..].parse().unwrap(), text(r, "/name").to_string());
    let names: Vec<(usize, String)> = rows.as_array().unwrap().iter().map(row).collect();
    assert!(names.iter().any(|(n, _)| n % 4 == 0) && names.iter().any(|(n, _)| n % 4 != 0));
    names
}

#[test]
fn where_two_rows_tell_of_one_person_the_merge_policy_decides() {
    for (number, name) in names("most-recent") {
        assert_eq!(name, format!("Newer {number}"));
    }
    for (number, name) in names("source-order") {
        let source = if number % 4 == 0 { "Newer" } else { "Person" };
        assert_eq!(name, format!("{source} {number}"), "an empty cell gives way to the next source");
    }
}
