//! How large a model the conversions allow. Between a handful of conversions and a thousand the trees grow from stumps to
//! their usual size, and a ridge logistic stands beside them; from there on trees do well alone.

use crate::domain::metrics::FEW_CONVERSIONS;
use crate::model::cross_validation::{FOLDS, RidgeSearch};
use crate::model::train::Settings;

/// Conversions from which on the usual trees are taken, alone.
const MANY_CONVERSIONS: u64 = 1_000;
/// Conversions under which a single fold has too few to choose by, so that all are held out in turn, and more is tried.
const FEW_FOR_A_FOLD: u64 = 200;
/// Conversions that a leaf takes, and the leaves of the smallest trees and of the usual ones.
const CONVERSIONS_PER_LEAF: u64 = 25;
const LEAVES: (u64, u64) = (2, 16);
/// The penalties of a ridge logistic that are tried, the largest first.
const PENALTIES: [f64; 7] = [3_000.0, 1_000.0, 300.0, 100.0, 30.0, 10.0, 3.0];
/// The same where one fold is enough to choose by: it then takes no extreme one.
const USUAL_PENALTIES: [f64; 3] = [300.0, 100.0, 30.0];

/// The settings tried first: as many leaves as the conversions allow, and twice as many; where they are few half as many,
/// too, and more cautious ones.
pub fn first_settings(conversions: u64) -> Vec<Settings> {
    if conversions >= MANY_CONVERSIONS {
        return vec![Settings::with_leaves(16), Settings::with_leaves(31)];
    }
    let leaves = (conversions / CONVERSIONS_PER_LEAF).clamp(LEAVES.0, LEAVES.1) as usize;
    let mut settings = vec![Settings::with_leaves(leaves), Settings::with_leaves(2 * leaves)];
    if conversions < FEW_FOR_A_FOLD {
        settings.push(Settings { lambda: 30.0, min_child_weight: 10.0, ..Settings::with_leaves(leaves) });
        settings.extend((leaves > 3).then(|| Settings::with_leaves(leaves / 2)));
    }
    settings
}

/// Whether a ridge logistic is tried beside them, and which share it has where nothing says otherwise: half of the model up
/// to the conversions under which no figure is relied on, and less by their logarithm from there on, down to nothing.
pub fn ridge(conversions: u64) -> RidgeSearch<'static> {
    let over_few = |conversions: u64| (conversions.max(FEW_CONVERSIONS) as f64 / FEW_CONVERSIONS as f64).ln();
    let usual_share = 0.5 * (1.0 - over_few(conversions) / over_few(MANY_CONVERSIONS));
    match conversions {
        0..FEW_FOR_A_FOLD => RidgeSearch::Choose { penalties: &PENALTIES, usual_share },
        FEW_FOR_A_FOLD..MANY_CONVERSIONS => RidgeSearch::Choose { penalties: &USUAL_PENALTIES, usual_share },
        _ => RidgeSearch::Off,
    }
}

/// How many folds are held out.
pub fn held_out(conversions: u64) -> u64 {
    if conversions < FEW_FOR_A_FOLD { FOLDS } else { 1 }
}

/// The settings tried when the test AUC is low: around the defaults, mostly more cautious.
pub fn tuning_settings() -> Vec<Settings> {
    let base = Settings::with_leaves;
    vec![
        base(4),
        base(8),
        base(64),
        Settings { min_child_weight: 20.0, ..base(8) },
        Settings { min_child_weight: 20.0, ..base(16) },
        Settings { lambda: 30.0, ..base(8) },
        Settings { eta: 0.02, colsample: 0.3, ..base(8) },
        Settings { eta: 0.02, colsample: 0.3, ..base(16) },
        Settings { eta: 0.1, subsample: 0.5, lambda: 10.0, ..base(4) },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_grows_smoothly_with_the_conversions() {
        let leaves = |n: u64| first_settings(n).iter().map(|s| s.leaves).max().unwrap();
        let share = |n: u64| match ridge(n) {
            RidgeSearch::Choose { usual_share, .. } => usual_share,
            _ => 0.0,
        };
        let (mut before, mut much) = (leaves(1), share(1));
        assert_eq!((before, much), (4, 0.5));
        for n in 2..2_000 {
            // Two leaves more at most, but where the usual settings take over.
            assert!((before..=before + 2).contains(&leaves(n)) || n == MANY_CONVERSIONS, "{n}: {}", leaves(n));
            assert!(share(n) <= much && share(n) > much - 0.02, "{n}: {}", share(n));
            (before, much) = (leaves(n), share(n));
        }
        assert_eq!((leaves(2_000), share(2_000)), (31, 0.0));
    }
}
