//! The sources, the daily activity table and the scores file: the only place that names arrow and parquet. `jobs` calls
//! [`load`]; the command line reads [`scores`].
//!
//! From the outside in: [`files`] finds the files of a source, [`read`] turns any format into blocks of text cells
//! ([`batch`]), `stream` feeds them with their column mapping to one consumer, and `profiles`, `opportunities` and
//! `events` are the consumers. [`kept`] is what a catalog keeps of the events, [`snapshot`] what a run keeps of all it read.

pub mod batch;
mod csv;
mod events;
pub mod files;
pub mod kept;
pub mod load;
mod mapping;
mod ndjson;
mod numbers;
mod opportunities;
mod pages;
mod parquet;
mod profiles;
pub mod read;
mod roster;
pub mod scores;
pub mod snapshot;
mod stream;
pub mod time;
