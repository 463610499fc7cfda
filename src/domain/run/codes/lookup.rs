//! The code of a number, of a name as somebody types it, of a run.

use super::code::{Code, Unit};
use super::table::TABLE;
use crate::domain::run::Run;
use crate::domain::run::quality::{Check, Outcome};

/// The code of a number; 0 is *goal too common*.
pub fn by_number(number: u16) -> Option<&'static Code> {
    TABLE.iter().find(|code| code.number == number)
}

/// The code of a name as somebody types it: `404`, `common`.
pub fn by_name(name: &str) -> Option<&'static Code> {
    let name = name.trim().to_lowercase();
    TABLE.iter().find(|code| code.name() == name)
}

/// The codes that somebody may have meant: of a number those that are nearest, of words those whose titles have them.
pub fn similar(wanted: &str) -> Vec<&'static Code> {
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
pub fn for_run(run: &Run) -> Option<&'static Code> {
    stopped_by(run).map(|check| check.code).or(run.code).and_then(by_number)
}

/// A figure of a check, found or threshold, as its code writes it; one that no code knows has three decimals, or none
/// where it is whole.
pub fn formatted_value(check: &Check, value: f64) -> String {
    let limits = by_number(check.code).map_or(&[][..], |code| code.limits);
    match limits.iter().find(|limit| limit.figure == check.what) {
        Some(limit) => limit.unit.words(value),
        None if value.fract() == 0.0 => Unit::Count.words(value),
        None => format!("{value:.3}"),
    }
}
