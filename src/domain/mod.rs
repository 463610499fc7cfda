//! Pure types and rules: what a score, a goal, a run, a metric and an explanation are. Serde only; no files, no
//! terminal, no clock. Everybody imports this folder; it imports nobody.

pub mod activity;
pub mod catalog;
pub mod codes;
pub mod draft;
pub mod drift;
pub mod explanation;
pub mod figures;
pub mod goal;
pub mod intake;
pub mod live;
pub mod metrics;
pub mod progress;
pub mod quality;
pub mod realised;
pub mod refusal;
pub mod run;
pub mod run_line;
pub mod schedule;
pub mod score;
pub mod text;
pub mod timeline;
pub mod values;
pub mod words;
