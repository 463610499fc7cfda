//! Questions with buttons: run, delete, cancel a run, keep a draft, and the end of the wizard.
//!
//! `content` is the title, the text and the buttons of a question; `state` what is asked, `update` what keys do, `view` how it is drawn.

mod content;
mod state;
mod update;
mod view;

pub use state::{Confirm, Question};
pub use update::update;
pub use view::view;
