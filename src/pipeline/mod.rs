//! The stages of a run, from its sources to its scores file. Called by [`process`](crate::process), which gives a run its
//! folder, its lock and its end; queries take single steps of it (what is read, who converts, checks) for their estimates.
//!
//! In the order in which data pass through them:
//!
//! | file or folder | what it does |
//! |---|---|
//! | [`run_options`] | how a run is asked for, and where its files go |
//! | [`run`] | the stages in order, for training and scoring runs |
//! | [`run_state`] | summary and report as they fill up, and how they end |
//! | [`stages`] | times of the stages, journal, progress, cancelling |
//! | [`work_plan`] | what the run has still to do |
//! | [`setup`] | what is read, who converts, which cutoffs, digests |
//! | [`checks`] | the quality checks, codes 100 to 412 |
//! | [`training_run`] | what a training run does beside scoring |
//! | [`train`] | the evaluation fit with its out-of-time test, and the deployed fit |
//! | [`previous_runs`] | what is taken from the runs before |
//! | [`comparison`] | challenger and champion, expected and realised, drift |
//! | [`row_attributes`] | what the sources tell of a profile beside its features |
//! | [`scoring`] | margins, ranks, percentiles, contributions, the scores file |
//! | [`value_effects`] | the values of the factors against conversions and contributions |

pub mod checks;
pub mod comparison;
pub mod previous_runs;
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
pub mod work_plan;
