//! How large a model the conversions allow. Between a handful of conversions and a thousand the trees grow from stumps to
//! their usual size, and a ridge logistic stands beside them; from there on trees do well alone.

use crate::model::cross_validation::{FOLDS, RidgeSearch};
use crate::model::train::Settings;

/// Conversions from which on the usual trees are taken, alone.
const MANY_CONVERSIONS: u64 = 1_000;
/// Conversions under which a single fold has too few to choose by, so that all are held out in turn, and more is tried.
const FEW_FOR_A_FOLD: u64 = 200;
/// Leaves of the trees that this many conversions allow; so many more or fewer by a power of them.
const LEAVES_AT: (f64, f64) = (4.0, 100.0);
const GROWTH: f64 = 0.6;
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
    let leaves = LEAVES_AT.0 * (conversions as f64 / LEAVES_AT.1).powf(GROWTH);
    let leaves = (leaves.round() as usize).clamp(2, 16);
    let mut settings = vec![Settings::with_leaves(leaves), Settings::with_leaves(2 * leaves)];
    if conversions < FEW_FOR_A_FOLD {
        settings.push(Settings { lambda: 30.0, min_child_weight: 10.0, ..Settings::with_leaves(leaves) });
        settings.extend((leaves > 3).then(|| Settings::with_leaves(leaves / 2)));
    }
    settings
}

/// Whether a ridge logistic is tried beside them.
pub fn ridge(conversions: u64) -> RidgeSearch<'static> {
    match conversions {
        0..FEW_FOR_A_FOLD => RidgeSearch::Choose(&PENALTIES),
        FEW_FOR_A_FOLD..MANY_CONVERSIONS => RidgeSearch::Choose(&USUAL_PENALTIES),
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
