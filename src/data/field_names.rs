//! Under which names a condition finds the columns of an event. Used by `events` for goals and exclusions, and by
//! [`event_store`](super::event_store) for estimates, so that both find the same.

use super::mapping::Mapping;
use hashbrown::HashMap;

/// The fields of the events that opportunities imply.
pub(super) const IMPLIED_FIELDS: [&str; 2] = ["attributeName", "newValue"];

/// Which of [`IMPLIED_FIELDS`] a condition means: sources with the history have these fields under many dotted names.
pub(super) fn implied_column(name: &str) -> Option<usize> {
    let last = name.rsplit('.').next().unwrap_or(name);
    IMPLIED_FIELDS.iter().position(|field| *field == last)
}

/// Every name under which a condition may find a column. The weaker names come first, so that the stronger ones replace
/// them: last part of a dotted name, field, column.
pub(super) fn names_of<'n>(
    columns: &[String],
    fields: impl Iterator<Item = (&'n str, usize)>,
) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for (index, column) in columns.iter().enumerate() {
        if let Some(last) = column.rsplit('.').next() {
            names.insert(last.to_string(), index);
        }
    }
    names.extend(fields.map(|(field, index)| (field.to_string(), index)));
    names.extend(columns.iter().cloned().enumerate().map(|(i, c)| (c, i)));
    names
}

/// Fields and the columns that fill them.
pub(super) fn fields_of(mapping: &Mapping) -> impl Iterator<Item = (&'static str, usize)> + '_ {
    mapping.fields.iter().map(|(field, index, _)| (*field, *index))
}
