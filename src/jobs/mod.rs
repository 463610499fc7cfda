//! The work itself, put together from the folders below: a run from its sources to its published folder, its
//! verification, goal previews, the demo. The command line calls [`workspace::Workspace`] and the functions here.

pub mod catalog;
pub mod checks;
mod course;
pub mod demo;
pub mod explain;
pub mod learn;
pub mod model_file;
pub mod overview;
pub mod pipeline;
pub mod recorder;
pub mod report;
pub mod run_folder;
pub mod scoring;
pub mod setup;
pub mod verify;
pub mod workspace;
