//! A model is boosted trees, or trees mixed with a ridge logistic, which says more where conversions are few. Both are
//! forests, so the mix is one, too, and all that scores and explains knows nothing of it. Called by
//! [`cross_validation`](super::cross_validation), which chooses the recipe, and by `pipeline::train`, which fits it.

use super::forest::Forest;
use super::ridge::{self, RidgeFeatures, RidgeFit};
use super::train::{self, Dataset, FitOptions, Settings};
use crate::domain::progress::Progress;
use crate::error::Result;
use serde::{Deserialize, Serialize};

/// How a model is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// Of the trees.
    pub settings: Settings,
    /// Boosting rounds.
    pub rounds: usize,
    /// The ridge logistic beside the trees, where it has a share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ridge: Option<RidgeShare>,
}

/// What a ridge logistic has of a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RidgeShare {
    /// L2 penalty on its weights.
    pub penalty: f64,
    /// Its share (0–1] of the margin; the trees have the rest.
    pub share: f64,
}

/// A fitted model.
pub struct BlendFit {
    /// The trees of both.
    pub forest: Forest,
    /// As XGBoost JSON, or why there is none.
    pub export: std::result::Result<Vec<u8>, String>,
}

/// Fits a recipe.
///
/// # Errors
/// Those of [`train::fit`].
pub fn fit(data: &Dataset, recipe: &Recipe, seed: u64, progress: &dyn Progress) -> Result<BlendFit> {
    let options = FitOptions::plain(recipe.settings, recipe.rounds, seed);
    let Some(RidgeShare { penalty, share }) = recipe.ridge else {
        let fitted = train::fit(&data.matrix()?, options, progress)?;
        return Ok(BlendFit { export: fitted.xgboost_json(), forest: fitted.forest });
    };
    let features = RidgeFeatures::new(data);
    let linear = ridge::fit(&features, &data.labels, &data.weights, penalty, &RidgeFit::start(&features));
    let mut forest = linear.forest(&features);
    forest.scale(share);
    if share < 1.0 {
        let mut trees = train::fit(&data.matrix()?, options, progress)?.forest;
        trees.scale(1.0 - share);
        forest.base += trees.base;
        forest.trees.extend(trees.trees);
    }
    progress.check()?;
    let why = "part of the model is a ridge logistic, for which XGBoost has no form".to_string();
    Ok(BlendFit { forest, export: Err(why) })
}

/// The margin of a model that is mixed of both.
pub fn mix(trees: f64, ridge: f64, share: f64) -> f64 {
    (1.0 - share) * trees + share * ridge
}
