//! Text to read and scroll: the help, an error, a code.
//!
//! `content` is what is shown: `help` and `code` give the lines of two pages; `state`, `update` and `view` as in every dialog.

mod code;
mod content;
mod help;
mod state;
mod update;
mod view;

pub use state::Pager;
pub use update::update;
pub use view::view;
