//! The dialogs as a closed set. They stand on a stack in the state; the top one has every key.

use super::confirm::Confirm;
use super::edit_form::EditForm;
use super::pager::Pager;
use super::picker::Picker;
use super::prompt::Prompt;
use super::schedule_form::ScheduleForm;
use super::wizard::Wizard;
use crate::error::Error;

/// A dialog with its state.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    Wizard(Box<Wizard>),
    Edit(EditForm),
    Schedule(ScheduleForm),
    Confirm(Confirm),
    Picker(Picker),
    Prompt(Prompt),
    Pager(Pager),
}

impl Dialog {
    pub fn error(error: Error) -> Dialog {
        Dialog::Pager(Pager::error(error))
    }

    /// Whether a field of it takes printable keys.
    pub fn is_typing(&self) -> bool {
        match self {
            Dialog::Wizard(wizard) => wizard.is_typing(),
            Dialog::Edit(form) => form.is_typing(),
            Dialog::Schedule(form) => form.is_typing(),
            Dialog::Picker(_) | Dialog::Prompt(_) => true,
            Dialog::Confirm(_) | Dialog::Pager(_) => false,
        }
    }

    /// Whether it is typed into: there letters are text wherever the focus is, so that none presses a button.
    pub fn is_form(&self) -> bool {
        !matches!(self, Dialog::Confirm(_) | Dialog::Pager(_))
    }

    /// The score that it is about.
    pub fn score(&self) -> Option<&str> {
        match self {
            Dialog::Edit(form) => Some(&form.score),
            Dialog::Schedule(form) => Some(&form.score),
            Dialog::Confirm(confirm) => confirm.question.score(),
            Dialog::Wizard(_) | Dialog::Picker(_) | Dialog::Prompt(_) | Dialog::Pager(_) => None,
        }
    }
}
