//! The work itself, put together from the folders below: a run from its sources to its published folder, its
//! verification, the catalog and goal estimates, the demo. The command line calls [`workspace::Workspace`] and the functions here.

mod attributes;
pub mod brief;
pub mod cancel;
pub mod catalog;
pub mod checks;
mod course;
pub mod demo;
pub mod estimate;
pub mod export;
pub mod follow;
pub mod influence;
pub mod inspect;
pub mod learn;
pub mod model_file;
pub mod outcome;
pub mod overview;
pub mod pipeline;
pub mod profile;
mod pulse;
pub mod recorder;
pub mod report;
pub mod run_folder;
pub mod schedule;
pub mod scoring;
pub mod settle;
pub mod setup;
pub mod spawn;
pub mod values;
pub mod verify;
pub mod worker;
pub mod workspace;
