//! Random access to a scores file: rows by position, an id, a percentile, a filter, another order. Of
//! the file only the pages that hold an answer are read, and never the whole of it at once: the most that is held is a
//! number or two per row, while profiles are sorted. Called by the reader of the screens and by the command line.

use super::read::{attributes, cut_short, open, profiles};
use super::{Query, ScoredProfile, Sort};
use crate::data::pages::Pages;
use crate::domain::explanation::Band;
use crate::domain::progress::Progress;
use crate::error::Result;
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::{Float64Type, Int32Type};
use rayon::prelude::*;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// An open scores file.
pub struct ScorePages {
    pages: Pages,
    attributes: Vec<Arc<str>>,
}

impl ScorePages {
    /// Opens the file and reads where its pages lie.
    ///
    /// # Errors
    /// No such file, not a scores file of this version, cut short.
    pub fn open(path: &Path) -> Result<ScorePages> {
        let (_, shown) = open(path)?;
        let pages = Pages::open(path, HINT).map_err(|e| cut_short(&shown).because(e))?;
        let attributes = attributes(pages.schema(), &shown)?;
        Ok(ScorePages { pages, attributes })
    }

    /// Scored profiles.
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether the file has no profile.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The attributes that the file has.
    pub fn attributes(&self) -> &[Arc<str>] {
        &self.attributes
    }

    /// The profiles at these positions (0 is the best), in the order asked for; positions beyond the end are left out, and one
    /// that is asked for twice comes once.
    ///
    /// # Errors
    /// The file was cut short or removed since it was opened.
    pub fn rows(&self, positions: &[u32]) -> Result<Vec<(u32, ScoredProfile)>> {
        let mut sorted: Vec<u32> = positions.iter().copied().filter(|&p| (p as usize) < self.len()).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut read = Vec::with_capacity(sorted.len());
        let runs = sorted.chunk_by(|a, b| a + 1 == *b).map(|run| run[0] as usize..run[0] as usize + run.len());
        self.pages.ranges(&runs.collect::<Vec<_>>(), None, |batch| read.extend(profiles(batch, &self.attributes)))?;
        let mut found: Vec<Option<ScoredProfile>> = read.into_iter().map(Some).collect();
        let mut take = |position: &u32| Some((*position, found.get_mut(sorted.binary_search(position).ok()?)?.take()?));
        Ok(positions.iter().filter_map(&mut take).collect())
    }

    /// The position of a profile, from 0; `None` where the file does not have it.
    ///
    /// # Errors
    /// Those of [`ScorePages::rows`], or cancelled.
    pub fn find_id(&self, id: &str, progress: &dyn Progress) -> Result<Option<u32>> {
        let found = AtomicU64::new(u64::MAX);
        // Row groups that come after the match are skipped.
        let cancel_on_match = CancelOnMatch { progress, found: &found };
        let scanned = self.each_batch(&["profile_id"], &cancel_on_match, |batch, from| {
            if let Some(at) = strings(batch, 0).iter().position(|value| value == Some(id)) {
                found.store((from + at) as u64, Ordering::Relaxed);
            }
            Ok(())
        });
        match found.load(Ordering::Relaxed) {
            u64::MAX => scanned.map(|()| None),
            position => Ok(Some(position as u32)),
        }
    }

    /// The positions of the profiles whose id or name holds the text, in any case.
    ///
    /// # Errors
    /// Those of [`ScorePages::rows`], or cancelled.
    pub fn find(&self, text: &str, progress: &dyn Progress) -> Result<Vec<u32>> {
        self.filter(&Query { text: vec![text.to_lowercase()], ..Query::default() }, progress)
    }

    /// The positions of the profiles that a query takes, best first.
    ///
    /// # Errors
    /// Those of [`ScorePages::rows`], or cancelled.
    pub fn filter(&self, query: &Query, progress: &dyn Progress) -> Result<Vec<u32>> {
        let names: Vec<String> = query.attributes.iter().map(|(name, _)| format!("attributes.{name}")).collect();
        let mut columns: Vec<&str> = Vec::new();
        if !query.text.is_empty() {
            columns.extend(["profile_id", "name"]);
        }
        let text = columns.len();
        if query.band.is_some() || columns.is_empty() && names.is_empty() {
            columns.push("band");
        }
        columns.extend(names.iter().map(String::as_str));
        let blocks = std::sync::Mutex::new(Vec::new());
        self.each_batch(&columns, progress, |batch, from| {
            let mut mask = vec![true; batch.num_rows()];
            if let Some(band) = query.band {
                and_mask(&mut mask, strings(batch, text), |value| Band::from_word(value) == Some(band));
            }
            if text > 0 {
                let (ids, names) = (strings(batch, 0), strings(batch, 1));
                for (row, keep) in mask.iter_mut().enumerate() {
                    let name = if names.is_valid(row) { names.value(row) } else { "" };
                    *keep &= query
                        .text
                        .iter()
                        .all(|word| contains_ignoring_case(ids.value(row), word) || contains_ignoring_case(name, word));
                }
            }
            for (name, wanted) in &query.attributes {
                let attributes =
                    batch.column_by_name("attributes").and_then(|own| own.as_struct().column_by_name(name));
                let wanted = wanted.to_lowercase();
                for (row, keep) in mask.iter_mut().enumerate() {
                    let column = attributes.map(|column| column.as_string::<i32>());
                    let value = column.filter(|c| c.is_valid(row)).map_or("", |c| c.value(row));
                    *keep &= value.to_lowercase() == wanted;
                }
            }
            let positions: Vec<u32> = mask.iter().zip(from..).filter(|(k, _)| **k).map(|(_, p)| p as u32).collect();
            if !positions.is_empty() {
                blocks.lock().unwrap_or_else(|e| e.into_inner()).push(positions);
            }
            Ok(())
        })?;
        let mut blocks = blocks.into_inner().unwrap_or_else(|e| e.into_inner());
        blocks.sort_unstable_by_key(|b| b[0]);
        Ok(blocks.concat())
    }

    /// The positions in another order: of all profiles, or of those that a filter left (`within`, best first).
    ///
    /// # Errors
    /// Those of [`ScorePages::rows`], or cancelled.
    pub fn order(&self, sort: Sort, within: Option<Vec<u32>>, progress: &dyn Progress) -> Result<Vec<u32>> {
        let mut positions = within.unwrap_or_else(|| (0..self.len() as u32).collect());
        match sort {
            Sort::Rank => {}
            Sort::Risen | Sort::Fallen => {
                let change = self.changes(progress)?;
                let key = |p: &u32| change[*p as usize];
                positions.par_sort_by(|a, b| {
                    let (a, b) = (key(a), key(b));
                    // Profiles without a change come last either way.
                    let by = if sort == Sort::Risen { b.total_cmp(&a) } else { a.total_cmp(&b) };
                    a.is_nan().cmp(&b.is_nan()).then(by)
                });
            }
            Sort::Name => self.sort_by_text("name", &mut positions, progress)?,
            Sort::Id => self.sort_by_text("profile_id", &mut positions, progress)?,
        }
        Ok(positions)
    }

    /// The change of every profile since the run before; NaN where there is none.
    fn changes(&self, progress: &dyn Progress) -> Result<Vec<f32>> {
        let changes: Vec<std::sync::atomic::AtomicU32> =
            (0..self.len()).map(|_| std::sync::atomic::AtomicU32::new(f32::NAN.to_bits())).collect();
        self.each_batch(&["score", "previous_score"], progress, |batch, from| {
            let (now, before) =
                (batch.column(0).as_primitive::<Float64Type>(), batch.column(1).as_primitive::<Float64Type>());
            for row in (0..batch.num_rows()).filter(|&row| before.is_valid(row)) {
                let change = (now.value(row) - before.value(row)) as f32;
                changes[from + row].store(change.to_bits(), Ordering::Relaxed);
            }
            Ok(())
        })?;
        Ok(changes.into_iter().map(|c| f32::from_bits(c.into_inner())).collect())
    }

    /// Sorts by a text column, eight letters at a time: those that begin alike are told apart by the next eight. So that
    /// no copy of the column is held; names that share their first 64 letters keep their order.
    fn sort_by_text(&self, column: &str, positions: &mut [u32], progress: &dyn Progress) -> Result<()> {
        const LETTERS: usize = 8;
        let mut ties: Vec<Range<usize>> = std::iter::once(0..positions.len()).collect();
        for round in 0..8 {
            let keys: Vec<AtomicU64> = (0..self.len()).map(|_| AtomicU64::new(u64::MAX)).collect();
            self.each_batch(&[column], progress, |batch, from| {
                for (row, value) in strings(batch, 0).iter().enumerate() {
                    if let Some(value) = value.filter(|v| !v.is_empty()) {
                        keys[from + row].store(prefix_key(value, round * LETTERS), Ordering::Relaxed);
                    }
                }
                Ok(())
            })?;
            let keys: Vec<u64> = keys.into_iter().map(AtomicU64::into_inner).collect();
            let mut undecided = Vec::new();
            for range in ties {
                let part = &mut positions[range.clone()];
                part.par_sort_by_key(|p| keys[*p as usize]);
                let mut at = range.start;
                for run in part.chunk_by(|a, b| keys[*a as usize] == keys[*b as usize]) {
                    // Nothing left to read, or nothing there at all.
                    if run.len() > 1 && !matches!(keys[run[0] as usize], 0 | u64::MAX) {
                        undecided.push(at..at + run.len());
                    }
                    at += run.len();
                }
            }
            ties = undecided;
            if ties.is_empty() {
                break;
            }
        }
        Ok(())
    }

    /// The first position at this percentile or below: 100 is the best hundredth.
    ///
    /// # Errors
    /// Those of [`ScorePages::rows`].
    pub fn at_percentile(&self, percentile: u8) -> Result<u32> {
        self.partition_point(|group| {
            let mut values = Vec::new();
            self.pages.read(group, Some(&["percentile"]), None, |batch| {
                let column = batch.column(0).as_primitive::<Int32Type>();
                values.extend(column.values().iter().map(|&p| p <= i32::from(percentile)));
                Ok(())
            })?;
            Ok(values)
        })
    }

    /// The first position whose score is this or below.
    ///
    /// # Errors
    /// Those of [`ScorePages::rows`].
    pub fn at_score(&self, score: f64) -> Result<u32> {
        self.partition_point(|group| Ok(self.scores(group)?.into_iter().map(|s| s <= score).collect()))
    }

    /// The percentile that a profile would have with another score, `own` being the one that the file has of it: made as
    /// the file's own are, over all others and itself.
    ///
    /// # Errors
    /// Those of [`ScorePages::rows`].
    pub fn percentile_of(&self, score: f64, own: f64) -> Result<u8> {
        let from = self.at_score(score)? as usize;
        let to =
            self.partition_point(|group| Ok(self.scores(group)?.into_iter().map(|s| s < score).collect()))? as usize;
        let below = self.len() - to - usize::from(own < score);
        let equal = to - from - usize::from(own == score) + 1;
        Ok((100 * (2 * below + equal)).div_ceil(2 * self.len().max(1)).clamp(1, 100) as u8)
    }

    fn scores(&self, group: usize) -> Result<Vec<f64>> {
        let mut scores = Vec::new();
        self.pages.read(group, Some(&["score"]), None, |batch| {
            scores.extend(batch.column(0).as_primitive::<Float64Type>().values());
            Ok(())
        })?;
        Ok(scores)
    }

    /// The first row for which something holds that, once it does, holds for all after it; the end where there is none.
    fn partition_point(&self, predicate: impl Fn(usize) -> Result<Vec<bool>>) -> Result<u32> {
        let (mut low, mut high) = (0, self.pages.groups());
        while low < high {
            let middle = usize::midpoint(low, high);
            match predicate(middle)?.iter().position(|&h| h) {
                // Perhaps in a group before.
                Some(0) => high = middle,
                Some(at) => return Ok((self.pages.group(middle).start + at) as u32),
                None => low = middle + 1,
            }
        }
        Ok(self.pages.group(low).start as u32)
    }

    /// Calls `each` with the batches of some columns and the position of their first row, in parallel and in any order.
    fn each_batch(
        &self,
        columns: &[&str],
        progress: &dyn Progress,
        each: impl Fn(&RecordBatch, usize) -> Result<()> + Sync,
    ) -> Result<()> {
        let done = AtomicU64::new(0);
        (0..self.pages.groups()).into_par_iter().try_for_each(|group| {
            progress.check()?;
            let rows = self.pages.group(group);
            let mut at = rows.start;
            self.pages.read(group, Some(columns), None, |batch| {
                let from = at;
                at += batch.num_rows();
                each(batch, from)
            })?;
            let rows = rows.len() as u64;
            progress.advance(done.fetch_add(rows, Ordering::Relaxed) + rows, Some(self.len() as u64));
            Ok(())
        })
    }
}

/// Ends a search once something was found.
struct CancelOnMatch<'a> {
    progress: &'a dyn Progress,
    found: &'a AtomicU64,
}

impl Progress for CancelOnMatch<'_> {
    fn advance(&self, done: u64, total: Option<u64>) {
        self.progress.advance(done, total);
    }

    fn cancelled(&self) -> bool {
        self.progress.cancelled() || self.found.load(Ordering::Relaxed) != u64::MAX
    }
}

/// What to do where an open file turns out to be unreadable.
const HINT: &str = "it was changed or removed while it was open: open the profiles again, or run the score again";

fn strings(batch: &RecordBatch, column: usize) -> &StringArray {
    batch.column(column).as_string::<i32>()
}

fn and_mask(mask: &mut [bool], values: &StringArray, wanted: impl Fn(&str) -> bool) {
    mask.iter_mut().zip(values.iter()).for_each(|(keep, value)| *keep &= value.is_some_and(&wanted));
}

/// Whether `text` holds the lower-case `word`, in any case. Most ids and names are ASCII: those make no copy.
pub(super) fn contains_ignoring_case(text: &str, word: &str) -> bool {
    if !(text.is_ascii() && word.is_ascii()) {
        return text.to_lowercase().contains(word);
    }
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(first) = word.first() else { return true };
    let starts = text.len().saturating_sub(word.len() - 1);
    (0..starts)
        .any(|at| text[at].to_ascii_lowercase() == *first && text[at..at + word.len()].eq_ignore_ascii_case(word))
}

/// Eight letters of a text from the `from`-th byte on of its lower-case form, as a number in their order; 0 beyond its end.
pub(super) fn prefix_key(text: &str, from: usize) -> u64 {
    let mut letters = [0u8; 8];
    let take = |bytes: &[u8], letters: &mut [u8; 8]| {
        let bytes = bytes.get(from..).unwrap_or_default();
        let count = bytes.len().min(8);
        letters[..count].copy_from_slice(&bytes[..count]);
    };
    if text.is_ascii() {
        take(text.as_bytes(), &mut letters);
        letters.make_ascii_lowercase();
    } else {
        take(text.to_lowercase().as_bytes(), &mut letters);
    }
    u64::from_be_bytes(letters)
}
