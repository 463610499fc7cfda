//! `report.json`: all that a run found, beside the short `run.json`: the reading, every check, the whole evaluation, the
//! factors by band and by value, the leaks. Written by the pipeline, read by
//! [`feature_importance`](crate::queries::feature_importance) and by whoever wants it as JSON.

use super::find::FoundRun;
use super::layout;
use crate::config::Bands;
use crate::domain::drift::Drift;
use crate::domain::explanation::Band;
use crate::domain::metrics::Evaluation;
use crate::domain::realised::Realised;
use crate::domain::run::FactorSummary;
use crate::domain::source::read_report::ReadReport;
use crate::domain::text;
use crate::domain::value_effects::FactorValues;
use crate::error::{Context, Error, Result};
use crate::model::blend::Recipe;
use crate::model::leaks::Leak;
use crate::model::train::Settings;
use serde::{Deserialize, Serialize};

/// The newest version of `report.json` that this program knows.
pub const VERSION: u32 = 1;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub version: u32,
    pub goal: String,
    pub exclusions: Vec<String>,
    /// The conditions on who is scored.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub population: Vec<String>,
    pub timeframe_days: u32,
    #[serde(rename = "intake")]
    pub read_report: ReadReport,
    /// Cutoff, eligible profiles, conversions, base rate.
    pub base_rates: Vec<BaseRate>,
    pub evaluation: Option<Evaluation>,
    pub tuning: Option<Tuning>,
    pub model: Option<ModelReport>,
    pub leaks: Vec<Leak>,
    /// What moved since the training of the model that a scoring run applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// Past runs of the score evaluated by what happened, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub realised: Vec<Realised>,
    /// s: the starting point of every profile, in log-odds against the average.
    pub starting_point: Option<f64>,
    /// The bands that the run used; absent in the reports of older programs.
    pub band_limits: Option<Bands>,
    /// 20 bins of 5 points: how many profiles have which score.
    pub score_histogram: Vec<u64>,
    /// Over all scored profiles, the most influential first.
    pub factors: Vec<FactorSummary>,
    pub bands: Vec<BandReport>,
    /// The cutoff of the test (`YYYY-MM-DD`) whose conversions stand in `values`.
    pub tested_at: Option<String>,
    /// In the order of `factors`.
    pub values: Vec<FactorValues>,
}

impl Report {
    /// The report of a published run.
    ///
    /// # Errors
    /// There is none, it is of a newer version, or it does not parse.
    pub fn read(found: &FoundRun) -> Result<Report> {
        let path = found.folder.join(layout::REPORT);
        let broken = || format!("The report {} cannot be read.", path.display());
        let again = || format!("propensity run start {}", text::shell_quoted(&found.run.score_name));
        let text = std::fs::read_to_string(&path).context(broken).map_err(|e| e.hint(again()))?;
        let value: serde_json::Value = serde_json::from_str(&text).context(broken).map_err(|e| e.hint(again()))?;
        let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
        if version > u64::from(VERSION) {
            return Err(Error::new(broken())
                .because(format!("it is of version {version}; this program knows {VERSION}"))
                .hint("update the program"));
        }
        if version == 0 {
            return Err(Error::new(broken()).because("it is no report: it has no version").hint(again()));
        }
        serde_json::from_value(value).context(broken).map_err(|e| e.hint(again()))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BaseRate {
    pub cutoff: String,
    pub eligible: u64,
    pub conversions: u64,
    pub rate: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    #[serde(flatten)]
    pub recipe: Recipe,
    pub out_of_fold_loss: f64,
    pub features: usize,
    pub calibration: (f64, f64),
    pub base_rate: f64,
    /// Absent where no links were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<LinkTrial>,
}

/// The trial of links: what others with the same value in an event field did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinkTrial {
    /// Event fields that were tried.
    pub fields: Vec<String>,
    /// Out-of-fold loss with them.
    pub loss: f64,
    /// Whether the model has them.
    pub taken: bool,
}

impl LinkTrial {
    /// The fields, and what came of them.
    pub fn words(&self) -> String {
        let came = if self.taken { "taken" } else { "not taken" };
        format!("{}: {came}, out-of-fold loss {:.6}", self.fields.join(", "), self.loss)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BandReport {
    pub band: Band,
    pub profiles: u64,
    pub factors: Vec<FactorSummary>,
}

/// One test, as printed: the settings and what they came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tuning {
    pub default_auc: f64,
    pub tuned_auc: f64,
    pub settings: Settings,
    pub tried: usize,
    /// The tuned settings had the lower out-of-fold loss, and are the ones used.
    pub taken: bool,
}
