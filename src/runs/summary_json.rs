//! `run.json`: the summary of a run, small enough to be read whenever runs are listed. Written at the end of a run, read by
//! [`index`](super::index) and whoever shows one run.

use super::layout::SUMMARY;
use crate::domain::run::{Counts, Cutoffs, Digests, PopulationCounts, Run, RunKind, Status};
use crate::error::{Context, Error, Result};
use jiff::Timestamp;
use std::path::Path;

/// The newest version of `run.json` that this program knows.
pub const VERSION: u32 = 1;

/// The summary of a run of which nothing is known but what it is.
pub fn empty(id: &str, (score, score_name): (&str, &str), kind: RunKind, began: Timestamp) -> Run {
    Run {
        version: VERSION,
        id: id.into(),
        score: score.into(),
        score_name: score_name.into(),
        kind,
        status: Status::Processing,
        code: None,
        message: String::new(),
        started_at: began,
        finished_at: began,
        program: format!("propensity {}", env!("CARGO_PKG_VERSION")),
        stages: Vec::new(),
        counts: Counts::default(),
        cutoffs: Cutoffs::default(),
        population: PopulationCounts::default(),
        metrics: None,
        auc_without_attributes: None,
        out_of_time: true,
        verdict: None,
        factors: Vec::new(),
        histogram: Vec::new(),
        bands: Vec::new(),
        digests: Digests::default(),
        warnings: Vec::new(),
        checks: Vec::new(),
        as_of: String::new(),
        previous: None,
        model_run: None,
        challenge: None,
        no_xgboost: None,
    }
}

/// The summary of a published run.
///
/// # Errors
/// There is none, it is of a newer version, or it does not parse.
pub fn read(folder: &Path) -> Result<Run> {
    let path = folder.join(SUMMARY);
    let broken = || format!("The run {} cannot be read.", path.display());
    let others = |e: Error| e.hint("Nothing was changed, and the other runs are untouched: start a new one.");
    let text = std::fs::read_to_string(&path).context(broken).map_err(others)?;
    let value: serde_json::Value = serde_json::from_str(&text).context(broken).map_err(others)?;
    let version = value.get("version").and_then(serde_json::Value::as_u64).unwrap_or_default();
    if version > u64::from(VERSION) {
        return Err(Error::new(broken())
            .because(format!("it is of version {version}; this program knows {VERSION}"))
            .hint("Update propensity. The file was not changed, and the other runs are untouched."));
    }
    serde_json::from_value(value).context(broken).map_err(others)
}
