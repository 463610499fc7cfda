//! The dialogs: a closed set on a stack. The top one has every key; `Esc` closes one.
//!
//! Each has its folder with `state`, `update` and `view`: `confirm` asks with buttons, `edit_form` and `schedule_form` change a
//! score, `pager` shows text, `picker` is a list to choose from, `prompt` a line to enter, [`wizard`] creates a score.
//! `dialog` is the set of their states, [`open`] opens them, `update` and `view` hand on to the top one; `outcome` is what its
//! keys come to, `frame` what all of them stand in.

mod confirm;
mod dialog;
mod edit_form;
mod frame;
pub mod open;
mod outcome;
mod pager;
mod picker;
mod prompt;
mod schedule_form;
mod update;
mod view;
pub mod wizard;

pub use confirm::{Confirm, Question};
pub use dialog::Dialog;
pub use edit_form::EditForm;
pub use outcome::Outcome;
pub use pager::Pager;
pub use picker::{Picker, PickerKind};
pub use prompt::{Prompt, Purpose};
pub use schedule_form::ScheduleForm;
pub use update::{paste, text_key, update};
pub use view::view;
pub use wizard::Wizard;
