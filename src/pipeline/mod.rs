//! TODO

pub mod challenge;
pub mod checks;
pub mod drift;
pub mod previous_runs;
pub mod realised;
pub mod row_attributes;
pub mod run;
pub mod run_options;
pub mod run_state;
pub mod scoring;
pub mod setup;
pub mod stages;
pub mod train;
pub mod training_run;
pub mod value_effects;
