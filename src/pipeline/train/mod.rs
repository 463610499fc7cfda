//! Both fits of a training run: the evaluation fit with its out-of-time test, and the deployed fit. Called by
//! [`training_run`](super::training_run), which wraps it in stages, checks and files.
//!
//! | file | what it holds |
//! |---|---|
//! | `age` | whether old rows weigh less |
//! | `links` | whether the model looks at what others with the same campaign, product or account did |
//! | `capacity` | how large a model the conversions allow: what is tried |
//! | `test_set` | the rows of the test, and any fit evaluated on them |
//! | `calibration` | margins that no fit has learned from to probabilities |

mod age;
mod calibration;
mod capacity;
mod links;
mod test_set;

use self::calibration::fit_calibration;
use self::links::Chosen;
use self::test_set::{EvaluatedFit, TestSet};
use super::work_plan::TrainingSizes;
use crate::config::{Thresholds, Training};
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
use crate::model::blend;
use crate::model::cross_validation::{self, FOLDS, RidgeSearch, SearchOptions, SearchResult};
use crate::model::leaks::{Leak, LeakCandidate, find_leaks};
use crate::model::train::{Dataset, Settings};
use crate::model::xgboost_export::xgboost_json;
use crate::runs::model_file::FittedModel;
use crate::runs::report_json::{LinkTrial, Tuning};
use std::sync::Arc;

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
}

impl TrainingRows {
    /// Whether so few converted that no figure is to be relied on.
    pub fn few(&self) -> bool {
        self.matured.conversions < FEW_CONVERSIONS
    }

    /// Rows of the test, and those of them that converted.
    pub fn tested(&self) -> (u64, u64) {
        (self.test.len() as u64, self.test.iter().filter(|row| row.label).count() as u64)
    }
}

/// The evaluation fit and its test.
pub struct EvaluationFit {
    pub evaluation: Evaluation,
    pub auc_without_attributes: Option<f64>,
    pub tuning: Option<Tuning>,
    /// What came of the links; `None` where none were tried.
    pub links: Option<LinkTrial>,
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
    let test = plan.tests.iter().flat_map(|&day| rows::eligible_rows(population, labels, day)).collect();
    TrainingRows { train, test, matured }
}

impl TrainingInputs<'_> {
    /// Chooses the features from what lies before `before` and from the profiles of `rows`, with links or without.
    pub fn spec(&self, rows: &[Row], before: Day, links: bool) -> Result<FeatureSpec> {
        let mut profiles: Vec<u32> = rows.iter().map(|r| r.profile).collect();
        profiles.sort_unstable();
        profiles.dedup();
        let options = FeatureOptions { with: self.with, without: self.without, links };
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
        let settings = capacity::first_settings(training_rows.train.conversions);
        let search = self.search(&settings, training_rows);
        let out_of_time = self.plan.out_of_time();
        TrainingSizes {
            train: training_rows.train.rows.len() as u64,
            test: training_rows.test.len() as u64,
            matured: training_rows.matured.rows.len() as u64,
            width,
            leaves: settings.iter().map(|s| s.leaves).sum::<usize>() / settings.len(),
            searched: (settings.len()
                + age::searched(&training_rows.train.rows, search)
                + links::searched(self, search.ridge))
                * search.held_out as usize,
            ridge: if search.ridge == RidgeSearch::Off { 0 } else { search.held_out },
            rounds: 0,
            boosted: true,
            folds: if out_of_time { 0 } else { FOLDS as usize },
            without_attributes: without_attributes && out_of_time,
        }
    }

    fn search<'c>(&self, candidates: &'c [Settings], training_rows: &TrainingRows) -> SearchOptions<'c> {
        let conversions = training_rows.train.conversions;
        SearchOptions {
            candidates,
            ridge: capacity::ridge(conversions),
            conversions,
            held_out: capacity::held_out(conversions),
            max_rounds: self.training.max_rounds,
            seed: self.training.seed,
        }
    }
}

/// Fits on the training cutoffs and tests at the test cutoff; the test does nothing but report. Tunes where the AUC is
/// low.
pub fn evaluation_fit(
    inputs: &TrainingInputs<'_>,
    training_rows: &TrainingRows,
    progress: &dyn Progress,
) -> Result<EvaluationFit> {
    let before = inputs.plan.oldest_test().unwrap_or(inputs.plan.as_of);
    let rows = &training_rows.train.rows;
    let spec = inputs.spec(rows, before, false)?;
    let frame = inputs.frame(&spec, rows, progress)?;
    let candidates: Vec<LeakCandidate<'_>> = (0..spec.width()).map(|column| leak_candidate(&spec, column)).collect();
    progress.begin_step(Step::new(Work::Leaks, training_rows.train.rows.len() as u64, spec.width() as f64));
    let leaks = find_leaks(&frame, &candidates, inputs.thresholds.leak_auc);
    let candidates = capacity::first_settings(training_rows.train.conversions);
    let mut sizes = inputs.sizes(training_rows, spec.width() as f64, spec.columns.iter().any(|column| column.undated));
    let plan = |sizes: &TrainingSizes, train: Vec<Step>| {
        progress.plan(StageName::Train, &train);
        progress.plan(StageName::Deploy, &sizes.deploy());
    };
    plan(&sizes, sizes.search());
    let search = inputs.search(&candidates, training_rows);
    let choice = cross_validation::search(&frame, search, progress)?;
    let choice = age::weigh(&frame, rows, choice, search, progress)?;
    let half_life_days = choice.recipe.half_life_days;
    let frame = age::weighted(frame, rows, half_life_days);
    let chosen = Chosen { spec, frame, choice, trial: None };
    let chosen = links::try_links(inputs, (rows, before), chosen, search, progress)?;
    let Chosen { spec, frame, choice, trial: links } = chosen;
    let test = TestSet::new(inputs, training_rows, &spec, progress)?;
    sizes.choose(&choice.recipe);
    plan(&sizes, sizes.test());
    let mut tested = test.run(&frame, choice, progress)?;
    let auc = |t: &EvaluatedFit| t.evaluation.metrics.auc.as_ref().map_or(0.5, |a| a.value);
    let mut tuning = None;
    if auc(&tested) < inputs.thresholds.tune_auc && !training_rows.few() {
        let settings = capacity::tuning_settings();
        let search = inputs.search(&settings, training_rows);
        let searched = settings.len() * search.held_out as usize;
        plan(&sizes, TrainingSizes { searched, ..sizes }.search());
        let mut tuned = cross_validation::search(&frame, search, progress)?;
        tuned.recipe.half_life_days = half_life_days;
        let better = tuned.loss < tested.choice.loss;
        let again = test.run(&frame, tuned, progress)?;
        tuning = Some(Tuning {
            default_auc: auc(&tested),
            tuned_auc: auc(&again),
            settings: again.choice.recipe.settings,
            tried: settings.len(),
            taken: better,
        });
        if better {
            tested = again;
        }
    }
    sizes.choose(&tested.choice.recipe);
    plan(&sizes, sizes.after_test());
    let auc_without_attributes = test.without_attributes(&frame, &spec, &tested.choice, progress)?;
    let EvaluatedFit { evaluation, choice, fitted, margins } = tested;
    let fitted = fitted.map(|(forest, calibration)| FittedModel { spec: spec.clone(), forest, calibration });
    Ok(EvaluationFit {
        evaluation,
        auc_without_attributes,
        tuning,
        links,
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

/// Fits on all matured cutoffs by the recipe of the evaluation fit. Its calibration comes from the evaluation fit's
/// margins at the test cutoffs, which are the newest that no fit has learned from; it is never reported as tested.
pub fn deployed_fit(
    inputs: &TrainingInputs<'_>,
    training_rows: &TrainingRows,
    tested: &EvaluationFit,
    progress: &dyn Progress,
) -> Result<DeployedFit> {
    let rows = &training_rows.matured.rows;
    let links = tested.links.as_ref().is_some_and(|trial| trial.taken);
    let spec = inputs.spec(rows, inputs.plan.as_of, links)?;
    let frame = age::weighted(inputs.frame(&spec, rows, progress)?, rows, tested.choice.recipe.half_life_days);
    let mut forest = blend::fit(&frame, &tested.choice.recipe, inputs.training.seed, progress)?;
    progress.begin_step(Step::new(Work::Describe, rows.len() as u64, spec.width() as f64));
    let weights: Vec<f64> = frame.weights.iter().map(|&w| f64::from(w)).collect();
    forest.set_covers(&frame.values, &weights)?;
    let export = xgboost_json(&forest);
    let calibration = fit_calibration(&tested.margins, &tested.labels, &vec![1.0; tested.margins.len()])?;
    Ok(DeployedFit { fitted: FittedModel { spec, forest, calibration }, export })
}
