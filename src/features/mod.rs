//! Events in, a plain matrix out: cutoffs, eligibility, labels, windows, attributes. No files, no training library.
//!
//! The pipeline and the queries call these, in this order:
//!
//! | file | what it answers |
//! |---|---|
//! | [`cutoffs`] | which days are looked back from |
//! | [`population`] | whose activity counts for a profile, and from when |
//! | [`labels`] | who converts, who is eligible |
//! | [`membership`] | who belongs to those whom the population rule asks for |
//! | [`rows`] | which profiles at which cutoffs, and their whole matrix |
//! | [`attributes`], [`job_titles`] | attributes as numbers |
//! | `column`, [`feature_spec`] | which features a model has |
//! | [`extractor`], [`links`] | their values for one profile at one cutoff |
//!
//! [`ragged_array`] keeps lists of different lengths.

#![warn(missing_docs, clippy::missing_errors_doc)]

pub mod attributes;
pub mod column;
pub mod cutoffs;
pub mod extractor;
pub mod feature_spec;
pub mod job_titles;
pub mod labels;
pub mod links;
pub mod membership;
pub mod population;
pub mod ragged_array;
pub mod rows;

#[cfg(test)]
mod tests;
