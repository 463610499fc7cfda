//! One profile in full: its score among all, why it has it, what is known, what happened, how it came to change, and what
//! it would be if.
//!
//! `state`, `update` and `view` as everywhere; `header` draws the score and its reasons, `factor_rows` gives the lines of the left half, `details` those of the right
//! one, `layout` knows where the halves stand, [`related`] goes from an account to its persons and back.

mod details;
mod factor_rows;
mod header;
mod layout;
pub mod related;
mod state;
mod update;
mod view;

pub use state::{Pane, ProfilePage};
pub use update::{change_value, keep_visible, on_response, open, restore_changes, update};
pub use view::draw;
