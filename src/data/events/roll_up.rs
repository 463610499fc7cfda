//! From one 64-bit key an event (subject, day, type) to daily activity: sorted runs of equal keys become counts. Called by
//! `reading`.

use crate::data::event_store::write::EventStoreWriter;
use crate::domain::source::activity::{Activity, DailyCount, Day, Hit, Profiles, Starts};
use rayon::slice::ParallelSliceMut;

/// Keys count days from 1900-01-01 in 16 bits, which reaches into the year 2079.
pub(super) const FIRST_DAY: Day = -25_567;

/// What the events came to.
pub struct RollUp {
    /// Persons, ids ascending.
    pub persons: Profiles,
    /// Accounts, ids ascending.
    pub accounts: Profiles,
    /// Daily activity, sorted by subject, day and type.
    pub activity: Activity,
    /// Events that met a goal event, sorted.
    pub goals: Vec<Hit>,
    /// Events that met an exclusion, sorted.
    pub exclusions: Vec<Hit>,
    /// Events that the population rule asks for, sorted.
    pub rule_events: Vec<Hit>,
    /// Events on or after the as-of date.
    pub events_after: u64,
    /// First and last day with an event.
    pub days: Option<(Day, Day)>,
    /// Where they were written down for a catalog, too.
    pub catalog_events: Option<CatalogEvents>,
}

/// The events as the catalog keeps them, with what their provisional numbers mean.
pub struct CatalogEvents {
    /// The writer, with all events given to it.
    pub writer: EventStoreWriter,
    /// Event types by provisional number.
    pub types: Vec<String>,
    /// Final numbers of persons and of accounts by provisional number.
    pub final_indices: [Vec<u32>; 2],
    /// The activity as account scores count it, where that differs.
    pub for_accounts: Option<Activity>,
}

/// Provisional keys → activity, without the names of its types.
pub(super) fn final_activity(
    mut keys: Vec<u64>,
    final_subject: impl Fn(u32) -> u32,
    final_type: &[u16],
    subjects: usize,
) -> Activity {
    for k in &mut keys {
        let (subject, day, number) = ((*k >> 32) as u32, (*k >> 16) as u16, *k as u16);
        *k =
            (u64::from(final_subject(subject)) << 32) | (u64::from(day) << 16) | u64::from(final_type[number as usize]);
    }
    keys.par_sort_unstable();
    roll_up(&keys, subjects)
}

pub(super) fn key(subject: u32, day: Day, event_type: u16) -> u64 {
    (u64::from(subject) << 32) | (((day - FIRST_DAY).min(i32::from(u16::MAX)) as u64) << 16) | u64::from(event_type)
}

/// Sorted keys → counts, with the offsets of every subject.
fn roll_up(keys: &[u64], subjects: usize) -> Activity {
    let mut rows = Vec::with_capacity(keys.chunk_by(|a, b| a == b).count());
    let mut starts = Starts::of(subjects);
    for run in keys.chunk_by(|a, b| a == b) {
        starts.reach((run[0] >> 32) as usize, rows.len());
        let day = FIRST_DAY + i32::from((run[0] >> 16) as u16);
        rows.push(DailyCount { day, event_type: run[0] as u16, count: run.len() as u32 });
    }
    let starts = starts.finish(subjects, rows.len());
    Activity { rows, starts, ..Activity::default() }.with_active_days()
}
