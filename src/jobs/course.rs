//! The course of a run: read, check, features, train and test, deploy, score, and the summary and report that fill up on
//! the way. [`pipeline`](super::pipeline) starts it; the same course makes a training run, a scoring run and the
//! repetition of a run by [`verify`](super::verify).

use super::checks::{self, Before};
use super::learn::{self, Drawn, Ground, Tested};
use super::model_file::{self, ModelFile};
use super::pipeline::Setting;
use super::recorder::{Recorder, StageName};
use super::report::{self, BandReport, BaseRate, ModelReport, Report};
use super::run_folder;
use super::scoring::{self, Scored, Task};
use super::setup::{self, outcomes, write};
use super::values;
use super::workspace::Workspace;
use crate::data::load::load;
use crate::data::{scores, snapshot};
use crate::domain::activity::{Business, Day, day_text};
use crate::domain::intake::Intake;
use crate::domain::metrics::{Estimate, Verdict};
use crate::domain::progress::Progress;
use crate::domain::quality::{Check, Outcome};
use crate::domain::run::{BandCount, Counts, Run, RunKind, Status};
use crate::domain::score::Score;
use crate::error::{Context, Error, Kind, Result};
use crate::features::attributes;
use crate::features::cutoffs::Plan;
use crate::features::outcomes::Conversions;
use crate::features::rows::{self, Row};
use crate::features::scope::Scope;
use crate::store::journal::Event;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::Path;

/// A run as it goes: the summary and the report that fill up.
pub(super) struct Course {
    pub run: Run,
    pub report: Report,
    /// Whether the goal is one-off, as a training decided.
    pub one_off: Option<bool>,
}

impl Course {
    pub(super) fn new(id: &str, setting: &Setting<'_>, began: Timestamp) -> Course {
        let (score, options) = (setting.score, setting.options);
        let run = Run {
            as_of: options.as_of.to_string(),
            previous: setting.previous.as_ref().map(|p| p.0.clone()),
            ..run_folder::blank(id, (&score.id, &score.name), options.kind, began)
        };
        let report = Report {
            version: report::VERSION,
            goal: score.goal.to_string(),
            exclusions: score.exclusions.iter().map(ToString::to_string).collect(),
            timeframe_days: score.timeframe_days,
            ..Report::default()
        };
        Course { run, report, one_off: None }
    }

    pub(super) fn run(&mut self, workspace: &Workspace, setting: &Setting<'_>, recorder: &Recorder<'_>) -> Result<()> {
        let champion = match (setting.options.kind, &setting.champion) {
            (RunKind::Training, _) => None,
            (RunKind::Scoring, Some((id, folder))) => {
                Some((id.clone(), ModelFile::read(&folder.join(run_folder::MODEL))?))
            }
            (RunKind::Scoring, None) => return Err(setup::no_champion(setting.score)),
        };
        let previous = self.previous_scores(setting, recorder)?;
        recorder.begin(StageName::Read)?;
        let wanted = attributes::wanted(&setting.score.with);
        let (business, intake) = load(
            &workspace.config,
            &setup::request(setting.score, setting.options.as_of, &wanted, self.run.started_at),
            recorder,
        )?;
        self.read(workspace, intake, &business, recorder)?;
        recorder.begin(StageName::Check)?;
        let scope = Scope::new(&business, setting.score.profile_type);
        let (model, eligible) = match champion {
            Some((id, model)) => {
                self.run.model_run = Some(id);
                let eligible = self.check_for_scoring(workspace, setting, &scope, &model, recorder)?;
                (model, eligible)
            }
            None => {
                self.run.model_run = Some(self.run.id.clone());
                self.train(workspace, setting, &scope, recorder)?
            }
        };
        let task =
            Task { scope: &scope, model: &model, rows: &eligible, previous: &previous, bands: workspace.config.bands };
        self.score(setting, &task, recorder)
    }

    /// The scores of the run before; lost ones cost the change since then, not the run.
    fn previous_scores(&mut self, setting: &Setting<'_>, recorder: &Recorder<'_>) -> Result<HashMap<String, f64>> {
        let Some((id, folder)) = &setting.previous else { return Ok(HashMap::new()) };
        match scores::by_id(&folder.join(run_folder::SCORES)) {
            Ok(scores) => Ok(scores),
            Err(error) => {
                self.run.previous = None;
                self.warn(
                    recorder,
                    format!("The scores of the run {id} cannot be read, so no change is shown: {error}"),
                )?;
                Ok(HashMap::new())
            }
        }
    }

    /// Takes what the reading found into the summary, and stops where too many rows were refused.
    fn read(
        &mut self,
        workspace: &Workspace,
        intake: Intake,
        business: &Business,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let (refused, read) = intake.refused();
        // The reading tells its progress block by block; this is the whole of it.
        recorder.advance(read, Some(read));
        self.run.counts = Counts {
            persons: intake.persons,
            accounts: intake.accounts,
            opportunities: intake.opportunities,
            events: intake.events,
            refused,
        };
        self.run.cutoffs.as_of = day_text(business.as_of);
        self.run.digests.inputs = setup::digest_of_inputs(&intake);
        for warning in &intake.warnings {
            self.warn(recorder, warning.clone())?;
        }
        if refused > 0 {
            let share = 100.0 * refused as f64 / read as f64;
            let text =
                format!("{refused} of {read} rows were refused ({share:.2} %); `propensity data check` says why.");
            self.warn(recorder, text)?;
        }
        self.report.intake = intake;
        let most = workspace.config.input.max_refused;
        if refused as f64 > most * read as f64 {
            return Err(Error::new(format!("The run failed: {refused} of {read} rows were refused."))
                .because(format!("at most {:.1} % may be ([input] max_refused)", 100.0 * most))
                .hint("`propensity data check` shows them with file, line and reason"));
        }
        Ok(())
    }

    fn warn(&mut self, recorder: &Recorder<'_>, text: String) -> Result<()> {
        recorder.warn(&text)?;
        self.run.warnings.push(text);
        Ok(())
    }

    /// Keeps the checks, warns of those that warn, and stops at the first that stops.
    fn judge(&mut self, recorder: &Recorder<'_>, checks: Vec<Check>) -> Result<()> {
        for check in checks.iter().filter(|c| c.outcome == Outcome::Warning) {
            self.warn(recorder, check.message.clone())?;
        }
        let stopped = checks::stop(&checks);
        self.run.checks.extend(checks);
        stopped
    }

    /// Fits, tests and deploys; gives the model and the profiles that are eligible at the as-of date.
    fn train(
        &mut self,
        workspace: &Workspace,
        setting: &Setting<'_>,
        scope: &Scope<'_>,
        recorder: &Recorder<'_>,
    ) -> Result<(ModelFile, Vec<Row>)> {
        let (score, config) = (setting.score, &workspace.config);
        let business = scope.business;
        let (outcomes, conversions, one_off) = outcomes(scope, score);
        self.one_off = Some(one_off);
        self.run.digests.settings = setup::digest_of_settings(config, score, setting.options, one_off);
        let plan = setup::plan(config, score, business, conversions)?;
        self.run.cutoffs.test = plan.test.map(day_text);
        self.run.cutoffs.training = plan.training.iter().map(|&d| day_text(d)).collect();
        self.run.out_of_time = plan.out_of_time();
        let eligible = rows::at(scope, &outcomes, business.as_of);
        let then = checks::type_shares(business, plan.test.unwrap_or(business.as_of));
        let now = checks::type_shares(business, business.as_of);
        let thresholds = &config.thresholds;
        let before = Before { scope, thresholds, conversions, eligible: &eligible, type_shares: (&then, &now) };
        let of_data = checks::of_data(&before);
        let (with, without) = (&score.with, &score.without);
        let training = &config.training;
        let ground = Ground { scope, outcomes: &outcomes, plan: &plan, with, without, training, thresholds };
        let drawn = learn::draw(&ground);
        self.population(&drawn);
        self.remarks(score, business, &plan, &drawn, recorder)?;
        self.judge(recorder, [of_data, checks::of_labels(thresholds, &drawn.train, &drawn.test)].concat())?;
        recorder.begin(StageName::Train)?;
        let tested = learn::test(&ground, &drawn, recorder)?;
        self.test_came_to(&drawn, conversions, &tested, recorder)?;
        let tuned = tested.tuning.as_ref();
        let auc = tested.evaluation.metrics.auc.as_ref();
        self.judge(recorder, checks::of_auc(thresholds, auc, tuned.map(|t| (t.default_auc, t.tuned_auc))))?;
        recorder.begin(StageName::Deploy)?;
        let deployed = learn::deploy(&ground, &drawn, &tested, recorder)?;
        match &deployed.export {
            Ok(json) => write(&setting.folder.join(run_folder::EXPORT), json)?,
            Err(why) => self.run.no_xgboost = Some(why.clone()),
        }
        let (hits, all) = (drawn.test.iter().filter(|r| r.label).count() as f64, drawn.test.len() as f64);
        let values = values::tested(scope, &deployed.fitted, &drawn.test, recorder)?;
        let model = ModelFile {
            version: model_file::VERSION,
            settings: tested.choice.settings,
            rounds: tested.choice.rounds,
            base_rate: hits / all,
            base_log_odds: (hits / (all - hits)).ln(),
            one_off,
            type_shares: now,
            deployed: deployed.fitted,
            evaluation: tested.fitted,
            values,
        };
        let calibration = &model.deployed.calibration;
        self.report.model = Some(ModelReport {
            settings: model.settings,
            rounds: model.rounds,
            out_of_fold_loss: tested.choice.loss,
            features: model.deployed.spec.width(),
            calibration: (calibration.alpha, calibration.beta),
            base_rate: model.base_rate,
        });
        let text = serde_json::to_vec(&model).context(|| "The model could not be written.".into())?;
        self.run.digests.model = blake3::hash(&text).to_hex().to_string();
        write(&setting.folder.join(run_folder::MODEL), &text)?;
        Ok((model, eligible))
    }

    fn population(&mut self, drawn: &Drawn) {
        let p = &mut self.run.population;
        p.train = drawn.train.eligible;
        p.train_conversions = drawn.train.converters;
        p.train_sampled = drawn.train.rows.len() as u64;
        p.test = drawn.test.len() as u64;
        p.test_conversions = drawn.test.iter().filter(|r| r.label).count() as u64;
        let rate = |&(cutoff, eligible, conversions): &(Day, u64, u64)| BaseRate {
            cutoff: day_text(cutoff),
            eligible,
            conversions,
            rate: if eligible == 0 { 0.0 } else { conversions as f64 / eligible as f64 },
        };
        self.report.base_rates = drawn.matured.by_cutoff.iter().map(rate).collect();
    }

    /// What a reader of the result should know of the history that it was learned from.
    fn remarks(
        &mut self,
        score: &Score,
        business: &Business,
        plan: &Plan,
        drawn: &Drawn,
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
        if plan.test.is_none() {
            let text = format!(
                "No cutoff has matured: the data cover {days} days, and it takes 30 days of history, then {} days in which conversions were observed (since the first goal event, or labels_from).",
                score.timeframe_days
            );
            self.warn(recorder, text)?;
        } else if !plan.out_of_time() {
            let text = "The history is too short for a test after the training: the metrics are by groups of profiles, not out of time.";
            self.warn(recorder, text.into())?;
        }
        if drawn.small {
            let text = format!(
                "Only {} profiles converted: the model is kept very simple. About {} more would halve the interval of the AUC.",
                drawn.matured.converters,
                3 * drawn.matured.converters
            );
            self.warn(recorder, text)?;
        }
        Ok(())
    }

    fn test_came_to(
        &mut self,
        drawn: &Drawn,
        conversions: Conversions,
        tested: &Tested,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let evaluation = &tested.evaluation;
        let verdict = Verdict::judge(
            evaluation.metrics.auc.as_ref(),
            evaluation.gain_on_recency.as_ref(),
            conversions.converters.min(drawn.matured.converters),
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
                "INFO 103. The test AUC was {:.3}; of {} other settings, the best by out-of-fold loss has {:.3}, {}.",
                t.default_auc,
                t.tried,
                t.tuned_auc,
                if t.taken { "and is taken" } else { "but its loss is higher, so the first one stays" }
            );
            self.warn(recorder, text)?;
        }
        Ok(())
    }

    /// Checks the data for a scoring run; gives the profiles that are eligible at the as-of date.
    fn check_for_scoring(
        &mut self,
        workspace: &Workspace,
        setting: &Setting<'_>,
        scope: &Scope<'_>,
        model: &ModelFile,
        recorder: &Recorder<'_>,
    ) -> Result<Vec<Row>> {
        let (mut outcomes, conversions, _) = outcomes(scope, setting.score);
        outcomes.set_one_off(model.one_off);
        let (config, options) = (&workspace.config, setting.options);
        self.run.digests.settings = setup::digest_of_settings(config, setting.score, options, model.one_off);
        let eligible = rows::at(scope, &outcomes, scope.business.as_of);
        let now = checks::type_shares(scope.business, scope.business.as_of);
        let thresholds = &workspace.config.thresholds;
        let type_shares = (&model.type_shares, &now);
        let before = Before { scope, thresholds, conversions, eligible: &eligible, type_shares };
        self.judge(recorder, checks::of_data(&before))?;
        Ok(eligible)
    }

    fn score(&mut self, setting: &Setting<'_>, task: &Task<'_>, recorder: &Recorder<'_>) -> Result<()> {
        recorder.begin(StageName::Score)?;
        let path = setting.folder.join(run_folder::SCORES);
        let Scored { profiles, factors, bands, values, histogram, starting_point } =
            scoring::score(task, &path, recorder)?;
        self.run.population.scored = profiles;
        self.run.factors = factors.iter().take(20).cloned().collect();
        let counted = |b: &BandReport| BandCount { band: b.band, profiles: b.profiles };
        self.run.bands = bands.iter().map(counted).collect();
        self.run.histogram.clone_from(&histogram);
        self.report.factors = factors;
        self.report.bands = bands;
        self.report.band_limits = Some(task.bands);
        self.report.tested_at.clone_from(&task.model.values.cutoff);
        self.report.values = values;
        self.report.score_histogram = histogram;
        self.report.starting_point = Some(starting_point);
        recorder.begin(StageName::Publish)?;
        snapshot::write(setting.folder, task.scope.business, recorder)?;
        self.run.digests.scores = setup::digest_of_file(&path)?;
        Ok(())
    }

    /// Writes the end of the journal, the report and the final state of the summary.
    pub(super) fn end(&mut self, folder: &Path, recorder: &Recorder<'_>, result: &Result<()>) -> Result<()> {
        let run = &mut self.run;
        run.stages = recorder.stages();
        run.finished_at = Timestamp::now();
        let event = match result {
            Ok(()) => {
                run.status = Status::Successful;
                run.message = success(run);
                Event::Finished { code: None, message: run.message.clone() }
            }
            Err(error) => {
                run.message = error.what.clone();
                run.status = if error.kind == Kind::Cancelled { Status::Cancelled } else { Status::Failed };
                run.code = match error.kind {
                    Kind::Stopped(code) if code > 0 => Some(code),
                    _ => None,
                };
                match run.status {
                    Status::Cancelled => Event::Cancelled { message: run.message.clone() },
                    _ => failed(error, run.code),
                }
            }
        };
        recorder.write(event)?;
        run_folder::write_json(&folder.join(run_folder::REPORT), &self.report)
    }
}

/// The final line of a run that failed: the error as it was.
pub(super) fn failed(error: &Error, code: Option<u16>) -> Event {
    let Error { what, causes, hint, .. } = error.clone();
    Event::Failed { code, message: what, causes, hint, exit: error.exit_code() }
}

fn success(run: &Run) -> String {
    let what = format!("{} profiles scored", run.population.scored);
    match (run.metrics.as_ref().and_then(|m| m.auc.as_ref()), run.verdict) {
        (Some(auc), Some(verdict)) => format!("{what}, test AUC {:.3}, {verdict}.", auc.value),
        _ => format!("{what}."),
    }
}
