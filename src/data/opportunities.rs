//! Opportunities: whom each belongs to, and, where no event source tells their history, the events they imply. Called
//! by [`load`](super::load).

use super::id_forms::OtherForms;
use super::id_index::IdIndex;
use super::readers::stream::{Block, Period, ReadContext, each_block};
use super::time::TimeParser;
use crate::config::SourceKind;
use crate::domain::source::activity::NO_PROFILE;
use crate::domain::source::read_report::SourceReport;
use crate::domain::source::refusal::Reason;
use crate::error::Result;
use hashbrown::HashMap;

/// One opportunity; times in milliseconds since the epoch.
pub struct Opportunity {
    /// Its person's provisional number, or [`NO_PROFILE`].
    pub person: u32,
    /// Its account's provisional number, or [`NO_PROFILE`].
    pub account: u32,
    /// When it was created, in milliseconds since 1970.
    pub created: Option<i64>,
    /// When it was closed, in milliseconds since 1970; of an open one a forecast.
    pub closed: Option<i64>,
    /// The stage as the source spells it; empty where it has none.
    pub stage: String,
}

/// All opportunities of the sources.
#[derive(Default)]
pub struct Opportunities {
    /// Every row, in source order: later rows of an id come after earlier ones.
    pub all: Vec<Opportunity>,
    /// Id → index into `all` of the row that counts.
    pub by_id: HashMap<String, u32>,
    other_forms: OtherForms,
    /// Rows of the current source that name neither a person nor an account: they count for no profile.
    without_profile: u64,
}

/// The event type of an opportunity's creation and of a change of one of its fields.
pub const CREATED: &str = "opportunityEvent.opportunityCreated";
/// The type of the implied event of a change of stage.
pub const UPDATED: &str = "opportunityEvent.opportunityUpdated";

/// Whether an event type is of the history of opportunities: where one occurs, the table implies no events.
pub fn is_history(event_type: &str) -> bool {
    event_type.starts_with("opportunityEvent.")
}

/// Whether a stage ends an opportunity. An open one's close date is a forecast.
pub fn is_closed(stage: &str) -> bool {
    let lower = stage.to_lowercase();
    let ends = ["won", "lost", "disqualified", "abandoned", "cancelled", "canceled"];
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ends.contains(&word) || word.starts_with("closed"))
}

/// Reads all opportunity sources. The last row of an id counts.
///
/// # Errors
/// Those of [`each_block`].
pub fn read(
    context: &ReadContext<'_>,
    persons: &mut IdIndex,
    accounts: &mut IdIndex,
    reports: &mut Vec<SourceReport>,
) -> Result<Opportunities> {
    let mut table = Opportunities::default();
    for source in context.config.sources.iter().filter(|s| s.kind == SourceKind::Opportunity) {
        let parser = TimeParser::new(&context.zone, &source.timestamp_formats)?;
        let mut period = Period::default();
        let mut report = each_block(context, source, &mut |block| {
            table.add_block(block, &parser, persons, accounts, context.now, &mut period);
            Ok(())
        })?;
        period.report(&mut report);
        if table.without_profile > 0 {
            report.notes.push(format!(
                "{} rows name neither a person nor an account; they count for nobody",
                table.without_profile
            ));
        }
        table.without_profile = 0;
        reports.push(report);
    }
    Ok(table)
}

/// The number of an id; [`NO_PROFILE`] where it is empty or unknown.
fn index_of(index: &mut IdIndex, id: &str) -> u32 {
    if id.is_empty() { NO_PROFILE } else { index.index_of(id).unwrap_or(NO_PROFILE) }
}

impl Opportunities {
    fn add_block(
        &mut self,
        mut block: Block<'_>,
        parser: &TimeParser,
        persons: &mut IdIndex,
        accounts: &mut IdIndex,
        now: i64,
        period: &mut Period,
    ) {
        let column = |field: &str| block.mapping.column(field);
        let (id, person, account) = (column("opportunity_id"), column("person_id"), column("account_id"));
        let (created, closed, stage) = (column("created_at"), column("closed_at"), column("stage"));
        for row in 0..block.batch.rows() {
            let ids = [id, person, account].map(|column| block.id(column, row));
            let [opportunity_id, person_id, account_id] = match ids {
                [Ok(""), ..] => {
                    block.refuse(row, Reason::MissingId, || "the opportunity has no id".into());
                    continue;
                }
                [Ok(id), Ok(person), Ok(account)] => [id, person, account],
                [Err((reason, detail)), ..] | [_, Err((reason, detail)), _] | [.., Err((reason, detail))] => {
                    block.refuse(row, reason, || detail);
                    continue;
                }
            };
            let times = [created, closed].map(|c| match block.field(c, row) {
                "" => Ok(None),
                text => parser.parse(text).map(Some).ok_or_else(|| block.shown(c, row)),
            });
            let (created, closed) = match times {
                [Ok(created), Ok(closed)] => (created, closed),
                [Err(text), _] | [_, Err(text)] => {
                    let text = format!("{text} is no date that is known, as 2024-10-18 14:05");
                    block.refuse(row, Reason::BadTimestamp, || text);
                    continue;
                }
            };
            if let Some(at) = created.filter(|&at| at > now) {
                block.refuse(row, Reason::FutureTimestamp, || format!("created at {at} ms, in the future"));
                continue;
            }
            let (person_index, account_index) = (index_of(persons, person_id), index_of(accounts, account_id));
            if person_index == NO_PROFILE && account_index == NO_PROFILE {
                if person_id.is_empty() && account_id.is_empty() {
                    self.without_profile += 1;
                } else {
                    let text = format!("person '{person_id}', account '{account_id}'");
                    block.refuse(row, Reason::Orphan, || text);
                    continue;
                }
            }
            if let Some(at) = created {
                period.widen(parser.days(at));
            }
            let number = self.all.len() as u32;
            self.by_id.insert(opportunity_id.to_string(), number);
            self.other_forms.add(opportunity_id, number);
            let stage = block.field(stage, row).to_string();
            self.all.push(Opportunity { person: person_index, account: account_index, created, closed, stage });
        }
    }

    /// The opportunity of an id, by its last row.
    pub fn find(&self, id: &str) -> Option<&Opportunity> {
        let exact = |id: &str| self.by_id.get(id).copied();
        let number = exact(id).or_else(|| self.other_forms.find(id, exact))?;
        self.all.get(number as usize)
    }

    /// The opportunities that count: of several rows with one id the last.
    pub fn current(&self) -> impl Iterator<Item = &Opportunity> {
        let mut numbers: Vec<u32> = self.by_id.values().copied().collect();
        numbers.sort_unstable();
        numbers.into_iter().filter_map(|n| self.all.get(n as usize))
    }
}
