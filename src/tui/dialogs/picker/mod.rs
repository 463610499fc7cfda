//! Lists to pick from by typing: the command palette, the drafts, the deleted scores, what to copy, the columns of the profiles.
//!
//! `rows` is what a picker offers; `state`, `update` and `view` as in every dialog.

mod rows;
mod state;
mod update;
mod view;

pub use state::{Picker, PickerKind};
pub use update::{toggle_selected, update};
pub use view::view;
