//! What may be relied on of the demo's files; they are read back here as text, without our reader.

use super::*;
use crate::features::job_titles;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

fn options(people: usize, events: usize, seed: u64) -> DemoOptions {
    DemoOptions { people, events, seed, end: jiff::civil::date(2026, 7, 1) }
}

/// The rows of one file as column → cell.
fn rows(folder: &Path, name: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_path(folder.join(name)).unwrap().deserialize().map(|row| row.unwrap()).collect()
}

fn demo(options: &DemoOptions) -> (tempfile::TempDir, DemoSummary) {
    let folder = tempfile::tempdir().unwrap();
    let summary = generate(folder.path(), options).unwrap();
    (folder, summary)
}

/// Day of the data, or `None` for a date that does not exist.
fn day(options: &DemoOptions, stamp: &str) -> Option<i64> {
    let date: Date = stamp.get(..10)?.parse().ok()?;
    Some(DAYS - i64::from((options.end - date).get_days()))
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_does_not() {
    let bytes = |seed| {
        let (folder, _) = demo(&options(300, 9_000, seed));
        ["persons.csv", "accounts.csv", "opportunities.csv", "events.csv", "config.toml"]
            .map(|name| std::fs::read(folder.path().join(name)).unwrap())
    };
    let first = bytes(7);
    assert_eq!(first, bytes(7));
    let other = bytes(8);
    assert!((0..4).all(|file| first[file] != other[file]));
}

#[test]
fn sizes_are_as_asked() {
    for (people, events) in [(100, 2_000), (3_000, 120_000), (750, 60_000)] {
        let (folder, summary) = demo(&options(people, events, 7));
        assert_eq!(rows(folder.path(), "persons.csv").len(), people);
        assert_eq!(rows(folder.path(), "accounts.csv").len(), people * 2 / 15);
        let found = rows(folder.path(), "events.csv").len();
        assert!((found as f64 / events as f64 - 1.0).abs() < 0.1, "{found} of {events}");
        assert_eq!((found, summary.persons), (summary.events, people));
    }
}

#[test]
fn blemishes_are_few_and_everything_else_is_whole() {
    let options = options(3_000, 120_000, 7);
    let (folder, summary) = demo(&options);
    let persons: BTreeMap<String, Option<i64>> = rows(folder.path(), "persons.csv")
        .into_iter()
        .map(|row| (row["person_id"].clone(), day(&options, &row["created_at"])))
        .collect();
    let opportunities: BTreeMap<String, String> = rows(folder.path(), "opportunities.csv")
        .into_iter()
        .map(|row| (row["opportunity_id"].clone(), row["created_at"].clone()))
        .collect();
    let (mut seen, mut kinds) = (BTreeSet::new(), BTreeMap::<&str, usize>::new());
    for row in rows(folder.path(), "events.csv") {
        let at = day(&options, &row["timestamp"]);
        let born = persons.get(&row["person_id"]);
        let blemish = match (born, at) {
            (None, _) => "orphan",
            (_, None) => "date",
            _ if !seen.insert(row["event_id"].clone()) => "twice",
            _ => {
                assert!((0..DAYS).contains(&at.unwrap()), "{row:?}");
                assert!(born.unwrap().unwrap() <= at.unwrap(), "before the person: {row:?}");
                let opened = opportunities.get(&row["opportunity_id"]);
                assert_eq!(opened.is_none(), row["opportunity_id"].is_empty(), "unknown opportunity: {row:?}");
                assert!(opened.is_none_or(|opened| *opened < row["timestamp"]), "before the opportunity: {row:?}");
                continue;
            }
        };
        *kinds.entry(blemish).or_default() += 1;
    }
    assert_eq!(kinds.values().sum::<usize>(), summary.blemishes);
    assert_eq!(kinds.len(), 3, "{kinds:?}");
    assert!((summary.blemishes as f64) < 0.001 * summary.events as f64, "{kinds:?}");
}

/// (day, account) of every Closed Won.
fn wins(folder: &Path, options: &DemoOptions) -> Vec<(i64, String)> {
    let account: BTreeMap<String, String> = rows(folder, "persons.csv")
        .into_iter()
        .map(|row| (row["person_id"].clone(), row["account_id"].clone()))
        .collect();
    rows(folder, "events.csv")
        .into_iter()
        .filter(|row| row["newValue"] == "Closed Won")
        .filter_map(|row| Some((day(options, &row["timestamp"])?, account.get(&row["person_id"])?.clone())))
        .collect()
}

#[test]
fn every_quarter_has_conversions_and_a_base_rate_that_can_be_learned() {
    for seed in [1, 7] {
        let options = options(3_000, 120_000, seed);
        let (folder, summary) = demo(&options);
        let wins = wins(folder.path(), &options);
        assert!(summary.won.abs_diff(wins.len()) <= 30, "{} {}", summary.won, wins.len());
        let created: Vec<i64> =
            rows(folder.path(), "accounts.csv").iter().map(|row| day(&options, &row["created_at"]).unwrap()).collect();
        for quarter in 0..DAYS / 90 {
            let (from, to) = (DAYS - 90 * (quarter + 1), DAYS - 90 * quarter);
            let winners: BTreeSet<&String> =
                wins.iter().filter(|(day, _)| (from..to).contains(day)).map(|(_, account)| account).collect();
            let rate = winners.len() as f64 / created.iter().filter(|c| **c < from).count() as f64;
            assert!((0.03..0.25).contains(&rate), "seed {seed}, quarter {quarter}: {rate}");
        }
        let converted = rows(folder.path(), "events.csv");
        let converted = converted.iter().filter(|row| row["event_type"] == PERSON_GOAL);
        let mut by_quarter = [0usize; 8];
        for at in converted.filter_map(|row| day(&options, &row["timestamp"])) {
            by_quarter[(at * 8 / DAYS) as usize] += 1;
        }
        assert!(by_quarter.iter().all(|n| *n >= 20), "{by_quarter:?}");
    }
}

/// The reason to have a demo: what is planted stands out by itself, before any model.
#[test]
fn accounts_about_to_win_do_more_of_what_is_planted() {
    let options = options(3_000, 120_000, 7);
    let (folder, _) = demo(&options);
    let account: BTreeMap<String, String> = rows(folder.path(), "persons.csv")
        .into_iter()
        .map(|row| (row["person_id"].clone(), row["account_id"].clone()))
        .collect();
    let cutoff = DAYS - i64::from(ACCOUNT_TIMEFRAME);
    let winners: BTreeSet<String> = wins(folder.path(), &options)
        .into_iter()
        .filter(|(day, _)| *day >= cutoff)
        .map(|(_, account)| account)
        .collect();
    let mut telling = BTreeMap::<String, f64>::new();
    for row in rows(folder.path(), "events.csv") {
        let recent = day(&options, &row["timestamp"]).is_some_and(|day| (cutoff - 30..cutoff).contains(&day));
        if let Some(account) = account.get(&row["person_id"])
            && recent
            && PLANTED_EVENT_TYPES.contains(&row["event_type"].as_str())
        {
            *telling.entry(account.clone()).or_default() += 1.0;
        }
    }
    let mean = |won: bool| {
        let group: Vec<String> = account
            .values()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .filter(|a| winners.contains(*a) == won)
            .cloned()
            .collect();
        group.iter().map(|a| telling.get(a).unwrap_or(&0.0)).sum::<f64>() / group.len() as f64
    };
    assert!(mean(true) > 3.0 * mean(false), "{} against {}", mean(true), mean(false));
}

#[test]
fn titles_of_the_demo_are_understood() {
    for (title, senior, _) in words::TITLES {
        let rank = job_titles::seniority(title).unwrap_or_else(|| panic!("{title}"));
        assert_eq!(rank <= job_titles::Seniority::Head, senior, "{title}");
        assert_eq!(PLANTED_SENIOR_TITLES.iter().any(|word| title.starts_with(word)), senior, "{title}");
    }
}

#[test]
fn impossible_sizes_and_foreign_folders_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in [options(0, 0, 7), options(99, 9_000, 7), options(100, 1_999, 7), options(100, usize::MAX, 7)] {
        assert_eq!(generate(folder.path(), &wrong).unwrap_err().exit_code(), 2);
    }
    assert!(std::fs::read_dir(folder.path()).unwrap().next().is_none());
    std::fs::write(folder.path().join("config.toml"), "[workspace]\nname = \"mine\"\n").unwrap();
    assert!(generate(folder.path(), &options(100, 2_000, 7)).is_err());
    assert!(!folder.path().join("events.csv").exists());
}

#[test]
fn the_configuration_names_the_four_files() {
    let (folder, summary) = demo(&options(100, 2_000, 7));
    let config = crate::config::Config::read(&summary.config).unwrap();
    assert_eq!(config.sources.len(), 4);
    assert!(config.sources.iter().all(|source| folder.path().join(&source.path).is_file()));
    assert!(generate(folder.path(), &options(100, 2_000, 8)).is_ok(), "its own files are written again");
}
