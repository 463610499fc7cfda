//! The values of an influential factor against what came of them: how often profiles with such a value converted in the
//! test, and what the value does to the scores of a run. Counted by `pipeline::value_effects`; the bins and the
//! test's counts are frozen in the model, so that every later scoring run shows them too.

use serde::{Deserialize, Serialize};

/// The values that a bin holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Values {
    /// The smallest and the largest value that the test or the run has in it.
    Range {
        /// Smallest value, inclusive.
        from: f32,
        /// Largest value, inclusive.
        to: f32,
    },
    /// One category, as it stands in the data.
    Category(String),
    /// No value, or a category too rare to have a bin.
    Missing,
}

/// Profiles whose values are alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Which values are in it.
    pub values: Values,
    /// Profiles of the model's test whose value is in it.
    pub tested: u64,
    /// Those of them that converted.
    pub conversions: u64,
    /// Profiles scored in the run.
    #[serde(default)]
    pub scored: u64,
    /// Their mean contribution in log-odds; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contribution: Option<f64>,
}

/// A factor's values in bins: numbers and categories in their order, *missing* at the end. Bins that nobody is in are
/// left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactorValues {
    /// Code of the feature, as `count.webVisit.30d`.
    pub code: String,
    /// The feature in words, as `Web visits, last 30 days`.
    pub label: String,
    /// `events`, `days`, … or empty.
    pub unit: String,
    /// At least one, in the order that the type tells.
    pub bins: Vec<Bin>,
}

impl Bin {
    /// A bin that nobody is in yet.
    pub fn new(values: Values) -> Bin {
        Bin { values, tested: 0, conversions: 0, scored: 0, contribution: None }
    }

    /// Share (0–1) of the test's profiles that converted; `None` where the test has none with such a value.
    pub fn rate(&self) -> Option<f64> {
        (self.tested > 0).then(|| self.conversions as f64 / self.tested as f64)
    }
}

impl FactorValues {
    /// The values of a bin in words: `3`, `4 to 9`, `Software`, `never`.
    pub fn words(&self, bin: &Bin) -> String {
        match &bin.values {
            Values::Range { from, to } if from == to => format!("{from}"),
            Values::Range { from, to } => format!("{from} to {to}"),
            Values::Category(name) => name.clone(),
            Values::Missing => self.missing().into(),
        }
    }

    /// Whether the values are categories and not numbers.
    pub fn is_categorical(&self) -> bool {
        self.bins.iter().any(|b| matches!(b.values, Values::Category(_)))
    }

    /// What it means that the value is missing.
    fn missing(&self) -> &'static str {
        match self.code.split_once('.') {
            Some(("since", _)) => "never",
            _ if self.is_categorical() => "missing or rare",
            _ => "missing",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_read_as_people_say_them() {
        let range = |from, to| Bin::new(Values::Range { from, to });
        let labels = |code: &str, bins: &[Bin]| {
            let (code, label, unit, bins) = (code.into(), String::new(), String::new(), bins.to_vec());
            let values = FactorValues { code, label, unit, bins };
            values.bins.iter().map(|b| values.words(b)).collect::<Vec<_>>()
        };
        let missing = Bin::new(Values::Missing);
        let bins = [range(0.0, 0.0), range(1.0, 4.0), range(0.5, 1.25), missing.clone()];
        assert_eq!(labels("since.form.demo", &bins), ["0", "1 to 4", "0.5 to 1.25", "never"]);
        assert_eq!(labels("last.amount", &bins[3..]), ["missing"]);
        let category = Bin::new(Values::Category("Retail".into()));
        assert_eq!(labels("account.industry", &[category, missing]), ["Retail", "missing or rare"]);
    }

    #[test]
    fn a_rate_needs_somebody() {
        let bin = Bin { tested: 4, conversions: 1, ..Bin::new(Values::Missing) };
        assert_eq!((bin.rate(), Bin::new(Values::Missing).rate()), (Some(0.25), None));
    }
}
