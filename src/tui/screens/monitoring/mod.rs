//! The Monitoring screen: runs, and one run in full.

pub mod run;
