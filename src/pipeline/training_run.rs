//! What a training run does beside scoring: check, fit and test, compare with the champion, deploy.

use super::checks::{self, CheckInputs};
use super::comparison::challenge::{self, ChallengeInputs, Champion};
use super::comparison::drift;
use super::run_options::RunContext;
use super::run_state::RunState;
use super::setup::{self, labels_of, write};
use super::stages::Recorder;
use super::train::{self, EvaluationFit, TrainingInputs, TrainingRows};
use super::value_effects;
use super::work_plan::{Listeners, WorkPlan};
use crate::config::Thresholds;
use crate::domain::format::proportion;
use crate::domain::metrics::{Estimate, Verdict};
use crate::domain::progress::Uncounted;
use crate::domain::run::Challenge;
use crate::domain::run::quality::Outcome;
use crate::domain::run::stage::StageName;
use crate::domain::score::Score;
use crate::domain::source::activity::{Business, Day, day_text};
use crate::error::{Context, Result};
use crate::features::cutoffs::{CutoffCount, CutoffPlan};
use crate::features::labels::ConversionCounts;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::runs::layout;
use crate::runs::model_file::Baseline;
use crate::runs::model_file::{self, ModelFile};
use crate::runs::report_json::{BaseRate, LinkTrial, ModelReport};
use crate::store::journal::Event;
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

impl RunState {
    /// Fits, tests and deploys; gives the model and the profiles that are eligible at the as-of date.
    pub(crate) fn train(
        &mut self,
        workspace: &Workspace,
        context: &RunContext<'_>,
        population: &Population<'_>,
        champion: Option<Champion>,
        (recorder, work): Listeners<'_>,
    ) -> Result<(ModelFile, Vec<Row>)> {
        let (score, config) = (context.score, &workspace.config);
        let business = population.business;
        let (labels, conversions, one_off) = labels_of(population, score);
        self.one_off = Some(one_off);
        self.run.digests.settings = setup::digest_of_settings(config, score, context.options, one_off);
        let plan = setup::plan(config, score, population, (&labels, conversions))?;
        let mut tests = plan.tests.iter().copied().map(day_text);
        self.run.cutoffs.test = tests.next();
        self.run.cutoffs.further_tests = tests.collect();
        self.run.cutoffs.out_of_season = plan.out_of_season.iter().copied().map(day_text).collect();
        self.run.cutoffs.training = plan.training.iter().map(|&d| day_text(d)).collect();
        self.run.out_of_time = plan.out_of_time();
        let eligible = rows::eligible_rows(population, &labels, business.as_of);
        self.run.population.converted_before = labels.converted_before(population, business.as_of);
        self.run.population.outside_rule = labels.outside_rule(population, business.as_of);
        let then = checks::type_shares(business, plan.newest_test().unwrap_or(business.as_of));
        let now = checks::type_shares(business, business.as_of);
        let thresholds = &config.thresholds;
        let before = CheckInputs {
            population,
            thresholds,
            conversions,
            trains: true,
            eligible: &eligible,
            type_shares: (&then, &now),
            left_out: checks::left_out(score),
        };
        let of_data = checks::of_data(&before);
        let (with, without) = (&score.with, &score.without);
        let training = &config.training;
        let inputs = TrainingInputs { population, labels: &labels, plan: &plan, with, without, training, thresholds };
        let training_rows = train::sample_rows(&inputs);
        self.record_population(&training_rows);
        self.warn_of_history(score, business, &plan, &training_rows, recorder)?;
        self.record_checks(
            recorder,
            [of_data, checks::of_labels(thresholds, &training_rows.train, training_rows.tested())].concat(),
        )?;
        work.counted(eligible.len() as u64, business.activity.rows.len() as u64);
        work.rows_drawn(&inputs.sizes(&training_rows, work.width(), true));
        self.realised(workspace, context, population, &labels, recorder)?;
        recorder.begin(StageName::Train)?;
        let tested = train::evaluation_fit(&inputs, &training_rows, work)?;
        self.record_evaluation(&training_rows, conversions, &tested, recorder)?;
        let tuned = tested.tuning.as_ref();
        let auc = tested.evaluation.metrics.auc.as_ref();
        self.record_checks(recorder, checks::of_auc(thresholds, auc, tuned.map(|t| (t.default_auc, t.tuned_auc))))?;
        let challenge = match &champion {
            Some(champion) => {
                let inputs = ChallengeInputs { population, rows: &training_rows.test, tested: &tested };
                Some(challenge::compare(&inputs, champion, work)?)
            }
            None => None,
        };
        recorder.begin(StageName::Deploy)?;
        let (loss, links) = (tested.choice.loss, tested.links.clone());
        let own = self.deploy(&inputs, &training_rows, tested, context.folder, work)?;
        let baseline = drift::baseline(population, &own.deployed, own.base_log_odds, &eligible, &Uncounted(work))?;
        let own = ModelFile { one_off, type_shares: now, baseline, ..own };
        self.write_model(&own, (loss, links), context.folder)?;
        let today = own.type_shares.clone();
        let model = self.choose_model(own, champion, challenge, business.as_of);
        if self.run.model_run.as_ref() != Some(&self.run.id) {
            let left_out = checks::left_out(score);
            self.warn_of_activity_types(thresholds, (&model.type_shares, &today), &left_out, recorder)?;
            self.drift(population, &model, &eligible, thresholds.drift, recorder)?;
        }
        Ok((model, eligible))
    }

    /// Fits the model that is to give scores, and writes it for XGBoost; the caller adds what it knows of the data.
    fn deploy(
        &mut self,
        inputs: &TrainingInputs<'_>,
        training_rows: &TrainingRows,
        tested: EvaluationFit,
        folder: &Path,
        work: &WorkPlan<'_>,
    ) -> Result<ModelFile> {
        let deployed = train::deployed_fit(inputs, training_rows, &tested, work)?;
        match &deployed.export {
            Ok(json) => write(&folder.join(layout::EXPORT), json)?,
            Err(why) => self.run.no_xgboost = Some(why.clone()),
        }
        let (all, hits) = training_rows.tested();
        let (all, hits) = (all as f64, hits as f64);
        let values =
            value_effects::tested_values(inputs.population, &deployed.fitted, &training_rows.test, &Uncounted(work))?;
        Ok(ModelFile {
            version: model_file::VERSION,
            method: model_file::METHOD,
            recipe: tested.choice.recipe,
            base_rate: hits / all,
            base_log_odds: (hits / (all - hits)).ln(),
            one_off: false,
            type_shares: BTreeMap::new(),
            deployed: deployed.fitted,
            evaluation: tested.fitted,
            values,
            baseline: Baseline::default(),
        })
    }

    /// Writes the model, and into the report what kind of model it is.
    fn write_model(&mut self, model: &ModelFile, (loss, links): (f64, Option<LinkTrial>), folder: &Path) -> Result<()> {
        let calibration = &model.deployed.calibration;
        self.report.model = Some(ModelReport {
            recipe: model.recipe,
            out_of_fold_loss: loss,
            features: model.deployed.spec.width(),
            calibration: (calibration.alpha, calibration.beta),
            base_rate: model.base_rate,
            links,
        });
        let text = serde_json::to_vec(model).context(|| "The model could not be written.".into())?;
        self.run.digests.model = blake3::hash(&text).to_hex().to_string();
        write(&folder.join(layout::MODEL), &text)
    }

    /// A champion that stays is warned of where the activity types are not those of its training (407): the run's own check
    /// was on the data of the new model.
    fn warn_of_activity_types(
        &mut self,
        thresholds: &Thresholds,
        shares: (&BTreeMap<String, f64>, &BTreeMap<String, f64>),
        left_out: &BTreeSet<&str>,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let check = checks::of_types(thresholds, shares, left_out);
        if check.outcome == Outcome::Stopped { self.warn(recorder, check.message) } else { Ok(()) }
    }

    /// The model that gives this run's scores: its own, or that of a champion that stays.
    pub(crate) fn choose_model(
        &mut self,
        own: ModelFile,
        champion: Option<Champion>,
        challenge: Option<Challenge>,
        as_of: Day,
    ) -> ModelFile {
        let stays = challenge.as_ref().is_some_and(|c| c.champion_kept);
        self.run.challenge = challenge;
        // A run about the past is scored by its own model: the champion knows what came.
        match champion.filter(|champion| stays && champion.as_of <= as_of) {
            Some(champion) => {
                self.run.model_run = Some(champion.id);
                champion.model
            }
            None => {
                self.run.model_run = Some(self.run.id.clone());
                own
            }
        }
    }

    pub(crate) fn record_population(&mut self, training_rows: &TrainingRows) {
        let p = &mut self.run.population;
        p.train = training_rows.train.eligible;
        p.train_conversions = training_rows.train.conversions;
        p.train_sampled = training_rows.train.rows.len() as u64;
        (p.test, p.test_conversions) = training_rows.tested();
        let rate = |&(cutoff, CutoffCount { eligible, conversions }): &(Day, CutoffCount)| BaseRate {
            cutoff: day_text(cutoff),
            eligible,
            conversions,
            rate: if eligible == 0 { 0.0 } else { conversions as f64 / eligible as f64 },
        };
        self.report.base_rates = training_rows.matured.by_cutoff.iter().map(rate).collect();
    }

    /// What a reader of the result should know of the history that it was learned from.
    pub(crate) fn warn_of_history(
        &mut self,
        score: &Score,
        business: &Business,
        plan: &CutoffPlan,
        training_rows: &TrainingRows,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let days = business.as_of - business.first_day;
        let wanted = 183 + score.timeframe_days as Day;
        if days < wanted {
            let text = format!(
                "The data cover {days} days; at least six months and the timeframe ({wanted} days) are advised."
            );
            self.warn(recorder, text)?;
        }
        if plan.tests.is_empty() {
            let text = format!(
                "No cutoff has matured: the data cover {days} days, and it takes 30 days of history, then {} days in which conversions were observed (since the first goal event, or labels_from).",
                score.timeframe_days
            );
            self.warn(recorder, text)?;
        } else if !plan.out_of_time() {
            let text = "The history is too short for a test after the training: the metrics are by groups of profiles, not out of time.";
            self.warn(recorder, text.into())?;
        }
        if let Some(&rest) = plan.out_of_season.first()
            && let Some(test) = plan.newest_test()
        {
            let text = format!(
                "The business rests: nobody converted after {} newer cutoffs, the last of them {}, where at the usual rate some would. The test is at {}, and probabilities are those of the season.",
                plan.out_of_season.len(),
                day_text(rest),
                day_text(test)
            );
            self.warn(recorder, text)?;
        }
        if training_rows.few() {
            let found = training_rows.matured.conversions;
            let more = 3 * found;
            let text = format!(
                "Only {found} conversions to learn from: the model is kept simple. About {more} more would halve the interval of the AUC."
            );
            self.warn(recorder, text)?;
        }
        Ok(())
    }

    pub(crate) fn record_evaluation(
        &mut self,
        training_rows: &TrainingRows,
        conversions: ConversionCounts,
        tested: &EvaluationFit,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let evaluation = &tested.evaluation;
        let (auc, gain) = evaluation.deciding_auc();
        let verdict = Verdict::from_evaluation(
            auc,
            gain,
            conversions.conversions.min(training_rows.matured.conversions),
            self.run.out_of_time,
        );
        self.run.verdict = Some(verdict);
        self.run.metrics = Some(evaluation.metrics.clone());
        self.run.auc_without_attributes = tested.auc_without_attributes;
        self.report.evaluation = Some(evaluation.clone());
        self.report.tuning = tested.tuning.clone();
        self.report.leaks = tested.leaks.clone();
        if let Some(auc) = &evaluation.metrics.auc {
            let Estimate { value, low, high } = *auc;
            recorder.write(Event::Metric { name: "auc".into(), value: Some(value), low, high })?;
        }
        for leak in &tested.leaks {
            let text = format!(
                "Leak radar: '{}' ({}): {}. Leave it out with --without.",
                leak.label, leak.code, leak.evidence
            );
            self.warn(recorder, text)?;
        }
        if let Some(t) = &tested.tuning {
            let text = format!(
                "INFO 103. The test AUC was {}; of {} other settings, the best by out-of-fold loss has {}, {}.",
                proportion(t.default_auc),
                t.tried,
                proportion(t.tuned_auc),
                if t.taken { "and is taken" } else { "but its loss is higher, so the first one stays" }
            );
            self.warn(recorder, text)?;
        }
        Ok(())
    }
}
