//! Runs: started, listed, watched, cancelled, scheduled, kept, shown and reported.

mod many_runs;
mod profiles;
mod progress;
mod report;
mod retention;
mod schedule;
mod start;
mod timer;
pub mod workers;
