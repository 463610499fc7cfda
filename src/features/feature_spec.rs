//! Which features a model has: chosen from what is known before a day, frozen with the model, so that a scoring run
//! months later computes the very same columns. Chosen by `pipeline::train`, kept in `model.json`, read by
//! [`extractor`](super::extractor), which fills the columns.

use super::attributes::{self, Encoder};
use super::column::Column;
use super::links;
use super::population::Population;
use crate::domain::score::ProfileType;
use crate::domain::source::activity::Day;
use crate::error::{Error, Result, nearest};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Most event types with features of their own; the rest is pooled.
const MAX_EVENT_TYPES: usize = 60;

/// The trailing windows in days; "all" comes after them.
pub const WINDOWS: [Day; 4] = [7, 30, 90, 180];

/// The features of one model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FeatureSpec {
    /// Whose features they are.
    pub profile_type: ProfileType,
    /// Event types with features of their own, alphabetical.
    pub types: Vec<String>,
    /// Whether further types are pooled into one.
    pub pooled: bool,
    /// Numeric event fields.
    pub fields: Vec<String>,
    /// Event fields of which it is told what others with the same value did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// The encoders of the attributes, whose columns stand at the end of the matrix.
    pub attributes: Vec<Encoder>,
    /// Codes left out by the score (`--without`).
    pub dropped: Vec<String>,
    /// Windows look back from the last day on which anybody was active where the business rested before a cutoff; false in
    /// the models of older programs.
    #[serde(default)]
    pub skips_rests: bool,
    /// All columns in the order of the matrix.
    pub columns: Vec<Column>,
}

/// What decides the choice beside the data.
#[derive(Debug, Clone, Copy)]
pub struct FeatureOptions<'a> {
    /// Further attributes (`--with`).
    pub with: &'a [String],
    /// Attributes, event types, fields or codes to leave out (`--without`).
    pub without: &'a [String],
    /// Whether it is told what others with the same value in an event field did.
    pub links: bool,
}

impl FeatureSpec {
    /// Chooses the features from what lies before `before`; categories are those of `profiles`.
    ///
    /// # Errors
    /// A name in `with` or `without` that nothing has, with the nearest one.
    pub fn choose(
        population: &Population<'_>,
        options: FeatureOptions<'_>,
        before: Day,
        profiles: &[u32],
    ) -> Result<FeatureSpec> {
        let without = |name: &str| options.without.iter().any(|w| w == name);
        let activity = &population.business.activity;
        let mut counts = vec![0u64; activity.types.len()];
        for row in activity.rows.iter().filter(|r| r.day < before) {
            counts[usize::from(row.event_type)] += u64::from(row.count);
        }
        let mut order: Vec<usize> =
            (0..counts.len()).filter(|&i| counts[i] > 0 && !without(&activity.types[i])).collect();
        order.sort_by(|&a, &b| counts[b].cmp(&counts[a]).then_with(|| activity.types[a].cmp(&activity.types[b])));
        let pooled = order.len() > MAX_EVENT_TYPES;
        let mut types: Vec<String> = order.iter().take(MAX_EVENT_TYPES).map(|&i| activity.types[i].clone()).collect();
        types.sort_unstable();
        let mut known = vec![false; activity.fields.len()];
        activity.numbers.iter().filter(|n| n.day < before).for_each(|n| known[usize::from(n.field)] = true);
        let names = activity.fields.iter().zip(known).filter(|(name, known)| *known && !without(name));
        let fields: Vec<String> = names.map(|(name, _)| name.clone()).collect();
        let links = match options.links {
            true => links::fields_before(population.business, before, &without),
            false => Vec::new(),
        };
        let attributes = attributes::choose_encoders(population, options.with, &without, profiles)?;
        let mut spec = FeatureSpec {
            profile_type: population.profile_type,
            types,
            pooled,
            fields,
            links,
            attributes,
            dropped: options.without.to_vec(),
            skips_rests: true,
            columns: Vec::new(),
        };
        spec.columns = spec.name_columns();
        spec.check_without(options.without, &activity.types, population)?;
        Ok(spec)
    }

    /// The number of type slots: one per type and one for the pool.
    pub fn slots(&self) -> usize {
        self.types.len() + usize::from(self.pooled)
    }

    /// Columns of the matrix.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// The columns that tell what others with the same value did.
    pub fn link_columns(&self) -> Range<usize> {
        let end = self.width() - self.attributes.len();
        end - self.links.len() * links::STATISTICS.len()..end
    }

    /// The encoder of a column; `None` for activity.
    pub fn encoder(&self, column: usize) -> Option<&Encoder> {
        column.checked_sub(self.width() - self.attributes.len()).and_then(|i| self.attributes.get(i))
    }

    /// Columns that the score leaves out by their code: their cells stay missing.
    pub fn is_dropped(&self, column: &Column) -> bool {
        self.dropped.contains(&column.code)
    }

    fn check_without(&self, without: &[String], types: &[String], population: &Population<'_>) -> Result<()> {
        let activity = &population.business.activity;
        // A name stays known where the field is none today, or too large.
        let link_codes: Vec<String> = activity.link_candidates.iter().flat_map(|field| link_codes(field)).collect();
        let known: Vec<&str> = (types.iter().chain(&activity.fields).map(String::as_str))
            .chain(activity.link_candidates.iter().map(String::as_str))
            .chain(self.columns.iter().map(|c| c.code.as_str()))
            .chain(link_codes.iter().map(String::as_str))
            .chain(attributes::attribute_names(population))
            .collect();
        for name in without {
            if !known.contains(&name.as_str()) {
                let error = Error::new(format!("--without {name}: nothing has this name."))
                    .because("it takes an attribute, an event type, an event field or a feature's code");
                return Err(match nearest(name, known.iter().copied()) {
                    Some(near) => error.hint(format!("did you mean '{near}'?")),
                    None => error,
                });
            }
        }
        Ok(())
    }

    /// The columns in exactly the order in which [`extractor`](super::extractor) writes them.
    fn name_columns(&self) -> Vec<Column> {
        let mut codes: Vec<String> = Vec::new();
        let push_windows = |prefix: &str, codes: &mut Vec<String>| {
            codes.extend(WINDOWS.map(|window| format!("{prefix}.{window}d")));
        };
        let pool = self.pooled.then_some("(other types)");
        for event_type in self.types.iter().map(String::as_str).chain(pool) {
            push_windows(&format!("count.{event_type}"), &mut codes);
            codes.push(format!("count.{event_type}.all"));
            codes.push(format!("since.{event_type}"));
        }
        push_windows("events", &mut codes);
        codes.extend(TOTALS.map(String::from));
        for field in &self.fields {
            codes.extend([format!("sum.{field}.90d"), format!("sum.{field}.all"), format!("last.{field}")]);
        }
        match self.profile_type {
            ProfileType::Account => {
                codes.push("people.known".into());
                push_windows("people.active", &mut codes);
            }
            ProfileType::Person => {
                push_windows("account.events", &mut codes);
                codes.extend(["account.events.all".to_string(), "account.since.last".to_string()]);
            }
        }
        codes.extend(self.links.iter().flat_map(|field| link_codes(field)));
        let dated = codes.into_iter().map(|code| Column::new(code, false, false));
        dated.chain(self.attributes.iter().map(Encoder::column)).collect()
    }
}

fn link_codes(field: &str) -> [String; links::STATISTICS.len()] {
    links::STATISTICS.map(|statistic| links::code(field, statistic))
}

/// The features over all event types after their windows, in the order of the matrix.
const TOTALS: [&str; 9] = [
    "events.all",
    "active_days.30d",
    "active_days.90d",
    "active_days.all",
    "event_types",
    "since.last",
    "since.first",
    "tenure",
    "change.30d",
];
