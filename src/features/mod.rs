//! Events in, a plain matrix out: cutoffs, eligibility, labels, windows, attributes. No files, no training library.
//!
//! `jobs` calls, in this order: [`cutoffs::Plan`] (which days), [`population::Scope`] (whose activity counts),
//! [`labels::Outcomes`] (who converts, who is eligible), [`rows`] (which rows), [`feature_spec::Spec`] (which features),
//! [`windows::Windows`] (their values).

pub mod attributes;
pub mod cutoffs;
pub mod feature_spec;
pub mod job_titles;
pub mod labels;
pub mod population;
pub mod rows;
pub mod windows;

#[cfg(test)]
mod tests;
