//! Questions with buttons: run, delete, cancel a run, keep a draft, and the end of the wizard.

mod content;
mod state;
mod update;
mod view;

pub use state::{Confirm, Question};
pub use update::update;
pub use view::view;
