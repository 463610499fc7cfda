//! Whether old rows weigh less than new ones. They show how it was, and how it is may differ; but where conversions are few
//! every one is needed. So weights halve with the years only where that is clearly better, out of fold, for the rows of the
//! newest year.

use crate::domain::progress::Progress;
use crate::domain::source::activity::Day;
use crate::error::Result;
use crate::features::rows::Row;
use crate::model::blend::Recipe;
use crate::model::cross_validation::{RidgeSearch, SearchOptions, SearchResult, clear_gain, search};
use crate::model::train::Dataset;

/// After so many days a row weighs half, where age counts.
const HALF_LIFE_DAYS: u32 = 365;
/// Rows so much older than the newest are old.
const RECENT_DAYS: Day = 365;

/// How many more settings are searched for it.
pub fn searched(ridge: RidgeSearch) -> usize {
    usize::from(ridge != RidgeSearch::Off)
}

/// The recipe of `choice`, or the same with old rows weighted down. With conversions enough for trees alone nothing is
/// tried.
pub fn weigh(
    frame: &Dataset,
    rows: &[Row],
    choice: SearchResult,
    options: SearchOptions<'_>,
    progress: &dyn Progress,
) -> Result<SearchResult> {
    let Some(newest) = rows.first().map(|row| row.cutoff) else { return Ok(choice) };
    let is_recent = |row: &Row| newest - row.cutoff < RECENT_DAYS;
    if options.ridge == RidgeSearch::Off || rows.iter().all(is_recent) {
        return Ok(choice);
    }
    let half_life_days = Some(HALF_LIFE_DAYS);
    let candidates = [choice.recipe.settings];
    let ridge = choice.recipe.ridge.map_or(RidgeSearch::Off, RidgeSearch::Known);
    let aged = weighted(frame.clone(), rows, half_life_days);
    let other = search(&aged, SearchOptions { candidates: &candidates, ridge, ..options }, progress)?;
    let recent = |margins: &[Option<f64>]| -> Vec<Option<f64>> {
        rows.iter().zip(margins).map(|(row, margin)| margin.filter(|_| is_recent(row))).collect()
    };
    Ok(match clear_gain(frame, &recent(&choice.margins), &recent(&other.margins)) {
        Some(_) => SearchResult { recipe: Recipe { half_life_days, ..other.recipe }, ..other },
        None => choice,
    })
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
