//! The sources, the daily activity table and the scores file: the only place that names arrow and parquet. The pipeline
//! calls [`load`]; the command line and the screens read [`scores`].
//!
//! From the outside in: [`readers`] find the files of a source and turn any format into blocks of text cells; `mapping`
//! says which column is which field; `profiles`, `opportunities` and `events` are the consumers. [`event_store`] is what a
//! catalog keeps of the events, [`snapshot`] what a run keeps of all it read.

pub mod event_store;
mod events;
mod id_index;
pub mod load;
mod mapping;
mod numbers;
mod opportunities;
mod pages;
mod profiles;
pub mod readers;
pub mod scores;
pub mod snapshot;
pub mod time;
