//! Repeats a run and compares: the same inputs, settings and version must give byte-identical scores. What an earlier
//! method trained is not trained again; its scores are repeated from its model. Called by `propensity run verify`.

use super::execute::in_thread_pool;
use crate::domain::run::{AsOf, RunKind, Status};
use crate::error::{Context, Error, Result};
use crate::pipeline::run_options::{Repeated, RunContext, RunOptions};
use crate::pipeline::run_state::RunState;
use crate::pipeline::stages::{Observer, Recorder};
use crate::runs::find::FoundRun;
use crate::runs::layout;
use crate::runs::model_file::{METHOD, ModelFile};
use crate::workspace::Workspace;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    pub run: String,
    pub identical: bool,
    /// The model was trained again, too; false for a scoring run, and for a training by an earlier method.
    pub trained_again: bool,
    pub recorded: String,
    pub repeated: String,
}

/// Repeats `found` into a temporary folder.
///
/// # Errors
/// The run was not successful, its sources or settings have changed since, or the repetition failed.
pub fn verify(
    workspace: &Workspace,
    found: &FoundRun,
    threads: usize,
    observer: &dyn Observer,
    cancel: &AtomicBool,
) -> Result<Verification> {
    let run = &found.run;
    if run.status != Status::Successful {
        return Err(Error::new(format!("The run {} has no scores to verify: it is {}.", run.id, run.status)));
    }
    let score = workspace.scores.find(&run.score)?;
    let as_of: AsOf = match run.as_of.as_str() {
        // Knowledge stopped at the end of that day, whenever the repetition takes place.
        "now" => AsOf::Date(run.cutoffs.as_of.parse().context(|| "The run's as-of date is not valid.".into())?),
        asked => asked.parse().map_err(Error::new)?,
    };
    let trained_again = run.kind == RunKind::Training && !was_trained_by_an_earlier_method(found);
    let kind = if trained_again { RunKind::Training } else { RunKind::Scoring };
    let options = RunOptions { kind, as_of, threads, if_due: false };
    let folder = tempfile::tempdir().context(|| "No temporary folder could be made.".into())?;
    let beside = |id: &Option<String>| -> Result<Option<(String, PathBuf)>> {
        let Some(id) = id else { return Ok(None) };
        let path = workspace.paths.runs(&score.id).join(id);
        match path.join(layout::SUMMARY).is_file() {
            true => Ok(Some((id.clone(), path))),
            false => Err(Error::new(format!("The run {} builds on the run {id}, which is gone.", run.id))),
        }
    };
    let challenged = run.challenge.as_ref().map(|c| c.champion.clone());
    let champion = match trained_again {
        true => challenged.or_else(|| run.model_run.clone().filter(|id| *id != run.id)),
        false => run.model_run.clone(),
    };
    let context = RunContext {
        score: &score,
        options: &options,
        folder: folder.path(),
        previous: beside(&run.previous)?,
        champion: beside(&champion)?,
        repeats: Some(Repeated { folder: &found.folder, kind: run.kind }),
    };
    let recorder = Recorder::new(None, observer, cancel);
    let mut state = RunState::new(&run.id, &context, run.started_at);
    in_thread_pool(workspace, &options, || state.run(workspace, &context, &recorder))?;
    let (then, now) = (&run.digests, &state.run.digests);
    let changed = |what: &str| Error::new(format!("The run {} cannot be verified: {what} since.", run.id));
    if then.inputs != now.inputs {
        return Err(changed("the sources have changed").hint("put the sources back as they were, or start a new run"));
    }
    if then.settings != now.settings && run.as_of != "now" {
        return Err(changed("the configuration or the program has changed"));
    }
    Ok(Verification {
        run: run.id.clone(),
        identical: then.scores == now.scores,
        trained_again,
        recorded: then.scores.clone(),
        repeated: now.scores.clone(),
    })
}

/// Whether the run's model came from a method that is no more.
fn was_trained_by_an_earlier_method(found: &FoundRun) -> bool {
    ModelFile::read(&found.folder.join(layout::MODEL)).is_ok_and(|model| model.method < METHOD)
}
