//! The Services screen: the list of scores with filter and sort, and the details of the selected one.
//!
//! `state`, `update` and `view` as everywhere; `hints` is what the foot of the screen tells; `order` rebuilds the list, `status` is how a score stands, `layout` knows how much of it is shown. Of the view,
//! `list` draws the left half, `details` the right one with `progress` (a live run) and `next_run` (the schedule).

mod details;
mod hints;
mod layout;
mod list;
mod next_run;
mod order;
mod progress;
mod state;
mod status;
mod update;
mod view;

pub use hints::hints;
pub use order::{in_order, rebuild_list, rebuild_list_from, selected_row, show, sort_by};
pub use state::{Focus, Order, Services, Sort};
pub use update::{paste, text_key, update};
pub use view::view;
