//! The columns of the current file, as far as events need them. Called by `reading` for every layout.

use crate::data::field_names::{fields_of, names_of};
use crate::data::link_fields::LinkFields;
use crate::data::numeric_fields::NumericFields;
use crate::data::readers::stream::Block;
use hashbrown::HashMap;

/// Columns of the current file.
#[derive(Default)]
pub(super) struct EventColumns {
    /// The layout of the block that they are of.
    pub(super) layout: u64,
    pub(super) event_id: Option<usize>,
    pub(super) person: Option<usize>,
    pub(super) account: Option<usize>,
    pub(super) opportunity: Option<usize>,
    pub(super) timestamp: Option<usize>,
    pub(super) event_type: Option<usize>,
    /// Every name under which a condition may find a column.
    pub(super) names: HashMap<String, usize>,
    /// (column, its number among the numeric candidates).
    pub(super) numeric: Vec<(usize, u16)>,
    /// (column, its number among the candidates for links).
    pub(super) links: Vec<(usize, u16)>,
}

impl EventColumns {
    /// Without the fields that a catalog does not ask for.
    pub(super) fn of(block: &Block<'_>, fields: Option<(&mut NumericFields, &mut LinkFields)>) -> EventColumns {
        let (columns, mapping) = (block.batch.columns(), block.mapping);
        let (numeric, links) = fields.map_or_else(Default::default, |(numbers, links)| {
            let ids = LinkFields::CANONICAL.iter().filter_map(|&field| Some((field, mapping.column(field)?)));
            let others = mapping.others.iter().map(|&c| (columns[c].as_str(), c));
            (
                mapping.others.iter().map(|&c| (c, numbers.candidate(&columns[c]))).collect(),
                ids.chain(others).filter_map(|(name, c)| Some((c, links.candidate(name)?))).collect(),
            )
        });
        EventColumns {
            layout: block.layout,
            event_id: mapping.column("event_id"),
            person: mapping.column("person_id"),
            account: mapping.column("account_id"),
            opportunity: mapping.column("opportunity_id"),
            timestamp: mapping.column("timestamp"),
            event_type: mapping.column("event_type"),
            names: names_of(columns, fields_of(mapping)),
            numeric,
            links,
        }
    }
}
