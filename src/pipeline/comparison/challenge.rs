//! A new model against the one in use, on the test rows of the new one. Called by
//! [`training_run`](crate::pipeline::training_run) at the end of a training; [`champion`](crate::runs::champion) reads what came of it.
//!
//! The two *evaluation fits* are compared, each with its own frozen features: the deployed champion has learned from
//! outcomes that lie inside this test. The champion stays only where the paired 95 % interval of the AUC difference lies
//! wholly below 0: a newer model is preferred unless the test shows it to be worse.

use crate::domain::metrics::Estimate;
use crate::domain::progress::Progress;
use crate::domain::run::Challenge;
use crate::domain::source::activity::{Day, day_of};
use crate::error::{Error, Result};
use crate::features::extractor::FeatureExtractor;
use crate::features::population::Population;
use crate::features::rows::{self, Row};
use crate::model::auc;
use crate::pipeline::train::EvaluationFit;
use crate::runs::layout;
use crate::runs::model_file::{FittedModel, ModelFile};
use crate::runs::summary_json;
use std::path::Path;

/// The model in use.
pub(crate) struct Champion {
    pub id: String,
    /// Where its knowledge stopped.
    pub as_of: Day,
    pub model: ModelFile,
}

impl Champion {
    /// Of the training run in this folder.
    ///
    /// # Errors
    /// Its summary or its model cannot be read.
    pub fn read(id: &str, folder: &Path) -> Result<Champion> {
        let model = ModelFile::read(&folder.join(layout::MODEL))?;
        let run = summary_json::read(folder)?;
        let as_of = run.cutoffs.as_of.parse().map_err(|_| Error::new(format!("The run {id} has no as-of date.")))?;
        Ok(Champion { id: id.into(), as_of: day_of(as_of), model })
    }
}

/// The test rows of the challenger, at its as-of date.
pub(crate) struct ChallengeInputs<'a> {
    pub population: &'a Population<'a>,
    pub rows: &'a [Row],
    pub tested: &'a EvaluationFit,
}

/// What came of the comparison.
///
/// # Errors
/// The run was cancelled.
pub(crate) fn compare(inputs: &ChallengeInputs<'_>, champion: &Champion, progress: &dyn Progress) -> Result<Challenge> {
    let open = |stays: bool, why: String| Challenge {
        champion: champion.id.clone(),
        champion_kept: stays,
        why,
        champion_auc: None,
        challenger_auc: None,
        difference: None,
    };
    let id = &champion.id;
    if inputs.population.business.as_of < champion.as_of {
        let why = format!("The champion (run {id}) stays: it has learned from later days than this run's as-of date.");
        return Ok(open(true, why));
    }
    let Some(fitted) = champion.model.evaluation.as_ref().filter(|_| inputs.tested.fitted.is_some()) else {
        let why = format!(
            "The new model takes the place of the run {id}: one of them was tested by groups, so they cannot be compared."
        );
        return Ok(open(false, why));
    };
    let margins = margins(inputs, fitted, progress)?;
    let (challenger_margins, labels) = (&inputs.tested.margins, &inputs.tested.labels);
    let clusters = rows::cluster_ids(inputs.population, inputs.rows);
    let difference = auc::auc_difference(challenger_margins, &margins, labels, &clusters);
    let stays = difference.and_then(|d| d.high).is_some_and(|high| high < 0.0);
    let why = match &difference {
        None => format!("The new model takes the place of the run {id}: the test defines no difference."),
        Some(d) if stays => {
            format!(
                "The champion (run {id}) stays: the new model's AUC differs by {}, so it is lower.",
                signed_difference(d)
            )
        }
        Some(d) => {
            let difference_text = signed_difference(d);
            format!(
                "The new model takes the place of the run {id}: its AUC differs by {difference_text}, so it is not shown to be lower."
            )
        }
    };
    Ok(Challenge {
        champion_auc: auc::auc(&margins, labels, &clusters),
        challenger_auc: auc::auc(challenger_margins, labels, &clusters),
        difference,
        ..open(stays, why)
    })
}

fn margins(inputs: &ChallengeInputs<'_>, fitted: &FittedModel, progress: &dyn Progress) -> Result<Vec<f64>> {
    let windows = FeatureExtractor::new(inputs.population, &fitted.spec);
    let values = rows::feature_matrix(&windows, inputs.rows, progress)?;
    Ok(fitted.forest.margins(&values))
}

/// `−0.021 (95 % interval −0.040 to −0.003)`.
fn signed_difference(difference: &Estimate) -> String {
    let number = |value: f64| format!("{value:+.3}").replace('-', "−");
    match (difference.low, difference.high) {
        (Some(low), Some(high)) => {
            format!("{} (95 % interval {} to {})", number(difference.value), number(low), number(high))
        }
        _ => number(difference.value),
    }
}
