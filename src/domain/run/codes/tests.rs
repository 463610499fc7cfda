//! The table of codes against the configuration, and what finds a code.

use super::*;
use crate::config::Thresholds;
use crate::domain::run::quality::Check;
use std::collections::BTreeSet;

#[test]
fn every_code_says_what_it_means_and_what_helps() {
    let numbers: BTreeSet<u16> = TABLE.iter().map(|code| code.number).collect();
    assert_eq!(numbers.len(), TABLE.len(), "a code stands twice");
    for code in TABLE {
        let name = code.name();
        assert_eq!(by_name(&name).map(|c| c.number), Some(code.number));
        assert!(code.meaning.ends_with('.') && !code.title.ends_with('.'), "{name}");
        assert!((2..=4).contains(&code.remedies.len()), "{name}");
        assert!(code.remedies.iter().all(|help| help.ends_with('.')), "{name}");
        assert!(code.related.iter().all(|n| *n != code.number && numbers.contains(n)), "{name}");
        assert!(code.effect == Effect::Informs || !code.limits.is_empty(), "{name} has no threshold");
    }
    assert_eq!(by_name(" Common ").map(|c| c.number), Some(0));
}

#[test]
fn every_threshold_is_a_key_of_the_configuration_with_its_default() {
    let defaults = Thresholds::default();
    let table = serde_json::to_value(&defaults).unwrap();
    let mut named = BTreeSet::from(["leak_auc", "drift"]);
    for limit in TABLE.iter().flat_map(|code| code.limits) {
        let default = table.get(limit.key).and_then(serde_json::Value::as_f64);
        assert_eq!(default, Some((limit.threshold)(&defaults)), "{}", limit.key);
        named.insert(limit.key);
    }
    // Leaks and drift have no code; every other threshold belongs to one.
    let keys: BTreeSet<&str> = table.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(named, keys);
}

#[test]
fn a_mistyped_code_finds_its_neighbours() {
    let names = |wanted: &str| similar(wanted).iter().map(|code| code.name()).collect::<Vec<_>>();
    assert_eq!(names("413"), ["412", "411", "410"]);
    assert_eq!(names("too common"), ["common"]);
    assert!(names("conversions").contains(&"404".to_string()));
    assert_eq!((names("zzz"), names("")), (Vec::new(), Vec::new()));
}

#[test]
fn figures_of_a_check_are_written_in_their_unit() {
    use crate::domain::run::quality::Rule;
    let formatted = |code, what, found| {
        let check = Check::stopping(code, "why", what, found, Rule::AtLeast, 0.5);
        formatted_value(&check, found)
    };
    assert_eq!(formatted(404, "Count of conversions", 7.0), "7");
    assert_eq!(formatted(0, "Base rate", 0.96), "96 %");
    assert_eq!(formatted(410, "Upper end of the test AUC's interval", 0.581), ".581");
    assert_eq!([formatted(999, "x", 0.25), formatted(999, "x", 12_345.0)], ["0.250", "12,345"]);
    assert_eq!(formatted(404, "Count of conversions", f64::NAN), "─");
}
