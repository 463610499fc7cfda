//! Events → daily activity, goal hits and exclusion hits. Raw events are not kept: a row becomes one 64-bit key. Where a
//! catalog is built, an [`EventStoreWriter`] takes every event with its cells. Called by [`load`](crate::data::load).

use super::columns::EventColumns;
use super::duplicates::EventIdSet;
use super::event_types::{EventTypes, Hits, record_hits};
use super::request::EventRequest;
use super::roll_up::{CatalogEvents, FIRST_DAY, RollUp, final_activity, key};
use super::subjects::{ACCOUNT_FLAG, EventSubjects};
use crate::config::SourceKind;
use crate::data::event_store::write::EventStoreWriter;
use crate::data::field_names::implied_column;
use crate::data::id_index::IdIndex;
use crate::data::link_fields::LinkFields;
use crate::data::numeric_fields::NumericFields;
use crate::data::opportunities::{self, Opportunities, Opportunity};
use crate::data::readers::stream::{Block, Period, ReadContext, each_block, each_block_of_implied_events};
use crate::data::time::TimeParser;
use crate::domain::source::activity::{Day, NO_PROFILE};
use crate::domain::source::read_report::SourceReport;
use crate::domain::source::refusal::Reason;
use crate::error::Result;

/// The events as they come in, subjects and types still provisional.
pub struct Events<'a> {
    request: EventRequest<'a>,
    /// Persons by id.
    pub persons: IdIndex,
    /// Accounts by id.
    pub accounts: IdIndex,
    opportunities: &'a Opportunities,
    types: EventTypes,
    keys: Vec<u64>,
    hits: Hits,
    numbers: NumericFields,
    links: LinkFields,
    event_ids: EventIdSet,
    /// Events of the current source whose opportunity belongs to nobody.
    nobodys: u64,
    /// Events on or after the as-of date, which are counted and left out.
    pub events_after: u64,
    has_history: bool,
    columns: EventColumns,
    store_writer: Option<EventStoreWriter>,
    /// Positions in `keys` of the events that account scores count for another subject, and that subject. Only noted for
    /// a catalog: a score needs one of them, the catalog both.
    other_subjects: Vec<(u32, u32)>,
}

impl<'a> Events<'a> {
    /// Nothing read yet; the profiles are known already.
    pub fn new(
        request: EventRequest<'a>,
        persons: IdIndex,
        accounts: IdIndex,
        opportunities: &'a Opportunities,
    ) -> Self {
        Events {
            request,
            persons,
            accounts,
            opportunities,
            types: EventTypes::default(),
            keys: Vec::new(),
            hits: Hits::default(),
            numbers: NumericFields::default(),
            links: LinkFields::new(request.links, request.accounts_first),
            event_ids: EventIdSet::default(),
            nobodys: 0,
            events_after: 0,
            has_history: false,
            columns: EventColumns::default(),
            store_writer: None,
            other_subjects: Vec::new(),
        }
    }

    /// Hands every event to `store_writer`, and counts for both profile types.
    pub fn with_store(mut self, store_writer: Option<EventStoreWriter>) -> Self {
        self.store_writer = store_writer;
        self
    }

    /// Reads all event sources, then adds what the opportunities imply where no source has their history.
    ///
    /// # Errors
    /// Those of [`each_block`].
    pub fn read(&mut self, context: &ReadContext<'_>, reports: &mut Vec<SourceReport>) -> Result<()> {
        for source in context.config.sources.iter().filter(|s| s.kind == SourceKind::Event) {
            let parser = TimeParser::new(&context.zone, &source.timestamp_formats)?;
            let mut period = Period::default();
            self.columns.layout = 0;
            let mut report = each_block(context, source, &mut |block| {
                self.read_block(block, &parser, context.now, &mut period);
                self.store_writer.as_mut().map_or(Ok(()), EventStoreWriter::write_full)
            })?;
            period.report(&mut report);
            self.note_nobodys(&mut report);
            reports.push(report);
        }
        self.read_implied(context, reports)?;
        if !self.has_history {
            let parser = TimeParser::new(&context.zone, &[])?;
            if let Some(store_writer) = &mut self.store_writer {
                store_writer.begin_implied_layout();
            }
            for opportunity in self.opportunities.current() {
                self.add_implied_events(opportunity, &parser, context.now);
            }
        }
        self.store_writer.as_mut().map_or(Ok(()), EventStoreWriter::write_all)
    }

    /// The events that rows of profiles and opportunities imply by their layout; `reports` are those of these rows.
    fn read_implied(&mut self, context: &ReadContext<'_>, reports: &mut [SourceReport]) -> Result<()> {
        for source in context.config.sources.iter() {
            let of_source = |r: &&mut SourceReport| r.kind == source.kind.word() && r.path == source.path;
            let Some(report) = reports.iter_mut().find(of_source) else { continue };
            let parser = TimeParser::new(&context.zone, &source.timestamp_formats)?;
            let mut period = Period::default();
            self.columns.layout = 0;
            each_block_of_implied_events(context, source, report, &mut |block| {
                self.read_block(block, &parser, context.now, &mut period);
                self.store_writer.as_mut().map_or(Ok(()), EventStoreWriter::write_full)
            })?;
            self.note_nobodys(report);
        }
        Ok(())
    }

    /// Tells how many events of the source were about opportunities that belong to nobody.
    fn note_nobodys(&mut self, report: &mut SourceReport) {
        let nobodys = std::mem::take(&mut self.nobodys);
        if nobodys > 0 {
            let note = format!(
                "{nobodys} events are of opportunities that name neither a person nor an account; they count for nobody"
            );
            report.notes.push(note);
        }
    }

    fn read_block(&mut self, mut block: Block<'_>, parser: &TimeParser, now: i64, period: &mut Period) {
        if self.columns.layout != block.layout {
            let store_writer = &mut self.store_writer;
            // The catalog asks for neither sums nor links.
            let fields = if store_writer.is_none() { Some((&mut self.numbers, &mut self.links)) } else { None };
            self.columns = EventColumns::of(&block, fields);
            if let Some(store_writer) = store_writer {
                store_writer.begin_layout(block.batch.columns(), block.mapping);
            }
        }
        for row in 0..block.batch.rows() {
            match self.read_row(&block, row, parser, now) {
                Ok(day) => period.widen(day),
                Err((reason, detail)) => block.refuse(row, reason, || detail),
            }
        }
    }

    fn read_row(
        &mut self,
        block: &Block<'_>,
        row: usize,
        parser: &TimeParser,
        now: i64,
    ) -> Result<Day, (Reason, String)> {
        let columns = &self.columns;
        let event_type = block.field(columns.event_type, row);
        if event_type.is_empty() {
            return Err((Reason::MissingEventType, "the event has no type".into()));
        }
        let stamp = block.field(columns.timestamp, row);
        if stamp.is_empty() {
            return Err((Reason::MissingTimestamp, "the event has no timestamp".into()));
        }
        let Some(at) = parser.parse(stamp) else {
            let shown = block.shown(columns.timestamp, row);
            return Err((Reason::BadTimestamp, format!("{shown} is no date that is known, as 2024-10-18 14:05")));
        };
        if at > now {
            return Err((Reason::FutureTimestamp, format!("'{stamp}' lies in the future")));
        }
        let day = parser.days(at);
        if day < FIRST_DAY {
            return Err((Reason::BadTimestamp, format!("'{stamp}' lies before 1900")));
        }
        let Some(subjects) = self.resolve_subjects(block, row, day)? else {
            self.nobodys += 1;
            return Ok(day);
        };
        let id = block.field(self.columns.event_id, row);
        if !id.is_empty() && !self.event_ids.insert(id) {
            return Err((Reason::DuplicateEventId, format!("event id '{id}'")));
        }
        self.has_history |= opportunities::is_history(event_type);
        if self.request.before.is_some_and(|end| day >= end) {
            self.events_after += 1;
            return Ok(day);
        }
        let columns = &self.columns;
        let number = self.types.index_of(event_type, &self.request);
        let subject = subjects.for_request(&self.request);
        let field = |name: &str| match columns.names.get(name).map(|&c| block.cell(c, row)) {
            None | Some("") => None,
            some => some,
        };
        record_hits(&self.types, number, &self.request, field, (subject, day), &mut self.hits);
        self.keys.push(key(subject, day, number));
        if let Some(store_writer) = &mut self.store_writer {
            subjects.push_other_subject(self.keys.len(), &mut self.other_subjects);
            store_writer.add_event(number, subjects.pair(), day, |column| block.cell(column, row));
        }
        for &(column, candidate) in &columns.numeric {
            self.numbers.add_cell(candidate, block.cell(column, row), subject, day, at);
        }
        for &(column, candidate) in &columns.links {
            if self.links.takes(candidate) {
                self.links.add_cell(candidate, block.cell(column, row), subject, day, at);
            }
        }
        Ok(day)
    }

    /// Whom the event counts for: the person, unless it names only an account, or names another account than the
    /// person's and the score is about accounts; `None` where its opportunity belongs to nobody.
    fn resolve_subjects(
        &mut self,
        block: &Block<'_>,
        row: usize,
        day: Day,
    ) -> Result<Option<EventSubjects>, (Reason, String)> {
        let columns = &self.columns;
        let (person_id, account_id, opportunity_id) =
            (block.id(columns.person, row)?, block.id(columns.account, row)?, block.id(columns.opportunity, row)?);
        let orphan = |what: &str, id: &str| Err((Reason::Orphan, format!("{what} '{id}' is in no source")));
        let mut person = NO_PROFILE;
        let mut account = NO_PROFILE;
        if !person_id.is_empty() {
            match self.persons.index_of(person_id) {
                Some(number) => person = number,
                None => return orphan("person", person_id),
            }
        }
        if !account_id.is_empty() {
            match self.accounts.index_of(account_id) {
                Some(number) => account = number,
                None if person == NO_PROFILE => return orphan("account", account_id),
                None => {}
            }
        }
        if !opportunity_id.is_empty() {
            match self.opportunities.find(opportunity_id) {
                Some(found) => {
                    person = if person == NO_PROFILE { found.person } else { person };
                    account = if account == NO_PROFILE { found.account } else { account };
                }
                None if person == NO_PROFILE && account == NO_PROFILE => return orphan("opportunity", opportunity_id),
                None => {}
            }
        }
        let names_opportunity = !opportunity_id.is_empty() && person_id.is_empty() && account_id.is_empty();
        match self.assign(person, account, day) {
            Some(subjects) => Ok(Some(subjects)),
            None if names_opportunity => Ok(None),
            None => Err((Reason::MissingId, "the event names nobody".into())),
        }
    }

    /// The subjects of an event of a person, an account or both; `None` where it has neither.
    fn assign(&mut self, person: u32, account: u32, day: Day) -> Option<EventSubjects> {
        let on = |subject: u32| Some(EventSubjects { for_persons: subject, for_accounts: subject });
        if person == NO_PROFILE {
            return if account == NO_PROFILE { None } else { on(account | ACCOUNT_FLAG) };
        }
        if account != NO_PROFILE {
            if self.request.before.is_none_or(|end| day < end) {
                self.persons.link(person, account, day);
            }
            if self.persons.profiles.account.get(person as usize) != Some(&account) {
                return Some(EventSubjects { for_persons: person, for_accounts: account | ACCOUNT_FLAG });
            }
        }
        on(person)
    }

    /// The events that an opportunity without history implies: its creation, and the stage at its close if that is one.
    fn add_implied_events(&mut self, opportunity: &Opportunity, parser: &TimeParser, now: i64) {
        let first = opportunity.created.or(opportunity.closed).map_or(Day::MAX, |at| parser.days(at));
        let Some(subjects) = self.assign(opportunity.person, opportunity.account, first) else { return };
        let stage = opportunity.stage.as_str();
        let closed = opportunity.closed.filter(|_| opportunities::is_closed(stage));
        if let Some(at) = opportunity.created {
            self.add_implied_event(opportunities::CREATED, ["", ""], subjects, at, (parser, now));
        }
        if let Some(at) = closed {
            self.add_implied_event(opportunities::UPDATED, ["Stage", stage], subjects, at, (parser, now));
        }
    }

    /// Counts an event that is in no source; `cells` are those of [`IMPLIED_FIELDS`](crate::data::field_names::IMPLIED_FIELDS).
    fn add_implied_event(
        &mut self,
        event_type: &str,
        cells: [&str; 2],
        subjects: EventSubjects,
        at: i64,
        (parser, now): (&TimeParser, i64),
    ) {
        let day = parser.days(at);
        if at > now || day < FIRST_DAY {
            return;
        }
        if self.request.before.is_some_and(|end| day >= end) {
            self.events_after += 1;
            return;
        }
        let number = self.types.index_of(event_type, &self.request);
        let subject = subjects.for_request(&self.request);
        let field = |name: &str| implied_column(name).map(|c| cells[c]).filter(|cell| !cell.is_empty());
        record_hits(&self.types, number, &self.request, field, (subject, day), &mut self.hits);
        self.keys.push(key(subject, day, number));
        if let Some(store_writer) = &mut self.store_writer {
            subjects.push_other_subject(self.keys.len(), &mut self.other_subjects);
            store_writer.add_event(number, subjects.pair(), day, |column| cells[column]);
        }
    }

    /// The event ids are half of what the reading holds, and the sorting needs that much again.
    fn without_ids(self) -> Self {
        Events { event_ids: EventIdSet::default(), ..self }
    }

    /// Sorts everything into its final order: subjects by id, types by name.
    pub fn finish(self) -> RollUp {
        let Events {
            persons,
            accounts,
            types,
            keys,
            mut hits,
            numbers,
            links,
            events_after,
            store_writer,
            other_subjects,
            ..
        } = self.without_ids();
        let (mut persons, person_index) = persons.finish();
        let (mut accounts, account_index) = accounts.finish();
        accounts.account = Vec::new();
        for link in persons.account.iter_mut().filter(|l| **l != NO_PROFILE) {
            *link = account_index[*link as usize];
        }
        let person_count = persons.len() as u32;
        let final_subject = |subject: u32| match subject & ACCOUNT_FLAG {
            0 => person_index[subject as usize],
            _ => person_count + account_index[(subject & !ACCOUNT_FLAG) as usize],
        };
        let type_index = types.alphabetical_index();
        for hits in [&mut hits.goals, &mut hits.exclusions, &mut hits.rule_events] {
            hits.iter_mut().for_each(|h| h.subject = final_subject(h.subject));
            hits.sort_unstable();
        }
        let subjects = person_count as usize + accounts.len();
        let for_accounts = (!other_subjects.is_empty()).then(|| {
            let mut keys = keys.clone();
            for &(at, subject) in &other_subjects {
                keys[at as usize] = (u64::from(subject) << 32) | (keys[at as usize] & u64::from(u32::MAX));
            }
            final_activity(keys, final_subject, &type_index, subjects)
        });
        let mut activity = final_activity(keys, final_subject, &type_index, subjects);
        numbers.finish(final_subject, subjects, &mut activity);
        links.finish(final_subject, subjects, &mut activity);
        activity.types = types.names.clone();
        activity.types.sort_unstable();
        let first_day = activity.rows.iter().map(|r| r.day).min();
        let last_day = activity.rows.iter().map(|r| r.day).max();
        let catalog_events = store_writer.map(|writer| CatalogEvents {
            writer,
            types: types.names,
            final_indices: [person_index, account_index],
            for_accounts,
        });
        RollUp {
            persons,
            accounts,
            activity,
            goals: hits.goals,
            exclusions: hits.exclusions,
            rule_events: hits.rule_events,
            events_after,
            days: first_day.zip(last_day),
            catalog_events,
        }
    }
}
