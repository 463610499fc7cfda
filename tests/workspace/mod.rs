//! Scores, configuration, and workspaces of earlier versions.

mod config_example;
mod deleted;
mod demo;
mod earlier_state;
mod scores_cli;
