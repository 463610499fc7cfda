//! *Edit instance*: the description, which is all that may change, and why.
//!
//! `state`, `update` and `view` as in every dialog.

mod state;
mod update;
mod view;

pub use state::EditForm;
pub use update::update;
pub use view::view;
