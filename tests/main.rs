//! All integration tests in one binary: one link, one start. One module per subject.

mod architecture;
mod catalog;
mod checks;
mod common;
mod config_example;
mod datasets;
mod factors;
mod leakage;
mod lost;
mod profiles;
mod reading;
mod report;
mod runs;
mod scores_cli;
mod screens;
mod terminal;
mod truth;
mod workers;
mod xgboost;
