//! What is known of a code.

use crate::config::Thresholds;
use crate::domain::format::{count, percent, proportion};
use serde::Serialize;

/// The name of *goal too common*, which has no number.
pub const GOAL_TOO_COMMON: &str = "common";

/// One code.
#[derive(Debug)]
pub struct Code {
    /// As in [`Check::code`](crate::domain::run::quality::Check::code); 0 is *goal too common*.
    pub number: u16,
    /// What the code is called, without a full stop.
    pub title: &'static str,
    /// What it leads to at most.
    pub effect: Effect,
    /// What it means, in whole sentences.
    pub meaning: &'static str,
    /// The figures that are held against thresholds; none for codes that only inform.
    pub limits: &'static [Limit],
    /// What usually helps, the likeliest first, each a whole sentence.
    pub remedies: &'static [&'static str],
    /// Numbers of codes that are worth a look, too.
    pub related: &'static [u16],
}

/// What a code leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A remark (100–103).
    Informs,
    /// A warning; the run goes on.
    Warns,
    /// The run stops before its scores are published.
    Stops,
    /// A warning from one threshold on, and a stop from another.
    WarnsOrStops,
}

impl Effect {
    /// The effect in words, after the subject *the code*.
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
    /// As [`Check::what`](crate::domain::run::quality::Check::what) calls it, where a check holds it against the
    /// threshold itself.
    pub figure: &'static str,
    /// What happens, put before the threshold: `stops below`.
    pub acts: &'static str,
    /// The key in `[thresholds]` of `config.toml`.
    pub key: &'static str,
    /// The threshold as configured.
    pub threshold: fn(&Thresholds) -> f64,
    /// How figure and threshold are written.
    pub unit: Unit,
}

/// How a figure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A whole number with thousands separated.
    Count,
    /// Between 0 and 1, shown as a percentage.
    Share,
    /// Between 0 and 1, shown as `.650`.
    Auc,
}

impl Unit {
    /// A value in the unit; `─` where it is not finite.
    pub fn words(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => "─".into(),
            Unit::Count => count(value.max(0.0) as u64),
            Unit::Share => percent(value),
            Unit::Auc => proportion(value),
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
        let first = self.remedies.first().copied().unwrap_or_default();
        format!("{first} `propensity code show {}` tells more.", self.name())
    }
}

/// `404`, and `common` for 0.
pub fn name(number: u16) -> String {
    if number == 0 { GOAL_TOO_COMMON.into() } else { number.to_string() }
}
