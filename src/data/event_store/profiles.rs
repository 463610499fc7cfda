//! What goal estimates need of profiles and activity. Of the daily activity that is little: who exists, first and last
//! active days, how many events; which other days somebody was active on matters only where exclusions hold until later
//! activity or a rule asks for recent activity, and is loaded only then, as attributes are where a rule asks for them. Written and read by `queries` beside the kept events.

use super::attributes::{self, Index, Owners};
use super::table::{column, load as each_block, read_json, save, write_json};
use super::write::EventStoreWriter;
use crate::config::Config;
use crate::data::events::{ACCOUNT_FLAG, CatalogEvents};
use crate::data::load::{self, Request};
use crate::domain::progress::Progress;
use crate::domain::source::activity::{Activity, Attribute, Business, DailyCount, Day, NEVER, NO_PROFILE, Profiles};
use crate::domain::source::read_report::ReadReport;
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The attributes of accounts that quality checks look at; at first it is only loaded whether there is a value.
const FIRMOGRAPHICS: [&str; 3] = ["industry", "employees", "annual_revenue"];

const TOTALS: &str = "totals.json";
const VOLUMES: &str = "volumes.parquet";

/// What is one figure each.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Totals {
    as_of: Day,
    first_day: Day,
    opportunities: u64,
    /// Event types in alphabetical order: what volumes are counted by.
    types: Vec<String>,
    /// Account scores count some events for other subjects than person scores do.
    #[serde(rename = "moved")]
    has_account_activity: bool,
}

/// What is loaded once.
pub struct StoredProfiles {
    /// Without activity, hits, ids and attribute values: ids are empty texts, attributes have no values but those that were
    /// [loaded](StoredProfiles::load_attribute), and firmographic ones, which tell whether there is one.
    pub business: Business,
    /// Event types in alphabetical order.
    pub types: Vec<String>,
    /// Events by day and type.
    pub volumes: Vec<(Day, u16, u64)>,
    /// Account scores have an activity of their own.
    pub has_account_activity: bool,
    final_indices: [Vec<u32>; 2],
    attributes: Index,
    loaded: Vec<String>,
}

/// Reads every source of the config once and writes all that the catalog keeps into `folder`.
///
/// # Errors
/// Those of [`load::load`], and a folder that cannot be written.
pub fn write(
    config: &Config,
    request: &Request<'_>,
    folder: &Path,
    progress: &dyn Progress,
) -> Result<(Business, ReadReport)> {
    let (business, read_report, catalog_events) =
        load::read(config, request, Some(EventStoreWriter::new(folder.to_path_buf())), progress)?;
    if let Some(CatalogEvents { writer, types, final_indices, for_accounts }) = catalog_events {
        writer.finish(types)?;
        write_profiles(folder, &business, &final_indices)?;
        attributes::write(folder, &business.persons.attributes, &business.accounts.attributes)?;
        write_activity(folder, "persons", &business.activity)?;
        if let Some(other) = &for_accounts {
            write_activity(folder, "accounts", other)?;
        }
        let totals = Totals {
            as_of: business.as_of,
            first_day: business.first_day,
            opportunities: business.opportunities,
            types: business.activity.types.clone(),
            has_account_activity: for_accounts.is_some(),
        };
        write_volumes(folder, &business.activity)?;
        write_json(&folder.join(TOTALS), &totals)?;
    }
    Ok((business, read_report))
}

fn write_profiles(folder: &Path, business: &Business, final_indices: &[Vec<u32>; 2]) -> Result<()> {
    let (persons, accounts) = (&business.persons, &business.accounts);
    let account = |p: usize| persons.account.get(p).map_or(-1, |&a| if a == NO_PROFILE { -1 } else { i64::from(a) });
    save(
        &folder.join("persons.parquet"),
        &[
            ("created", &|p| i64::from(persons.created[p])),
            ("account", &account),
            ("linked", &|p| i64::from(persons.linked[p])),
            ("place", &|p| i64::from(final_indices[0][p])),
        ],
        persons.len(),
    )?;
    let filled = FIRMOGRAPHICS.map(|name| accounts.attribute(name));
    let has = |which: usize, a: usize| i64::from(filled[which].is_some_and(|f| f.get(a as u32).is_some()));
    save(
        &folder.join("accounts.parquet"),
        &[
            ("created", &|a| i64::from(accounts.created[a])),
            ("place", &|a| i64::from(final_indices[1][a])),
            (FIRMOGRAPHICS[0], &|a| has(0, a)),
            (FIRMOGRAPHICS[1], &|a| has(1, a)),
            (FIRMOGRAPHICS[2], &|a| has(2, a)),
        ],
        accounts.len(),
    )
}

/// First and last active day and events of every subject, then all active days.
fn write_activity(folder: &Path, profile_type: &str, activity: &Activity) -> Result<()> {
    let subjects = activity.starts.len().saturating_sub(1);
    let of = |subject: usize| activity.counts_of(subject as u32);
    let days = |subject: usize| of(subject).chunk_by(|a, b| a.day == b.day).count() as i64;
    save(
        &folder.join(format!("spans-{profile_type}.parquet")),
        &[
            ("first", &|s| of(s).first().map_or(i64::from(NEVER), |r| i64::from(r.day))),
            ("last", &|s| of(s).last().map_or(i64::from(NEVER), |r| i64::from(r.day))),
            ("events", &|s| of(s).iter().map(|r| i64::from(r.count)).sum()),
            ("days", &days),
        ],
        subjects,
    )?;
    let all: Vec<Day> =
        (0..subjects).flat_map(|s| of(s).chunk_by(|a, b| a.day == b.day).map(|run| run[0].day)).collect();
    save(&folder.join(format!("days-{profile_type}.parquet")), &[("day", &|row| i64::from(all[row]))], all.len())
}

fn write_volumes(folder: &Path, activity: &Activity) -> Result<()> {
    let mut volumes: hashbrown::HashMap<(Day, u16), u64> = hashbrown::HashMap::new();
    for row in &activity.rows {
        *volumes.entry((row.day, row.event_type)).or_default() += u64::from(row.count);
    }
    let mut volumes: Vec<_> = volumes.into_iter().collect();
    volumes.sort_unstable();
    save(
        &folder.join(VOLUMES),
        &[
            ("day", &|v| i64::from(volumes[v].0.0)),
            ("type", &|v| i64::from(volumes[v].0.1)),
            ("events", &|v| volumes[v].1 as i64),
        ],
        volumes.len(),
    )
}

impl StoredProfiles {
    /// Reads what [`write`](write()) wrote, but for the activity ([`load_activity`]).
    ///
    /// # Errors
    /// The folder is gone or damaged.
    pub fn load(folder: &Path) -> Result<StoredProfiles> {
        let totals: Totals = read_json(&folder.join(TOTALS))?;
        let file = folder.join("persons.parquet");
        let account = |a: i64| u32::try_from(a).unwrap_or(NO_PROFILE);
        let created = column(&file, 0, |d| d as Day)?;
        let persons = Profiles {
            ids: vec![String::new(); created.len()],
            created,
            account: column(&file, 1, account)?,
            linked: column(&file, 2, |d| d as Day)?,
            attributes: Vec::new(),
        };
        let person_indices = column(&file, 3, |p| p as u32)?;
        let file = folder.join("accounts.parquet");
        let created = column(&file, 0, |d| d as Day)?;
        let mut accounts = Profiles { ids: vec![String::new(); created.len()], created, ..Profiles::default() };
        for (at, name) in FIRMOGRAPHICS.iter().enumerate() {
            let dictionary = vec![String::new(), "filled".into()];
            let values = column(&file, 2 + at, |filled| filled as u32)?;
            accounts.attributes.push(Attribute { name: (*name).to_string(), dictionary, values });
        }
        let final_indices = [person_indices, column(&file, 1, |p| p as u32)?];
        let mut volumes = Vec::new();
        each_block(&folder.join(VOLUMES), |columns| {
            if let [days, types, events] = columns {
                let rows = days.iter().zip(*types).zip(*events);
                volumes.extend(rows.map(|((&d, &t), &n)| (d as Day, t as u16, n as u64)));
            }
        })?;
        let Totals { as_of, first_day, opportunities, types, has_account_activity } = totals;
        let attributes = Index::load(folder)?;
        let mut business = Business { persons, accounts, as_of, first_day, opportunities, ..Business::default() };
        for owners in Owners::BOTH {
            let table = table_of(&mut business, owners);
            // Their names, so that a mistake is told with the nearest.
            for name in attributes.names(owners) {
                if table.attribute(name).is_none() {
                    table.attributes.push(Attribute { name: name.into(), ..Attribute::default() });
                }
            }
        }
        let loaded = Vec::new();
        Ok(StoredProfiles { business, types, volumes, has_account_activity, final_indices, attributes, loaded })
    }

    /// Reads the values of an attribute, of persons and of accounts, unless they are there; a name that nobody has
    /// changes nothing.
    ///
    /// # Errors
    /// It has too many values to be kept, or the folder is gone or damaged.
    pub fn load_attribute(&mut self, folder: &Path, name: &str) -> Result<()> {
        if self.loaded.iter().any(|loaded| loaded == name) {
            return Ok(());
        }
        for owners in Owners::BOTH {
            let found = self.attributes.read(folder, owners, name)?;
            let table = table_of(&mut self.business, owners);
            if let Some((place, found)) = table.attributes.iter_mut().find(|a| a.name == name).zip(found) {
                *place = found;
            }
        }
        self.loaded.push(name.to_string());
        Ok(())
    }

    /// The final number of a subject of the kept events.
    pub fn subject(&self, provisional: u32) -> u32 {
        let [persons, accounts] = &self.final_indices;
        match provisional & ACCOUNT_FLAG {
            0 => persons[provisional as usize],
            _ => persons.len() as u32 + accounts[(provisional & !ACCOUNT_FLAG) as usize],
        }
    }
}

fn table_of(business: &mut Business, owners: Owners) -> &mut Profiles {
    match owners {
        Owners::Persons => &mut business.persons,
        Owners::Accounts => &mut business.accounts,
    }
}

/// The activity of all subjects, thinned to what tells first and last days and the number of events; with `all_days`
/// every active day. Event types are not told apart.
///
/// # Errors
/// The folder is gone or damaged.
pub fn load_activity(folder: &Path, for_accounts: bool, all_days: bool) -> Result<Activity> {
    let profile_type = if for_accounts { "accounts" } else { "persons" };
    let days = if all_days {
        column(&folder.join(format!("days-{profile_type}.parquet")), 0, |d| d as Day)?
    } else {
        Vec::new()
    };
    let mut activity = Activity { starts: vec![0], ..Activity::default() };
    let mut from = 0;
    each_block(&folder.join(format!("spans-{profile_type}.parquet")), |columns| {
        let [firsts, lasts, events, counts] = columns else { return };
        for subject in 0..firsts.len() {
            let ends = [firsts[subject] as Day, lasts[subject] as Day];
            let active: &[Day] = match counts[subject] as usize {
                0 => &[],
                1 => &ends[..1],
                _ if !all_days => &ends,
                count => {
                    from += count;
                    days.get(from - count..from).unwrap_or_default()
                }
            };
            from += usize::from(all_days && counts[subject] == 1);
            let mut count = events[subject] as u32;
            for &day in active {
                // All on the first day: only their sum is asked for.
                activity.rows.push(DailyCount { day, event_type: 0, count: std::mem::take(&mut count) });
            }
            activity.starts.push(activity.rows.len());
        }
    })?;
    Ok(activity)
}
