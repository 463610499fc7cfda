//! Both fits of a training run: the evaluation fit with its out-of-time test, and the deployed fit. Called by
//! [`training_run`](super::training_run), which wraps it in stages, checks and files.

use super::work_plan::TrainingSizes;
use crate::config::{Thresholds, Training};
use crate::domain::explanation::sigmoid;
use crate::domain::metrics::{Evaluation, FEW_CONVERSIONS};
use crate::domain::progress::Progress;
use crate::domain::run::stage::StageName;
use crate::domain::run::work::{Step, Work};
use crate::domain::source::activity::Day;
use crate::error::Result;
use crate::features::attributes::Encoding;
use crate::features::cutoffs::CutoffPlan;
use crate::features::extractor::FeatureExtractor;
use crate::features::feature_spec::{FeatureOptions, FeatureSpec};
use crate::features::labels::Labels;
use crate::features::population::Population;
use crate::features::rows::{self, Row, Rows};
use crate::model::auc;
use crate::model::calibrate::Calibration;
use crate::model::cross_validation::{self, FOLDS, SearchOptions, SearchResult};
use crate::model::evaluate::evaluate;
use crate::model::forest::Forest;
use crate::model::leaks::{Leak, LeakCandidate, find_leaks};
use crate::model::train::{Dataset, Fit, FitOptions, Settings, fit};
use crate::runs::model_file::FittedModel;
use crate::runs::report_json::Tuning;
use std::sync::Arc;

/// Under so many all five folds are held out in turn.
const FEW_CONVERTERS: u64 = 200;
/// Under so many conversions a calibration keeps its slope at 1.
const MIN_CONVERSIONS_FOR_SLOPE: usize = 50;

/// Everything that the fits look at.
pub struct TrainingInputs<'a> {
    pub population: &'a Population<'a>,
    pub labels: &'a Labels,
    pub plan: &'a CutoffPlan,
    pub with: &'a [String],
    pub without: &'a [String],
    pub training: &'a Training,
    pub thresholds: &'a Thresholds,
}

/// The rows of a training run, drawn before anything is fitted, so that the checks can look at them first.
pub struct TrainingRows {
    /// Of the evaluation fit: the training cutoffs, or all matured ones where the test is by groups.
    pub train: Rows,
    pub test: Vec<Row>,
    /// Of the deployed fit.
    pub matured: Rows,
    pub small: bool,
}

/// The evaluation fit and its test.
pub struct EvaluationFit {
    pub evaluation: Evaluation,
    pub auc_without_attributes: Option<f64>,
    pub tuning: Option<Tuning>,
    pub choice: SearchResult,
    pub leaks: Vec<Leak>,
    pub fitted: Option<FittedModel>,
    /// Margin per test row by a fit that had not seen it.
    pub margins: Vec<f64>,
    pub labels: Vec<bool>,
}

/// The deployed fit.
pub struct DeployedFit {
    pub fitted: FittedModel,
    pub export: std::result::Result<Vec<u8>, String>,
}

pub fn sample_rows(inputs: &TrainingInputs<'_>) -> TrainingRows {
    let TrainingInputs { population, labels, plan, training, .. } = inputs;
    let of = |cutoffs: &[Day]| rows::training_rows(population, labels, cutoffs, training.max_rows, training.seed);
    let matured = of(&plan.matured);
    let train = if plan.out_of_time() { of(&plan.training) } else { matured.clone() };
    let test = plan.test.map_or_else(Vec::new, |cutoff| rows::eligible_rows(population, labels, cutoff));
    let small = matured.converters < FEW_CONVERSIONS;
    TrainingRows { train, test, matured, small }
}

impl TrainingInputs<'_> {
    /// Chooses the features from what lies before `before` and from the profiles of `rows`.
    pub fn spec(&self, rows: &[Row], before: Day, small: bool) -> Result<FeatureSpec> {
        let mut profiles: Vec<u32> = rows.iter().map(|r| r.profile).collect();
        profiles.sort_unstable();
        profiles.dedup();
        let options = FeatureOptions { with: self.with, without: self.without, pool_all: small };
        FeatureSpec::choose(self.population, options, before, &profiles)
    }

    fn frame(&self, spec: &FeatureSpec, rows: &[Row], progress: &dyn Progress) -> Result<Dataset> {
        let windows = FeatureExtractor::new(self.population, spec);
        Ok(Dataset {
            values: Arc::new(rows::feature_matrix(&windows, rows, progress)?),
            labels: rows.iter().map(|r| f32::from(u8::from(r.label))).collect(),
            weights: rows.iter().map(|r| r.weight).collect(),
            groups: rows.iter().map(|r| rows::group_hash(self.population, r.profile)).collect(),
            categorical: spec.columns.iter().map(|c| c.categorical).collect(),
        })
    }

    /// What the fits have to do, for the plan of the run.
    pub fn sizes(&self, training_rows: &TrainingRows, width: f64, without_attributes: bool) -> TrainingSizes {
        let settings = first_settings(training_rows.small);
        let search = self.search(&settings, training_rows);
        let out_of_time = self.plan.out_of_time();
        TrainingSizes {
            train: training_rows.train.rows.len() as u64,
            test: training_rows.test.len() as u64,
            matured: training_rows.matured.rows.len() as u64,
            width,
            leaves: settings.iter().map(|s| s.leaves).sum::<usize>() / settings.len(),
            searched: settings.len() * search.held_out as usize,
            rounds: search.fixed_rounds.unwrap_or_default() as u64,
            fixed: search.fixed_rounds.is_some(),
            folds: if out_of_time { 0 } else { FOLDS as usize },
            without_attributes: without_attributes && out_of_time,
        }
    }

    fn search<'c>(&self, candidates: &'c [Settings], training_rows: &TrainingRows) -> SearchOptions<'c> {
        SearchOptions {
            candidates,
            held_out: if training_rows.train.converters < FEW_CONVERTERS { FOLDS } else { 1 },
            max_rounds: self.training.max_rounds,
            fixed_rounds: training_rows.small.then_some(60),
            seed: self.training.seed,
        }
    }
}

/// The settings tried first: 16 or 31 leaves; 4 where the data are small.
fn first_settings(small: bool) -> Vec<Settings> {
    if small { vec![Settings::with_leaves(4)] } else { vec![Settings::with_leaves(16), Settings::with_leaves(31)] }
}

/// The settings tried when the test AUC is low: around the defaults, mostly more cautious.
fn tuning_settings() -> Vec<Settings> {
    let base = Settings::with_leaves;
    vec![
        base(4),
        base(8),
        base(64),
        Settings { min_child_weight: 20.0, ..base(8) },
        Settings { min_child_weight: 20.0, ..base(16) },
        Settings { lambda: 30.0, ..base(8) },
        Settings { eta: 0.02, colsample: 0.3, ..base(8) },
        Settings { eta: 0.02, colsample: 0.3, ..base(16) },
        Settings { eta: 0.1, subsample: 0.5, lambda: 10.0, ..base(4) },
    ]
}

/// Fits on the training cutoffs and tests at the test cutoff; the test does nothing but report. Tunes where the AUC is
/// low.
pub fn evaluation_fit(
    inputs: &TrainingInputs<'_>,
    training_rows: &TrainingRows,
    progress: &dyn Progress,
) -> Result<EvaluationFit> {
    let before = inputs.plan.test.unwrap_or(inputs.plan.as_of);
    let spec = inputs.spec(&training_rows.train.rows, before, training_rows.small)?;
    let frame = inputs.frame(&spec, &training_rows.train.rows, progress)?;
    let candidates: Vec<LeakCandidate<'_>> = (0..spec.width()).map(|column| leak_candidate(&spec, column)).collect();
    progress.begin_step(Step::new(Work::Leaks, training_rows.train.rows.len() as u64, spec.width() as f64));
    let leaks = find_leaks(&frame, &candidates, inputs.thresholds.leak_auc);
    let test = TestSet::new(inputs, training_rows, &spec, progress)?;
    let candidates = first_settings(training_rows.small);
    let mut sizes = inputs.sizes(training_rows, spec.width() as f64, spec.columns.iter().any(|column| column.undated));
    let plan = |sizes: &TrainingSizes, train: Vec<Step>| {
        progress.plan(StageName::Train, &train);
        progress.plan(StageName::Deploy, &sizes.deploy());
    };
    plan(&sizes, sizes.search());
    let choice = cross_validation::search(&frame, inputs.search(&candidates, training_rows), progress)?;
    (sizes.rounds, sizes.leaves) = (choice.rounds as u64, choice.settings.leaves);
    plan(&sizes, sizes.test());
    let mut tested = test.run(&frame, choice, progress)?;
    let auc = |t: &EvaluatedFit| t.evaluation.metrics.auc.as_ref().map_or(0.5, |a| a.value);
    let mut tuning = None;
    if auc(&tested) < inputs.thresholds.tune_auc && !training_rows.small {
        let settings = tuning_settings();
        let search = inputs.search(&settings, training_rows);
        let searched = settings.len() * search.held_out as usize;
        plan(&sizes, TrainingSizes { searched, ..sizes }.search());
        let tuned = cross_validation::search(&frame, search, progress)?;
        let better = tuned.loss < tested.choice.loss;
        let again = test.run(&frame, tuned, progress)?;
        tuning = Some(Tuning {
            default_auc: auc(&tested),
            tuned_auc: auc(&again),
            settings: again.choice.settings,
            tried: settings.len(),
            taken: better,
        });
        if better {
            tested = again;
        }
    }
    (sizes.rounds, sizes.leaves) = (tested.choice.rounds as u64, tested.choice.settings.leaves);
    plan(&sizes, sizes.after_test());
    let auc_without_attributes = test.without_attributes(&frame, &spec, &tested.choice, progress)?;
    let EvaluatedFit { evaluation, choice, fitted, margins } = tested;
    let fitted = fitted.map(|(forest, calibration)| FittedModel { spec: spec.clone(), forest, calibration });
    Ok(EvaluationFit {
        evaluation,
        auc_without_attributes,
        tuning,
        choice,
        leaks,
        fitted,
        margins,
        labels: test.labels,
    })
}

fn leak_candidate(spec: &FeatureSpec, index: usize) -> LeakCandidate<'_> {
    let column = &spec.columns[index];
    let categories = match spec.encoder(index).map(|e| &e.encoding) {
        Some(Encoding::Category(names)) => names.as_slice(),
        _ => &[],
    };
    LeakCandidate {
        code: &column.code,
        label: &column.label,
        undated: column.undated,
        categorical: column.categorical,
        categories,
    }
}

/// The test rows, ready to evaluate any fit.
struct TestSet<'g> {
    inputs: &'g TrainingInputs<'g>,
    rows: &'g [Row],
    train: &'g [Row],
    small: bool,
    values: Vec<f32>,
    labels: Vec<bool>,
    recency: Vec<f64>,
    clusters: Vec<u32>,
}

/// A fit with its evaluation.
struct EvaluatedFit {
    evaluation: Evaluation,
    choice: SearchResult,
    fitted: Option<(Forest, Calibration)>,
    margins: Vec<f64>,
}

impl<'g> TestSet<'g> {
    fn new(
        inputs: &'g TrainingInputs<'g>,
        training_rows: &'g TrainingRows,
        spec: &FeatureSpec,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let windows = FeatureExtractor::new(inputs.population, spec);
        Ok(TestSet {
            inputs,
            rows: &training_rows.test,
            train: &training_rows.train.rows,
            small: training_rows.small,
            values: rows::feature_matrix(&windows, &training_rows.test, progress)?,
            labels: training_rows.test.iter().map(|r| r.label).collect(),
            recency: rows::recency_scores(inputs.population, &training_rows.test),
            clusters: rows::cluster_ids(inputs.population, &training_rows.test),
        })
    }

    fn run(&self, frame: &Dataset, choice: SearchResult, progress: &dyn Progress) -> Result<EvaluatedFit> {
        if !self.inputs.plan.out_of_time() {
            return self.run_by_groups(frame, choice, progress);
        }
        let forest = self.fit(frame, &choice, progress)?.forest;
        progress.begin_step(Step::new(Work::Test, self.rows.len() as u64, 1.0));
        let newest = self.inputs.plan.training[0];
        // Where the held-out rows at the newest cutoff have only one outcome, all training cutoffs stand in.
        // Where those have one, too, the margins are taken as they are.
        let calibration = calibrate(self.train, &choice, self.small, |row| row.cutoff == newest)
            .or_else(|_| calibrate(self.train, &choice, self.small, |_| true))
            .unwrap_or(IDENTITY);
        let margins = forest.margins(&self.values);
        let probabilities: Vec<f64> = margins.iter().map(|&m| sigmoid(calibration.apply(m))).collect();
        Ok(self.evaluate_fit(choice, Some((forest, calibration)), margins, &probabilities))
    }

    fn fit(&self, frame: &Dataset, choice: &SearchResult, progress: &dyn Progress) -> Result<Fit> {
        let options = FitOptions::plain(choice.settings, choice.rounds, self.inputs.training.seed);
        fit(&frame.matrix()?, options, progress)
    }

    /// No time is left for a test after the training: every fold is scored by a fit on the other four, whose rounds
    /// come from a fold inside those four.
    fn run_by_groups(&self, frame: &Dataset, choice: SearchResult, progress: &dyn Progress) -> Result<EvaluatedFit> {
        let mut margins = vec![0.0; self.rows.len()];
        let mut probabilities = vec![0.0; self.rows.len()];
        let width = frame.categorical.len();
        for fold in 0..FOLDS {
            let outside: Vec<usize> =
                (0..frame.len()).filter(|&r| cross_validation::fold_of(frame.groups[r]) != fold).collect();
            let inside: Vec<usize> = (0..self.rows.len())
                .filter(|&r| {
                    cross_validation::fold_of(rows::group_hash(self.inputs.population, self.rows[r].profile)) == fold
                })
                .collect();
            if outside.is_empty() || inside.is_empty() {
                continue;
            }
            let mut inner = frame.with_rows(&outside);
            // The groups of the inner frame lack the held-out fold; their higher digits make folds anew.
            inner.groups.iter_mut().for_each(|g| *g /= FOLDS);
            let candidates = [choice.settings];
            let search = SearchOptions {
                candidates: &candidates,
                held_out: 1,
                max_rounds: self.inputs.training.max_rounds,
                fixed_rounds: self.small.then_some(choice.rounds),
                seed: self.inputs.training.seed,
            };
            let chosen = cross_validation::search(&inner, search, progress)?;
            let options = FitOptions::plain(choice.settings, chosen.rounds, self.inputs.training.seed);
            let forest = fit(&inner.matrix()?, options, progress)?.forest;
            let rows: Vec<Row> = outside.iter().map(|&row| self.train[row]).collect();
            let calibration = calibrate(&rows, &chosen, self.small, |_| true).unwrap_or(IDENTITY);
            for row in inside {
                margins[row] = forest.margin(&self.values[row * width..(row + 1) * width]);
                probabilities[row] = sigmoid(calibration.apply(margins[row]));
            }
        }
        progress.begin_step(Step::new(Work::Test, self.rows.len() as u64, 1.0));
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
    fn without_attributes(
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
        let options = FitOptions::plain(choice.settings, choice.rounds, self.inputs.training.seed);
        let mut forest = fit(&frame.with_columns(&keep).matrix()?, options, progress)?.forest;
        // The trees name columns of the narrower matrix; the test rows have the wide one.
        forest.features = spec.width();
        for node in forest.trees.iter_mut().flat_map(|t| &mut t.nodes) {
            node.feature = keep.get(node.feature as usize).map_or(0, |&c| c as u32);
        }
        Ok(auc::auc(&forest.margins(&self.values), &self.labels, &self.clusters).map(|auc| auc.value))
    }
}

/// Margins taken as log-odds.
const IDENTITY: Calibration = Calibration { alpha: 0.0, beta: 1.0 };

/// The calibration of out-of-fold margins of those `rows` that `at` picks.
fn calibrate(rows: &[Row], choice: &SearchResult, small: bool, at: impl Fn(&Row) -> bool) -> Result<Calibration> {
    let (mut margins, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (row, margin) in rows.iter().zip(&choice.margins).filter(|(row, _)| at(row)) {
        if let Some(margin) = margin {
            margins.push(*margin);
            labels.push(row.label);
            weights.push(f64::from(row.weight));
        }
    }
    fit_calibration(&margins, &labels, &weights, small)
}

/// Small data keep the slope at 1 whatever the number of conversions.
fn fit_calibration(margins: &[f64], labels: &[bool], weights: &[f64], small: bool) -> Result<Calibration> {
    let conversions = labels.iter().filter(|l| **l).count();
    Calibration::fit(margins, labels, weights, small || conversions < MIN_CONVERSIONS_FOR_SLOPE)
}

/// Fits on all matured cutoffs with the rounds and leaves of the evaluation fit. Its calibration comes from the
/// evaluation fit's margins at the test cutoff, which are the newest that no fit has learned from; it is never reported
/// as tested.
pub fn deployed_fit(
    inputs: &TrainingInputs<'_>,
    training_rows: &TrainingRows,
    tested: &EvaluationFit,
    progress: &dyn Progress,
) -> Result<DeployedFit> {
    let rows = &training_rows.matured.rows;
    let spec = inputs.spec(rows, inputs.plan.as_of, training_rows.small)?;
    let frame = inputs.frame(&spec, rows, progress)?;
    let options = FitOptions::plain(tested.choice.settings, tested.choice.rounds, inputs.training.seed);
    let fitted = fit(&frame.matrix()?, options, progress)?;
    progress.begin_step(Step::new(Work::Describe, rows.len() as u64, spec.width() as f64));
    let export = fitted.xgboost_json();
    let mut forest = fitted.forest;
    let weights: Vec<f64> = frame.weights.iter().map(|&w| f64::from(w)).collect();
    forest.set_covers(&frame.values, &weights)?;
    let ones = vec![1.0; tested.labels.len()];
    let calibration = fit_calibration(&tested.margins, &tested.labels, &ones, training_rows.small)?;
    Ok(DeployedFit { fitted: FittedModel { spec, forest, calibration }, export })
}
