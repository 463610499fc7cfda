//! Training, behind one small interface: rows in, a [`Forest`] of ours out. The only place that names `hessboost`,
//! which boosts trees as XGBoost does (Chen and Guestrin 2016, XGBoost: a scalable tree boosting system), so that
//! another library could take its place; everything after training (margins, covers, contributions) is ours. Called by
//! `pipeline::train` and [`cross_validation`](super::cross_validation).

use super::forest::{Forest, Node, Tree};
use crate::domain::progress::Progress;
use crate::domain::run::work::{Step, Work};
use crate::error::{Error, Result};
use hessboost::config::{GrowPolicy, TrainingParams, TreeMethod};
use hessboost::data::{DMatrix, FeatureType};
use hessboost::metric::EvalMetric;
use hessboost::model::BoostedModel;
use hessboost::objective::{Objective, RegLoss};
use hessboost::training::Trainer;
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Rounds without improvement after which a fit with a held-out fold stops.
pub const PATIENCE: usize = 40;

/// What a fit may vary; the rest is fixed at what did best when measured.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Most leaves of a tree; trees grow at the leaf with the largest gain.
    pub leaves: usize,
    /// Learning rate: by what the leaves of every tree are shrunk, 0–1.
    pub eta: f64,
    /// Least sum of Hessians in a child of a split.
    pub min_child_weight: f64,
    /// L2 penalty on leaf values.
    pub lambda: f64,
    /// Share (0–1] of the rows that a tree is grown on.
    pub subsample: f64,
    /// Share (0–1] of the columns that a tree may split on.
    pub colsample: f64,
}

impl Settings {
    /// The default settings with so many leaves.
    pub const fn with_leaves(leaves: usize) -> Settings {
        Settings { leaves, eta: 0.05, min_child_weight: 5.0, lambda: 5.0, subsample: 0.8, colsample: 0.6 }
    }
}

/// A matrix with what training needs to know of its rows.
#[derive(Debug, Clone)]
pub struct Dataset {
    /// Row-major, `categorical.len()` cells a row; NaN is missing.
    pub values: Arc<Vec<f32>>,
    /// One per row: 1 for a conversion, else 0.
    pub labels: Vec<f32>,
    /// One per row, at least 0.
    pub weights: Vec<f32>,
    /// One per row. Rows of one group never stand on both sides of a fold.
    pub groups: Vec<u64>,
    /// Per column whether its values are codes of categories.
    pub categorical: Vec<bool>,
}

impl Dataset {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The cells of a row, one per column.
    pub fn row(&self, row: usize) -> &[f32] {
        let width = self.categorical.len();
        &self.values[row * width..(row + 1) * width]
    }

    /// The rows as the library takes them; the cells are shared.
    ///
    /// # Errors
    /// Those of [`TrainingMatrix::new`].
    pub fn matrix(&self) -> Result<TrainingMatrix> {
        TrainingMatrix::new(Arc::clone(&self.values), &self.labels, &self.weights, &self.categorical)
    }

    /// The same rows with only some of the columns.
    pub fn with_columns(&self, keep: &[usize]) -> Dataset {
        let values = (0..self.len()).flat_map(|row| keep.iter().map(move |&c| self.row(row)[c])).collect();
        Dataset {
            values: Arc::new(values),
            categorical: keep.iter().map(|&c| self.categorical[c]).collect(),
            ..self.clone()
        }
    }

    /// The same columns of only some of the rows.
    pub fn with_rows(&self, keep: &[usize]) -> Dataset {
        Dataset {
            values: Arc::new(keep.iter().flat_map(|&row| self.row(row)).copied().collect()),
            labels: keep.iter().map(|&row| self.labels[row]).collect(),
            weights: keep.iter().map(|&row| self.weights[row]).collect(),
            groups: keep.iter().map(|&row| self.groups[row]).collect(),
            categorical: self.categorical.clone(),
        }
    }
}

/// Rows as the library takes them; row selections share the cells.
#[derive(Clone)]
pub struct TrainingMatrix {
    matrix: DMatrix,
    rows: usize,
    columns: usize,
}

impl TrainingMatrix {
    /// `values` has `labels.len()` rows of `categorical.len()` cells; NaN is missing.
    ///
    /// # Errors
    /// No rows, no columns, lengths that do not match, infinite cells.
    pub fn new(values: Arc<Vec<f32>>, labels: &[f32], weights: &[f32], categorical: &[bool]) -> Result<TrainingMatrix> {
        let rows = labels.len();
        let types: Vec<FeatureType> =
            categorical.iter().map(|&c| if c { FeatureType::Categorical } else { FeatureType::Numerical }).collect();
        let values: Arc<dyn AsRef<[f32]> + Send + Sync> = Arc::new(SharedCells(values));
        let matrix = DMatrix::from_dense_shared(values, rows, categorical.len(), f32::NAN)
            .and_then(|m| m.with_labels(labels))
            .and_then(|m| m.with_weights(weights))
            .and_then(|m| m.with_feature_types(&types))
            .map_err(failed)?;
        Ok(TrainingMatrix { matrix, rows, columns: categorical.len() })
    }

    /// The rows at `rows`, in that order, without a copy of their cells.
    ///
    /// # Errors
    /// A row that does not exist.
    pub fn select(&self, rows: &[usize]) -> Result<TrainingMatrix> {
        let matrix = self.matrix.select_rows(rows).map_err(failed)?;
        Ok(TrainingMatrix { matrix, rows: rows.len(), columns: self.columns })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

/// The library wants something that dereferences to a slice.
struct SharedCells(Arc<Vec<f32>>);

impl AsRef<[f32]> for SharedCells {
    fn as_ref(&self) -> &[f32] {
        &self.0
    }
}

/// A trained model: our trees, and the library's own, which tests hold ours against.
pub struct Fit {
    /// The trees of all rounds; the caller cuts them to the rounds it wants.
    pub forest: Forest,
    library: BoostedModel,
    /// Weighted log loss of the held-out rows after every round; empty where nothing was held out.
    pub losses: Vec<f64>,
}

/// How a fit runs.
#[derive(Clone, Copy)]
pub struct FitOptions<'a> {
    /// What the fit may vary.
    pub settings: Settings,
    /// Rounds, or the most rounds where `held_out` stops earlier.
    pub rounds: usize,
    /// Seed of the row and column samples of every tree.
    pub seed: u64,
    /// Rows whose loss is told after every round.
    pub held_out: Option<&'a TrainingMatrix>,
    /// Stop once the held-out loss has not improved for 40 rounds.
    pub stop_early: bool,
}

impl FitOptions<'_> {
    /// A plain fit of so many rounds.
    pub fn plain(settings: Settings, rounds: usize, seed: u64) -> FitOptions<'static> {
        FitOptions { settings, rounds, seed, held_out: None, stop_early: false }
    }
}

/// Trains on `matrix`. With held-out rows, training stops when their loss has not improved for a while; `losses` tells
/// all rounds, and the forest holds all of them too: the caller cuts it.
///
/// # Errors
/// What the library refuses, or cancelling.
pub fn fit(matrix: &TrainingMatrix, options: FitOptions<'_>, progress: &dyn Progress) -> Result<Fit> {
    let params = parameters(&options).map_err(failed)?;
    let mut trainer = Trainer::new(&params, &matrix.matrix, options.rounds);
    if let Some(held_out) = options.held_out {
        trainer = trainer.eval(&held_out.matrix, "held-out");
        if options.stop_early {
            trainer = trainer.early_stopping_rounds(NonZeroUsize::new(PATIENCE).unwrap_or(NonZeroUsize::MIN));
        }
    }
    let stops_early = options.held_out.is_some() && options.stop_early;
    let held_out = options.held_out.map_or(0, |held_out| held_out.rows);
    let rows = (matrix.rows as f64, held_out as f64);
    let size = round_size(rows, matrix.columns as f64, options.settings.leaves);
    progress.begin_step(Step { open: stops_early, ..Step::new(Work::Fit, options.rounds as u64, size) });
    let total = (!stops_early).then_some(options.rounds as u64);
    let result = trainer
        .on_round(|round| {
            progress.advance(round.iteration() as u64 + 1, total);
            if progress.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .train()
        .map_err(failed)?;
    progress.check()?;
    let losses = result.history.rounds().filter_map(|r| r.values().last().copied()).collect();
    let forest = convert(&result.model)?;
    Ok(Fit { forest, library: result.model, losses })
}

/// Units of work of a boosting round, as measured: every row passes the levels of a tree, column by column; every leaf
/// looks at the histograms of all columns; some goes into every round; and the rows held out pass the tree as a whole.
pub fn round_size((rows, held_out): (f64, f64), columns: f64, leaves: usize) -> f64 {
    let leaves = leaves.max(2) as f64;
    columns * (rows * leaves.log2() + 400.0 * leaves + 16_000.0) + 750.0 * held_out
}

fn parameters(options: &FitOptions<'_>) -> hessboost::error::Result<TrainingParams> {
    let settings = &options.settings;
    TrainingParams::builder()
        .objective(Objective::BinaryLogistic(RegLoss::default()))
        .eval_metric(EvalMetric::LogLoss)
        .tree_method(TreeMethod::Hist)
        .grow_policy(GrowPolicy::LossGuide)
        .unlimited_depth()
        .max_leaves(settings.leaves)
        .eta(settings.eta)
        .min_child_weight(settings.min_child_weight)
        .lambda(settings.lambda)
        .subsample(settings.subsample)
        .colsample_bytree(settings.colsample)
        .max_bin(255)
        .seed(options.seed)
        .build()
}

/// The library's trees in our form. Leaf values stay the very f32 numbers, widened; only their sum is more exact.
fn convert(model: &BoostedModel) -> Result<Forest> {
    let trees = model.trees().iter().map(|tree| {
        let node = |(id, n): (usize, &hessboost::tree::Node)| Node {
            feature: n.split_feature,
            threshold: n.split_cond,
            default_left: n.default_left,
            left: n.left.max(0) as u32,
            right: n.right.max(0) as u32,
            value: if n.is_leaf() { f64::from(n.leaf_value) } else { 0.0 },
            cover: f64::from(n.sum_hess),
            categories: n.is_categorical.then(|| {
                let mut categories = tree.split_categories(id).to_vec();
                categories.sort_unstable();
                categories.into_boxed_slice()
            }),
        };
        Tree { nodes: tree.nodes().iter().enumerate().map(node).collect() }
    });
    let forest = Forest { base: f64::from(model.base_score()), features: model.n_features(), trees: trees.collect() };
    forest.check()?;
    Ok(forest)
}

impl Fit {
    /// The library's own margins, one per row, for tests that hold ours against them.
    ///
    /// # Errors
    /// What the library refuses.
    pub fn library_margins(&self, matrix: &TrainingMatrix) -> Result<Vec<f32>> {
        let margins = self.library.predict_margin(&matrix.matrix, ..).map_err(failed)?;
        Ok(margins.as_slice().to_vec())
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::new("The model could not be trained.").because(error)
}
