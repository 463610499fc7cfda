//! The fields of the wizard: which there are at the moment, and moving among them.

use super::{Step, Wizard};
use crate::domain::score::draft::{Draft, DraftCondition, DraftEvent};
use crate::domain::score::goal::Arity;
use crate::tui::ring;
use crate::tui::widgets::text_field::TextField;

/// Goal events or exclusions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    Goal,
    Exclusion,
}

/// A control of the wizard: of an event its number, of a condition that of the event and its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    ProfileType,
    Name,
    Description,
    CopyGoal,
    Next,
    Cancel,
    EventType(Side, usize),
    FieldName(Side, usize, usize),
    Operator(Side, usize, usize),
    Value(Side, usize, usize),
    AddField(Side, usize),
    Combine,
    AddEvent,
    AddExclusion,
    Timeframe,
    Days,
    MergePolicy,
    Back,
    Finish,
}

impl Field {
    /// Whether text is typed into it.
    pub fn is_text(self) -> bool {
        matches!(self, Field::Name | Field::Description | Field::Value(..) | Field::Days)
    }

    /// Whether it is a dropdown.
    pub fn is_choice(self) -> bool {
        matches!(
            self,
            Field::ProfileType
                | Field::EventType(..)
                | Field::FieldName(..)
                | Field::Operator(..)
                | Field::Combine
                | Field::Timeframe
                | Field::MergePolicy
        )
    }
}

pub fn events(draft: &Draft, side: Side) -> &[DraftEvent] {
    match side {
        Side::Goal => &draft.goal,
        Side::Exclusion => &draft.exclusions,
    }
}

pub fn events_mut(draft: &mut Draft, side: Side) -> &mut Vec<DraftEvent> {
    match side {
        Side::Goal => &mut draft.goal,
        Side::Exclusion => &mut draft.exclusions,
    }
}

pub fn condition(draft: &Draft, side: Side, event: usize, at: usize) -> Option<&DraftCondition> {
    events(draft, side).get(event)?.conditions.get(at)
}

pub fn condition_mut(draft: &mut Draft, side: Side, event: usize, at: usize) -> Option<&mut DraftCondition> {
    events_mut(draft, side).get_mut(event)?.conditions.get_mut(at)
}

impl Wizard {
    /// The fields that are shown, in their order.
    pub fn fields(&self) -> Vec<Field> {
        match self.step {
            Step::Basic => {
                let mut fields = vec![Field::ProfileType, Field::Name, Field::Description];
                if self.draft.clone_of.is_some() {
                    fields.push(Field::CopyGoal);
                }
                fields.extend([Field::Cancel, Field::Next]);
                fields
            }
            Step::Goal => self.goal_fields(),
        }
    }

    fn goal_fields(&self) -> Vec<Field> {
        let draft = &self.draft;
        let mut fields = Vec::new();
        for (i, event) in draft.goal.iter().enumerate() {
            if i == 1 {
                fields.push(Field::Combine);
            }
            event_fields(event, Side::Goal, i, &mut fields);
        }
        if draft.goal.iter().any(|e| !e.event_type.is_empty()) {
            fields.push(Field::AddEvent);
            for (i, event) in draft.exclusions.iter().enumerate() {
                event_fields(event, Side::Exclusion, i, &mut fields);
            }
            fields.extend([Field::AddExclusion, Field::Timeframe]);
            if self.custom {
                fields.push(Field::Days);
            }
            if !draft.timeframe.trim().is_empty() {
                fields.push(Field::MergePolicy);
            }
        }
        fields.extend([Field::Back, Field::Finish]);
        fields
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
        if matches!(self.focus, Field::Value(..)) {
            self.entry = TextField::new(menu.typed());
        }
        true
    }

    /// Moves the focus; what was typed is taken, and the mistakes of the field that is left are told from now on.
    pub fn focus_on(&mut self, field: Field) {
        self.close_menu();
        self.take_entry();
        self.left.insert(self.focus);
        self.focus = field;
        self.load_entry();
    }

    /// The next field, or the one before.
    pub fn step_focus(&mut self, by: isize) {
        self.focus_on(ring::step(&self.fields(), self.focus, by));
    }

    /// Keeps the focus on a field that exists.
    pub fn refocus(&mut self) {
        let fields = self.fields();
        if !fields.contains(&self.focus) {
            let near = fields.iter().rev().find(|f| **f <= self.focus).or(fields.first());
            self.focus = near.copied().unwrap_or(Field::Finish);
            self.load_entry();
        }
    }

    pub(super) fn load_entry(&mut self) {
        self.entry = match self.focus {
            Field::Name => TextField::new(&self.draft.name),
            Field::Description => TextField::new(&self.draft.description),
            Field::Days => TextField::new(&self.draft.timeframe),
            _ => TextField::default(),
        };
    }

    /// Puts the text of the focused field into the draft: a value that was not entered yet becomes one.
    pub fn take_entry(&mut self) {
        let text = self.entry.value().to_string();
        match self.focus {
            Field::Name => self.draft.name = text,
            Field::Description => self.draft.description = text,
            Field::Days => self.draft.timeframe = text.trim().to_string(),
            Field::Value(side, event, at) => {
                self.add_value(side, event, at, text.trim());
                self.entry.clear();
            }
            _ => {}
        }
    }

    pub fn add_value(&mut self, side: Side, event: usize, at: usize, value: &str) {
        let Some(condition) = condition_mut(&mut self.draft, side, event, at) else { return };
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

    /// What is told at a field, once it was left.
    pub fn mistake(&self, field: Field, taken: impl Fn(&str) -> bool) -> Option<String> {
        let told = self.left.contains(&field) && (field != self.focus || self.sent == Some(field));
        if told { self.wrong(field, taken) } else { None }
    }

    /// What is wrong with a field, told or not.
    pub fn wrong(&self, field: Field, taken: impl Fn(&str) -> bool) -> Option<String> {
        let draft = &self.draft;
        match field {
            Field::ProfileType => draft.profile_type.is_none().then(|| "Choose who is scored.".to_string()),
            Field::Name => draft.name_mistake(taken),
            Field::EventType(Side::Goal, 0) => {
                draft.goal.iter().all(DraftEvent::is_empty).then(|| "Choose a goal.".to_string())
            }
            Field::EventType(side, i) => {
                let event = events(draft, side).get(i)?;
                (event.event_type.is_empty() && !event.is_empty()).then(|| "Choose an event type.".to_string())
            }
            Field::Operator(side, i, j) => {
                let condition = condition(draft, side, i, j)?;
                if condition.operator.is_none() { condition.mistake() } else { None }
            }
            Field::Value(side, i, j) => condition(draft, side, i, j)?.mistake(),
            Field::Timeframe if !self.custom => draft.timeframe_days().err(),
            Field::Days => draft.timeframe_days().err(),
            _ => None,
        }
    }

    /// Marks all fields of the present step as left, and goes to the first that is wrong; tells whether there is one.
    pub fn show_mistakes(&mut self, taken: impl Fn(&str) -> bool + Copy) -> bool {
        self.close_menu();
        self.take_entry();
        let fields = self.fields();
        self.left.extend(fields.iter().copied());
        match fields.into_iter().find(|f| self.wrong(*f, taken).is_some()) {
            Some(wrong) => {
                self.focus = wrong;
                self.load_entry();
                self.sent = Some(wrong);
                true
            }
            None => false,
        }
    }
}

fn event_fields(event: &DraftEvent, side: Side, i: usize, fields: &mut Vec<Field>) {
    fields.push(Field::EventType(side, i));
    if event.event_type.is_empty() {
        return;
    }
    for (j, condition) in event.conditions.iter().enumerate() {
        fields.push(Field::FieldName(side, i, j));
        if condition.field.is_empty() {
            continue;
        }
        fields.push(Field::Operator(side, i, j));
        if condition.operator.is_some_and(|o| o.arity() != Arity::Nothing) {
            fields.push(Field::Value(side, i, j));
        }
    }
    fields.push(Field::AddField(side, i));
}
