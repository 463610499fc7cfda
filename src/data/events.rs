//! Events → daily activity, goal hits and exclusion hits. Raw events are never kept: a row becomes one 64-bit key
//! (subject, day, type), and sorted runs of keys become counts. Where a catalog is built, a [`Keeper`] is told every event
//! that is booked, with its cells. Called by [`load`](super::load).

use super::event_store::write::EventStoreWriter;
use super::id_index::IdIndex;
use super::mapping::Mapping;
use super::opportunities::{self, Opportunities, Opportunity};
use super::readers::stream::{Block, Period, ReadContext, each_block};
use super::time::TimeParser;
use crate::config::SourceKind;
use crate::domain::score::goal::GoalEvent;
use crate::domain::source::activity::{Activity, Daily, Day, Hit, NOBODY};
use crate::domain::source::read_report::SourceReport;
use crate::domain::source::refusal::Reason;
use crate::error::Result;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
use rayon::slice::ParallelSliceMut;
use std::hash::{BuildHasher, RandomState};

/// Keys count days from 1900-01-01 in 16 bits, which reaches into the year 2079.
const FIRST_DAY: Day = -25_567;

/// Marks a provisional subject as an account's own.
pub(super) const ACCOUNT: u32 = 1 << 31;

/// More event types than this are booked on the last one.
const MAX_TYPES: usize = 60_000;

/// What of the events a score asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// Goal events of the score, at most 64.
    pub goals: &'a [GoalEvent],
    /// Exclusions of the score, at most 64.
    pub exclusions: &'a [GoalEvent],
    /// Account scores book an event on the account that it names; person scores on its person.
    pub accounts_first: bool,
    /// Events from this day on are counted and left out.
    pub before: Option<Day>,
}

/// The events as they come in, subjects and types still provisional.
pub struct Events<'a> {
    wanted: Wanted<'a>,
    pub persons: IdIndex,
    pub accounts: IdIndex,
    opportunities: &'a Opportunities,
    types: Types,
    keys: Vec<u64>,
    goals: Vec<Hit>,
    exclusions: Vec<Hit>,
    numbers: super::numbers::Numbers,
    seen: Seen,
    pub after: u64,
    history: bool,
    layout: Layout,
    keeper: Option<EventStoreWriter>,
    /// Positions in `keys` of the events that account scores book on another subject, and that subject. Only noted for
    /// a keeper: a score needs one booking, the catalog both.
    moved: Vec<(u32, u32)>,
}

/// The subjects that one event is booked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct EventSubjects {
    for_persons: u32,
    for_accounts: u32,
}

/// Event types with what each has to do with the score, numbered in order of appearance.
#[derive(Default)]
struct Types {
    names: Vec<String>,
    numbers: HashMap<String, u16>,
    /// Per type the goal events and the exclusions that it may be.
    roles: Vec<(u64, u64)>,
}

/// Columns of the current file.
#[derive(Default)]
struct Layout {
    number: u64,
    event_id: Option<usize>,
    person: Option<usize>,
    account: Option<usize>,
    opportunity: Option<usize>,
    timestamp: Option<usize>,
    event_type: Option<usize>,
    /// Every name under which a condition may find a column.
    names: HashMap<String, usize>,
    /// (column, its number among the numeric candidates).
    numeric: Vec<(usize, u16)>,
}

impl<'a> Events<'a> {
    pub fn new(wanted: Wanted<'a>, persons: IdIndex, accounts: IdIndex, opportunities: &'a Opportunities) -> Self {
        Events {
            wanted,
            persons,
            accounts,
            opportunities,
            types: Types::default(),
            keys: Vec::new(),
            goals: Vec::new(),
            exclusions: Vec::new(),
            numbers: super::numbers::Numbers::default(),
            seen: Seen::default(),
            after: 0,
            history: false,
            layout: Layout::default(),
            keeper: None,
            moved: Vec::new(),
        }
    }

    /// Hands every event that is booked to `keeper`, and books for both profile types.
    pub fn keeping(mut self, keeper: Option<EventStoreWriter>) -> Self {
        self.keeper = keeper;
        self
    }

    /// Reads all event sources, then adds what the opportunities imply where no source tells their history.
    ///
    /// # Errors
    /// Those of [`each_block`].
    pub fn read(&mut self, context: &ReadContext<'_>, reports: &mut Vec<SourceReport>) -> Result<()> {
        for source in context.config.sources.iter().filter(|s| s.kind == SourceKind::Event) {
            let parser = TimeParser::new(&context.zone, &source.timestamp_formats)?;
            let mut period = Period::default();
            self.layout.number = 0;
            let mut report = each_block(context, source, &mut |block| {
                self.take(block, &parser, context.now, &mut period);
                self.keeper.as_mut().map_or(Ok(()), EventStoreWriter::write_full)
            })?;
            period.report(&mut report);
            reports.push(report);
        }
        if !self.history {
            let parser = TimeParser::new(&context.zone, &[])?;
            if let Some(keeper) = &mut self.keeper {
                keeper.layout_of_implied();
            }
            for opportunity in self.opportunities.current() {
                self.imply(opportunity, &parser, context.now);
            }
        }
        self.keeper.as_mut().map_or(Ok(()), EventStoreWriter::write_all)
    }

    fn take(&mut self, mut block: Block<'_>, parser: &TimeParser, now: i64, period: &mut Period) {
        if self.layout.number != block.layout {
            let keeper = &mut self.keeper;
            // The catalog asks for no sums.
            let numbers = if keeper.is_none() { Some(&mut self.numbers) } else { None };
            self.layout = Layout::of(&block, numbers);
            if let Some(keeper) = keeper {
                keeper.layout(block.batch.columns(), block.mapping);
            }
        }
        for row in 0..block.batch.rows() {
            match self.row(&block, row, parser, now) {
                Ok(day) => period.widen(day),
                Err((reason, detail)) => block.refuse(row, reason, || detail),
            }
        }
    }

    fn row(&mut self, block: &Block<'_>, row: usize, parser: &TimeParser, now: i64) -> Result<Day, (Reason, String)> {
        let layout = &self.layout;
        let event_type = block.field(layout.event_type, row);
        if event_type.is_empty() {
            return Err((Reason::MissingEventType, "the event has no type".into()));
        }
        let stamp = block.field(layout.timestamp, row);
        if stamp.is_empty() {
            return Err((Reason::MissingTimestamp, "the event has no timestamp".into()));
        }
        let Some(at) = parser.parse(stamp) else { return Err((Reason::BadTimestamp, format!("'{stamp}'"))) };
        if at > now {
            return Err((Reason::FutureTimestamp, format!("'{stamp}' lies in the future")));
        }
        let day = parser.days(at);
        if day < FIRST_DAY {
            return Err((Reason::BadTimestamp, format!("'{stamp}' lies before 1900")));
        }
        let booked = self.subject(block, row, day)?;
        let id = block.field(self.layout.event_id, row);
        if !id.is_empty() && !self.seen.insert(id) {
            return Err((Reason::DuplicateEventId, format!("event id '{id}'")));
        }
        self.history |= opportunities::is_history(event_type);
        if self.wanted.before.is_some_and(|end| day >= end) {
            self.after += 1;
            return Ok(day);
        }
        let layout = &self.layout;
        let number = self.types.number(event_type, &self.wanted);
        let subject = booked.of(&self.wanted);
        let field = |name: &str| match layout.names.get(name).map(|&c| block.batch.text(row, c).trim()) {
            None | Some("") => None,
            some => some,
        };
        book(&self.types, number, &self.wanted, field, (subject, day), (&mut self.goals, &mut self.exclusions));
        self.keys.push(key(subject, day, number));
        if let Some(keeper) = &mut self.keeper {
            booked.note(self.keys.len(), &mut self.moved);
            keeper.event(number, booked.pair(), day, |column| block.batch.text(row, column).trim());
        }
        for &(column, candidate) in &layout.numeric {
            self.numbers.take(candidate, block.batch.text(row, column).trim(), subject, day, at);
        }
        Ok(day)
    }

    /// Whom the event is booked on: the person, unless it names only an account, or names another account than the
    /// person's and the score is about accounts.
    fn subject(&mut self, block: &Block<'_>, row: usize, day: Day) -> Result<EventSubjects, (Reason, String)> {
        let layout = &self.layout;
        let (who, firm, deal) =
            (block.field(layout.person, row), block.field(layout.account, row), block.field(layout.opportunity, row));
        let orphan = |what: &str, id: &str| Err((Reason::Orphan, format!("{what} '{id}' is in no source")));
        let mut person = NOBODY;
        let mut account = NOBODY;
        if !who.is_empty() {
            match self.persons.number(who) {
                Some(number) => person = number,
                None => return orphan("person", who),
            }
        }
        if !firm.is_empty() {
            match self.accounts.number(firm) {
                Some(number) => account = number,
                None if person == NOBODY => return orphan("account", firm),
                None => {}
            }
        }
        if !deal.is_empty() {
            match self.opportunities.find(deal) {
                Some(found) => {
                    person = if person == NOBODY { found.person } else { person };
                    account = if account == NOBODY { found.account } else { account };
                }
                None if person == NOBODY && account == NOBODY => return orphan("opportunity", deal),
                None => {}
            }
        }
        self.choose(person, account, day).ok_or((Reason::MissingId, "the event names nobody".into()))
    }

    fn choose(&mut self, person: u32, account: u32, day: Day) -> Option<EventSubjects> {
        let on = |subject: u32| Some(EventSubjects { for_persons: subject, for_accounts: subject });
        if person == NOBODY {
            return if account == NOBODY { None } else { on(account | ACCOUNT) };
        }
        if account != NOBODY {
            if self.wanted.before.is_none_or(|end| day < end) {
                self.persons.link(person, account, day);
            }
            if self.persons.profiles.account.get(person as usize) != Some(&account) {
                return Some(EventSubjects { for_persons: person, for_accounts: account | ACCOUNT });
            }
        }
        on(person)
    }

    /// The events that an opportunity without history implies: its creation, and the stage at its close if that is one.
    fn imply(&mut self, opportunity: &Opportunity, parser: &TimeParser, now: i64) {
        let first = opportunity.created.or(opportunity.closed).map_or(Day::MAX, |at| parser.days(at));
        let Some(booked) = self.choose(opportunity.person, opportunity.account, first) else { return };
        let stage = opportunity.stage.as_str();
        let closed = opportunity.closed.filter(|_| opportunities::is_closed(stage));
        if let Some(at) = opportunity.created {
            self.implied(opportunities::CREATED, ["", ""], booked, at, (parser, now));
        }
        if let Some(at) = closed {
            self.implied(opportunities::UPDATED, ["Stage", stage], booked, at, (parser, now));
        }
    }

    /// Books an event that no row tells; `cells` are those of [`IMPLIED`].
    fn implied(
        &mut self,
        event_type: &str,
        cells: [&str; 2],
        booked: EventSubjects,
        at: i64,
        (parser, now): (&TimeParser, i64),
    ) {
        let day = parser.days(at);
        if at > now || day < FIRST_DAY {
            return;
        }
        if self.wanted.before.is_some_and(|end| day >= end) {
            self.after += 1;
            return;
        }
        let number = self.types.number(event_type, &self.wanted);
        let subject = booked.of(&self.wanted);
        let field = |name: &str| implied_column(name).map(|c| cells[c]).filter(|cell| !cell.is_empty());
        book(&self.types, number, &self.wanted, field, (subject, day), (&mut self.goals, &mut self.exclusions));
        self.keys.push(key(subject, day, number));
        if let Some(keeper) = &mut self.keeper {
            booked.note(self.keys.len(), &mut self.moved);
            keeper.event(number, booked.pair(), day, |column| cells[column]);
        }
    }

    /// The ids seen are half of what the reading holds, and the sorting needs that much again.
    fn without_ids(self) -> Self {
        Events { seen: Seen::default(), ..self }
    }

    /// Sorts everything into its final order: subjects by id, types by name.
    pub fn finish(self) -> RollUp {
        let Events { persons, accounts, types, keys, mut goals, mut exclusions, numbers, after, keeper, moved, .. } =
            self.without_ids();
        let (mut persons, person_place) = persons.finish();
        let (mut accounts, account_place) = accounts.finish();
        accounts.account = Vec::new();
        for link in persons.account.iter_mut().filter(|l| **l != NOBODY) {
            *link = account_place[*link as usize];
        }
        let people = persons.len() as u32;
        let place = |subject: u32| match subject & ACCOUNT {
            0 => person_place[subject as usize],
            _ => people + account_place[(subject & !ACCOUNT) as usize],
        };
        let mut order: Vec<u16> = (0..types.names.len() as u16).collect();
        order.sort_unstable_by(|&a, &b| types.names[a as usize].cmp(&types.names[b as usize]));
        let mut type_place = vec![0u16; order.len()];
        for (new, &old) in order.iter().enumerate() {
            type_place[old as usize] = new as u16;
        }
        for hits in [&mut goals, &mut exclusions] {
            hits.iter_mut().for_each(|h| h.subject = place(h.subject));
            hits.sort_unstable();
        }
        let subjects = people as usize + accounts.len();
        let for_accounts = (!moved.is_empty()).then(|| {
            let mut keys = keys.clone();
            for &(at, subject) in &moved {
                keys[at as usize] = (u64::from(subject) << 32) | (keys[at as usize] & u64::from(u32::MAX));
            }
            placed(keys, place, &type_place, subjects)
        });
        let mut activity = placed(keys, place, &type_place, subjects);
        numbers.finish(place, subjects, &mut activity);
        activity.types = types.names.clone();
        activity.types.sort_unstable();
        let first_day = activity.rows.iter().map(|r| r.day).min();
        let last_day = activity.rows.iter().map(|r| r.day).max();
        let kept = keeper.map(|keeper| CatalogEvents {
            keeper,
            types: types.names,
            places: [person_place, account_place],
            for_accounts,
        });
        RollUp { persons, accounts, activity, goals, exclusions, after, days: first_day.zip(last_day), kept }
    }
}

/// What the events came to.
pub struct RollUp {
    pub persons: crate::domain::source::activity::Profiles,
    pub accounts: crate::domain::source::activity::Profiles,
    pub activity: Activity,
    pub goals: Vec<Hit>,
    pub exclusions: Vec<Hit>,
    pub after: u64,
    /// First and last day with an event.
    pub days: Option<(Day, Day)>,
    /// Where a keeper was told the events.
    pub kept: Option<CatalogEvents>,
}

/// A keeper after the last event, with what its provisional numbers mean.
pub struct CatalogEvents {
    pub keeper: EventStoreWriter,
    /// Event types by provisional number.
    pub types: Vec<String>,
    /// Final numbers of persons and of accounts by provisional number.
    pub places: [Vec<u32>; 2],
    /// The activity as account scores book it, where that differs.
    pub for_accounts: Option<Activity>,
}

impl EventSubjects {
    fn of(self, wanted: &Wanted<'_>) -> u32 {
        if wanted.accounts_first { self.for_accounts } else { self.for_persons }
    }

    fn pair(self) -> (u32, u32) {
        (self.for_persons, self.for_accounts)
    }

    /// Notes the other booking of the event whose key was pushed last.
    fn note(self, keys: usize, moved: &mut Vec<(u32, u32)>) {
        if self.for_persons != self.for_accounts {
            moved.push((keys as u32 - 1, self.for_accounts));
        }
    }
}

/// The fields of the events that opportunities imply.
pub(super) const IMPLIED: [&str; 2] = ["attributeName", "newValue"];

/// Which of [`IMPLIED`] a condition means: sources that tell history have these fields under many dotted names.
pub(super) fn implied_column(name: &str) -> Option<usize> {
    let last = name.rsplit('.').next().unwrap_or(name);
    IMPLIED.iter().position(|field| *field == last)
}

/// Every name under which a condition may find a column. The weaker names come first, so that the stronger ones replace
/// them: last part of a dotted name, field, column.
pub(super) fn names_of<'n>(
    columns: &[String],
    fields: impl Iterator<Item = (&'n str, usize)>,
) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for (index, column) in columns.iter().enumerate() {
        if let Some(last) = column.rsplit('.').next() {
            names.insert(last.to_string(), index);
        }
    }
    names.extend(fields.map(|(field, index)| (field.to_string(), index)));
    names.extend(columns.iter().cloned().enumerate().map(|(i, c)| (c, i)));
    names
}

/// Fields and the columns that fill them.
pub(super) fn fields_of(mapping: &Mapping) -> impl Iterator<Item = (&'static str, usize)> + '_ {
    mapping.fields.iter().map(|(field, index, _)| (*field, *index))
}

/// Provisional keys → activity, without the names of its types.
fn placed(mut keys: Vec<u64>, place: impl Fn(u32) -> u32, type_place: &[u16], subjects: usize) -> Activity {
    for k in &mut keys {
        let (subject, day, number) = ((*k >> 32) as u32, (*k >> 16) as u16, *k as u16);
        *k = (u64::from(place(subject)) << 32) | (u64::from(day) << 16) | u64::from(type_place[number as usize]);
    }
    keys.par_sort_unstable();
    roll_up(&keys, subjects)
}

fn key(subject: u32, day: Day, event_type: u16) -> u64 {
    (u64::from(subject) << 32) | (((day - FIRST_DAY).min(i32::from(u16::MAX)) as u64) << 16) | u64::from(event_type)
}

/// Sorted keys → counts, with the offsets of every subject.
fn roll_up(keys: &[u64], subjects: usize) -> Activity {
    let mut rows = Vec::with_capacity(keys.chunk_by(|a, b| a == b).count());
    let mut starts = Vec::with_capacity(subjects + 1);
    for run in keys.chunk_by(|a, b| a == b) {
        let subject = (run[0] >> 32) as usize;
        while starts.len() <= subject {
            starts.push(rows.len());
        }
        let day = FIRST_DAY + i32::from((run[0] >> 16) as u16);
        rows.push(Daily { day, event_type: run[0] as u16, count: run.len() as u32 });
    }
    starts.resize(subjects + 1, rows.len());
    Activity { rows, starts, ..Activity::default() }
}

/// Notes the event as goal event or exclusion where it is one.
fn book<'v>(
    types: &Types,
    number: u16,
    wanted: &Wanted<'_>,
    field: impl Fn(&str) -> Option<&'v str>,
    (subject, day): (u32, Day),
    (goals, exclusions): (&mut Vec<Hit>, &mut Vec<Hit>),
) {
    let (may_goal, may_exclude) = types.roles[number as usize];
    if may_goal | may_exclude == 0 {
        return;
    }
    let event_type = &types.names[number as usize];
    for (may, events, hits) in [(may_goal, wanted.goals, goals), (may_exclude, wanted.exclusions, exclusions)] {
        let matching =
            (0..events.len().min(64)).filter(|i| may >> i & 1 == 1 && events[*i].matches(event_type, &field));
        let which = matching.fold(0u64, |bits, i| bits | 1 << i);
        if which != 0 {
            hits.push(Hit { subject, day, which });
        }
    }
}

impl Types {
    fn number(&mut self, name: &str, wanted: &Wanted<'_>) -> u16 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        if self.names.len() >= MAX_TYPES {
            return (MAX_TYPES - 1) as u16;
        }
        let number = self.names.len() as u16;
        let role = |events: &[GoalEvent]| {
            let of_type = events.iter().take(64).enumerate().filter(|(_, e)| e.event_type == name);
            of_type.fold(0u64, |bits, (i, _)| bits | 1 << i)
        };
        self.roles.push((role(wanted.goals), role(wanted.exclusions)));
        self.names.push(name.to_string());
        self.numbers.insert(name.to_string(), number);
        number
    }
}

impl Layout {
    fn of(block: &Block<'_>, numbers: Option<&mut super::numbers::Numbers>) -> Layout {
        let (columns, mapping) = (block.batch.columns(), block.mapping);
        let numeric = numbers.map_or_else(Vec::new, |numbers| {
            mapping.others.iter().map(|&c| (c, numbers.candidate(&columns[c]))).collect()
        });
        Layout {
            number: block.layout,
            event_id: mapping.column("event_id"),
            person: mapping.column("person_id"),
            account: mapping.column("account_id"),
            opportunity: mapping.column("opportunity_id"),
            timestamp: mapping.column("timestamp"),
            event_type: mapping.column("event_type"),
            names: names_of(columns, fields_of(mapping)),
            numeric,
        }
    }
}

/// The event ids seen so far, as 128 bits each from two independent hash functions: at 100 million events, the chance
/// that two different ids collide is below 1e-20, and the ids themselves need not be kept.
#[derive(Default)]
struct Seen {
    prints: HashSet<u128>,
    sip: RandomState,
    fold: DefaultHashBuilder,
}

impl Seen {
    /// Whether the id is new.
    fn insert(&mut self, id: &str) -> bool {
        let (high, low) = (self.sip.hash_one(id), self.fold.hash_one(id));
        self.prints.insert((u128::from(high) << 64) | u128::from(low))
    }
}
