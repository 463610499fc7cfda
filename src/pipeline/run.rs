//! A run from its sources to its scores file: the stages in order. The same for a training run, a scoring run and the
//! repetition of a run. Called by [`process::execute`](crate::process::execute) and [`process::verify`](crate::process::verify).

use super::checks::{self, CheckInputs};
use super::comparison::challenge::Champion;
use super::run_options::{RunContext, RunOptions};
use super::run_state::RunState;
use super::scoring::{self, ScoringInputs, ScoringResult};
use super::setup::{self, labels_of};
use super::stages::Recorder;
use super::work_plan::{Listeners, WorkPlan};
use crate::data::load::load;
use crate::data::scores::{self, Version};
use crate::data::snapshot;
use crate::domain::format::count;
use crate::domain::progress::Progress;
use crate::domain::run::stage::StageName;
use crate::domain::run::work::{Step, Work};
use crate::domain::run::{BandCount, Counts, RunKind};
use crate::domain::source::activity::{Business, day_text};
use crate::domain::source::read_report::ReadReport;
use crate::error::{Error, Result};
use crate::features::membership;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::runs::layout;
use crate::runs::model_file::ModelFile;
use crate::runs::report_json::BandReport;
use crate::workspace::Workspace;

impl RunState {
    /// Reads, checks, trains where it is a training run, scores, and keeps what it read.
    ///
    /// # Errors
    /// What stopped or failed the run.
    pub(crate) fn run(
        &mut self,
        workspace: &Workspace,
        context: &RunContext<'_>,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let champion = self.champion(context, recorder)?;
        recorder.begin(StageName::Read)?;
        let plan = WorkPlan::new(workspace, context, recorder);
        let wanted = setup::required_attributes(context.score);
        let links = champion.as_ref().map(|champion| champion.model.links()).unwrap_or_default();
        let (business, read_report) = load(
            &workspace.config,
            &setup::request(context.score, context.options.as_of, (&wanted, &links), self.run.started_at),
            &plan,
        )?;
        self.read(workspace, read_report, &business, recorder)?;
        let previous = self.previous_scores(context, recorder)?;
        recorder.begin(StageName::Check)?;
        let population = Population::new(&business, context.score.profile_type);
        membership::check_attributes(&population, &context.score.population)?;
        plan.begin_step(Step::new(Work::Check, population.len() as u64, 1.0));
        let (model, eligible) = match (context.options.kind, champion) {
            (RunKind::Training, champion) => {
                self.train(workspace, context, &population, champion, (recorder, &plan))?
            }
            (RunKind::Scoring, None) => return Err(setup::no_champion(context.score)),
            (RunKind::Scoring, Some(Champion { id, as_of, model })) => {
                self.run.model_run = Some(id);
                if as_of > population.business.as_of {
                    let text = "The model has learned from days after this as-of date: these scores look better than a forecast can be.";
                    self.warn(recorder, text.into())?;
                }
                let eligible = self.check_for_scoring(workspace, context, &population, &model, recorder)?;
                (model, eligible)
            }
        };
        plan.counted(eligible.len() as u64, business.activity.rows.len() as u64);
        let task = ScoringInputs {
            population: &population,
            model: &model,
            rows: &eligible,
            previous: &previous,
            bands: workspace.config.bands,
            version: context
                .repeats
                .map_or(Ok(Version::Current), |run| scores::version(&run.folder.join(layout::SCORES)))?,
        };
        self.score(context, &task, (recorder, &plan))
    }

    /// Takes what the reading found into the summary, and stops where too many rows were refused.
    fn read(
        &mut self,
        workspace: &Workspace,
        read_report: ReadReport,
        business: &Business,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let (refused, read) = read_report.refused();
        // The reading tells its progress block by block; this is the whole of it.
        recorder.advance(read, Some(read));
        self.run.counts = Counts {
            persons: read_report.persons,
            accounts: read_report.accounts,
            opportunities: read_report.opportunities,
            events: read_report.events,
            refused,
        };
        self.run.cutoffs.as_of = day_text(business.as_of);
        self.run.digests.inputs = setup::digest_of_inputs(&read_report);
        for warning in &read_report.warnings {
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
        self.report.read_report = read_report;
        let most = workspace.config.input.max_refused;
        if refused as f64 > most * read as f64 {
            return Err(Error::new(format!("The run failed: {refused} of {read} rows were refused."))
                .because(format!("at most {:.1} % may be ([input] max_refused)", 100.0 * most))
                .hint("`propensity data check` shows them with file, line and reason"));
        }
        Ok(())
    }

    /// Checks the data for a scoring run; gives the profiles that are eligible at the as-of date.
    fn check_for_scoring(
        &mut self,
        workspace: &Workspace,
        context: &RunContext<'_>,
        population: &Population<'_>,
        model: &ModelFile,
        recorder: &Recorder<'_>,
    ) -> Result<Vec<Row>> {
        let (mut labels, conversions, _) = labels_of(population, context.score);
        labels.set_one_off(model.one_off);
        let config = &workspace.config;
        let kind = context.repeats.map_or(context.options.kind, |run| run.kind);
        let options = RunOptions { kind, ..context.options.clone() };
        self.run.digests.settings = setup::digest_of_settings(config, context.score, &options, model.one_off);
        let eligible = rows::eligible_rows(population, &labels, population.business.as_of);
        self.run.population.converted_before = labels.converted_before(population, population.business.as_of);
        self.run.population.outside_rule = labels.outside_rule(population, population.business.as_of);
        let now = checks::type_shares(population.business, population.business.as_of);
        let thresholds = &workspace.config.thresholds;
        let type_shares = (&model.type_shares, &now);
        let left_out = checks::left_out(context.score);
        let before = CheckInputs {
            population,
            thresholds,
            conversions,
            trains: false,
            eligible: &eligible,
            type_shares,
            left_out,
        };
        self.record_checks(recorder, checks::of_data(&before))?;
        self.drift(population, model, &eligible, thresholds.drift, recorder)?;
        self.realised(workspace, context, population, &labels, recorder)?;
        Ok(eligible)
    }

    fn score(
        &mut self,
        context: &RunContext<'_>,
        task: &ScoringInputs<'_>,
        (recorder, plan): Listeners<'_>,
    ) -> Result<()> {
        recorder.begin(StageName::Score)?;
        let path = context.folder.join(layout::SCORES);
        let ScoringResult { profiles, factors, bands, values, histogram, starting_point, links } =
            scoring::score(task, &path, plan)?;
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
        let business = task.population.business;
        plan.begin_step(Step::new(Work::Keep, business.activity.rows.len() as u64, 1.0));
        snapshot::write(context.folder, business, &links, plan)?;
        self.run.digests.scores = setup::digest_of_file(&path)?;
        Ok(())
    }
}
