//! What was entered in the goal and does not occur in the data, with the nearest that does. Said beside it by the view: it is
//! no mistake, because what is not in the data today may come tomorrow.

use crate::domain::score::ProfileType;
use crate::domain::score::draft::DraftCondition;
use crate::domain::score::goal::Operator;
use crate::domain::source::catalog::{Catalog, FieldEntry};
use crate::error::nearest;

/// What is to be said of a value of a condition; `None` where it occurs, or where the data does not tell.
pub fn value(catalog: &Catalog, event_type: &str, condition: &DraftCondition, value: &str) -> Option<String> {
    let field = catalog.event_type(event_type)?.field(&condition.field)?;
    let occurs = |holds: &dyn Fn(&str) -> bool| field.values.iter().any(|entry| holds(&entry.value));
    let found = match condition.operator? {
        Operator::Is | Operator::IsNot => occurs(&|text| same(text, value)),
        Operator::Contains | Operator::DoesNotContain => occurs(&|text| text.contains(value)),
        Operator::StartsWith => occurs(&|text| text.starts_with(value)),
        Operator::EndsWith => occurs(&|text| text.ends_with(value)),
        _ => true,
    };
    if found || !is_complete(field) {
        return None;
    }
    let near = nearest(value, field.values.iter().map(|entry| entry.value.as_str()));
    Some(remark(near))
}

/// What is to be said of an event type.
pub fn event_type(catalog: &Catalog, name: &str) -> Option<String> {
    let unknown = !name.is_empty() && catalog.event_type(name).is_none();
    unknown.then(|| remark(nearest(name, catalog.event_types.iter().map(|entry| entry.event_type.as_str()))))
}

/// What is to be said of a field of an event type that is in the data.
pub fn field(catalog: &Catalog, event_type: &str, name: &str) -> Option<String> {
    let entry = catalog.event_type(event_type)?;
    let unknown = !name.is_empty() && entry.field(name).is_none();
    unknown.then(|| remark(nearest(name, entry.fields.iter().map(|field| field.field.as_str()))))
}

/// What is to be said of an attribute of profiles of this type.
pub fn attribute(catalog: &Catalog, profile_type: ProfileType, name: &str) -> Option<String> {
    let names = || catalog.attributes_of(profile_type).map(|entry| entry.field.as_str());
    let unknown = names().all(|known| known != name);
    unknown.then(|| remark(nearest(name, names())))
}

fn remark(near: Option<&str>) -> String {
    match near {
        Some(near) => format!("not in the data; did you mean {near}?"),
        None => "not in the data".into(),
    }
}

/// Whether all values of the field are known: of very many only the most frequent are.
fn is_complete(field: &FieldEntry) -> bool {
    field.values.len() as u64 >= field.distinct
}

/// Numbers are compared as numbers.
fn same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    one == other || number(one).zip(number(other)).is_some_and(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::catalog::{TypeEntry, ValueEntry};

    fn catalog(values: &[&str], distinct: u64) -> Catalog {
        let values = values.iter().map(|v| ValueEntry { value: (*v).into(), events: 3 }).collect();
        let field = FieldEntry { field: "stage".into(), filled: 9, distinct, values };
        let entry =
            TypeEntry { event_type: "opportunityUpdated".into(), events: 9, fields: vec![field], months: Vec::new() };
        Catalog {
            version: 1,
            key: String::new(),
            built_at: jiff::Timestamp::UNIX_EPOCH,
            seconds: 1.0,
            first_day: None,
            last_day: None,
            persons: 1,
            accounts: 1,
            opportunities: 1,
            events: 9,
            refused: 0,
            event_types: vec![entry],
            sources: Vec::new(),
            warnings: Vec::new(),
            attributes: Vec::new(),
        }
    }

    fn condition(operator: Operator) -> DraftCondition {
        DraftCondition { field: "stage".into(), operator: Some(operator), ..DraftCondition::default() }
    }

    #[test]
    fn what_does_not_occur_is_told_with_the_nearest_that_does() {
        let known = catalog(&["Closed Won", "Closed Lost", "5.0"], 3);
        let said = |operator, text| value(&known, "opportunityUpdated", &condition(operator), text);
        let near = "not in the data; did you mean Closed Won?".to_string();
        assert_eq!(said(Operator::Is, "closed won"), Some(near));
        assert_eq!(said(Operator::Is, "Closed Won"), None);
        assert_eq!(said(Operator::Is, "5"), None);
        assert_eq!(said(Operator::Contains, "Won"), None);
        assert_eq!(said(Operator::Contains, "won!"), Some("not in the data".into()));
        assert_eq!(
            event_type(&known, "oportunityUpdated"),
            Some("not in the data; did you mean opportunityUpdated?".into())
        );
        assert_eq!(field(&known, "opportunityUpdated", "Stage"), Some("not in the data; did you mean stage?".into()));
        // Of more values than the catalog lists nothing can be said.
        assert_eq!(value(&catalog(&["a"], 2), "opportunityUpdated", &condition(Operator::Is), "b"), None);
    }
}
