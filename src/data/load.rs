//! The whole reading: sources in, [`Business`] and [`ReadReport`] out. Called by the pipeline for
//! runs, and by queries for goal previews and `data check`.

use super::event_store::write::EventStoreWriter;
use super::events::{CatalogEvents, EventRequest, Events, RollUp};
use super::id_index::IdIndex;
use super::opportunities;
use super::profiles;
pub use super::profiles::Attributes;
use super::readers::stream::ReadContext;
use crate::config::{Config, SourceKind};
use crate::domain::progress::Progress;
use crate::domain::run::AsOf;
use crate::domain::run::work::{Step, Work};
use crate::domain::score::goal::GoalEvent;
use crate::domain::score::{MergePolicy, ProfileType};
use crate::domain::source::activity::{Activity, Business, Day, NEVER, day_of, day_text};
use crate::domain::source::read_report::{ReadReport, SourceReport, TypeCount};
use crate::error::{Error, Result};
use jiff::Timestamp;

/// What is to be read.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Whose score it is: decides whether an event counts for the account that it names or for its person.
    pub profile_type: ProfileType,
    /// The goal events of the score, at most 64.
    pub goals: &'a [GoalEvent],
    /// The exclusions of the score, at most 64.
    pub exclusions: &'a [GoalEvent],
    /// The events that the population rule of the score asks for, at most 64.
    pub rule_events: Vec<GoalEvent>,
    /// Attributes of persons and accounts to keep.
    pub attributes: Attributes<'a>,
    /// Event fields that a model to be applied takes as links: they are read as such however many there are.
    pub links: &'a [String],
    /// Which value a profile gets where several rows carry its id.
    pub merge_policy: MergePolicy,
    /// The moment at which knowledge stops; nothing at or after it is read.
    pub as_of: AsOf,
    /// Later stamps lie in the future. A run takes its start, so that its repetition refuses the same rows.
    pub now: Timestamp,
}

/// Reads every source of the config.
///
/// # Errors
/// No sources, a source that cannot be read, a missing column, an unknown time zone; rows never fail the reading.
pub fn load(config: &Config, request: &Request<'_>, progress: &dyn Progress) -> Result<(Business, ReadReport)> {
    let (business, read_report, _) = read(config, request, None, progress)?;
    Ok((business, read_report))
}

/// Reads every source and hands the events to `store_writer`, too, if there is one; numeric sums are then left out.
pub(super) fn read(
    config: &Config,
    request: &Request<'_>,
    store_writer: Option<EventStoreWriter>,
    progress: &dyn Progress,
) -> Result<(Business, ReadReport, Option<CatalogEvents>)> {
    if config.sources.is_empty() {
        return Err(Error::new("The workspace has no sources.")
            .because(format!("{} names none", config.folder.join("config.toml").display()))
            .hint("add [[source]] tables to it (config.example.toml shows how), or try `propensity demo`"));
    }
    let mut context = ReadContext::new(config, request.now, progress)?;
    context.profiles_columns = store_writer.is_some();
    let mut reports = Vec::new();
    let mut warnings = Vec::new();
    let has = |kind| config.sources.iter().any(|s| s.kind == kind);
    let policy = request.merge_policy;
    let accounts = profiles::read(&context, SourceKind::Account, request.attributes, policy, &mut reports)?;
    let mut persons = profiles::read(&context, SourceKind::Person, request.attributes, policy, &mut reports)?;
    let mut accounts = IdIndex::new(accounts.profiles, !has(SourceKind::Account)).with_aliases(accounts.aliases);
    let unknown = profiles::link(&mut persons, &mut accounts);
    if unknown > 0 {
        warnings.push(format!("{unknown} persons name an account that no source has; they stay, without an account."));
    }
    let event_request = EventRequest {
        goals: request.goals,
        exclusions: request.exclusions,
        rule_events: &request.rule_events,
        links: request.links,
        accounts_first: request.profile_type == ProfileType::Account,
        before: as_of_day(request.as_of, &context),
    };
    let mut persons = IdIndex::new(persons.profiles, !has(SourceKind::Person)).with_aliases(persons.aliases);
    let opportunities = opportunities::read(&context, &mut persons, &mut accounts, &mut reports)?;
    let mut events = Events::new(event_request, persons, accounts, &opportunities).with_store(store_writer);
    events.read(&context, &mut reports)?;
    progress.begin_step(Step::new(Work::RollUp, context.rows.get(), 1.0));
    let mut roll_up = events.finish();
    let catalog_events = roll_up.catalog_events.take();
    warnings.extend(days_apart(&reports));
    let opportunities = opportunities.current().count() as u64;
    let (business, read_report) = assemble(roll_up, opportunities, event_request.before, reports, warnings);
    Ok((business, read_report, catalog_events))
}

/// The day at which knowledge stops, where it does not depend on the data.
fn as_of_day(as_of: AsOf, context: &ReadContext<'_>) -> Option<Day> {
    match as_of {
        AsOf::Data => None,
        AsOf::Date(date) => Some(day_of(date)),
        // Cutoffs lie at midnight, and all that has happened today is to count.
        AsOf::Now => Timestamp::from_millisecond(context.now)
            .ok()
            .map(|now| day_of(now.to_zoned_datetime(context.zone.clone()).date()) + 1),
    }
}

fn assemble(
    roll_up: RollUp,
    opportunities: u64,
    end: Option<Day>,
    sources: Vec<SourceReport>,
    mut warnings: Vec<String>,
) -> (Business, ReadReport) {
    let last = roll_up.days.map(|(_, last)| last + 1);
    // Without any event the last created profile gives the day, so that the checks can say what is missing.
    let created = roll_up.persons.created.iter().chain(&roll_up.accounts.created).filter(|&&day| day != NEVER);
    let as_of = end.or(last).or_else(|| created.max().map(|day| day + 1)).unwrap_or_default();
    let unobserved = last.map_or(0, |last| as_of - last);
    if unobserved > 0 && roll_up.events_after == 0 {
        let (last, as_of) = (day_text(as_of - unobserved - 1), day_text(as_of));
        warnings.push(format!(
            "The last event is of {last}, but the as-of date is {as_of}: days without data count as days on which nothing happened."
        ));
    }
    let RollUp { persons, accounts, activity, goals, exclusions, rule_events, events_after, days, catalog_events: _ } =
        roll_up;
    let read_report = ReadReport {
        persons: persons.len() as u64,
        accounts: accounts.len() as u64,
        opportunities,
        events: activity.rows.iter().map(|r| u64::from(r.count)).sum(),
        events_after,
        event_types: type_counts(&activity),
        sources,
        warnings,
    };
    let first_day = days.map_or(as_of, |(first, _)| first);
    let business = Business {
        persons,
        accounts,
        activity,
        goals,
        exclusions,
        rule_events,
        known_links: None,
        opportunities,
        as_of,
        first_day,
    };
    (business, read_report)
}

fn type_counts(activity: &Activity) -> Vec<TypeCount> {
    let mut counts = vec![0u64; activity.types.len()];
    for row in &activity.rows {
        counts[usize::from(row.event_type)] += u64::from(row.count);
    }
    let mut types: Vec<TypeCount> =
        activity.types.iter().zip(counts).map(|(t, events)| TypeCount { event_type: t.clone(), events }).collect();
    types.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.event_type.cmp(&b.event_type)));
    types
}

/// A warning where the event sources end on different days: the last days are then known only in part.
fn days_apart(reports: &[SourceReport]) -> Option<String> {
    let ends = reports.iter().filter(|r| r.kind == SourceKind::Event.word()).filter_map(|r| r.last_day.as_deref());
    let (first, last) = (ends.clone().min()?, ends.max()?);
    (first != last).then(|| {
        format!("The event sources end on different days, between {first} and {last}: the days after {first} are known only in part.")
    })
}
