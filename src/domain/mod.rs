//! Pure types and rules: what a score, a goal, a run, a metric and an explanation are. Serde only; no files, no
//! terminal, no clock. Everybody imports this folder; it imports nobody.
//!
//! | file or folder | what it holds |
//! |---|---|
//! | [`source`] | what the sources hold once they are read: profiles, daily activity, refused rows, the catalog |
//! | [`score`] | the definition of a score: goal, timeframe, schedule, and the draft that becomes one |
//! | [`run`] | a run: its summary, its stages while it is live, its quality checks and their codes |
//! | [`metrics`] | what the test of a model found |
//! | [`explanation`] | score, percentile, band and factors of one profile |
//! | [`feature_labels`], [`value_effects`] | features in words, and their values against what came of them |
//! | [`realised`], [`drift`] | past predictions against what came; what drifted since the training |
//! | `format`, [`text`] | numbers, moments and names as people read them |
//! | [`progress`] | how long work tells how far it is |
//! | [`random`] | seeded generators and hashes whose bits never change |

#![warn(missing_docs, clippy::missing_errors_doc)]

pub mod drift;
pub mod explanation;
pub mod feature_labels;
pub mod format;
pub mod metrics;
pub mod progress;
pub mod random;
pub mod realised;
pub mod run;
pub mod score;
pub mod source;
pub mod text;
pub mod value_effects;
