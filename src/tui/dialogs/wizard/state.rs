//! The state of the wizard: the draft, the step, the focused field and its text.

use super::field::{EventRole, Field, condition_mut};
use crate::domain::score::ProfileType;
use crate::domain::score::draft::{Draft, TIMEFRAMES};
use crate::domain::score::goal::Arity;
use crate::domain::score::population_rule::PopulationCondition;
use crate::domain::source::catalog::{GoalEstimate, GoalQuery};
use crate::error::Error;
use crate::tui::widgets::menu::Menu;
use crate::tui::widgets::text_field::TextField;
use std::collections::BTreeSet;

/// The state of the wizard.
#[derive(Debug, Clone, PartialEq)]
pub struct Wizard {
    pub draft: Draft,
    /// As it was opened: leaving without a change asks nothing.
    pub(super) original: Draft,
    pub step: Step,
    pub focus: Field,
    /// Fields that were left once: from then on their mistakes are told.
    pub(super) visited: BTreeSet<Field>,
    /// The field that one was sent to because of its mistake, which is told there until something is typed.
    pub(super) mistake_field: Option<Field>,
    /// The text of the focused text field.
    pub(super) input: TextField,
    /// The open dropdown of the focused field.
    pub(super) menu: Option<Menu>,
    /// The value field whose offer was closed by Esc: it does not open by itself again.
    pub(super) offer_closed: Option<Field>,
    /// A custom prediction timeframe is being typed.
    pub(super) custom_timeframe: bool,
    pub estimate: LiveEstimate,
    /// The question that was asked last.
    pub(super) requested: Option<GoalQuery>,
    /// The profiles for which the estimator has loaded what it needs.
    pub(super) warmed_up: Option<ProfileType>,
    /// The score is being created: nothing is taken twice.
    pub saving: bool,
    /// It is to close: nothing would be lost.
    pub(super) closing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Basic,
    Goal,
}

/// What is known of the goal that is being built.
#[derive(Debug, Clone, PartialEq)]
pub enum LiveEstimate {
    /// There is no goal to ask for yet.
    Nothing,
    /// Asked under this number; the answer to the question before is shown dim meanwhile.
    Waiting(u64, Option<Box<GoalEstimate>>),
    Known(Box<GoalEstimate>),
    Failed(Error),
}

impl LiveEstimate {
    /// The last answer, be it of the question before.
    pub fn known(&self) -> Option<&GoalEstimate> {
        match self {
            LiveEstimate::Known(estimate) => Some(estimate),
            LiveEstimate::Waiting(_, before) => before.as_deref(),
            LiveEstimate::Nothing | LiveEstimate::Failed(_) => None,
        }
    }
}

impl Wizard {
    pub fn new(draft: Draft) -> Wizard {
        let mut draft = draft;
        if draft.goal.is_empty() {
            draft.goal.push(Default::default());
        }
        let days = draft.timeframe.trim().parse::<u32>().ok();
        let custom_timeframe = days.is_some_and(|d| !TIMEFRAMES.contains(&d));
        let mut wizard = Wizard {
            original: draft.clone(),
            draft,
            step: Step::Basic,
            focus: Field::ProfileType,
            visited: BTreeSet::new(),
            mistake_field: None,
            input: TextField::default(),
            menu: None,
            offer_closed: None,
            custom_timeframe,
            estimate: LiveEstimate::Nothing,
            requested: None,
            warmed_up: None,
            saving: false,
            closing: false,
        };
        if wizard.draft.profile_type.is_some() {
            wizard.focus_on(Field::Name);
        }
        // A draft opens where it was left.
        if !wizard.draft.id.is_empty() && wizard.draft.goal.iter().any(|event| !event.event_type.is_empty()) {
            wizard.step = Step::Goal;
            wizard.focus_on(Field::EventType(EventRole::Goal, 0));
            wizard.visited.clear();
        }
        wizard
    }

    pub fn has_menu(&self) -> bool {
        self.menu.is_some()
    }

    /// Whether the open list offers values for the field that is typed into.
    pub fn focused_offer(&self) -> bool {
        self.menu.as_ref().is_some_and(Menu::is_offer)
    }

    /// What Enter does at the focused field, in a word.
    pub fn accept_word(&self) -> &'static str {
        match self.focus {
            focus if focus.is_choice() => "open",
            focus if focus.takes_several() => "add",
            focus if focus.is_text() => "next",
            _ => "press",
        }
    }

    /// Whether leaving loses something.
    pub fn is_changed(&self) -> bool {
        let entered = self.draft_with_input();
        entered != self.original && !entered.is_empty()
    }

    /// The draft with the text that still stands in the focused field.
    pub fn draft_with_input(&self) -> Draft {
        let mut copy = self.clone();
        copy.close_menu();
        copy.take_input();
        copy.draft
    }

    /// A closed dropdown opens with what is typed, so letters are text there, too.
    pub fn is_typing(&self) -> bool {
        self.is_editing() || self.focus.is_choice()
    }

    /// Whether the arrow keys move the cursor in a text.
    pub fn is_editing(&self) -> bool {
        self.menu.is_some() || self.focus.is_text()
    }

    /// Closes the open menu. What was typed there below a value field stands in the field again.
    pub fn close_menu(&mut self) -> bool {
        let Some(menu) = self.menu.take() else { return false };
        if self.focus.takes_several() {
            self.input = TextField::new(menu.typed());
        }
        true
    }

    /// The condition on who is scored that is being typed.
    pub(super) fn population_input(&self) -> &str {
        self.menu.as_ref().map_or(self.input.value(), Menu::typed).trim()
    }

    /// Moves the focus; what was typed is taken, and the mistakes of the field that is left are told from now on.
    pub fn focus_on(&mut self, field: Field) {
        self.close_menu();
        self.take_input();
        self.visited.insert(self.focus);
        self.offer_closed = None;
        self.focus = field;
        self.load_input();
    }

    pub(super) fn load_input(&mut self) {
        self.input = match self.focus {
            Field::Name => TextField::new(&self.draft.name),
            Field::Description => TextField::new(&self.draft.description),
            Field::Days => TextField::new(&self.draft.timeframe),
            _ => TextField::default(),
        };
    }

    /// Puts the text of the focused field into the draft: a value that was not entered yet becomes one.
    pub fn take_input(&mut self) {
        let text = self.input.value().to_string();
        match self.focus {
            Field::Name => self.draft.name = text,
            Field::Description => self.draft.description = text,
            Field::Days => self.draft.timeframe = text.trim().to_string(),
            Field::Value(role, event, at) => {
                self.add_value(role, event, at, text.trim());
                self.input.clear();
            }
            Field::Population => {
                self.add_population_condition(text.trim());
                self.input.clear();
            }
            _ => {}
        }
    }

    /// Takes a condition on who is scored, as it prints itself where it is one; a mistake is told at the field.
    pub(super) fn add_population_condition(&mut self, text: &str) {
        let condition = PopulationCondition::parse(text).map_or_else(|_| text.to_string(), |c| c.to_string());
        if !condition.is_empty() && !self.draft.population.contains(&condition) {
            self.draft.population.push(condition);
        }
    }

    /// The last condition on who is scored stands in the field again, to be changed.
    pub(super) fn take_back_population_condition(&mut self) {
        if let Some(last) = self.draft.population.pop() {
            self.input = TextField::new(&last);
            self.menu = None;
            self.offer_closed = Some(Field::Population);
        }
    }

    pub fn add_value(&mut self, role: EventRole, event: usize, at: usize, value: &str) {
        let Some(condition) = condition_mut(&mut self.draft, role, event, at) else { return };
        let single = condition.operator.is_some_and(|o| o.arity() == Arity::Number);
        if value.is_empty() || condition.values.iter().any(|v| v == value) {
            return;
        }
        if single {
            // A comparison has one number: another one takes its place.
            condition.values.clear();
        }
        condition.values.push(value.to_string());
    }
}
