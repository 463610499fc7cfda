//! Predictive lead and account scoring: the map of the crate, from the ground up. `ARCHITECTURE.md` tells the way of an
//! event, of a key and of a run through it.
//!
//! | folder | what it is | may import |
//! |---|---|---|
//! | [`domain`] | pure types and rules: goal, score, run, metrics, explanation | – |
//! | [`store`] | JSON on disk: atomic changes, locks, schema, journal, and the stamp that tells of changes | `domain` |
//! | [`data`] | sources, the daily activity table, the scores file; the only place that names arrow and parquet | `domain` |
//! | [`features`] | cutoffs, labels, windows: events in, a plain matrix out | `domain` |
//! | [`model`] | train, evaluate, calibrate, explain | `domain` |
//! | [`demo`] | a made-up business whose truth is known | `domain`, `store` |
//! | [`workspace`] | one workspace: its paths, its configuration, its scores | `domain`, `store` |
//! | [`runs`] | the repository of runs: folders, index, champion, retention | `domain`, `store`, `data`, `features`, `model`, `workspace` |
//! | [`schedule`] | what is due, and the timer that asks | `domain`, `store`, `workspace`, `runs` |
//! | [`pipeline`] | the stages of a run, from its sources to its scores file | `domain`, `store`, `data`, `features`, `model`, `workspace`, `runs` |
//! | [`process`] | runs as processes: started, followed, cancelled, repeated | `domain`, `store`, `workspace`, `runs`, `schedule`, `pipeline` |
//! | [`queries`] | what the screens and the command line ask: catalog, estimates, summaries, profiles, exports | `domain`, `store`, `data`, `features`, `model`, `workspace`, `runs`, `schedule`, `pipeline` |
//! | [`doctor`] | checks a workspace and mends it | `domain`, `store`, `data`, `workspace`, `runs`, `schedule`, `pipeline`, `demo` |
//! | [`cli`] | the command line | `domain`, `store`, `workspace`, `runs`, `schedule`, `pipeline`, `process`, `queries`, `doctor`, `demo`, `data::scores` |
//! | [`tui`] | the screens in the terminal; the only place that names ratatui and crossterm | `domain`, `store`, `workspace`, `runs`, `schedule`, `pipeline`, `process`, `queries`, `demo`, `data::scores` |
//!
//! Everybody may use [`error`], [`paths`] and [`config`]. `tests/architecture` holds the code to this table, and to having
//! no circle of files.

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
