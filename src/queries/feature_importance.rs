//! The influential factors of a run: over all scored profiles, by band, and each with its values. Read from `report.json`;
//! called by the screens and by `propensity score factors`.

use crate::domain::run::{Direction, FactorSummary, Run};
use crate::domain::value_effects::FactorValues;
use crate::error::{Error, Result};
use crate::runs::find::FoundRun;
use crate::runs::report_json::{BandReport, Report};
use serde::Serialize;

/// What moves the scores of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureImportance {
    pub run: String,
    /// Over all scored profiles, the most influential first: all that contribute to somebody.
    pub all: Vec<FactorSummary>,
    /// The same of each band, best first.
    pub bands: Vec<BandReport>,
    /// The cutoff of the test (`YYYY-MM-DD`) whose conversions stand in `values`.
    pub tested_at: Option<String>,
    /// In the order of `all`.
    pub values: Vec<FactorValues>,
    /// Why there are no values, where there are none.
    pub no_values: Option<String>,
}

impl FeatureImportance {
    pub fn values_of(&self, code: &str) -> Option<&FactorValues> {
        self.values.iter().find(|v| v.code == code)
    }

    /// Which way a factor moves the score, in words.
    pub fn direction(&self, factor: &FactorSummary) -> &'static str {
        match factor.effect_direction() {
            Some(Direction::Up) => "rises with it",
            Some(Direction::Down) => "falls with it",
            Some(Direction::Both) => "rises and falls",
            None if self.values_of(&factor.code).is_some_and(FactorValues::is_categorical) => "by category",
            None => "does not vary",
        }
    }
}

/// The influential factors of a successful run.
///
/// # Errors
/// The run scored nobody, or its report is missing, broken or of a newer version.
pub fn load(found: &FoundRun) -> Result<FeatureImportance> {
    let run = &found.run;
    if run.population.scored == 0 {
        return Err(Error::new(format!("The run {} has no influential factors: it is {}.", run.id, run.status))
            .because("it scored nobody"));
    }
    Ok(of(run, &Report::read(found)?))
}

/// The influential factors that a report tells.
pub(super) fn of(run: &Run, report: &Report) -> FeatureImportance {
    // Older programs kept the first factors only, and those in the summary.
    let all = if report.factors.is_empty() { run.factors.clone() } else { report.factors.clone() };
    let no_values = match report.values.is_empty() {
        true if all.is_empty() => Some("No factor contributes to any score."),
        true => Some("The model was trained by an older version, which kept no values. Train the score again."),
        false => None,
    };
    FeatureImportance {
        run: run.id.clone(),
        all,
        bands: report.bands.clone(),
        tested_at: report.tested_at.clone(),
        values: report.values.clone(),
        no_values: no_values.map(String::from),
    }
}
