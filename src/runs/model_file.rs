//! `model.json`: everything that a later scoring run needs, and the evaluation fit beside the deployed one, so that two
//! models can be compared on rows that neither has learned from. Written by the pipeline, read by it and by the page of a profile.

use crate::domain::value_effects::FactorValues;
use crate::error::{Context, Error, Result};
use crate::features::feature_spec::FeatureSpec;
use crate::model::blend::Recipe;
use crate::model::calibrate::Calibration;
use crate::model::drift::Bins;
use crate::model::forest::Forest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

pub const VERSION: u32 = 1;
/// How models are trained. It grows when the same data come to give another model: what an earlier method made goes on
/// scoring, but cannot be trained again to the byte.
pub const METHOD: u32 = 3;

/// The method of models that do not say it.
fn first_method() -> u32 {
    1
}

/// One fit with its frozen features.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FittedModel {
    pub spec: FeatureSpec,
    pub forest: Forest,
    pub calibration: Calibration,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ModelFile {
    pub version: u32,
    /// The [`METHOD`] that made it.
    #[serde(default = "first_method")]
    pub method: u32,
    #[serde(flatten)]
    pub recipe: Recipe,
    pub base_rate: f64,
    /// b: log-odds of the base rate at T − H.
    pub base_log_odds: f64,
    pub one_off: bool,
    /// Share of every event type in the 180 days before the as-of date of the training.
    pub type_shares: BTreeMap<String, f64>,
    pub deployed: FittedModel,
    /// Absent where the test was by groups: then there is no single evaluation fit.
    pub evaluation: Option<FittedModel>,
    /// The values of the deployed fit's factors against the outcomes of the test; empty in the models of older programs.
    #[serde(default)]
    pub values: TestedValues,
    /// Features and scores as they were at the as-of date; empty in the models of older programs.
    #[serde(default)]
    pub baseline: Baseline,
}

/// What a model keeps: the values of the columns that its trees look at, as the test had them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TestedValues {
    /// The cutoff of the test (`YYYY-MM-DD`); absent in the models of older programs.
    pub cutoff: Option<String>,
    /// The column of each factor.
    pub columns: Vec<usize>,
    pub factors: Vec<FactorValues>,
}

/// Features and scores of the profiles that a training scored.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Baseline {
    pub profiles: u64,
    /// Accounts that they belong to, and profiles without one.
    pub groups: u64,
    /// In the order of the features.
    pub features: Vec<Bins>,
    /// By 5 points.
    pub scores: Vec<u64>,
}

impl ModelFile {
    /// Event fields that its fits take as links.
    pub fn links(&self) -> Vec<String> {
        let specs = [Some(&self.deployed), self.evaluation.as_ref()].into_iter().flatten().map(|fitted| &fitted.spec);
        let mut links: Vec<String> = specs.flat_map(|spec| spec.links.iter().cloned()).collect();
        links.sort_unstable();
        links.dedup();
        links
    }

    /// # Errors
    /// The file is missing, broken or of a newer version.
    pub fn read(path: &Path) -> Result<ModelFile> {
        let text =
            std::fs::read_to_string(path).context(|| format!("The model {} could not be read.", path.display()))?;
        let broken = || format!("The model {} is broken.", path.display());
        let value: serde_json::Value = serde_json::from_str(&text).context(broken)?;
        let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
        if version > u64::from(VERSION) {
            return Err(Error::new(format!(
                "The model {} is of version {version}; this program knows {VERSION}.",
                path.display()
            ))
            .hint("update the program, or train the score again"));
        }
        let model: ModelFile = serde_json::from_value(value).context(broken)?;
        model.deployed.forest.check()?;
        if let Some(evaluation) = &model.evaluation {
            evaluation.forest.check()?;
        }
        Ok(model)
    }
}
