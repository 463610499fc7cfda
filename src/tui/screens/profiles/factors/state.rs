//! The state of the factors: what was read, the band, the selected factor.

use crate::domain::explanation::Band;
use crate::domain::run::FactorSummary;
use crate::error::Error;
use crate::queries::feature_importance::FeatureImportance;
use std::sync::Arc;

/// The state of the factors.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Factors {
    /// `None` until it was read.
    pub importance: Option<Arc<FeatureImportance>>,
    pub error: Option<Error>,
    /// The band that is shown; `None` is all of them.
    pub band: Option<Band>,
    pub selected: usize,
    pub offset: usize,
    /// Values of the factor that are scrolled away.
    pub scroll: usize,
}

impl Factors {
    pub fn rows(&self) -> &[FactorSummary] {
        let Some(importance) = &self.importance else { return &[] };
        match self.band {
            None => &importance.all,
            Some(band) => importance.bands.iter().find(|b| b.band == band).map_or(&[], |b| &b.factors),
        }
    }

    /// How many values the selected factor has.
    pub fn bins(&self) -> usize {
        let code = self.rows().get(self.selected).map(|f| f.code.as_str());
        let values = self.importance.as_ref().zip(code).and_then(|(importance, code)| importance.values_of(code));
        values.map_or(0, |v| v.bins.len())
    }
}
