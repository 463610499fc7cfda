//! One line to enter: where to go, where to write, another value of a feature. A mistake is told below the field.
//!
//! `state`, `update` and `view` as in every dialog.

mod state;
mod update;
mod view;

pub use state::{Prompt, Purpose};
pub use update::{text_key, update};
pub use view::view;
