//! A run as it goes: the summary and the report that fill up, warnings and checks, and the end of both. The stages
//! ([`run`](super::run), [`training_run`](super::training_run), [`previous_runs`](super::previous_runs)) fill it.

use super::checks::{self};
use super::run_options::RunContext;
use super::stages::Recorder;
use crate::domain::format::{count, proportion};
use crate::domain::run::quality::{Check, Outcome};
use crate::domain::run::{Run, RunKind, Status};
use crate::error::{Error, Kind, Result};
use crate::runs::layout;
use crate::runs::report_json::{self, Report};
use crate::runs::summary_json;
use crate::store::journal::Event;
use crate::store::json;
use jiff::Timestamp;
use std::path::Path;

/// A run as it goes: the summary and the report that fill up.
pub(crate) struct RunState {
    pub run: Run,
    pub report: Report,
    /// Whether the goal is one-off, as a training decided.
    pub one_off: Option<bool>,
}

impl RunState {
    pub(crate) fn new(id: &str, context: &RunContext<'_>, began: Timestamp) -> RunState {
        let (score, options) = (context.score, context.options);
        let run = Run {
            as_of: options.as_of.to_string(),
            previous: context.previous.as_ref().map(|p| p.0.clone()),
            ..summary_json::empty(id, (&score.id, &score.name), options.kind, began)
        };
        let report = Report {
            version: report_json::VERSION,
            goal: score.goal.to_string(),
            exclusions: score.exclusions.iter().map(ToString::to_string).collect(),
            population: score.population.sentences(),
            timeframe_days: score.timeframe_days,
            ..Report::default()
        };
        RunState { run, report, one_off: None }
    }

    pub(super) fn warn(&mut self, recorder: &Recorder<'_>, text: String) -> Result<()> {
        recorder.warn(&text)?;
        self.run.warnings.push(text);
        Ok(())
    }

    /// Keeps the checks, warns of those that warn, and stops at the first that stops.
    pub(super) fn record_checks(&mut self, recorder: &Recorder<'_>, checks: Vec<Check>) -> Result<()> {
        for check in checks.iter().filter(|c| c.outcome == Outcome::Warning) {
            self.warn(recorder, check.message.clone())?;
        }
        let stopped = checks::stop_if_failed(&checks);
        self.run.checks.extend(checks);
        stopped
    }

    /// Writes the end of the journal, the report and the final state of the summary.
    pub(crate) fn finish(&mut self, folder: &Path, recorder: &Recorder<'_>, result: &Result<()>) -> Result<()> {
        let run = &mut self.run;
        run.stages = recorder.stages();
        run.finished_at = Timestamp::now();
        let event = match result {
            Ok(()) => {
                run.status = Status::Successful;
                run.message = success_message(run);
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
                    _ => failed_event(error, run.code),
                }
            }
        };
        recorder.write(event)?;
        json::write_json(&folder.join(layout::REPORT), &self.report)
    }
}

/// The final line of a run that failed: the error as it was.
pub(crate) fn failed_event(error: &Error, code: Option<u16>) -> Event {
    let Error { what, causes, hint, .. } = error.clone();
    Event::Failed { code, message: what, causes, hint, exit: error.exit_code() }
}

fn success_message(run: &Run) -> String {
    let by =
        if run.model_run.as_ref() != Some(&run.id) && run.kind == RunKind::Training { " by the champion" } else { "" };
    let what = format!("{} profiles scored{by}", count(run.population.scored));
    match (run.metrics.as_ref().and_then(|m| m.auc.as_ref()), run.verdict) {
        (Some(auc), Some(verdict)) if by.is_empty() => {
            format!("{what}, test AUC {}, {verdict}.", proportion(auc.value))
        }
        (Some(auc), Some(verdict)) => {
            format!("{what}; the new model's test AUC is {}, {verdict}.", proportion(auc.value))
        }
        _ => format!("{what}."),
    }
}
