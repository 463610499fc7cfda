//! TODO

pub mod catalog;
pub mod estimate;
pub mod export;
pub mod feature_importance;
pub mod profile;
pub mod report;
pub mod run_detail;
pub mod score_summaries;
