//! What is wrong with the fields of the wizard, and when that is shown.

use super::field::{EventRole, Field, condition, events};
use super::state::Wizard;
use crate::domain::score::draft::DraftEvent;
use crate::domain::score::population_rule::PopulationCondition;

impl Wizard {
    /// The mistake that is shown at a field, once it was left.
    pub fn shown_mistake(&self, field: Field, taken: impl Fn(&str) -> bool) -> Option<String> {
        let shown = self.visited.contains(&field) && (field != self.focus || self.mistake_field == Some(field));
        if shown { self.mistake(field, taken) } else { None }
    }

    /// What is wrong with a field, shown or not.
    pub fn mistake(&self, field: Field, taken: impl Fn(&str) -> bool) -> Option<String> {
        let draft = &self.draft;
        match field {
            Field::ProfileType => draft.profile_type.is_none().then(|| "Choose who is scored.".to_string()),
            Field::Name => draft.name_error(taken),
            Field::EventType(EventRole::Goal, 0) => {
                draft.goal.iter().all(DraftEvent::is_empty).then(|| "Choose a goal.".to_string())
            }
            Field::EventType(role, i) => {
                let event = events(draft, role).get(i)?;
                (event.event_type.is_empty() && !event.is_empty()).then(|| "Choose an event type.".to_string())
            }
            Field::Operator(role, i, j) => {
                let condition = condition(draft, role, i, j)?;
                if condition.operator.is_none() { condition.error() } else { None }
            }
            Field::Value(role, i, j) => condition(draft, role, i, j)?.error(),
            // What still stands in the field comes first: Enter has not taken it.
            Field::Population => match self.focus == field && !self.population_input().is_empty() {
                true => PopulationCondition::parse(self.population_input()).err().map(|error| error.in_short()),
                false => draft.population_error(),
            },
            Field::Timeframe if !self.custom_timeframe => draft.timeframe_days().err(),
            Field::Days => draft.timeframe_days().err(),
            _ => None,
        }
    }

    /// Marks all fields of the present step as left, and goes to the first that is wrong; tells whether there is one.
    pub fn show_mistakes(&mut self, taken: impl Fn(&str) -> bool + Copy) -> bool {
        self.close_menu();
        self.take_input();
        let fields = self.fields();
        self.visited.extend(fields.iter().copied());
        match fields.into_iter().find(|f| self.mistake(*f, taken).is_some()) {
            Some(wrong) => {
                self.focus = wrong;
                self.load_input();
                self.mistake_field = Some(wrong);
                true
            }
            None => false,
        }
    }
}
