//! Goals that the data suggest: what firms call a conversion, as it occurs in the sources. Shown by `data add` once sources
//! are added, so that the first score needs no search.

use super::catalog::{FieldEntry, TypeEntry};
use crate::domain::feature_labels::split_words;
use crate::domain::score::goal::{Condition, GoalEvent, Operator};

/// Most goals that are suggested.
const MAX_GOALS: usize = 6;

/// A goal that occurs.
#[derive(Debug, Clone, PartialEq)]
pub struct LikelyGoal {
    /// The goal.
    pub goal: GoalEvent,
    /// Events that meet it.
    pub events: u64,
}

/// The likely goals, deals that were won first, of these and of the others the more frequent first.
pub fn likely_goals(event_types: &[TypeEntry]) -> Vec<LikelyGoal> {
    let mut won: Vec<LikelyGoal> = event_types.iter().flat_map(won_by_value).collect();
    let is_outcome = |t: &&TypeEntry| split_words(&t.event_type).iter().any(|word| OUTCOMES.contains(&word.as_str()));
    let plain = |t: &TypeEntry| LikelyGoal {
        goal: GoalEvent { event_type: t.event_type.clone(), conditions: Vec::new() },
        events: t.events,
    };
    let mut others: Vec<LikelyGoal> = event_types.iter().filter(is_outcome).map(plain).collect();
    for goals in [&mut won, &mut others] {
        goals.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.goal.event_type.cmp(&b.goal.event_type)));
    }
    won.extend(others);
    won.truncate(MAX_GOALS);
    won
}

/// Words of event types that are an outcome by themselves.
const OUTCOMES: [&str; 12] = [
    "convert",
    "converted",
    "conversion",
    "won",
    "win",
    "purchase",
    "purchased",
    "order",
    "signup",
    "subscribed",
    "accepted",
    "signed",
];

/// Words of a stage at which a deal is won.
const WON: [&str; 8] = ["won", "gewonnen", "gagné", "gagnée", "ganado", "ganada", "vinto", "ganho"];

/// Goals of a type whose events tell the stage that a deal reached.
fn won_by_value(of_type: &TypeEntry) -> Vec<LikelyGoal> {
    let mut goals = Vec::new();
    for field in of_type.fields.iter().filter(|f| is_stage(&f.field)) {
        // What all events of the type say is no condition.
        let won = field.values.iter().filter(|value| is_won(&value.value) && value.events < of_type.events);
        for value in won {
            let mut conditions = vec![is(field, &value.value)];
            if let Some(attribute) = attribute_of_stage(of_type).filter(|_| last_word(&field.field) == "value") {
                conditions.insert(0, attribute);
            }
            let goal = GoalEvent { event_type: of_type.event_type.clone(), conditions };
            goals.push(LikelyGoal { goal, events: value.events });
        }
    }
    goals
}

/// The condition that a change of attributes is one of the stage.
fn attribute_of_stage(of_type: &TypeEntry) -> Option<Condition> {
    let field = of_type.fields.iter().find(|f| f.field.rsplit('.').next() == Some("attributeName"))?;
    let stage = field.values.iter().find(|value| split_words(&value.value).iter().any(|word| word == "stage"))?;
    Some(is(field, &stage.value))
}

fn is(field: &FieldEntry, value: &str) -> Condition {
    Condition { field: field.field.clone(), operator: Operator::Is, values: vec![value.to_string()] }
}

fn is_stage(field: &str) -> bool {
    let name = field.rsplit('.').next().unwrap_or(field);
    let words = split_words(name);
    name == "newValue" || words.iter().any(|word| ["stage", "status"].contains(&word.as_str()))
}

fn last_word(field: &str) -> String {
    split_words(field).pop().unwrap_or_default()
}

fn is_won(value: &str) -> bool {
    split_words(value).iter().any(|word| WON.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::catalog::ValueEntry;

    fn field(name: &str, values: &[(&str, u64)]) -> FieldEntry {
        let values: Vec<ValueEntry> =
            values.iter().map(|(value, events)| ValueEntry { value: (*value).into(), events: *events }).collect();
        FieldEntry {
            field: name.into(),
            filled: values.iter().map(|v| v.events).sum(),
            distinct: values.len() as u64,
            values,
        }
    }

    fn goals(types: Vec<(&str, u64, Vec<FieldEntry>)>) -> Vec<(String, u64)> {
        let event_types: Vec<TypeEntry> = types
            .into_iter()
            .map(|(name, events, fields)| TypeEntry { event_type: name.into(), events, fields, months: Vec::new() })
            .collect();
        likely_goals(&event_types).into_iter().map(|goal| (goal.goal.to_string(), goal.events)).collect()
    }

    #[test]
    fn won_deals_come_first_and_visits_are_no_goal() {
        let changes = vec![
            field("attributeName", &[("Stage", 90), ("Amount", 9)]),
            field("newValue", &[("Closed Won", 20), ("Proposal", 70)]),
        ];
        let found = goals(vec![
            ("web.visit", 5_000, vec![field("page", &[("won", 3)])]),
            ("leadOperation.convertLead", 40, Vec::new()),
            ("opportunityEvent.opportunityUpdated", 99, changes),
            ("deal", 12, vec![field("deal_stage", &[("Gewonnen", 4)])]),
        ]);
        let expected = [
            ("opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won'", 20),
            ("deal where deal_stage is 'Gewonnen'", 4),
            ("leadOperation.convertLead", 40),
        ];
        assert_eq!(found, expected.map(|(goal, events)| (goal.to_string(), events)));
    }
}
