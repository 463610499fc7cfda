//! The quality checks of a run: every code with what it asks, the figure found, the threshold, and the sentence that a
//! person reads. Evaluated by `pipeline::checks`, kept in the report, shown by the command line and the screens.

use serde::{Deserialize, Serialize};

/// What a check leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The figure is on the right side of the threshold.
    Passed,
    /// A remark without a threshold.
    Information,
    /// The figure is on the wrong side, and the run goes on.
    Warning,
    /// The figure is on the wrong side, and the run ended.
    Stopped,
}

/// One check as evaluated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// 0 is *goal too common*, which has no code.
    pub code: u16,
    /// What was measured, as `Count of conversions`.
    pub what: String,
    /// What it led to.
    pub outcome: Outcome,
    /// The figure: a count, a share (0–1) or an AUC (0–1).
    pub found: f64,
    /// What the figure was held against; none for a remark.
    pub threshold: Option<f64>,
    /// The sentence that a person reads, code and figure included.
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
    /// Whether the figure is on the right side of the threshold.
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
        let holds = rule.holds(found, threshold);
        let figure = formatted(found);
        let message = match holds {
            true => format!("{what}: {figure}."),
            false => format!("ERROR{}. The run stopped: {why}. {what}: {figure}.", code_suffix(code)),
        };
        let outcome = if holds { Outcome::Passed } else { Outcome::Stopped };
        Check { code, what: what.into(), outcome, found, threshold: Some(threshold), message }
    }

    /// A check that only warns where `rule` does not hold. The arguments are those of [`Check::stopping`].
    pub fn warning(code: u16, why: &str, what: &str, found: f64, rule: Rule, threshold: f64) -> Check {
        let mut check = Check::stopping(code, why, what, found, rule, threshold);
        if check.outcome == Outcome::Stopped {
            check.outcome = Outcome::Warning;
            check.message =
                format!("WARNING{}. {}. {what}: {}.", code_suffix(code), capitalized(why), formatted(found));
        }
        check
    }

    /// A remark: a figure that is held against nothing.
    pub fn information(code: u16, what: &str, found: f64) -> Check {
        let message = format!("INFO {code}. {what}: {}.", formatted(found));
        Check { code, what: what.into(), outcome: Outcome::Information, found, threshold: None, message }
    }
}

fn code_suffix(code: u16) -> String {
    if code == 0 { String::new() } else { format!(" {code}") }
}

/// Counts as whole numbers, shares and AUCs with three decimals.
fn formatted(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { format!("{value:.3}") }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
