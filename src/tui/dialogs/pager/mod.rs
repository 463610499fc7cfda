//! Text to read and scroll: the help, an error, a code.

mod code;
mod content;
mod help;
mod state;
mod update;
mod view;

pub use state::Pager;
pub use update::update;
pub use view::view;
