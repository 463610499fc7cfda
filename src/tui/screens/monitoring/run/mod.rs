//! One run in full: how it ended, how its model was tested, what it read, what drives its scores, what it said. All of
//! it was read beforehand by [`run_detail`](crate::queries::run_detail); here it is only shown. Called by the Monitoring
//! screen.
//!
//! `state`, `update` and `view` as everywhere; each tab has a file that gives its lines.
//!
//! In the order of the tabs: `overview`, `evaluation`, `data`, `factors`, `over_time`, `log`.

mod data;
mod evaluation;
mod factors;
mod log;
mod over_time;
mod overview;
mod state;
mod update;
mod view;

pub use state::{Extent, RunPage, Tab};
pub use update::{Transition, code_page, update};
pub use view::{extent, hints, place_of_warnings, view};
