//! Event fields that name something else: the account, the opportunity, a campaign, a product. Which columns of the event
//! sources are such fields, and their values per subject and day, as numbers; what others with the same value did says
//! something of a profile. Many events tell enough without: then nothing is kept. Called by [`events`](super::events).

use crate::domain::feature_labels::split_words;
use crate::domain::source::activity::{Activity, DailyLink, Day, Starts};
use hashbrown::HashMap;
use rayon::slice::ParallelSliceMut;

/// At most this many fields are kept, the most often filled ones.
const MAX_FIELDS: usize = 6;
/// Beyond so many cells nothing is kept but what a model asks for.
const MAX_CELLS: usize = 1_000_000;
/// A field of more values identifies events, or nearly.
const MAX_VALUES: usize = 20_000;
/// After so many cells it is seen whether a field may be one.
const FIRST_CELLS: u64 = 1_000;
/// A field has at least this many values, each in so many events on average.
const MIN_VALUES: usize = 3;
const MIN_EVENTS_PER_VALUE: u64 = 3;
/// A value in more than this share of the cells says too little.
const MAX_SHARE: f64 = 0.9;
/// A field is of numbers where at least this share of its cells is one; then the last word of its name must say that they
/// are ids (`campaign_id`, `productKey`, and not `grid`).
const NUMERIC_SHARE: f64 = 0.99;
const ID_WORDS: [&str; 3] = ["id", "key", "code"];

/// The links of the events as they come in.
pub struct LinkFields {
    candidates: Vec<Candidate>,
    by_name: HashMap<String, u16>,
    /// Fields that a model to be applied needs.
    asked: Vec<String>,
    /// The score is about accounts: the account of an event is whose it is.
    of_accounts: bool,
    rows: Vec<Row>,
    /// Cells so far, also of what was dropped.
    order: u32,
    /// There were too many cells for any field but those asked for.
    too_many: bool,
}

struct Candidate {
    name: String,
    asked: bool,
    dropped: bool,
    values: HashMap<String, u32>,
    /// Cells per value.
    counts: Vec<u64>,
    cells: u64,
}

struct Row {
    subject: u32,
    day: Day,
    field: u16,
    value: u32,
    at: i64,
    order: u32,
}

impl LinkFields {
    /// Canonical fields that are links, too.
    pub const CANONICAL: [&str; 2] = ["account_id", "opportunity_id"];

    /// Fields in `asked` are kept whatever they are like.
    pub fn new(asked: &[String], of_accounts: bool) -> LinkFields {
        LinkFields {
            candidates: Vec::new(),
            by_name: HashMap::new(),
            asked: asked.to_vec(),
            of_accounts,
            rows: Vec::new(),
            order: 0,
            too_many: false,
        }
    }

    /// The number of a column that may turn out to be a link; `None` where it cannot.
    pub fn candidate(&mut self, column: &str) -> Option<u16> {
        if self.of_accounts && column == LinkFields::CANONICAL[0] {
            return None;
        }
        if let Some(&number) = self.by_name.get(column) {
            return Some(number);
        }
        let number = u16::try_from(self.candidates.len()).ok()?;
        let asked = self.asked.iter().any(|name| name == column);
        self.candidates.push(Candidate {
            name: column.to_string(),
            asked,
            dropped: self.too_many && !asked,
            values: HashMap::new(),
            counts: Vec::new(),
            cells: 0,
        });
        self.by_name.insert(column.to_string(), number);
        Some(number)
    }

    /// Whether cells of a candidate may still count.
    pub fn takes(&self, candidate: u16) -> bool {
        !self.candidates[usize::from(candidate)].dropped
    }

    /// Takes one cell of a candidate column, of an event of a provisional `subject` on `day`, at `at` (milliseconds since
    /// 1970).
    pub fn add_cell(&mut self, candidate: u16, cell: &str, subject: u32, day: Day, at: i64) {
        let column = &mut self.candidates[usize::from(candidate)];
        if column.dropped || cell.is_empty() {
            return;
        }
        let value = column.intern(cell);
        self.rows.push(Row { subject, day, field: candidate, value, at, order: self.order });
        self.order = self.order.wrapping_add(1);
        if column.is_out() {
            column.drop_values();
            self.rows.retain(|row| row.field != candidate);
        } else if self.rows.len() > MAX_CELLS && !self.too_many {
            self.drop_all_but_asked();
        }
    }

    fn drop_all_but_asked(&mut self) {
        self.too_many = true;
        self.candidates.iter_mut().filter(|c| !c.asked).for_each(Candidate::drop_values);
        let candidates = &self.candidates;
        self.rows.retain(|row| candidates[usize::from(row.field)].asked);
    }

    /// The candidates that are links, by name: those asked for, and the best filled ones beside them.
    fn selected(&self) -> Vec<usize> {
        let mut selected: Vec<usize> = (0..self.candidates.len()).filter(|&i| self.candidates[i].is_link()).collect();
        let rank =
            |i: usize| (!self.candidates[i].asked, u64::MAX - self.candidates[i].cells, &self.candidates[i].name);
        selected.sort_by(|&a, &b| rank(a).cmp(&rank(b)));
        let asked = selected.iter().filter(|&&i| self.candidates[i].asked).count();
        selected.truncate(MAX_FIELDS.max(asked));
        selected.sort_by(|&a, &b| self.candidates[a].name.cmp(&self.candidates[b].name));
        selected
    }

    /// Adds the links to `activity`; `final_subject` gives the final number of a provisional subject.
    pub fn finish(self, final_subject: impl Fn(u32) -> u32, subjects: usize, activity: &mut Activity) {
        let selected = self.selected();
        let mut field_index = vec![None; self.candidates.len()];
        for (new, &old) in selected.iter().enumerate() {
            field_index[old] = Some(new as u16);
        }
        let mut rows = self.rows;
        rows.retain_mut(|row| {
            row.subject = final_subject(row.subject);
            field_index[usize::from(row.field)].is_some_and(|field| {
                row.field = field;
                true
            })
        });
        let rows = last_occurrences(rows);
        let mut starts = Starts::of(subjects);
        rows.iter().enumerate().for_each(|(at, row)| starts.reach(row.subject as usize, at));
        activity.link_fields = selected.iter().map(|&i| self.candidates[i].name.clone()).collect();
        activity.link_candidates = self.candidates.into_iter().map(|c| c.name).collect();
        activity.link_candidates.sort_unstable();
        activity.links = rows.iter().map(|r| DailyLink { day: r.day, field: r.field, value: r.value }).collect();
        activity.link_starts = starts.finish(subjects, rows.len());
    }
}

/// One row for every value of a subject's day, by the time of its last occurrence.
fn last_occurrences(mut rows: Vec<Row>) -> Vec<Row> {
    // The newest first, so that it is the one that stays.
    let newest = |r: &Row| (r.subject, r.day, r.field, r.value, std::cmp::Reverse((r.at, r.order)));
    rows.par_sort_unstable_by_key(newest);
    rows.dedup_by_key(|r| (r.subject, r.day, r.field, r.value));
    rows.par_sort_unstable_by_key(|r| (r.subject, r.day, r.field, r.at, r.order));
    rows
}

impl Candidate {
    fn intern(&mut self, cell: &str) -> u32 {
        self.cells += 1;
        if let Some(&value) = self.values.get(cell) {
            self.counts[value as usize] += 1;
            return value;
        }
        let value = self.counts.len() as u32;
        self.values.insert(cell.to_string(), value);
        self.counts.push(1);
        value
    }

    fn drop_values(&mut self) {
        self.dropped = true;
        self.values = HashMap::new();
        self.counts = Vec::new();
    }

    /// Whether it is seen already that it is none.
    fn is_out(&self) -> bool {
        let seen = self.cells == FIRST_CELLS && (self.counts.len() as u64 > FIRST_CELLS / 2 || self.is_measure());
        !self.asked && (seen || self.counts.len() > MAX_VALUES)
    }

    /// Whether its values repeat, as ids of something do.
    fn is_link(&self) -> bool {
        let (values, most) = (self.counts.len(), self.counts.iter().max().copied().unwrap_or_default());
        let repeats = values >= MIN_VALUES
            && self.cells >= MIN_EVENTS_PER_VALUE * values as u64
            && most as f64 <= MAX_SHARE * self.cells as f64;
        !self.dropped && (self.asked && values > 0 || repeats && !self.is_measure())
    }

    /// Whether it holds numbers that its name does not call ids.
    fn is_measure(&self) -> bool {
        let is_number = |text: &str| text.parse::<f64>().is_ok();
        let numbers = self.values.iter().filter(|(text, _)| is_number(text)).map(|(_, &v)| self.counts[v as usize]);
        let numbers = numbers.sum::<u64>() as f64;
        let is_id = split_words(&self.name).last().is_some_and(|word| ID_WORDS.contains(&word.as_str()));
        !is_id && numbers >= NUMERIC_SHARE * self.cells as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells as (column, subject, day, moment), one after the other.
    fn read(asked: &[&str], cells: impl IntoIterator<Item = (&'static str, String, u32, Day)>) -> Activity {
        let asked: Vec<String> = asked.iter().map(|name| name.to_string()).collect();
        let mut fields = LinkFields::new(&asked, false);
        for (at, (column, cell, subject, day)) in cells.into_iter().enumerate() {
            let candidate = fields.candidate(column).unwrap();
            fields.add_cell(candidate, &cell, subject, day, at as i64);
        }
        let mut activity = Activity::default();
        fields.finish(|subject| subject, 100, &mut activity);
        activity
    }

    fn columns(rows: u32) -> impl Iterator<Item = (&'static str, String, u32, Day)> {
        (0..rows).flat_map(|i| {
            let (subject, day) = (i % 100, (i / 100) as Day);
            let cell = |column, text: String| (column, text, subject, day);
            [
                cell("campaign", format!("c{}", i % 7)),
                cell("grid", (i % 7).to_string()),
                cell("product_ID", (i % 9).to_string()),
                cell("session", format!("s{i}")),
                cell("same", if i % 20 == 0 { "b" } else { "a" }.into()),
                cell("two", format!("t{}", i % 2)),
            ]
        })
    }

    #[test]
    fn fields_whose_values_repeat_are_links_and_measures_are_none() {
        for rows in [300, 3_000] {
            let activity = read(&[], columns(rows));
            assert_eq!(activity.link_fields, ["campaign", "product_ID"], "of {rows}");
            assert_eq!(activity.link_candidates.len(), 6);
            assert_eq!(activity.links.len(), 2 * rows as usize);
        }
        assert_eq!(read(&["session"], columns(3_000)).link_fields, ["campaign", "product_ID", "session"]);
    }

    #[test]
    fn a_day_has_every_value_once_and_the_last_one_is_the_newest() {
        let day = ["a", "b", "a", "c", "b"].map(|text| ("campaign", text.to_string(), 3, 8));
        let more = (0..9).map(|i| ("campaign", ["a", "b", "c"][i % 3].to_string(), 5, 9));
        let activity = read(&[], day.into_iter().chain(more));
        let of: Vec<u32> = activity.links_of(3).iter().map(|link| link.value).collect();
        assert_eq!(of, [0, 2, 1]);
        assert_eq!((activity.links_of(4).len(), activity.links_of(5).len()), (0, 3));
    }

    #[test]
    fn beyond_a_million_cells_only_what_is_asked_for_stays() {
        let many = || columns(MAX_CELLS as u32 / 2 + 1);
        let activity = read(&[], many());
        assert_eq!((activity.link_fields.len(), activity.links.len()), (0, 0));
        let activity = read(&["campaign"], many());
        assert_eq!(activity.link_fields, ["campaign"]);
        assert!(activity.links.len() > MAX_CELLS / 4, "{}", activity.links.len());
    }
}
