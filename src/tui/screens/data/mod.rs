//! The Data screen: the sources with their files, columns and refused rows, and the event types by month, all of it from the
//! catalog, which a process of its own builds and the watcher brings.
//!
//! `state`, `update` and `view` as everywhere; `hints` is what the foot of the screen tells. `details` writes what stands beside
//! the list and on the page of a source or of the event types, `layout` knows how much is shown.

mod details;
mod hints;
mod layout;
mod state;
mod update;
mod view;

pub use hints::hints;
pub use state::Data;
pub use update::{open, update};
pub use view::view;
