//! Whether a model looks at links: what others with the same campaign, product or account did. Where conversions are few
//! the neighbours may tell more than a profile itself, or nothing at all; so they are taken only where that is clearly
//! better out of fold, with the recipe that was chosen without them.

use super::{TrainingInputs, age};
use crate::domain::progress::Progress;
use crate::domain::source::activity::Day;
use crate::error::Result;
use crate::features::feature_spec::FeatureSpec;
use crate::features::rows::Row;
use crate::model::cross_validation::{RidgeSearch, SearchOptions, SearchResult, is_clearly_better, search_again};
use crate::model::train::Dataset;
use crate::runs::report_json::LinkTrial;

/// A spec with its matrix, and the recipe chosen for it.
pub struct Chosen {
    pub spec: FeatureSpec,
    pub frame: Dataset,
    pub choice: SearchResult,
    /// What came of the links; `None` where there were none to try.
    pub trial: Option<LinkTrial>,
}

/// How many more settings are searched for it.
pub fn searched(inputs: &TrainingInputs<'_>, ridge: RidgeSearch) -> usize {
    let known = !inputs.population.business.activity.link_fields.is_empty();
    usize::from(ridge != RidgeSearch::Off && known)
}

/// `chosen`, or the same recipe with links. With conversions enough for trees alone nothing is tried.
pub fn try_links(
    inputs: &TrainingInputs<'_>,
    (rows, before): (&[Row], Day),
    chosen: Chosen,
    options: SearchOptions<'_>,
    progress: &dyn Progress,
) -> Result<Chosen> {
    if searched(inputs, options.ridge) == 0 {
        return Ok(chosen);
    }
    let spec = inputs.spec(rows, before, true)?;
    if spec.links.is_empty() {
        return Ok(chosen);
    }
    let recipe = chosen.choice.recipe;
    let frame = age::weighted(inputs.frame(&spec, rows, progress)?, rows, recipe.half_life_days);
    let other = search_again(&frame, &recipe, options, progress)?;
    let taken = is_clearly_better(&frame, &other.margins, &chosen.choice.margins);
    let trial = Some(LinkTrial { fields: spec.links.clone(), loss: other.loss, taken });
    Ok(match taken {
        true => Chosen { spec, frame, choice: other, trial },
        false => Chosen { trial, ..chosen },
    })
}
