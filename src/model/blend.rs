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
    /// After so many days a row weighs half; all weigh alike where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub half_life_days: Option<u32>,
}

/// What a ridge logistic has of a model.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RidgeShare {
    /// L2 penalty on its weights.
    pub penalty: f64,
    /// Its share (0–1] of the margin; the trees have the rest.
    pub share: f64,
}

/// Fits a recipe; the weights of `data` are those that its half-life asks for.
///
/// # Errors
/// Those of [`train::fit`].
pub fn fit(data: &Dataset, recipe: &Recipe, seed: u64, progress: &dyn Progress) -> Result<Forest> {
    let options = FitOptions::plain(recipe.settings, recipe.rounds, seed);
    let Some(RidgeShare { penalty, share }) = recipe.ridge else {
        return Ok(train::fit(&data.matrix()?, options, progress)?.forest);
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
    Ok(forest)
}

/// The margin of a model that is mixed of both.
pub fn mix(trees: f64, ridge: f64, share: f64) -> f64 {
    (1.0 - share) * trees + share * ridge
}
