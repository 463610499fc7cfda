//! Builds the catalog: reads the sources once, keeps their events by type, counts the values of every field, and
//! publishes the finished folder by renaming it. One process at a time builds; another one waits and takes the result.
//! Called in a worker process ([`spawn_build`] starts one) and by the command line.

use super::state::{self, BuildStep, SHORT, VERSION};
use crate::data::event_store::profiles;
use crate::data::event_store::read::Reader;
use crate::data::load::{Attributes, Request};
use crate::domain::progress::Progress;
use crate::domain::score::{MergePolicy, ProfileType};
use crate::domain::source::activity::{Activity, Attribute, Business, Day, Profiles, day_text};
use crate::domain::source::catalog::{AttributeEntry, Catalog, FieldEntry, MAX_VALUES, TypeEntry, ValueEntry};
use crate::domain::source::read_report::ReadReport;
use crate::error::{Context, Error, Kind, Result};
use crate::features::attributes;
use crate::store::atomic;
use crate::store::lock::Lock;
use crate::workspace::Workspace;
use jiff::Timestamp;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Between two writes of the progress file.
const STEP: Duration = Duration::from_millis(250);
/// Between two looks at a lock that somebody else holds.
const PAUSE: Duration = Duration::from_millis(50);

/// Builds the catalog of the sources as they are, unless it is there.
///
/// # Errors
/// No sources, a source that cannot be read or that changed meanwhile, a cache folder that cannot be written, or the
/// work was cancelled.
pub fn build(workspace: &Workspace, progress: &dyn Progress) -> Result<Catalog> {
    if workspace.config.sources.is_empty() {
        return Err(Error::new("The workspace has no sources.")
            .because(format!("{} names none", workspace.paths.config_file.display()))
            .hint("add [[source]] tables to it (config.example.toml shows how), or try `propensity demo`"));
    }
    let folder = state::folder(workspace);
    std::fs::create_dir_all(&folder).context(|| format!("The folder {} could not be made.", folder.display()))?;
    let _lock = wait_for_lock(&folder, progress)?;
    let key = state::key(workspace)?;
    if let Some(catalog) = state::read(&folder, &key) {
        return Ok(catalog);
    }
    clear(&folder, None);
    let build_progress = BuildProgress {
        inner: progress,
        file: state::progress_file(&folder),
        last: Mutex::new(None),
        since: Timestamp::now(),
    };
    build_progress.write(0);
    let built = make(workspace, &folder, &key, &build_progress);
    let _ = std::fs::remove_file(state::progress_file(&folder));
    match built {
        Ok(catalog) => {
            clear(&folder, Some(&key));
            Ok(catalog)
        }
        Err(error) => {
            clear(&folder, None);
            if error.kind != Kind::Cancelled {
                // Only so that it is shown, and not tried again and again.
                let _ = state::failure_text(&error)
                    .and_then(|text| atomic::write(&state::failure_file(&folder, &key), &text));
            }
            Err(error)
        }
    }
}

/// Starts a process of its own session that builds the catalog, and returns at once.
///
/// # Errors
/// The process cannot be started.
pub fn spawn_build(workspace: &Workspace) -> Result<()> {
    let what = || "The process that builds the catalog could not be started.".to_string();
    let program = std::env::current_exe().context(what)?;
    let mut child = Command::new(program)
        .arg("catalog-worker")
        .args(workspace.arguments())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context(what)?;
    // Without somebody who waits for it, a child that ended stays listed as long as this process lives.
    std::thread::Builder::new().name("reaper".into()).spawn(move || child.wait()).context(what)?;
    Ok(())
}

/// The lock of the catalog folder. As long as another process builds, its progress is told.
fn wait_for_lock(folder: &Path, progress: &dyn Progress) -> Result<Lock> {
    loop {
        if let Some(lock) = Lock::try_acquire(&folder.join(".lock"))? {
            return Ok(lock);
        }
        progress.check()?;
        if let Some(step) = state::live(folder) {
            progress.advance(step.done, None);
        }
        std::thread::sleep(PAUSE);
    }
}

/// Removes what interrupted builds left, and, once `keep` is there, the catalogs and failures of older sources.
fn clear(folder: &Path, keep: Option<&str>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let live = name.starts_with('.') && name.ends_with(".live");
        let old = keep.is_some_and(|keep| !name.starts_with('.') && name != keep);
        if live || old {
            // Best effort: what cannot be removed stands in nobody's way.
            let _ = if entry.path().is_dir() {
                std::fs::remove_dir_all(entry.path())
            } else {
                std::fs::remove_file(entry.path())
            };
        }
    }
}

fn make(workspace: &Workspace, folder: &Path, key: &str, progress: &BuildProgress<'_>) -> Result<Catalog> {
    let began = Instant::now();
    let live = folder.join(format!(".{key}.live"));
    std::fs::create_dir(&live).context(|| format!("The folder {} could not be made.", live.display()))?;
    let wanted = attributes::required_attributes(&[]);
    let request = Request {
        profile_type: ProfileType::Person,
        goals: &[],
        exclusions: &[],
        rule_events: Vec::new(),
        attributes: Attributes { wanted: &wanted, others: true },
        links: &[],
        merge_policy: MergePolicy::MostRecent,
        as_of: workspace.as_of(None)?,
        now: Timestamp::now(),
    };
    let (business, read_report) = profiles::write(&workspace.config, &request, &live, progress)?;
    let days = (business.first_day < business.as_of).then_some((business.first_day, &business.activity));
    let last_day = days.and_then(|(_, activity)| activity.rows.iter().map(|r| r.day).max()).map(day_text);
    let first_day = days.map(|(first, _)| day_text(first));
    let attributes = attribute_entries(&business);
    let months = months_by_type(&business.activity);
    drop(business);
    let reader = Reader::open(&live)?;
    let event_types = entries(&reader, &read_report, &months, progress)?;
    let (refused, _) = read_report.refused();
    let catalog = Catalog {
        version: VERSION,
        key: key.to_string(),
        built_at: Timestamp::now(),
        seconds: began.elapsed().as_secs_f64(),
        first_day,
        last_day,
        persons: read_report.persons,
        accounts: read_report.accounts,
        opportunities: read_report.opportunities,
        events: read_report.events,
        refused,
        event_types,
        sources: read_report.sources,
        warnings: read_report.warnings,
        attributes,
    };
    let text = serde_json::to_vec(&catalog).context(|| "The catalog could not be written.".into())?;
    atomic::write(&live.join(SHORT), &text)?;
    if state::key(workspace)? != key {
        return Err(Error::new("The sources changed while the catalog was built.")
            .because("what was read may be of two states of them")
            .hint("build it again when the exports are complete: `propensity data catalog`"));
    }
    let place = folder.join(key);
    // One that could not be read may lie there.
    let _ = std::fs::remove_dir_all(&place);
    std::fs::rename(&live, &place).context(|| format!("The catalog {} could not be published.", place.display()))?;
    atomic::sync_folder(folder).context(|| format!("The catalog {} could not be published.", place.display()))?;
    Ok(catalog)
}

/// Events of every type by month, from the first month with an event to the last.
fn months_by_type(activity: &Activity) -> HashMap<String, Vec<u64>> {
    let month = |day: Day| {
        let date = jiff::civil::date(1970, 1, 1).saturating_add(jiff::Span::new().days(day));
        i32::from(date.year()) * 12 + i32::from(date.month())
    };
    let days = || activity.rows.iter().map(|row| row.day);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return HashMap::new() };
    let month_of_day: Vec<usize> = (first..=last).map(|day| (month(day) - month(first)) as usize).collect();
    let mut months = vec![vec![0; (month(last) - month(first)) as usize + 1]; activity.types.len()];
    for row in &activity.rows {
        months[usize::from(row.event_type)][month_of_day[(row.day - first) as usize]] += u64::from(row.count);
    }
    activity.types.iter().cloned().zip(months).collect()
}

fn entries(
    reader: &Reader,
    read_report: &ReadReport,
    months: &HashMap<String, Vec<u64>>,
    progress: &BuildProgress<'_>,
) -> Result<Vec<TypeEntry>> {
    let mut entries = Vec::new();
    for of_type in &read_report.event_types {
        let mut fields = Vec::new();
        for field in reader.fields(&of_type.event_type) {
            progress.check()?;
            fields.extend(entry(reader, &of_type.event_type, field)?);
        }
        fields.sort_by(|a: &FieldEntry, b| b.filled.cmp(&a.filled).then_with(|| a.field.cmp(&b.field)));
        let months = months.get(&of_type.event_type).cloned().unwrap_or_default();
        entries.push(TypeEntry { event_type: of_type.event_type.clone(), events: of_type.events, fields, months });
    }
    Ok(entries)
}

/// The field as a condition of that name sees it: in files that call it otherwise, by the rules of names.
fn entry(reader: &Reader, event_type: &str, field: &str) -> Result<Option<FieldEntry>> {
    let mut counts: HashMap<String, u64> = HashMap::new();
    reader.cells(event_type, field)?.count(|value, events| match counts.get_mut(value) {
        Some(count) => *count += events,
        None => {
            counts.insert(value.to_string(), events);
        }
    });
    Ok(field_entry(field, counts))
}

/// The attributes that a population rule may ask for.
fn attribute_entries(business: &Business) -> Vec<AttributeEntry> {
    let of = |profile_type: ProfileType, profiles: &Profiles| {
        let asked = profiles.attributes.iter().filter(|a| attributes::never_of_a_rule(&a.name).is_none());
        let entries = asked.filter_map(|a| field_entry(&a.name, value_counts(a)));
        entries.map(|field| AttributeEntry { profile_type, field }).collect::<Vec<_>>()
    };
    [of(ProfileType::Person, &business.persons), of(ProfileType::Account, &business.accounts)].concat()
}

fn value_counts(attribute: &Attribute) -> HashMap<String, u64> {
    let mut counts = vec![0; attribute.dictionary.len()];
    attribute.values.iter().filter(|code| **code != 0).for_each(|&code| counts[code as usize] += 1);
    attribute.dictionary.iter().cloned().zip(counts).filter(|(_, profiles)| *profiles > 0).collect()
}

/// The entry of a field by how often its values occur; `None` where it has none.
fn field_entry(field: &str, counts: HashMap<String, u64>) -> Option<FieldEntry> {
    let (filled, distinct) = (counts.values().sum(), counts.len() as u64);
    let mut values: Vec<(String, u64)> = counts.into_iter().collect();
    let order = |a: &(String, u64), b: &(String, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    if values.len() > MAX_VALUES {
        values.select_nth_unstable_by(MAX_VALUES, order);
        values.truncate(MAX_VALUES);
    }
    values.sort_unstable_by(order);
    let values = values.into_iter().map(|(value, events)| ValueEntry { value, events }).collect();
    (filled > 0).then(|| FieldEntry { field: field.to_string(), filled, distinct, values })
}

/// Tells the progress to whoever asked for the build, and on disk to everybody else.
struct BuildProgress<'a> {
    inner: &'a dyn Progress,
    file: PathBuf,
    last: Mutex<Option<Instant>>,
    since: Timestamp,
}

impl BuildProgress<'_> {
    fn write(&self, done: u64) {
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if last.is_none_or(|at| at.elapsed() >= STEP) {
            *last = Some(Instant::now());
            // A reader who meets half of it takes the next one.
            let text = serde_json::to_vec(&BuildStep { done, since: self.since }).unwrap_or_default();
            let _ = std::fs::write(&self.file, text);
        }
    }
}

impl Progress for BuildProgress<'_> {
    fn advance(&self, done: u64, total: Option<u64>) {
        self.write(done);
        self.inner.advance(done, total);
    }

    fn cancelled(&self) -> bool {
        self.inner.cancelled()
    }
}
