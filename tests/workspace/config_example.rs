//! `config.example.toml` is the reference of the configuration: it parses, shows the defaults, and has every key.

use propensity::config::{Config, Source};
use propensity::tui::action::TABLE;
use std::collections::BTreeSet;

const EXAMPLE: &str = include_str!("../../config.example.toml");

#[test]
fn without_its_sources_it_is_the_default() {
    let mut config = Config::parse(EXAMPLE).unwrap();
    assert!(!config.sources.is_empty(), "the example shows sources");
    config.sources.clear();
    config.keys.clear();
    assert_eq!(config, Config::default());
}

#[test]
fn it_has_every_key() {
    let shown: toml::Table = EXAMPLE.parse().unwrap();
    let defaults = toml::Table::try_from(Config::default()).unwrap();
    assert!(defaults.len() >= 5, "the sections are not serialised: {defaults:?}");
    for (section, keys) in &defaults {
        let Some(keys) = keys.as_table() else { continue };
        let have = shown.get(section).and_then(|s| s.as_table()).unwrap_or_else(|| panic!("[{section}] is missing"));
        for key in keys.keys() {
            assert!(have.contains_key(key), "{section}.{key} is missing");
        }
    }
}

#[test]
fn its_sources_show_every_key_of_a_source() {
    let shown: toml::Table = EXAMPLE.parse().unwrap();
    let sources = shown["source"].as_array().unwrap();
    let keys: BTreeSet<&str> = sources.iter().flat_map(|s| s.as_table().unwrap().keys().map(String::as_str)).collect();
    // Written out field by field, so that a new one does not compile until it is here and in the example.
    let Source {
        kind: _,
        path: _,
        preset: _,
        format: _,
        encoding: _,
        header: _,
        sheet: _,
        date_order: _,
        decimal_mark: _,
        delimiter: _,
        timestamp_formats: _,
        columns: _,
    } = Config::parse(EXAMPLE).unwrap().sources[0].clone();
    let files = ["kind", "path", "preset", "format", "encoding", "header", "sheet", "delimiter"];
    let values = ["date_order", "decimal_mark", "timestamp_formats", "columns"];
    assert_eq!(keys, files.into_iter().chain(values).collect());
}

#[test]
fn its_keys_are_those_of_the_actions_with_their_words() {
    let shown = Config::parse(EXAMPLE).unwrap().keys;
    assert_eq!(shown.len(), TABLE.len(), "an action is missing or gone");
    for entry in TABLE {
        assert!(shown[entry.id].iter().eq(entry.keys), "{}", entry.id);
        let line = EXAMPLE.lines().find(|l| l.starts_with(&format!("{} = ", entry.id))).unwrap();
        assert!(line.ends_with(&format!("# {}", entry.doc)), "{line}");
    }
}

#[test]
fn every_key_has_a_word_on_it() {
    let mut above = "";
    for line in EXAMPLE.lines() {
        let key = line.split_once(" = ").map(|(key, _)| key);
        // The example's later sources repeat keys, and the columns and bands are explained above them.
        let repeated = key.is_some_and(|key| EXAMPLE.split(line).next().unwrap_or("").contains(&format!("\n{key} = ")));
        let explained = line.contains("# ") || repeated || above == "[source.columns]" || above == "[bands]";
        assert!(key.is_none() || explained, "no word on: {line}");
        if line.starts_with('[') {
            above = line.split(" #").next().unwrap_or("").trim();
        }
    }
}
