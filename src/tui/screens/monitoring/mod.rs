//! The Monitoring screen: what the runs of the last 90 days came to, day by day and run by run, what is next, and one run
//! in full. The list comes with the scores; a run in full is read by the effects, which `update` asks for.
//!
//! `state`, `update` and `view` as everywhere; `hints` is what the foot of the screen tells; `runs` rebuilds the list, `order` is what it is sorted by, `layout` knows where the parts stand. Of the view,
//! `metrics` draws the figures, `day_chart` the days, `run_list` the list; [`run`] is the page of one run.

mod day_chart;
mod hints;
mod layout;
mod metrics;
mod order;
pub mod run;
mod run_list;
mod runs;
mod state;
mod update;
mod view;

pub use hints::hints;
pub use order::RunSort;
pub use run::RunPage;
pub use runs::{rebuild_list, refresh_on_new_day};
pub use state::{DAYS, Monitoring};
pub use update::{choose_score, open, open_from, paste, resize, run_loaded, sort_by, text_key, update};
pub use view::view;
