//! *Create score*: Basic information, then Define your goal. Each part appears when the one before is chosen; nothing
//! that was entered is lost on the way back and forth, and what is left half-way can be kept as a draft.

mod choices;
mod fields;
mod line;
mod perform;
mod view;

pub use fields::{Field, Side};
pub use line::LiveLine;
pub use perform::{created, paste, perform, typed};
pub use view::view;

use crate::domain::score::ProfileType;
use crate::domain::score::draft::Draft;
use crate::domain::source::catalog::Question;
use crate::tui::effect::Effect;
use crate::tui::widgets::menu::Menu;
use crate::tui::widgets::text_field::TextField;
use std::collections::BTreeSet;

/// The state of the wizard.
#[derive(Debug, Clone, PartialEq)]
pub struct Wizard {
    pub draft: Draft,
    /// As it was opened: leaving without a change asks nothing.
    original: Draft,
    pub step: Step,
    pub focus: Field,
    /// Fields that were left once: from then on their mistakes are told.
    left: BTreeSet<Field>,
    /// The field that one was sent to because of its mistake, which is told there until something is typed.
    sent: Option<Field>,
    /// The text of the focused text field.
    entry: TextField,
    /// The open dropdown of the focused field.
    menu: Option<Menu>,
    /// A custom prediction timeframe is being typed.
    custom: bool,
    pub live: LiveLine,
    asked: Option<Question>,
    /// The profiles for which the counter has loaded what it needs.
    warm: Option<ProfileType>,
    /// The score is being created: nothing is taken twice.
    pub saving: bool,
    /// It is to close: nothing would be lost.
    closing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Basic,
    Goal,
}

/// The timeframe that the live line assumes while none is chosen.
const ASSUMED_DAYS: u32 = 90;

impl Wizard {
    pub fn new(draft: Draft) -> Wizard {
        let mut draft = draft;
        if draft.goal.is_empty() {
            draft.goal.push(Default::default());
        }
        let days = draft.timeframe.trim().parse::<u32>().ok();
        let custom = days.is_some_and(|d| !crate::domain::score::draft::TIMEFRAMES.contains(&d));
        let mut wizard = Wizard {
            original: draft.clone(),
            draft,
            step: Step::Basic,
            focus: Field::ProfileType,
            left: BTreeSet::new(),
            sent: None,
            entry: TextField::default(),
            menu: None,
            custom,
            live: LiveLine::Nothing,
            asked: None,
            warm: None,
            saving: false,
            closing: false,
        };
        if wizard.draft.profile_type.is_some() {
            wizard.focus_on(Field::Name);
        }
        wizard
    }

    pub fn has_menu(&self) -> bool {
        self.menu.is_some()
    }

    /// Whether leaving loses something.
    pub fn is_changed(&self) -> bool {
        let entered = self.with_entry();
        entered != self.original && !entered.is_empty()
    }

    /// The draft with the text that still stands in the focused field.
    pub fn with_entry(&self) -> Draft {
        let mut copy = self.clone();
        copy.take_entry();
        copy.draft
    }

    /// What the live line is to find out, if that is something new.
    pub fn ask_estimate(&mut self, generation: &mut u64) -> Option<Effect> {
        let question = self.question();
        if question.is_none() && self.warm != self.draft.profile_type {
            self.warm = self.draft.profile_type;
            return self.warm.map(Effect::WarmUp);
        }
        if question == self.asked {
            return None;
        }
        self.asked.clone_from(&question);
        *generation += 1;
        let Some(question) = question else {
            self.live = LiveLine::Nothing;
            return None;
        };
        self.warm = Some(question.profile_type);
        self.live = LiveLine::Waiting(*generation, self.live.known().cloned().map(Box::new));
        Some(Effect::Estimate { generation: *generation, question })
    }

    /// Asks the same question again: the catalog is another one.
    pub fn ask_again(&mut self, generation: &mut u64) -> Option<Effect> {
        self.asked = None;
        self.warm = None;
        self.ask_estimate(generation)
    }

    fn question(&self) -> Option<Question> {
        Some(Question {
            profile_type: self.draft.profile_type?,
            goal: self.draft.goal()?,
            exclusions: self.draft.whole_exclusions(),
            timeframe_days: self.draft.timeframe_days().unwrap_or(ASSUMED_DAYS),
        })
    }

    /// Whether the goal is one-off, where the data of this very goal has said so.
    pub fn one_off(&self) -> Option<bool> {
        match &self.live {
            LiveLine::Known(estimate) if self.asked == self.question() && estimate.converters > 0 => {
                Some(estimate.one_off)
            }
            _ => None,
        }
    }
}
