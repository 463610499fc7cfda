//! The rows of the test, and any fit evaluated on them: out of time, or by groups of profiles where no time is left.

use super::calibration::{calibrate, calibrate_newest};
use super::{TrainingInputs, TrainingRows};
use crate::domain::explanation::sigmoid;
use crate::domain::metrics::Evaluation;
use crate::domain::progress::Progress;
use crate::domain::run::work::{Step, Work};
use crate::error::Result;
use crate::features::extractor::FeatureExtractor;
use crate::features::feature_spec::FeatureSpec;
use crate::features::rows::{self, Row};
use crate::model::auc;
use crate::model::blend::{self, Recipe};
use crate::model::calibrate::Calibration;
use crate::model::cross_validation::{self, FOLDS, SearchOptions, SearchResult};
use crate::model::evaluate::evaluate;
use crate::model::forest::Forest;
use crate::model::train::Dataset;

/// The test rows, ready to evaluate any fit.
pub struct TestSet<'g> {
    inputs: &'g TrainingInputs<'g>,
    training_rows: &'g TrainingRows,
    values: Vec<f32>,
    pub labels: Vec<bool>,
    recency: Vec<f64>,
    clusters: Vec<u32>,
}

/// A fit with its evaluation.
pub struct EvaluatedFit {
    pub evaluation: Evaluation,
    pub choice: SearchResult,
    pub fitted: Option<(Forest, Calibration)>,
    pub margins: Vec<f64>,
}

impl<'g> TestSet<'g> {
    pub fn new(
        inputs: &'g TrainingInputs<'g>,
        training_rows: &'g TrainingRows,
        spec: &FeatureSpec,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let windows = FeatureExtractor::new(inputs.population, spec);
        Ok(TestSet {
            inputs,
            training_rows,
            values: rows::feature_matrix(&windows, &training_rows.test, progress)?,
            labels: training_rows.test.iter().map(|r| r.label).collect(),
            recency: rows::recency_scores(inputs.population, &training_rows.test),
            clusters: rows::cluster_ids(inputs.population, &training_rows.test),
        })
    }

    pub fn run(&self, frame: &Dataset, choice: SearchResult, progress: &dyn Progress) -> Result<EvaluatedFit> {
        if !self.inputs.plan.out_of_time() {
            return self.run_by_groups(frame, choice, progress);
        }
        let forest = self.fit(frame, &choice, progress)?;
        progress.begin_step(Step::new(Work::Test, self.training_rows.test.len() as u64, 1.0));
        let calibration = calibrate_newest(&self.training_rows.train.rows, &choice);
        let margins = forest.margins(&self.values);
        let probabilities: Vec<f64> = margins.iter().map(|&m| sigmoid(calibration.apply(m))).collect();
        Ok(self.evaluate_fit(choice, Some((forest, calibration)), margins, &probabilities))
    }

    fn fit(&self, frame: &Dataset, choice: &SearchResult, progress: &dyn Progress) -> Result<Forest> {
        blend::fit(frame, &choice.recipe, self.inputs.training.seed, progress)
    }

    /// No time is left for a test after the training: every fold is scored by a fit on the other four, whose rounds
    /// come from a fold inside those four.
    fn run_by_groups(&self, frame: &Dataset, choice: SearchResult, progress: &dyn Progress) -> Result<EvaluatedFit> {
        let mut margins = vec![0.0; self.training_rows.test.len()];
        let mut probabilities = vec![0.0; self.training_rows.test.len()];
        let width = frame.categorical.len();
        for fold in 0..FOLDS {
            let outside: Vec<usize> =
                (0..frame.len()).filter(|&r| cross_validation::fold_of(frame.groups[r]) != fold).collect();
            let inside: Vec<usize> = (0..self.training_rows.test.len())
                .filter(|&r| {
                    cross_validation::fold_of(rows::group_hash(
                        self.inputs.population,
                        self.training_rows.test[r].profile,
                    )) == fold
                })
                .collect();
            if outside.is_empty() || inside.is_empty() {
                continue;
            }
            let mut inner = frame.with_rows(&outside);
            // The groups of the inner frame lack the held-out fold; their higher digits make folds anew.
            inner.groups.iter_mut().for_each(|g| *g /= FOLDS);
            let options = SearchOptions { held_out: 1, ..self.inputs.search(&[], self.training_rows) };
            let chosen = cross_validation::search_again(&inner, &choice.recipe, options, progress)?;
            let recipe = Recipe { rounds: chosen.recipe.rounds, ..choice.recipe };
            let forest = blend::fit(&inner, &recipe, self.inputs.training.seed, progress)?;
            let rows: Vec<Row> = outside.iter().map(|&row| self.training_rows.train.rows[row]).collect();
            let calibration = calibrate(&rows, &chosen);
            for row in inside {
                margins[row] = forest.margin(&self.values[row * width..(row + 1) * width]);
                probabilities[row] = sigmoid(calibration.apply(margins[row]));
            }
        }
        progress.begin_step(Step::new(Work::Test, self.training_rows.test.len() as u64, 1.0));
        Ok(self.evaluate_fit(choice, None, margins, &probabilities))
    }

    fn evaluate_fit(
        &self,
        choice: SearchResult,
        fitted: Option<(Forest, Calibration)>,
        margins: Vec<f64>,
        probabilities: &[f64],
    ) -> EvaluatedFit {
        let seed = self.inputs.training.seed;
        let evaluation = evaluate(&margins, probabilities, &self.recency, &self.labels, &self.clusters, seed);
        EvaluatedFit { evaluation, choice, fitted, margins }
    }

    /// Test AUC of the same fit without today's attributes, which a test cannot tell from leaks.
    pub fn without_attributes(
        &self,
        frame: &Dataset,
        spec: &FeatureSpec,
        choice: &SearchResult,
        progress: &dyn Progress,
    ) -> Result<Option<f64>> {
        let keep: Vec<usize> = (0..spec.width()).filter(|&c| !spec.columns[c].undated).collect();
        if keep.len() == spec.width() || !self.inputs.plan.out_of_time() {
            return Ok(None);
        }
        let mut forest = self.fit(&frame.with_columns(&keep), choice, progress)?;
        // The trees name columns of the narrower matrix; the test rows have the wide one.
        forest.features = spec.width();
        for node in forest.trees.iter_mut().flat_map(|t| &mut t.nodes) {
            node.feature = keep.get(node.feature as usize).map_or(0, |&c| c as u32);
        }
        Ok(auc::auc(&forest.margins(&self.values), &self.labels, &self.clusters).map(|auc| auc.value))
    }
}
