//! The sources, the daily activity table and the scores file: the only place that names arrow and parquet. The pipeline
//! calls [`load`]; queries, the command line and the screens read [`scores`].
//!
//! In the order in which data pass through them:
//!
//! | file or folder | what it does |
//! |---|---|
//! | [`readers`] | the files of a source → blocks of rows as text |
//! | [`layouts`] | columns of known systems → canonical fields, and the events that a row implies |
//! | `mapping` | columns of a file → canonical fields |
//! | [`time`] | text → moments and days |
//! | [`values`] | how dates and numbers are written; found out, and rewritten |
//! | `profiles`, `id_index`, `id_forms` | persons and accounts, the numbers of their ids, and the forms of these |
//! | `opportunities` | whom an opportunity belongs to, and the events that it implies |
//! | `events`, `field_names`, `numeric_fields`, `link_fields` | events → daily activity, goal hits, numeric sums, links |
//! | `column_profiler` | what the columns look like, for a catalog |
//! | [`load`] | the whole reading |
//! | [`inspection`] | looks into files that may become a source |
//! | [`event_store`] | what a catalog keeps of the events |
//! | [`snapshot`] | what a run keeps of all that it read |
//! | [`scores`] | the scored profiles of a run |
//! | `pages` | Parquet files of small pages, for random access |
#![warn(missing_docs, clippy::missing_errors_doc)]

mod column_profiler;
pub mod event_store;
mod events;
mod field_names;
mod id_forms;
mod id_index;
pub mod inspection;
pub mod layouts;
mod link_fields;
pub mod load;
mod mapping;
mod numeric_fields;
mod opportunities;
mod pages;
mod profiles;
pub mod readers;
pub mod scores;
pub mod snapshot;
pub mod time;
pub mod values;
