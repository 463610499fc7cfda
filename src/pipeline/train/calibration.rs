//! The calibration of margins that no fit has learned from.

use crate::domain::metrics::FEW_CONVERSIONS;
use crate::error::Result;
use crate::features::rows::Row;
use crate::model::calibrate::Calibration;
use crate::model::cross_validation::SearchResult;

/// Under so many conversions a calibration keeps its slope at 1.
const MIN_CONVERSIONS_FOR_SLOPE: usize = 50;
/// Margins taken as log-odds.
const IDENTITY: Calibration = Calibration { alpha: 0.0, beta: 1.0 };

/// From the out-of-fold margins of `rows`, which come newest cutoff first: of so many cutoffs as hold enough conversions,
/// because the newest tell best how many convert now. Margins are taken as they are where all had one outcome.
pub fn calibrate_newest(rows: &[Row], choice: &SearchResult) -> Calibration {
    let mut conversions = 0;
    let mut taken = 0;
    for cutoff in rows.chunk_by(|a, b| a.cutoff == b.cutoff) {
        if conversions >= FEW_CONVERSIONS {
            break;
        }
        let margins = &choice.margins[taken..taken + cutoff.len()];
        conversions += cutoff.iter().zip(margins).filter(|(row, margin)| row.label && margin.is_some()).count() as u64;
        taken += cutoff.len();
    }
    calibrate(&rows[..taken], choice)
}

/// From the out-of-fold margins of `rows`, the first ones of the search.
pub fn calibrate(rows: &[Row], choice: &SearchResult) -> Calibration {
    let (mut margins, mut labels, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    for (row, margin) in rows.iter().zip(&choice.margins) {
        if let Some(margin) = margin {
            margins.push(*margin);
            labels.push(row.label);
            weights.push(f64::from(row.weight));
        }
    }
    fit_calibration(&margins, &labels, &weights).unwrap_or(IDENTITY)
}

/// Few conversions keep the slope at 1.
pub fn fit_calibration(margins: &[f64], labels: &[bool], weights: &[f64]) -> Result<Calibration> {
    let conversions = labels.iter().filter(|l| **l).count();
    Calibration::fit(margins, labels, weights, conversions < MIN_CONVERSIONS_FOR_SLOPE)
}
