//! What the dropdowns of the wizard offer, from the data where there is a catalog, and what taking a choice does.

use super::field::{Field, condition, condition_mut, events, events_mut};
use super::state::Wizard;
use crate::domain::score::draft::{DraftCondition, TIMEFRAMES};
use crate::domain::score::goal::{Arity, Combine, Operator};
use crate::domain::score::{MergePolicy, ProfileType};
use crate::tui::app::App;
use crate::tui::widgets::menu::{Item, Menu};

const CUSTOM: &str = "custom";

/// What the combinations of several goal events are called.
pub fn combine_words(combine: Combine) -> &'static str {
    match combine {
        Combine::Any => "any of the events",
        Combine::All => "all of the events",
    }
}

pub fn policy_words(policy: MergePolicy) -> &'static str {
    match policy {
        MergePolicy::MostRecent => "most recent",
        MergePolicy::SourceOrder => "source order",
    }
}

impl Wizard {
    /// The dropdown of a field; of a value field the values that occur.
    pub fn menu_for(&self, app: &App, field: Field) -> Option<Menu> {
        let (items, free) = match field {
            Field::ProfileType => (profile_types(app), false),
            Field::EventType(..) => (event_types(app), true),
            Field::FieldName(role, i, _) => {
                (self.field_names(app, &events(&self.draft, role).get(i)?.event_type), true)
            }
            Field::Operator(..) => (Operator::ALL.map(|o| Item::new(o.words())).to_vec(), false),
            Field::Value(role, i, j) => {
                let event = events(&self.draft, role).get(i)?;
                let condition = condition(&self.draft, role, i, j)?;
                (values(app, &event.event_type, condition), true)
            }
            Field::Combine => ([Combine::Any, Combine::All].map(|c| Item::new(combine_words(c))).to_vec(), false),
            Field::Timeframe => {
                let mut items: Vec<Item> = TIMEFRAMES.iter().map(|d| Item::new(format!("{d} days"))).collect();
                items.push(Item::new(CUSTOM));
                (items, false)
            }
            Field::MergePolicy => (MergePolicy::ALL.iter().map(|p| Item::new(policy_words(*p))).collect(), false),
            _ => return None,
        };
        Some(Menu::new(items, &self.choice_text(field), free))
    }

    /// What a dropdown shows while it is closed.
    pub fn choice_text(&self, field: Field) -> String {
        let draft = &self.draft;
        match field {
            Field::ProfileType => draft.profile_type.map_or(String::new(), |t| t.to_string()),
            Field::EventType(role, i) => events(draft, role).get(i).map_or(String::new(), |e| e.event_type.clone()),
            Field::FieldName(role, i, j) => condition(draft, role, i, j).map_or(String::new(), |c| c.field.clone()),
            Field::Operator(role, i, j) => {
                let operator = condition(draft, role, i, j).and_then(|c| c.operator);
                operator.map_or(String::new(), |o| o.words().to_string())
            }
            Field::Combine => combine_words(draft.combine).into(),
            Field::Timeframe if self.custom_timeframe => CUSTOM.into(),
            Field::Timeframe if draft.timeframe.is_empty() => String::new(),
            Field::Timeframe => format!("{} days", draft.timeframe),
            Field::MergePolicy => policy_words(draft.merge_policy).into(),
            _ => String::new(),
        }
    }

    /// Takes a choice and goes on to the field that it opens.
    pub fn apply_choice(&mut self, field: Field, choice: &str) {
        match field {
            Field::ProfileType => self.draft.profile_type = choice.parse::<ProfileType>().ok(),
            Field::EventType(role, i) => {
                if let Some(event) = events_mut(&mut self.draft, role).get_mut(i) {
                    if event.event_type != choice {
                        // Conditions on another type's fields mean nothing here.
                        event.conditions = vec![DraftCondition::default()];
                    }
                    event.event_type = choice.to_string();
                }
            }
            Field::FieldName(role, i, j) => {
                if let Some(condition) = condition_mut(&mut self.draft, role, i, j)
                    && condition.field != choice
                {
                    *condition = DraftCondition { field: choice.to_string(), ..DraftCondition::default() };
                }
            }
            Field::Operator(role, i, j) => {
                if let Some(condition) = condition_mut(&mut self.draft, role, i, j) {
                    condition.operator = Operator::ALL.into_iter().find(|o| o.words() == choice);
                }
            }
            Field::Value(role, i, j) => {
                self.add_value(role, i, j, choice);
                self.input.clear();
                self.menu = None;
                return;
            }
            Field::Combine => {
                let all = choice == combine_words(Combine::All);
                self.draft.combine = if all { Combine::All } else { Combine::Any };
            }
            Field::Timeframe => {
                self.custom_timeframe = choice == CUSTOM;
                self.draft.timeframe = choice.strip_suffix(" days").unwrap_or_default().to_string();
            }
            Field::MergePolicy => {
                let found = MergePolicy::ALL.iter().find(|p| policy_words(**p) == choice);
                self.draft.merge_policy = found.copied().unwrap_or_default();
            }
            _ => {}
        }
        self.step_focus(1);
    }

    fn field_names(&self, app: &App, event_type: &str) -> Vec<Item> {
        let found = app.catalog().and_then(|c| c.event_type(event_type));
        found.map_or_else(Vec::new, |t| t.fields.iter().map(|f| Item::counted(f.field.clone(), f.filled)).collect())
    }
}

fn profile_types(app: &App) -> Vec<Item> {
    match app.catalog() {
        Some(catalog) => vec![
            Item::counted(ProfileType::Person.word(), catalog.persons),
            Item::counted(ProfileType::Account.word(), catalog.accounts),
        ],
        None => ProfileType::ALL.iter().map(|t| Item::new(t.word())).collect(),
    }
}

fn event_types(app: &App) -> Vec<Item> {
    let types = app.catalog().map(|c| c.event_types.as_slice()).unwrap_or_default();
    types.iter().map(|t| Item::counted(t.event_type.clone(), t.events)).collect()
}

fn values(app: &App, event_type: &str, condition: &DraftCondition) -> Vec<Item> {
    if condition.operator.is_some_and(|o| o.arity() != Arity::Texts) {
        return Vec::new();
    }
    let field = app.catalog().and_then(|c| c.event_type(event_type)?.field(&condition.field));
    let values = field.map(|f| f.values.as_slice()).unwrap_or_default();
    let new = values.iter().filter(|v| !condition.values.contains(&v.value));
    new.map(|v| Item::counted(v.value.clone(), v.events)).collect()
}
