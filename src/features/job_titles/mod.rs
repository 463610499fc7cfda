//! Job title → two categories, seniority and function. A title is free text with thousands of values; these two are
//! what a model can learn from. `features::attributes` asks once per distinct title (a call walks all patterns, so
//! callers keep the answers).
//!
//! | file | what it holds |
//! |---|---|
//! | `categories` | [`Seniority`] and [`Function`] |
//! | `patterns` | the words of every category, in six languages |
//! | `classify` | [`seniority`] and [`function`]: a title against the patterns |

mod categories;
mod classify;
mod patterns;
#[cfg(test)]
mod tests;

pub use categories::{Function, Seniority};
pub use classify::{function, seniority};
