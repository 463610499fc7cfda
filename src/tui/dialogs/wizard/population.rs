//! Who is scored: the conditions that are offered, ready to be taken and changed, and what is to be said of those that were
//! entered. Used by `choices` and the view.

use super::unknown;
use crate::domain::score::draft::Draft;
use crate::domain::score::goal::{Condition, GoalEvent, Operator};
use crate::domain::score::population_rule::{PopulationCondition, PopulationRule};
use crate::domain::source::catalog::FieldEntry;
use crate::tui::app::App;
use crate::tui::widgets::menu::Item;

/// Most event types that conditions are offered for; any other can be typed.
const MAX_TYPES: usize = 60;
/// Most values of an attribute that are offered, and most that it may have, for it to tell kinds of profiles apart.
const MAX_VALUES: usize = 8;
const MAX_DISTINCT: u64 = 50;

/// The usual conditions, then those on the attributes and on the events of the data, the most frequent first; none that is
/// there already.
pub fn offers(app: &App, draft: &Draft) -> Vec<Item> {
    let usual = [30, 90, 365].map(|within_days| PopulationCondition::Active { within_days });
    let age = [30, 365].map(|days| PopulationCondition::ExistsFor { days });
    let types = app.catalog().map(|catalog| catalog.event_types.as_slice()).unwrap_or_default();
    let of_types = types.iter().take(MAX_TYPES).flat_map(|entry| {
        let events = || vec![GoalEvent { event_type: entry.event_type.clone(), conditions: Vec::new() }];
        [
            PopulationCondition::Had { events: events(), within_days: Some(365) },
            PopulationCondition::HadNo { events: events(), within_days: None },
        ]
    });
    let of_profiles = app.catalog().zip(draft.profile_type).into_iter();
    let kinds = of_profiles.flat_map(|(catalog, profile_type)| catalog.attributes_of(profile_type));
    let of_kinds = kinds.filter(|field| field.distinct <= MAX_DISTINCT).flat_map(of_attribute);
    let all = usual.into_iter().chain(age).chain(of_kinds).chain(of_types).map(|condition| condition.to_string());
    all.filter(|text| !draft.population.contains(text)).map(Item::new).collect()
}

fn of_attribute(entry: &FieldEntry) -> impl Iterator<Item = PopulationCondition> {
    entry.values.iter().take(MAX_VALUES).map(|value| {
        let (field, values) = (entry.field.clone(), vec![value.value.clone()]);
        PopulationCondition::Attribute { conditions: vec![Condition { field, operator: Operator::Is, values }] }
    })
}

/// What is odd about a condition that was entered: it asks for an event or an attribute that is not in the data.
pub fn remark(app: &App, draft: &Draft, text: &str) -> Option<String> {
    let condition = PopulationCondition::parse(text).ok()?;
    let catalog = app.catalog()?;
    let mut remarks = condition.events().iter().filter_map(|event| {
        let remark = unknown::event_type(catalog, &event.event_type)?;
        Some(format!("{}: {remark}", event.event_type))
    });
    let of_attributes = || {
        let rule = PopulationRule { conditions: vec![condition.clone()] };
        let names = rule.attributes().into_iter();
        let mut remarks = names.filter_map(|name| {
            let remark = unknown::attribute(catalog, draft.profile_type?, name)?;
            Some(format!("{name}: {remark}"))
        });
        remarks.next()
    };
    remarks.next().or_else(of_attributes)
}
