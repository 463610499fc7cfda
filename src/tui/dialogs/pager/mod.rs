//! Text to read and scroll: an error, a code, the timer.
//!
//! `content` is what is shown: `code` and `timer` give the lines of two pages; `state`, `update` and `view` as in every dialog.

mod code;
mod content;
mod state;
mod timer;
mod update;
mod view;

pub use state::Pager;
pub use update::update;
pub use view::view;
