//! One column of the matrix, in words. Made by [`attributes`](super::attributes) and
//! [`feature_spec`](super::feature_spec), kept with the model, read by whatever shows factors.

use crate::domain::feature_labels::{self, FeatureLabel};
use serde::{Deserialize, Serialize};

/// One column of the matrix, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Stable name, for example `count.webVisit.30d`.
    pub code: String,
    /// For people, for example `Web visits, last 30 days`.
    pub label: String,
    /// `events`, `days`, … or empty.
    pub unit: String,
    /// Comes from an attribute: today's value, whatever the cutoff, because sources keep no history of it.
    pub undated: bool,
    /// Values are codes of categories.
    pub categorical: bool,
}

impl Column {
    /// The words follow from the code.
    pub fn new(code: String, undated: bool, categorical: bool) -> Column {
        let FeatureLabel { label, unit, .. } = feature_labels::for_code(&code);
        Column { code, label, unit: unit.into(), undated, categorical }
    }
}
