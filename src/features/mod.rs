//! Events in, a plain matrix out: cutoffs, eligibility, labels, windows, attributes. No files, no training library.
//!
//! `jobs` calls, in this order: [`cutoffs::Plan`] (which days), [`scope::Scope`] (whose activity counts),
//! [`outcomes::Outcomes`] (who converts, who is eligible), [`rows`] (which rows), [`spec::Spec`] (which features),
//! [`windows::Windows`] (their values).

pub mod attributes;
pub mod cutoffs;
pub mod outcomes;
pub mod rows;
pub mod scope;
pub mod spec;
pub mod titles;
pub mod windows;

#[cfg(test)]
mod tests;
