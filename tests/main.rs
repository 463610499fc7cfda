//! All integration tests in one binary: one link, one start. One module per subject.

mod architecture;
mod catalog;
mod champions;
mod checks;
mod codes;
mod common;
mod config_example;
mod datasets;
mod doctor;
mod earlier_state;
mod factors;
mod leakage;
mod lost;
mod many_runs;
mod profiles;
mod reading;
mod report;
mod retention;
mod runs;
mod schedule;
mod scores_cli;
mod screens;
mod terminal;
mod truth;
mod workers;
mod xgboost;
