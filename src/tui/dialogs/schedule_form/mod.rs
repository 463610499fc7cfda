//! When a score runs by itself: how often it is scored and trained.
//!
//! `state`, `update` and `view` as in every dialog.

mod state;
mod update;
mod view;

pub use state::ScheduleForm;
pub use update::update;
pub use view::view;
