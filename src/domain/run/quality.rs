//! The quality checks of a run: every code with what it asks, the figure found, the threshold, and the sentence that a
//! person reads. Evaluated by `jobs`, printed by the command line, kept in the report.

use serde::{Deserialize, Serialize};

/// What a check leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Passed,
    Information,
    Warning,
    Stopped,
}

/// One check as evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// 0 is *goal too common*, which has no code.
    pub code: u16,
    /// What was measured.
    pub what: String,
    pub outcome: Outcome,
    pub found: f64,
    pub threshold: Option<f64>,
    pub message: String,
}

/// How figure and threshold are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Stops where the figure is below the threshold.
    AtLeast,
    /// Stops where the figure is above the threshold.
    AtMost,
    /// Stops where the figure is not above the threshold.
    MoreThan,
}

impl Rule {
    pub fn holds(self, found: f64, threshold: f64) -> bool {
        match self {
            Rule::AtLeast => found >= threshold,
            Rule::AtMost => found <= threshold,
            Rule::MoreThan => found > threshold,
        }
    }
}

impl Check {
    /// A check that stops the run where `rule` does not hold: `why` and `what` make the sentence
    /// "ERROR 404. The run stopped: not enough conversions for model training. Count of conversions: 7."
    pub fn stopping(code: u16, why: &str, what: &str, found: f64, rule: Rule, threshold: f64) -> Check {
        let ok = rule.holds(found, threshold);
        let figure = figure(found);
        let message = match ok {
            true => format!("{what}: {figure}."),
            false => format!("ERROR{}. The run stopped: {why}. {what}: {figure}.", number(code)),
        };
        let outcome = if ok { Outcome::Passed } else { Outcome::Stopped };
        Check { code, what: what.into(), outcome, found, threshold: Some(threshold), message }
    }

    /// A check that only warns.
    pub fn warning(code: u16, why: &str, what: &str, found: f64, rule: Rule, threshold: f64) -> Check {
        let mut check = Check::stopping(code, why, what, found, rule, threshold);
        if check.outcome == Outcome::Stopped {
            check.outcome = Outcome::Warning;
            check.message = format!("WARNING{}. {}. {what}: {}.", number(code), capital(why), figure(found));
        }
        check
    }

    pub fn information(code: u16, what: &str, found: f64) -> Check {
        let message = format!("INFO {code}. {what}: {}.", figure(found));
        Check { code, what: what.into(), outcome: Outcome::Information, found, threshold: None, message }
    }
}

fn number(code: u16) -> String {
    if code == 0 { String::new() } else { format!(" {code}") }
}

/// Counts as whole numbers, shares and AUCs with three decimals.
fn figure(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value:.3}") }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
