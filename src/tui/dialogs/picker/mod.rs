//! Lists to pick from by typing: the command palette, the drafts, what to copy, the columns of the profiles.

mod rows;
mod state;
mod update;
mod view;

pub use state::{Picker, PickerKind};
pub use update::{toggle_selected, update};
pub use view::view;
