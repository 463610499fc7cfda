//! Lists to pick from by typing: the command palette, the help, the drafts, the deleted scores, what to copy, the columns of
//! the profiles, what a list is sorted by, the colours.
//!
//! `row` is a row and what it stands for, `rows` are those that a picker offers, `help` the rows of the help; `state`, `update` and `view` as in every dialog.

mod help;
mod row;
mod rows;
mod state;
mod update;
mod view;

pub use state::{Picker, PickerKind};
pub use update::{pick_letter, toggle_selected, update};
pub use view::view;
