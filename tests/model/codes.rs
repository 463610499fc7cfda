//! The catalogue of codes: complete against the checks that raise them, and as the command line shows it.

use crate::common::{Home, list, text};
use propensity::domain::run::codes::TABLE;
use std::collections::BTreeSet;

/// Every number of three digits in the code of the checks, without comments, texts and fractions.
fn raised(source: &str) -> BTreeSet<u16> {
    let mut numbers = BTreeSet::new();
    for line in source.lines().filter(|l| !l.trim_start().starts_with("//") && !l.contains("RECENT: Day")) {
        let code: String = line.split('"').step_by(2).collect();
        let words = code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'));
        numbers.extend(words.filter(|word| word.len() == 3).filter_map(|word| word.parse::<u16>().ok()));
        if code.contains("(0,") {
            numbers.insert(0);
        }
    }
    numbers
}

#[test]
fn every_code_that_a_check_raises_is_in_the_catalogue_and_the_reverse() {
    let source = include_str!("../../src/pipeline/checks.rs");
    let known: BTreeSet<u16> = TABLE.iter().map(|code| code.number).collect();
    assert_eq!(raised(source), known);
    let more = raised("let x = Check::stopping(413, \"why 414\", what, 0.415, Rule::AtLeast, t); // 416\n/// 417");
    assert!(more.contains(&413) && !more.contains(&414) && !more.contains(&415) && !more.contains(&417));
}

#[test]
fn a_code_is_shown_with_the_threshold_of_the_configuration() {
    let home = Home::new();
    home.write("config.toml", "[thresholds]\nconversions = 25\n");
    let page = home.stdout(&["code", "show", "404"]);
    assert!(page.contains("Not enough conversions: stops the run"), "{page}");
    assert!(page.contains("Count of conversions: stops below 25"), "{page}");
    assert!(page.contains("conversions under [thresholds] of config.toml, by default 10"), "{page}");
    assert!(page.contains("What usually helps\n  · ") && page.contains("Related\n  411  "), "{page}");
    let shown = home.json(&["code", "show", "404"]);
    assert_eq!([text(&shown, "/code"), text(&shown, "/limits/0/key")], ["404", "conversions"]);
    assert_eq!((&shown["limits"][0]["threshold"], &shown["limits"][0]["default"]), (&25.0.into(), &10.0.into()));
}

#[test]
fn all_codes_are_listed_and_the_one_without_a_number_has_a_name() {
    let home = Home::new();
    let listed = home.stdout(&["code", "list"]);
    for code in TABLE {
        assert!(listed.contains(code.title), "{}:\n{listed}", code.name());
    }
    assert_eq!(home.json(&["code", "list"]).as_array().map(Vec::len), Some(TABLE.len()));
    let common = home.json(&["code", "show", "common"]);
    assert_eq!(list(&common, "/limits").len(), 3);
}

#[test]
fn a_code_that_there_is_not_names_its_neighbours() {
    let home = Home::new();
    let errors = home.fails(&["code", "show", "413"], 1);
    assert!(errors.contains("There is no code '413'") && errors.contains("412 (No test conversions)"), "{errors}");
    assert!(errors.contains("propensity code list"), "{errors}");
    assert!(home.fails(&["code", "show", "zzz"], 1).contains("no code 'zzz'"));
}
