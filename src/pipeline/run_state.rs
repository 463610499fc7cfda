//! The course of a run: read, check, features, train and test, deploy, score, and the summary and report that fill up on
//! the way. [`pipeline`](crate::process::execute) starts it; the same course makes a training run, a scoring run and the
//! repetition of a run by [`verify`](crate::process::verify).

use super::challenge::Champion;
use super::checks::{self, Before};
use super::scoring::{self, Scored, Task};
use super::setup::{self, outcomes};
use super::stages::{Recorder, StageName};
use crate::data::load::load;
use crate::data::snapshot;
use crate::domain::format::count;
use crate::domain::progress::Progress;
use crate::domain::run::quality::{Check, Outcome};
use crate::domain::run::{BandCount, Counts, Run, RunKind, Status};
use crate::domain::source::activity::{Business, day_text};
use crate::domain::source::read_report::ReadReport;
use crate::error::{Error, Kind, Result};
use crate::features::attributes;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::process::execute::Setting;
use crate::runs::folder;
use crate::runs::model_file::ModelFile;
use crate::runs::report_json::{self, BandReport, Report};
use crate::store::journal::Event;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::path::Path;

/// A run as it goes: the summary and the report that fill up.
pub(crate) struct Course {
    pub run: Run,
    pub report: Report,
    /// Whether the goal is one-off, as a training decided.
    pub one_off: Option<bool>,
}

impl Course {
    pub(crate) fn new(id: &str, setting: &Setting<'_>, began: Timestamp) -> Course {
        let (score, options) = (setting.score, setting.options);
        let run = Run {
            as_of: options.as_of.to_string(),
            previous: setting.previous.as_ref().map(|p| p.0.clone()),
            ..folder::blank(id, (&score.id, &score.name), options.kind, began)
        };
        let report = Report {
            version: report_json::VERSION,
            goal: score.goal.to_string(),
            exclusions: score.exclusions.iter().map(ToString::to_string).collect(),
            timeframe_days: score.timeframe_days,
            ..Report::default()
        };
        Course { run, report, one_off: None }
    }

    pub(crate) fn run(&mut self, workspace: &Workspace, setting: &Setting<'_>, recorder: &Recorder<'_>) -> Result<()> {
        let champion = self.champion(setting, recorder)?;
        recorder.begin(StageName::Read)?;
        let wanted = attributes::wanted(&setting.score.with);
        let (business, intake) = load(
            &workspace.config,
            &setup::request(setting.score, setting.options.as_of, &wanted, self.run.started_at),
            recorder,
        )?;
        self.read(workspace, intake, &business, recorder)?;
        let previous = self.previous_scores(setting, recorder)?;
        recorder.begin(StageName::Check)?;
        let scope = Population::new(&business, setting.score.profile_type);
        let (model, eligible) = match (setting.options.kind, champion) {
            (RunKind::Training, champion) => self.train(workspace, setting, &scope, champion, recorder)?,
            (RunKind::Scoring, None) => return Err(setup::no_champion(setting.score)),
            (RunKind::Scoring, Some(Champion { id, as_of, model })) => {
                self.run.model_run = Some(id);
                if as_of > scope.business.as_of {
                    let text = "The model has learned from days after this as-of date: these scores know what came.";
                    self.warn(recorder, text.into())?;
                }
                let eligible = self.check_for_scoring(workspace, setting, &scope, &model, recorder)?;
                (model, eligible)
            }
        };
        let task =
            Task { scope: &scope, model: &model, rows: &eligible, previous: &previous, bands: workspace.config.bands };
        self.score(setting, &task, recorder)
    }

    /// Takes what the reading found into the summary, and stops where too many rows were refused.
    fn read(
        &mut self,
        workspace: &Workspace,
        intake: ReadReport,
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
            let text = format!(
                "{} of {} rows were refused ({share:.2} %); `propensity data check` says why.",
                count(refused),
                count(read)
            );
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

    pub(super) fn warn(&mut self, recorder: &Recorder<'_>, text: String) -> Result<()> {
        recorder.warn(&text)?;
        self.run.warnings.push(text);
        Ok(())
    }

    /// Keeps the checks, warns of those that warn, and stops at the first that stops.
    pub(super) fn judge(&mut self, recorder: &Recorder<'_>, checks: Vec<Check>) -> Result<()> {
        for check in checks.iter().filter(|c| c.outcome == Outcome::Warning) {
            self.warn(recorder, check.message.clone())?;
        }
        let stopped = checks::stop(&checks);
        self.run.checks.extend(checks);
        stopped
    }

    /// Checks the data for a scoring run; gives the profiles that are eligible at the as-of date.
    fn check_for_scoring(
        &mut self,
        workspace: &Workspace,
        setting: &Setting<'_>,
        scope: &Population<'_>,
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
        let before = Before { scope, thresholds, conversions, trains: false, eligible: &eligible, type_shares };
        self.judge(recorder, checks::of_data(&before))?;
        self.drift(scope, model, &eligible, thresholds.drift, recorder)?;
        self.realised(workspace, setting, scope, &outcomes, recorder)?;
        Ok(eligible)
    }

    fn score(&mut self, setting: &Setting<'_>, task: &Task<'_>, recorder: &Recorder<'_>) -> Result<()> {
        recorder.begin(StageName::Score)?;
        let path = setting.folder.join(folder::SCORES);
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
    pub(crate) fn end(&mut self, folder: &Path, recorder: &Recorder<'_>, result: &Result<()>) -> Result<()> {
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
        folder::write_json(&folder.join(folder::REPORT), &self.report)
    }
}

/// The final line of a run that failed: the error as it was.
pub(crate) fn failed(error: &Error, code: Option<u16>) -> Event {
    let Error { what, causes, hint, .. } = error.clone();
    Event::Failed { code, message: what, causes, hint, exit: error.exit_code() }
}

fn success(run: &Run) -> String {
    let by =
        if run.model_run.as_ref() != Some(&run.id) && run.kind == RunKind::Training { " by the champion" } else { "" };
    let what = format!("{} profiles scored{by}", count(run.population.scored));
    match (run.metrics.as_ref().and_then(|m| m.auc.as_ref()), run.verdict) {
        (Some(auc), Some(verdict)) if by.is_empty() => format!("{what}, test AUC {:.3}, {verdict}.", auc.value),
        (Some(auc), Some(verdict)) => format!("{what}; the new model's test AUC is {:.3}, {verdict}.", auc.value),
        _ => format!("{what}."),
    }
}
