//! Which fields the wizard shows at the moment, and moving among them.

use super::field::{EventRole, Field};
use super::state::{Step, Wizard};
use crate::domain::score::draft::DraftEvent;
use crate::domain::score::goal::Arity;
use crate::tui::cycle;

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
            event_fields(event, EventRole::Goal, i, &mut fields);
        }
        if draft.goal.iter().any(|e| !e.event_type.is_empty()) {
            fields.push(Field::AddEvent);
            for (i, event) in draft.exclusions.iter().enumerate() {
                event_fields(event, EventRole::Exclusion, i, &mut fields);
            }
            fields.push(Field::AddExclusion);
            if draft.exclusions.iter().any(|e| !e.event_type.is_empty()) {
                fields.push(Field::ExclusionHolds);
            }
            fields.extend([Field::Population, Field::Timeframe]);
            if self.custom_timeframe {
                fields.push(Field::Days);
            }
            if !draft.timeframe.trim().is_empty() {
                fields.push(Field::MergePolicy);
            }
        }
        fields.extend([Field::Back, Field::Finish]);
        fields
    }

    /// The next field, or the one before.
    pub fn step_focus(&mut self, by: isize) {
        self.focus_on(cycle::step(&self.fields(), self.focus, by));
    }

    /// Keeps the focus on a field that exists.
    pub fn refocus(&mut self) {
        let fields = self.fields();
        if !fields.contains(&self.focus) {
            let near = fields.iter().rev().find(|f| **f <= self.focus).or(fields.first());
            self.focus = near.copied().unwrap_or(Field::Finish);
            self.load_input();
        }
    }
}

fn event_fields(event: &DraftEvent, role: EventRole, i: usize, fields: &mut Vec<Field>) {
    fields.push(Field::EventType(role, i));
    if event.event_type.is_empty() {
        return;
    }
    for (j, condition) in event.conditions.iter().enumerate() {
        fields.push(Field::FieldName(role, i, j));
        if condition.field.is_empty() {
            continue;
        }
        fields.push(Field::Operator(role, i, j));
        if condition.operator.is_some_and(|o| o.arity() != Arity::Nothing) {
            fields.push(Field::Value(role, i, j));
        }
    }
    fields.push(Field::AddField(role, i));
}
