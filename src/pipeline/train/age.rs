//! Whether old rows weigh less than new ones. They show how it was, and how it is may differ; but where conversions are few
//! every one is needed. So weights halve with the years only where that is clearly better, out of fold, for the rows of the
//! newest year.

use crate::domain::progress::Progress;
use crate::domain::source::activity::Day;
use crate::error::Result;
use crate::features::rows::Row;
use crate::model::blend::Recipe;
use crate::model::cross_validation::{FOLDS, SearchOptions, SearchResult, is_clearly_better, search_again};
use crate::model::train::Dataset;

/// After so many days a row weighs half, where age counts.
const HALF_LIFE_DAYS: u32 = 365;
/// Rows so much older than the newest are old.
const RECENT_DAYS: Day = 365;

/// How many more settings are searched for it: none where one fold has enough to choose by (trees then see for themselves
/// what changed), or where no row is old.
pub fn searched(rows: &[Row], options: SearchOptions<'_>) -> usize {
    usize::from(options.held_out == FOLDS && rows.iter().any(|row| !is_recent(rows, row)))
}

fn is_recent(rows: &[Row], row: &Row) -> bool {
    rows.first().is_some_and(|newest| newest.cutoff - row.cutoff < RECENT_DAYS)
}

/// The recipe of `choice`, or the same with old rows weighted down.
pub fn weigh(
    frame: &Dataset,
    rows: &[Row],
    choice: SearchResult,
    options: SearchOptions<'_>,
    progress: &dyn Progress,
) -> Result<SearchResult> {
    if searched(rows, options) == 0 {
        return Ok(choice);
    }
    let aged = Recipe { half_life_days: Some(HALF_LIFE_DAYS), ..choice.recipe };
    let other = search_again(&weighted(frame.clone(), rows, aged.half_life_days), &aged, options, progress)?;
    let recent = |margins: &[Option<f64>]| -> Vec<Option<f64>> {
        rows.iter().zip(margins).map(|(row, margin)| margin.filter(|_| is_recent(rows, row))).collect()
    };
    let better = is_clearly_better(frame, &recent(&other.margins), &recent(&choice.margins));
    Ok(if better { other } else { choice })
}

/// The rows with weights that halve with so many days of age.
pub fn weighted(mut frame: Dataset, rows: &[Row], half_life_days: Option<u32>) -> Dataset {
    if let (Some(days), Some(newest)) = (half_life_days, rows.first().map(|row| row.cutoff)) {
        for (weight, row) in frame.weights.iter_mut().zip(rows) {
            *weight *= 0.5f32.powf((newest - row.cutoff) as f32 / days as f32);
        }
    }
    frame
}
