//! What a run takes from the runs before it, and finds out about them: the champion, the scores shown as the previous
//! ones, what moved since the training, and what past predictions came to.

use super::comparison::challenge::Champion;
use super::comparison::drift::{self, ReferenceDistribution};
use super::comparison::realised::{self, RealisedEvaluator};
use super::run_options::RunContext;
use super::run_state::RunState;
use super::setup;
use super::stages::Recorder;
use crate::data::scores;
use crate::domain::feature_labels;
use crate::domain::realised::Realised;
use crate::domain::run::RunKind;
use crate::domain::run::line::RunLine;
use crate::domain::source::activity::Day;
use crate::domain::text;
use crate::error::{Error, Result};
use crate::features::labels::Labels;
use crate::features::population::Population;
use crate::features::rows::Row;
use crate::runs::find;
use crate::runs::index;
use crate::runs::layout;
use crate::runs::model_file::ModelFile;
use crate::runs::report_json::Report;
use crate::runs::summary_json;
use crate::workspace::Workspace;
use std::collections::HashMap;
use std::sync::Arc;

impl RunState {
    /// The model in use. A scoring run cannot do without it; a training run takes the place of one that is broken.
    pub(crate) fn champion(&mut self, context: &RunContext<'_>, recorder: &Recorder<'_>) -> Result<Option<Champion>> {
        let Some((id, folder)) = &context.champion else {
            return if context.options.kind == RunKind::Scoring {
                Err(setup::no_champion(context.score))
            } else {
                Ok(None)
            };
        };
        match (Champion::read(id, folder), context.options.kind) {
            (Ok(champion), _) => Ok(Some(champion)),
            (Err(error), RunKind::Scoring) => {
                let name = text::shell_quoted(&context.score.name);
                Err(error.hint(format!(
                    "`propensity doctor` tells whether an earlier model can be used; `propensity run start {name}` trains a new one"
                )))
            }
            (Err(error), RunKind::Training) => {
                self.warn(
                    recorder,
                    format!("The model in use cannot be read, so the new one is not compared: {}", one_line(&error)),
                )?;
                Ok(None)
            }
        }
    }

    /// The scores of the run before; lost ones cost the change since then, not the run.
    pub(crate) fn previous_scores(
        &mut self,
        context: &RunContext<'_>,
        recorder: &Recorder<'_>,
    ) -> Result<HashMap<String, f64>> {
        let Some((id, folder)) = &context.previous else { return Ok(HashMap::new()) };
        let before = summary_json::read(folder).map(|run| run.cutoffs.as_of).unwrap_or_default();
        if before > self.run.cutoffs.as_of {
            // Changes run forward in time.
            self.run.previous = None;
            let text = format!("The scores shown stay those of the run {id}, as of {before}: this run looks back.");
            self.warn(recorder, text)?;
            return Ok(HashMap::new());
        }
        match scores::by_id(&folder.join(layout::SCORES)) {
            Ok(scores) => Ok(scores),
            Err(error) => {
                self.run.previous = None;
                self.warn(
                    recorder,
                    format!("The scores of the run {id} cannot be read, so no change is shown: {}", one_line(&error)),
                )?;
                Ok(HashMap::new())
            }
        }
    }

    /// Names what moved since the training of the model that is applied.
    pub(crate) fn drift(
        &mut self,
        population: &Population<'_>,
        model: &ModelFile,
        eligible: &[Row],
        threshold: f64,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let model_run = self.run.model_run.clone().unwrap_or_default();
        let reference = ReferenceDistribution {
            model_run: &model_run,
            fitted: &model.deployed,
            base: model.base_log_odds,
            baseline: &model.baseline,
        };
        self.report.drift = drift::find_drift(population, &reference, eligible, threshold, recorder)?;
        let sentence = self.report.drift.as_ref().and_then(|d| d.sentence(|m| feature_labels::for_code(&m.code).label));
        sentence.map_or(Ok(()), |text| self.warn(recorder, text))
    }

    /// Evaluates past runs by what happened since.
    pub(crate) fn realised(
        &mut self,
        workspace: &Workspace,
        context: &RunContext<'_>,
        population: &Population<'_>,
        labels: &Labels,
        recorder: &Recorder<'_>,
    ) -> Result<()> {
        let score = &context.score.id;
        let timeframe = context.score.timeframe_days as Day;
        let seed = workspace.config.training.seed;
        let evaluator = RealisedEvaluator { workspace, score, population, labels, timeframe, seed };
        let lines = index::of(workspace, score).lines;
        let known = self.known_realised(workspace, score, &lines, recorder)?;
        let (realised, failed) = realised::update(&evaluator, known, &lines, recorder)?;
        self.report.realised = realised;
        for error in failed {
            let why = one_line(&error);
            self.warn(recorder, format!("A past run could not be compared with what came: {why}"))?;
        }
        Ok(())
    }

    /// What the runs before had found out, from the newest report that can be read.
    fn known_realised(
        &mut self,
        workspace: &Workspace,
        score: &str,
        lines: &[Arc<RunLine>],
        recorder: &Recorder<'_>,
    ) -> Result<Vec<Realised>> {
        for line in lines.iter().filter(|line| line.is_successful()) {
            let report = find::of_score(workspace, score, &line.id).and_then(|found| Report::read(&found));
            match report {
                Ok(report) => return Ok(report.realised),
                Err(error) => {
                    let text =
                        format!("What the run {} knew of past predictions cannot be read: {}", line.id, error.what);
                    self.warn(recorder, text)?;
                }
            }
        }
        Ok(Vec::new())
    }
}

/// An error as a part of a warning: what failed and why. What to do next is the run's own affair.
fn one_line(error: &Error) -> String {
    std::iter::once(&error.what).chain(&error.causes).map(String::as_str).collect::<Vec<_>>().join(" because: ")
}
