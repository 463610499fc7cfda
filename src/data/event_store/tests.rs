//! The kept events over several row groups, files and namings.

use super::read::Reader;
use super::write::EventStoreWriter;
use crate::config::{Source, SourceKind};
use crate::data::mapping;
use std::collections::HashMap;

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_string()).collect()
}

fn layout(writer: &mut EventStoreWriter, names: &[&str]) {
    let source = Source::new(SourceKind::Event, "x.csv");
    let columns = columns(names);
    writer.begin_layout(&columns, &mapping::map(&source, &columns));
}

#[test]
fn many_distinct_values_come_back_over_row_groups_as_they_went_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = EventStoreWriter::new(folder.path().to_path_buf());
    layout(&mut writer, &["person_id", "timestamp", "event_type", "session", "kind"]);
    let rows = 400_000u32;
    // Longer than what Parquet codes in one dictionary, so that it falls back to plain text.
    let cells =
        |row: u32| ["p".into(), "t".into(), "visit".into(), format!("session-{row:020}"), format!("k{}", row % 3)];
    for row in 0..rows {
        let cells = cells(row);
        writer.add_event(0, (row, if row % 5 == 0 { row + 1 } else { row }), row as i32 / 1_000, |c| &cells[c]);
        if row % 4_096 == 0 {
            writer.write_full().unwrap();
        }
    }
    writer.finish(vec!["visit".into()]).unwrap();
    let reader = Reader::open(folder.path()).unwrap();
    assert!(std::fs::read_to_string(folder.path().join("index.json")).unwrap().matches("\"rows\"").count() > 2);
    assert_eq!((reader.len("visit"), reader.len("other")), (rows as usize, 0));
    assert_eq!(reader.fields("visit"), ["session", "kind"]);
    let for_persons = reader.rows("visit", false).unwrap();
    assert!(for_persons.subjects.iter().copied().eq(0..rows));
    assert!(for_persons.days.iter().copied().eq((0..rows as i32).map(|row| row / 1_000)));
    let for_accounts = reader.rows("visit", true).unwrap().subjects;
    assert!(for_accounts.into_iter().eq((0..rows).map(|row| if row % 5 == 0 { row + 1 } else { row })));
    let ends = reader.cells("visit", "session").unwrap().passes(|cell| cell.is_some_and(|c| c.ends_with("77")));
    assert!(ends.into_iter().eq((0..rows).map(|row| row % 100 == 77)));
    let mut counts: HashMap<String, u64> = HashMap::new();
    reader.cells("visit", "kind").unwrap().count(|value, n| *counts.entry(value.into()).or_default() += n);
    assert_eq!(counts, HashMap::from([("k0".into(), 133_334), ("k1".into(), 133_333), ("k2".into(), 133_333)]));
}

#[test]
fn a_name_finds_the_column_that_each_file_means() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = EventStoreWriter::new(folder.path().to_path_buf());
    let mut event = |names: &[&str], cells: &[&str]| {
        layout(&mut writer, names);
        writer.add_event(0, (0, 0), 0, |c| cells[c]);
        // A column that comes later begins another file.
        writer.write_all().unwrap();
    };
    event(&["person_id", "timestamp", "Event Type", "stage"], &["p", "t", "deal", "one"]);
    event(&["person_id", "timestamp", "event_type", "x.stage", "stage"], &["p", "t", "deal", "wrong", "two"]);
    event(&["person_id", "timestamp", "event_type", "x.stage"], &["p", "t", "deal", "three"]);
    event(&["person_id", "timestamp", "event_type", "stage"], &["p", "t", "deal", ""]);
    event(&["person_id", "timestamp", "event_type", "page"], &["p", "t", "deal", "four"]);
    writer.begin_implied_layout();
    writer.add_event(0, (0, 0), 0, |c| ["Stage", "Won"][c]);
    writer.finish(vec!["deal".into()]).unwrap();
    let reader = Reader::open(folder.path()).unwrap();
    let filled = |field: &str| {
        let cells = reader.cells("deal", field).unwrap();
        let all = ["one", "two", "three", "four", "wrong", "deal", "Won", "Stage"];
        let of = |row: usize| all.iter().find(|v| cells.passes(|cell| cell == Some(**v))[row]).copied().unwrap_or("-");
        (0..6).map(of).collect::<Vec<_>>()
    };
    assert_eq!(filled("stage"), ["one", "two", "three", "-", "-", "-"]);
    assert_eq!(filled("x.stage"), ["-", "wrong", "three", "-", "-", "-"]);
    assert_eq!(filled("event_type"), ["deal", "deal", "deal", "deal", "deal", "-"]);
    assert_eq!(filled("Event Type"), ["deal", "-", "-", "-", "-", "-"]);
    assert_eq!(filled("any.newValue"), ["-", "-", "-", "-", "-", "Won"]);
    assert_eq!(filled("attributeName"), ["-", "-", "-", "-", "-", "Stage"]);
    assert_eq!(filled("nowhere"), ["-"; 6]);
    let error = reader.cells("deal", "timestamp").err().unwrap();
    assert!(error.what.contains("'timestamp'"), "{error}");
    let missing = reader.cells("deal", "page").unwrap().passes(|cell| cell.is_none());
    assert_eq!(missing, [true, true, true, true, false, true]);
}
