//! Predictive lead and account scoring: the map of the crate.
//!
//! | folder | what it is | may import |
//! |---|---|---|
//! | [`domain`] | pure types and rules: goal, score, run, metrics, explanation | – |
//! | [`store`] | JSON on disk: atomic changes, locks, schema, journal, and the stamp that tells of changes | domain |
//! | [`data`] | sources, the daily activity table, the scores file; the only place that names arrow and parquet | domain |
//! | [`features`] | cutoffs, labels, windows: events in, a plain matrix out | domain |
//! | [`model`] | train, evaluate, calibrate, explain | domain |
//! | [`jobs`] | the pipeline of a run, its process, its folder; following and cancelling it; verification, the demo | domain, store, data, features, model |
//! | [`cli`] | the command line | domain, store, jobs, `data::scores` |
//! | [`tui`] | the screens in the terminal; the only place that names ratatui and crossterm | domain, store, jobs, `data::scores` |
//!
//! Everybody may use [`error`], [`paths`] and [`config`]. `tests/architecture.rs` holds the code to this table.

pub mod cli;
pub mod config;
pub mod data;
pub mod demo;
pub mod doctor;
pub mod domain;
pub mod error;
pub mod features;
pub mod logging;
pub mod model;
pub mod paths;
pub mod pipeline;
pub mod process;
pub mod queries;
pub mod runs;
pub mod schedule;
pub mod store;
pub mod tui;
pub mod workspace;
