//! Numeric event fields: which columns of the event sources hold numbers, and their sums and last values per subject
//! and day. Called by [`events`](super::events).

use crate::domain::source::activity::{Activity, DailyNumber, Day, Starts};
use hashbrown::HashMap;
use rayon::slice::ParallelSliceMut;

/// A column is numeric where at least this share of its filled cells is a number.
const NUMERIC_SHARE: f64 = 0.99;
/// At most this many fields become features, the most often filled ones.
const MAX_FIELDS: usize = 24;
/// Sums run over integers of this fraction, so that the order of the rows cannot matter.
const SCALE: f64 = 1e6;
/// Larger numbers are ids or stamps; scaled, they would not fit.
const LARGEST: f64 = 9e12;

/// Sums and last values of the event columns that may hold numbers, by subject and day.
#[derive(Default)]
pub struct NumericFields {
    names: Vec<String>,
    candidates: HashMap<String, u16>,
    /// Per candidate the filled cells that are numbers and those that are not.
    cell_counts: Vec<(u64, u64)>,
    /// Per candidate whether it showed mostly text; its cells are then passed over.
    is_text: Vec<bool>,
    rows: Vec<Row>,
}

struct Row {
    subject: u32,
    field: u16,
    day: Day,
    at: i64,
    order: u32,
    scaled: i64,
}

impl NumericFields {
    /// The number of a column that may turn out numeric.
    pub fn candidate(&mut self, column: &str) -> u16 {
        if let Some(&number) = self.candidates.get(column) {
            return number;
        }
        let number = self.names.len().min(usize::from(u16::MAX) - 1) as u16;
        if usize::from(number) == self.names.len() {
            self.names.push(column.to_string());
            self.cell_counts.push((0, 0));
            self.is_text.push(false);
        }
        self.candidates.insert(column.to_string(), number);
        number
    }

    /// Takes one cell of a candidate column, of an event of a provisional `subject` on `day`, at `at` (milliseconds since
    /// 1970). A column of which more than 1,000 cells, and most, are no numbers is none.
    pub fn add_cell(&mut self, candidate: u16, cell: &str, subject: u32, day: Day, at: i64) {
        if cell.is_empty() || self.is_text[usize::from(candidate)] {
            return;
        }
        let counts = &mut self.cell_counts[usize::from(candidate)];
        let may_be_number = matches!(cell.as_bytes()[0], b'0'..=b'9' | b'-' | b'+' | b'.');
        let value = if may_be_number { cell.parse::<f64>().ok().filter(|v| v.abs() < LARGEST) } else { None };
        let Some(value) = value else {
            counts.1 += 1;
            // Text enough that it is not a column of numbers with a few gaps in words.
            self.is_text[usize::from(candidate)] = counts.1 > 1_000 && counts.1 > counts.0;
            return;
        };
        counts.0 += 1;
        let order = self.rows.len() as u32;
        self.rows.push(Row { subject, field: candidate, day, at, order, scaled: (value * SCALE).round() as i64 });
    }

    /// Adds the numeric fields to `activity`; `final_subject` gives the final number of a provisional subject.
    pub fn finish(self, final_subject: impl Fn(u32) -> u32, subjects: usize, activity: &mut Activity) {
        let numeric = |&(yes, no): &(u64, u64)| yes > 0 && yes as f64 >= NUMERIC_SHARE * (yes + no) as f64;
        let mut selected: Vec<usize> =
            (0..self.names.len()).filter(|&i| !self.is_text[i] && numeric(&self.cell_counts[i])).collect();
        selected.sort_by(|&a, &b| {
            self.cell_counts[b].0.cmp(&self.cell_counts[a].0).then_with(|| self.names[a].cmp(&self.names[b]))
        });
        selected.truncate(MAX_FIELDS);
        selected.sort_by(|&a, &b| self.names[a].cmp(&self.names[b]));
        let mut field_index = vec![None; self.names.len()];
        for (new, &old) in selected.iter().enumerate() {
            field_index[old] = Some(new as u16);
        }
        let mut rows: Vec<Row> = self.rows;
        rows.retain_mut(|row| {
            row.subject = final_subject(row.subject);
            field_index[usize::from(row.field)].is_some_and(|field| {
                row.field = field;
                true
            })
        });
        rows.par_sort_unstable_by_key(|r| (r.subject, r.day, r.field, r.at, r.order));
        let mut starts = Starts::of(subjects);
        let mut numbers = Vec::new();
        for run in rows.chunk_by(|a, b| (a.subject, a.day, a.field) == (b.subject, b.day, b.field)) {
            starts.reach(run[0].subject as usize, numbers.len());
            let sum = run.iter().map(|r| i128::from(r.scaled)).sum::<i128>() as f64 / SCALE;
            let last = run[run.len() - 1].scaled as f64 / SCALE;
            numbers.push(DailyNumber { day: run[0].day, field: run[0].field, sum, last });
        }
        activity.fields = selected.iter().map(|&i| self.names[i].clone()).collect();
        activity.number_starts = starts.finish(subjects, numbers.len());
        activity.numbers = numbers;
    }
}
