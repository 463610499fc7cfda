//! Text to read and scroll: the help, an error, a code, the timer.
//!
//! `content` is what is shown: `help`, `code` and `timer` give the lines of three pages; `state`, `update` and `view` as in every dialog.

mod code;
mod content;
mod help;
mod state;
mod timer;
mod update;
mod view;

pub use state::Pager;
pub use update::update;
pub use view::view;
