//! A run from its sources to its scores file: the stages in order. The same for a training run, a scoring run and the
//! repetition of a run. Called by [`process::execute`](crate::process::execute) and [`process::verify`](crate::process::verify).

use super::challenge::Champion;
use super::checks::{self, Before};
use super::run_options::Setting;
use super::run_state::Course;
use super::scoring::{self, Scored, Task};
use super::setup::{self, outcomes};
use super::stages::Recorder;
use crate::data::load::load;
use crate::data::snapshot;
use crate::domain::format::count;
use crate::domain::progress::Progress;
use crate::domain::run::stage::StageName;
use crate::domain::run::{BandCount, Counts, RunKind};
use crate::domain::source::activity::{Business, day_text};
use crate::domain::source::read_report::ReadReport;
use crate::error::{Error, Result};
use crate::features::attributes;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::runs::layout;
use crate::runs::model_file::ModelFile;
use crate::runs::report_json::BandReport;
use crate::workspace::Workspace;

impl Course {
    /// Reads, checks, trains where it is a training run, scores, and keeps what it read.
    ///
    /// # Errors
    /// What stopped or failed the run.
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
        let path = setting.folder.join(layout::SCORES);
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
}
