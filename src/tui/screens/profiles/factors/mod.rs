//! What drives the score over all scored profiles and by band, and for the selected factor its values: how often profiles
//! with them converted in the test, and what they do to the scores of the run.
//!
//! `state`, `update` and `view` as everywhere; `layout` says where the parts stand.

mod layout;
mod state;
mod update;
mod view;

pub use state::Factors;
pub use update::{open, set_influence, update};
pub use view::draw;
