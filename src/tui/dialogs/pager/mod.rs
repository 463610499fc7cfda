//! Text to read and scroll: an error, a code.
//!
//! `content` is what is shown: `code` gives the lines of the page of a code; `state`, `update` and `view` as in every dialog.

mod code;
mod content;
mod state;
mod update;
mod view;

pub use state::Pager;
pub use update::update;
pub use view::view;
