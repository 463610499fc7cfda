//! Train, evaluate, calibrate, explain. No files, no arrow, no terminal: matrices in, numbers out.
//!
//! In the order in which the pipeline calls them, with what they stand on:
//!
//! | file | what it does |
//! |---|---|
//! | [`train`] | a matrix to trees, by the training library |
//! | [`leaks`] | names features that tell the outcome too well |
//! | [`ridge`] | a matrix to a logistic model with a ridge penalty, laid out as trees |
//! | [`blend`] | trees, or trees mixed with the ridge logistic |
//! | [`cross_validation`] | chooses out of fold how a model is made |
//! | [`forest`] | the trees as we keep and walk them |
//! | `binning`, [`scorer`] | margins of many rows at once |
//! | [`xgboost_export`] | the trees for other programs |
//! | [`calibrate`] | margins to log-odds |
//! | [`auc`], `bootstrap`, [`evaluate`] | a test: metrics with intervals, curves |
//! | [`explain`] | what each feature adds to a margin |
//! | [`drift`] | whether a distribution shifted since the training |

#![warn(missing_docs, clippy::missing_errors_doc)]

pub mod auc;
mod binning;
pub mod blend;
mod bootstrap;
pub mod calibrate;
pub mod cross_validation;
pub mod drift;
pub mod evaluate;
pub mod explain;
pub mod forest;
pub mod leaks;
pub mod ridge;
pub mod scorer;
pub mod train;
pub mod xgboost_export;
