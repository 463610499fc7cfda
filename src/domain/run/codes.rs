//! The catalogue of the codes that a run can end with or remark: what each means, which figure is held against which
//! threshold, and what usually helps. The one place for it: the advice of a run that stopped, `propensity code` and the
//! screens all read it here. The codes are those of the service that this program re-creates.

use super::Run;
use super::quality::{Check, Outcome};
use crate::config::Thresholds;
use crate::domain::format::{count, percent, unit};
use serde::Serialize;

mod table;

pub use table::TABLE;

/// The name of *goal too common*, which has no number.
pub const COMMON: &str = "common";

/// One code.
#[derive(Debug)]
pub struct Code {
    /// As in [`Check::code`]; 0 is *goal too common*.
    pub number: u16,
    pub title: &'static str,
    pub effect: Effect,
    /// What it means, in whole sentences.
    pub meaning: &'static str,
    pub limits: &'static [Limit],
    /// What usually helps, the likeliest first, each a whole sentence.
    pub helps: &'static [&'static str],
    pub related: &'static [u16],
}

/// What a code leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    Informs,
    Warns,
    Stops,
    WarnsOrStops,
}

impl Effect {
    pub fn words(self) -> &'static str {
        match self {
            Effect::Informs => "informs",
            Effect::Warns => "warns",
            Effect::Stops => "stops the run",
            Effect::WarnsOrStops => "warns, or stops the run",
        }
    }
}

/// A figure and the threshold that it is held against.
#[derive(Debug)]
pub struct Limit {
    /// As [`Check::what`] calls it, where a check holds it against the threshold itself.
    pub figure: &'static str,
    /// What happens, put before the threshold: `stops below`.
    pub acts: &'static str,
    /// The key in `[thresholds]` of `config.toml`.
    pub key: &'static str,
    pub of: fn(&Thresholds) -> f64,
    pub unit: Unit,
}

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Count,
    /// Between 0 and 1, shown as a percentage.
    Share,
    /// Between 0 and 1, shown as `.650`.
    Auc,
}

impl Unit {
    pub fn words(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => "─".into(),
            Unit::Count => count(value.max(0.0) as u64),
            Unit::Share => percent(value),
            Unit::Auc => unit(value),
        }
    }
}

impl Code {
    /// `404`, or `common`.
    pub fn name(&self) -> String {
        name(self.number)
    }

    /// The likeliest help and where there is more, as the hint of an error.
    pub fn advice(&self) -> String {
        let first = self.helps.first().copied().unwrap_or_default();
        format!("{first} `propensity code show {}` tells more.", self.name())
    }
}

/// `404`, and `common` for 0.
pub fn name(number: u16) -> String {
    if number == 0 { COMMON.into() } else { number.to_string() }
}

pub fn by_number(number: u16) -> Option<&'static Code> {
    TABLE.iter().find(|code| code.number == number)
}

/// The code of a name as somebody types it: `404`, `common`.
pub fn by_name(name: &str) -> Option<&'static Code> {
    let name = name.trim().to_lowercase();
    TABLE.iter().find(|code| code.name() == name)
}

/// The codes that somebody may have meant: of a number those that are nearest, of words those whose titles have them.
pub fn near(wanted: &str) -> Vec<&'static Code> {
    let wanted = wanted.trim().to_lowercase();
    let mut codes: Vec<&Code> = TABLE.iter().collect();
    match wanted.parse::<u16>() {
        Ok(number) => {
            codes.sort_by_key(|code| code.number.abs_diff(number));
            codes.truncate(3);
        }
        Err(_) => {
            let word = |title: &str| {
                wanted.split_whitespace().any(|w| w.len() > 3 && title.contains(w)) || title.contains(&wanted)
            };
            codes.retain(|code| !wanted.is_empty() && word(&code.title.to_lowercase()));
        }
    }
    codes
}

/// The check that stopped a run.
pub fn stopped_by(run: &Run) -> Option<&Check> {
    run.checks.iter().find(|check| check.outcome == Outcome::Stopped)
}

/// The code that a run ended with: that of the check that stopped it, else that of its last remark.
pub fn of_run(run: &Run) -> Option<&'static Code> {
    stopped_by(run).map(|check| check.code).or(run.code).and_then(by_number)
}

/// A figure of a check, found or threshold, as its code writes it.
pub fn words(check: &Check, value: f64) -> String {
    let limits = by_number(check.code).map_or(&[][..], |code| code.limits);
    match limits.iter().find(|limit| limit.figure == check.what) {
        Some(limit) => limit.unit.words(value),
        None if value.fract() == 0.0 => Unit::Count.words(value),
        None => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_says_what_it_means_and_what_helps() {
        let numbers: BTreeSet<u16> = TABLE.iter().map(|code| code.number).collect();
        assert_eq!(numbers.len(), TABLE.len(), "a code stands twice");
        for code in TABLE {
            let name = code.name();
            assert_eq!(by_name(&name).map(|c| c.number), Some(code.number));
            assert!(code.meaning.ends_with('.') && !code.title.ends_with('.'), "{name}");
            assert!((2..=4).contains(&code.helps.len()), "{name}");
            assert!(code.helps.iter().all(|help| help.ends_with('.')), "{name}");
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
            assert_eq!(default, Some((limit.of)(&defaults)), "{}", limit.key);
            named.insert(limit.key);
        }
        // The leak radar and the drift have no code; every other threshold belongs to one.
        let keys: BTreeSet<&str> = table.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(named, keys);
    }

    #[test]
    fn a_mistyped_code_finds_its_neighbours() {
        let names = |wanted: &str| near(wanted).iter().map(|code| code.name()).collect::<Vec<_>>();
        assert_eq!(names("413"), ["412", "411", "410"]);
        assert_eq!(names("too common"), ["common"]);
        assert!(names("conversions").contains(&"404".to_string()));
        assert_eq!((names("zzz"), names("")), (Vec::new(), Vec::new()));
    }

    #[test]
    fn figures_of_a_check_are_written_in_their_unit() {
        use super::super::quality::Rule;
        let of = |code, what, found| {
            let check = Check::stopping(code, "why", what, found, Rule::AtLeast, 0.5);
            words(&check, found)
        };
        assert_eq!(of(404, "Count of conversions", 7.0), "7");
        assert_eq!(of(0, "Base rate", 0.96), "96 %");
        assert_eq!(of(410, "Upper end of the test AUC's interval", 0.581), ".581");
        assert_eq!([of(999, "x", 0.25), of(999, "x", 12_345.0)], ["0.250", "12,345"]);
        assert_eq!(of(404, "Count of conversions", f64::NAN), "─");
    }
}
