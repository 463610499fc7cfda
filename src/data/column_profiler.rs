//! Profiles the columns of a source while it is read for a catalog, in memory that does not grow with the rows. Called by
//! `readers::stream` where the context asks for it; runs do not.

use super::readers::batch::Batch;
use super::values::booleans::boolean;
use super::values::empty::without_empty_words;
use super::values::number_format::is_plain;
use crate::domain::source::column_profile::{ColumnProfile, ColumnType};
use crate::domain::text::harmless;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
use std::hash::BuildHasher;

/// Different values that are counted of a column.
const MOST_VALUES: usize = 10_000;
/// Columns of a source that are looked at.
const MOST_COLUMNS: usize = 1_000;
const EXAMPLES: usize = 3;
/// Characters that are kept of an example.
const LONGEST: usize = 80;
/// A column is of a type where at least this share of its values is.
const TYPE_SHARE: f64 = 0.95;

/// The columns of one source so far.
#[derive(Default)]
pub struct ColumnProfiler {
    columns: Vec<Column>,
    index: HashMap<String, usize>,
    hasher: DefaultHashBuilder,
}

struct Column {
    name: String,
    rows: u64,
    filled: u64,
    dates: u64,
    numbers: u64,
    booleans: u64,
    values: HashSet<u64>,
    is_more: bool,
    examples: Vec<String>,
    period: Option<(String, String)>,
}

impl ColumnProfiler {
    /// Takes the rows of a block.
    pub fn add(&mut self, batch: &Batch) {
        for (at, name) in batch.columns().iter().enumerate() {
            let number = match self.index.get(name) {
                Some(&number) => number,
                None if self.columns.len() >= MOST_COLUMNS => continue,
                None => {
                    self.index.insert(name.clone(), self.columns.len());
                    self.columns.push(Column::new(name));
                    self.columns.len() - 1
                }
            };
            let column = &mut self.columns[number];
            column.rows += batch.rows() as u64;
            for row in 0..batch.rows() {
                let cell = without_empty_words(batch.text(row, at));
                if !cell.is_empty() {
                    column.add(cell, self.hasher.hash_one(cell));
                }
            }
        }
    }

    /// The profiles, in the order in which the columns occurred.
    pub fn finish(self) -> Vec<ColumnProfile> {
        self.columns.into_iter().map(Column::finish).collect()
    }
}

impl Column {
    fn new(name: &str) -> Column {
        Column {
            name: name.to_string(),
            rows: 0,
            filled: 0,
            dates: 0,
            numbers: 0,
            booleans: 0,
            values: HashSet::new(),
            is_more: false,
            examples: Vec::new(),
            period: None,
        }
    }

    fn add(&mut self, cell: &str, hash: u64) {
        self.filled += 1;
        let has_room = self.values.len() < MOST_VALUES;
        let is_new = has_room && self.values.insert(hash);
        self.is_more = self.is_more || !has_room && !self.values.contains(&hash);
        if is_new && self.examples.len() < EXAMPLES {
            self.examples.push(harmless(&cell.chars().take(LONGEST).collect::<String>()).into_owned());
        }
        if let Some(day) = day_of(cell) {
            self.dates += 1;
            match &mut self.period {
                None => self.period = Some((day.to_string(), day.to_string())),
                Some((first, _)) if day < first.as_str() => *first = day.to_string(),
                Some((_, last)) if day > last.as_str() => *last = day.to_string(),
                Some(_) => {}
            }
        } else if is_plain(cell) {
            self.numbers += 1;
        } else if boolean(cell).is_some() {
            self.booleans += 1;
        }
    }

    fn finish(self) -> ColumnProfile {
        let most = |count: u64| count > 0 && count as f64 >= TYPE_SHARE * self.filled as f64;
        let column_type = match () {
            () if self.filled == 0 => ColumnType::Empty,
            () if most(self.dates) => ColumnType::Date,
            () if most(self.numbers) => ColumnType::Number,
            () if most(self.booleans) => ColumnType::Boolean,
            () => ColumnType::Text,
        };
        ColumnProfile {
            column_type,
            rows: self.rows,
            filled: self.filled,
            distinct: self.values.len() as u64,
            is_more: self.is_more,
            examples: self.examples,
            period: self.period.filter(|_| column_type == ColumnType::Date),
            name: self.name,
        }
    }
}

/// The day of a date in ISO, as dates are once they are normalised.
fn day_of(cell: &str) -> Option<&str> {
    let day = cell.get(..10)?;
    let bytes = day.as_bytes();
    let is_day =
        bytes.iter().enumerate().all(|(at, b)| if at == 4 || at == 7 { *b == b'-' } else { b.is_ascii_digit() });
    let ends = cell.as_bytes().get(10).is_none_or(|b| matches!(b, b'T' | b't' | b' '));
    (is_day && ends).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::readers::batch::test_batch;

    #[test]
    fn columns_have_types_values_and_periods() {
        let mut profiler = ColumnProfiler::default();
        let rows =
            [["2024-03-01", "1.5", "yes", "a"], ["2024-01-02T10:00:00Z", "7", "no", "b"], ["", "NULL", "-", "a"]];
        profiler.add(&test_batch(&["at", "n", "b", "t"], &rows.map(|row| row.to_vec())));
        let found = profiler.finish();
        let types: Vec<ColumnType> = found.iter().map(|c| c.column_type).collect();
        assert_eq!(types, [ColumnType::Date, ColumnType::Number, ColumnType::Boolean, ColumnType::Text]);
        assert_eq!(found[0].period, Some(("2024-01-02".into(), "2024-03-01".into())));
        assert_eq!((found[3].filled, found[3].distinct, found[0].filled), (3, 2, 2));
        assert_eq!(found[3].examples, ["a", "b"]);
    }

    #[test]
    fn many_values_are_counted_up_to_a_bound() {
        let mut profiler = ColumnProfiler::default();
        let cells: Vec<String> = (0..MOST_VALUES + 5).map(|n| format!("v{n}")).collect();
        let rows: Vec<Vec<&str>> = cells.iter().map(|cell| vec![cell.as_str()]).collect();
        profiler.add(&test_batch(&["id"], &rows));
        let found = &profiler.finish()[0];
        assert!(found.is_more && found.distinct == MOST_VALUES as u64);
    }
}
