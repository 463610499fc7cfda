//! All factors of one profile of a run, computed anew from the sources. Called by `propensity profile show --all`.

use super::model_file::ModelFile;
use super::run_folder::{self, FoundRun};
use super::scoring;
use super::setup;
use super::workspace::Workspace;
use crate::data::load::load;
use crate::data::scores::ScoredFactor;
use crate::domain::progress::Progress;
use crate::domain::run::AsOf;
use crate::error::{Context, Error, Result};
use crate::features::attributes;
use crate::features::rows::Row;
use crate::features::scope::Scope;

/// Every factor of the profile as the run's model sees it, largest first.
///
/// # Errors
/// The sources have changed since the run, the profile is unknown, or reading failed.
pub fn all_factors(
    workspace: &Workspace,
    found: &FoundRun,
    profile_id: &str,
    progress: &dyn Progress,
) -> Result<Vec<ScoredFactor>> {
    let run = &found.run;
    let score = workspace.scores.find(&run.score)?;
    let model_run = run.model_run.as_ref().unwrap_or(&run.id);
    let model = ModelFile::read(&workspace.paths.runs(&run.score).join(model_run).join(run_folder::MODEL))?;
    let as_of = AsOf::Date(run.cutoffs.as_of.parse().context(|| "The run's as-of date is not valid.".into())?);
    let wanted = attributes::wanted(&score.with);
    let (business, intake) =
        load(&workspace.config, &setup::request(&score, as_of, &wanted, run.started_at), progress)?;
    if setup::digest_of_inputs(&intake) != run.digests.inputs {
        return Err(Error::new(format!("The sources have changed since the run {}.", run.id))
            .because("all factors are computed from the sources as the run read them")
            .hint("start a new run, or leave --all out: the leading factors are kept with the scores"));
    }
    let scope = Scope::new(&business, score.profile_type);
    let profile = scope
        .profiles()
        .find(profile_id)
        .ok_or_else(|| Error::new(format!("No source has a profile '{profile_id}'.")))?;
    let row = Row { profile, cutoff: business.as_of, label: false, weight: 1.0 };
    scoring::all_factors(&scope, &model, row)
}
