//! `report.json`: all that a run found, beside the short `run.json`: the reading, every check, the whole evaluation, the
//! factors by band, the leaks. Written by [`pipeline`](super::pipeline), read by the command line as JSON.

use super::learn::Tuning;
use crate::domain::explanation::Band;
use crate::domain::intake::Intake;
use crate::domain::metrics::Evaluation;
use crate::domain::run::FactorSummary;
use crate::model::leaks::Leak;
use crate::model::train::Settings;
use serde::Serialize;

#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    pub version: u32,
    pub goal: String,
    pub exclusions: Vec<String>,
    pub timeframe_days: u32,
    pub intake: Intake,
    /// Cutoff, eligible profiles, conversions, base rate.
    pub base_rates: Vec<BaseRate>,
    pub evaluation: Option<Evaluation>,
    pub tuning: Option<Tuning>,
    pub model: Option<ModelReport>,
    pub leaks: Vec<Leak>,
    /// s: the starting point of every profile, in log-odds against the average.
    pub starting_point: Option<f64>,
    /// 20 bins of 5 points: how many profiles have which score.
    pub score_histogram: Vec<u64>,
    pub bands: Vec<BandReport>,
}

#[derive(Debug, Clone, Serialize)]
pub struct BaseRate {
    pub cutoff: String,
    pub eligible: u64,
    pub conversions: u64,
    pub rate: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct ModelReport {
    pub settings: Settings,
    pub rounds: usize,
    pub out_of_fold_loss: f64,
    pub features: usize,
    pub calibration: (f64, f64),
    pub base_rate: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct BandReport {
    pub band: Band,
    pub profiles: u64,
    pub factors: Vec<FactorSummary>,
}
