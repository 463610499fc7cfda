//! Persons and accounts from their sources: one profile per id, whatever the number of rows that carry it. Called by
//! [`load`](super::load).

use super::id_forms::{self, OtherForms};
use super::id_index::IdIndex;
use super::readers::stream::{Block, Period, ReadContext, each_block};
use super::time::TimeParser;
use crate::config::SourceKind;
use crate::domain::score::MergePolicy;
use crate::domain::source::activity::{Attribute, Day, NEVER, NO_PROFILE, Profiles};
use crate::domain::source::read_report::SourceReport;
use crate::domain::source::refusal::Reason;
use crate::error::Result;
use hashbrown::HashMap;

/// The profiles of one kind as read.
pub struct ProfileTable {
    /// One profile per id, in the order in which the ids first occurred.
    pub profiles: Profiles,
    /// Per person the account id it names; empty text where none.
    pub links: Vec<String>,
    /// Ids that became another profile's, by the part that all their forms share, and whose.
    pub aliases: HashMap<String, String>,
}

/// The field that tells another id of the same profile: of the lead that a contact was, of a record that was merged into it.
const OTHER_ID: &str = "other_id";
/// Columns every profile table keeps beside the wanted attributes: the link to the account.
const LINK: &str = "account_id";

/// Which attributes are kept beside the ids, links and times.
#[derive(Debug, Clone, Copy)]
pub struct Attributes<'a> {
    /// Canonical fields or other columns.
    pub wanted: &'a [String],
    /// All others as well, up to a bound: they are no features, but people look for them.
    pub others: bool,
}

/// Most columns kept that the request does not name: exports of some systems have hundreds.
const MAX_OTHERS: usize = 40;

/// Columns that are no attributes: they are kept as what they are.
const KEYS: [&str; 6] = ["person_id", "account_id", "opportunity_id", "created_at", "updated_at", OTHER_ID];

/// Reads all sources of `kind` (person or account).
///
/// # Errors
/// Those of [`each_block`].
pub fn read(
    context: &ReadContext<'_>,
    kind: SourceKind,
    attributes: Attributes<'_>,
    policy: MergePolicy,
    reports: &mut Vec<SourceReport>,
) -> Result<ProfileTable> {
    let mut rows = Rows::new(kind, attributes);
    for source in context.config.sources.iter().filter(|s| s.kind == kind) {
        let parser = TimeParser::new(&context.zone, &source.timestamp_formats)?;
        let mut period = Period::default();
        // Layouts are numbered anew in every source.
        rows.layout = 0;
        let mut report = each_block(context, source, &mut |block| {
            rows.add_block(block, &parser, context.now, &mut period);
            Ok(())
        })?;
        period.report(&mut report);
        reports.push(report);
    }
    Ok(rows.merge(policy))
}

/// The rows as read, values dictionary-coded, in source order.
struct Rows {
    kind: SourceKind,
    id_field: &'static str,
    /// The link first (persons), then the wanted attributes.
    names: Vec<String>,
    dictionaries: Vec<Dictionary>,
    ids: Vec<String>,
    index: HashMap<String, u32>,
    other_forms: OtherForms,
    aliases: HashMap<String, String>,
    entries: Vec<ProfileRow>,
    /// Per name a code per entry; the end of a column that only later files have is filled up.
    values: Vec<Vec<u32>>,
    /// How many more columns may be kept that the request does not name.
    others_left: usize,
    layout: u64,
    columns: Vec<Option<usize>>,
}

struct ProfileRow {
    id: u32,
    created: Day,
    /// Update time, else creation time, in milliseconds; the least value where neither is known.
    stamp: i64,
}

/// Distinct values and the code of each. Shared with the snapshot's reader.
#[derive(Default)]
pub(super) struct Dictionary {
    codes: HashMap<String, u32>,
    pub(super) values: Vec<String>,
}

impl Dictionary {
    /// The code of a value; 0 is the empty text.
    pub(super) fn code(&mut self, value: &str) -> u32 {
        if value.is_empty() {
            return 0;
        }
        if let Some(&code) = self.codes.get(value) {
            return code;
        }
        if self.values.is_empty() {
            self.values.push(String::new());
        }
        let code = self.values.len() as u32;
        self.values.push(value.to_string());
        self.codes.insert(value.to_string(), code);
        code
    }
}

impl Rows {
    fn new(kind: SourceKind, attributes: Attributes<'_>) -> Self {
        let person = kind == SourceKind::Person;
        let mut names: Vec<String> = if person { vec![LINK.into()] } else { Vec::new() };
        for name in attributes.wanted {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        Rows {
            kind,
            id_field: if person { "person_id" } else { "account_id" },
            dictionaries: names.iter().map(|_| Dictionary::default()).collect(),
            values: vec![Vec::new(); names.len()],
            names,
            ids: Vec::new(),
            index: HashMap::new(),
            other_forms: OtherForms::default(),
            aliases: HashMap::new(),
            entries: Vec::new(),
            others_left: if attributes.others { MAX_OTHERS } else { 0 },
            layout: 0,
            columns: Vec::new(),
        }
    }

    fn add_block(&mut self, mut block: Block<'_>, parser: &TimeParser, now: i64, period: &mut Period) {
        let mapping = block.mapping;
        let (id, created, updated) =
            (mapping.column(self.id_field), mapping.column("created_at"), mapping.column("updated_at"));
        if self.layout != block.layout {
            self.add_columns(&block);
            let by_name = |name: &String| block.batch.columns().iter().position(|c| c == name);
            self.columns = self.names.iter().map(|n| mapping.column(n).or_else(|| by_name(n))).collect();
            self.layout = block.layout;
        }
        let other = mapping.column(OTHER_ID);
        for row in 0..block.batch.rows() {
            let key = match block.id(id, row) {
                Ok("") => {
                    let what = self.kind.word();
                    block.refuse(row, Reason::MissingId, || format!("the {what} has no id"));
                    continue;
                }
                Ok(key) => key,
                Err((reason, detail)) => {
                    block.refuse(row, reason, || detail);
                    continue;
                }
            };
            if let Ok(other) = block.id(other, row)
                && !other.is_empty()
                && other != key
            {
                self.aliases.insert(id_forms::core(other).to_string(), key.to_string());
            }
            let (Some(created_at), Some(updated_at)) =
                (stamp(&block, created, row, parser), stamp(&block, updated, row, parser))
            else {
                let is_bad = |column: &Option<usize>| stamp(&block, *column, row, parser).is_none();
                let column = [created, updated].into_iter().find(is_bad).flatten();
                let text = format!("{} is no date that is known, as 2024-10-18 14:05", block.shown(column, row));
                block.refuse(row, Reason::BadTimestamp, || text);
                continue;
            };
            if created_at.max(updated_at).is_some_and(|at| at > now) {
                let text = block.field(created, row).to_string();
                block.refuse(row, Reason::FutureTimestamp, || format!("'{text}' lies in the future"));
                continue;
            }
            let day = created_at.map_or(NEVER, |at| parser.days(at));
            if day != NEVER {
                period.widen(day);
            }
            let number = self.index_of(key);
            self.entries.push(ProfileRow {
                id: number,
                created: day,
                stamp: updated_at.or(created_at).unwrap_or(i64::MIN),
            });
            for ((dictionary, values), column) in self.dictionaries.iter_mut().zip(&mut self.values).zip(&self.columns)
            {
                values.push(dictionary.code(block.field(*column, row)));
            }
        }
    }

    /// Adds the columns of a file that the request does not name, up to [`MAX_OTHERS`].
    fn add_columns(&mut self, block: &Block<'_>) {
        let canonical = block.mapping.fields.iter().map(|(field, ..)| *field).filter(|field| !KEYS.contains(field));
        let columns = block.batch.columns();
        let others = block.mapping.others.iter().filter_map(|&c| columns.get(c)).map(String::as_str);
        for name in canonical.chain(others).filter(|name| !name.is_empty()) {
            if self.others_left > 0 && !self.names.iter().any(|n| n == name) {
                self.others_left -= 1;
                self.names.push(name.to_string());
                self.dictionaries.push(Dictionary::default());
                self.values.push(vec![0; self.entries.len()]);
            }
        }
    }

    fn index_of(&mut self, id: &str) -> u32 {
        if let Some(&number) = self.index.get(id) {
            return number;
        }
        if let Some(number) = self.other_forms.find(id, |core| self.index.get(core).copied()) {
            return number;
        }
        let number = self.ids.len() as u32;
        self.other_forms.add(id, number);
        self.ids.push(id.to_string());
        self.index.insert(id.to_string(), number);
        number
    }

    /// One profile per id. Under `most-recent` the rows of an id are laid over each other by stamp, so that the latest
    /// non-empty value stays; under `source-order` the first non-empty value stays. A profile exists from the earliest
    /// creation of any row, under both: creation is no value that changes.
    fn merge(self, policy: MergePolicy) -> ProfileTable {
        let mut order: Vec<u32> = (0..self.ids.len() as u32).collect();
        order.sort_unstable_by(|&a, &b| self.ids[a as usize].cmp(&self.ids[b as usize]));
        let mut final_index = vec![0u32; order.len()];
        for (new, &old) in order.iter().enumerate() {
            final_index[old as usize] = new as u32;
        }
        let mut created = vec![NEVER; order.len()];
        let width = self.names.len();
        let mut columns = vec![vec![0u32; order.len()]; width];
        let mut rows: Vec<usize> = (0..self.entries.len()).collect();
        if policy == MergePolicy::MostRecent {
            rows.sort_by_key(|&row| self.entries[row].stamp);
        }
        for row in rows {
            let entry = &self.entries[row];
            let profile = final_index[entry.id as usize] as usize;
            created[profile] = created[profile].min(entry.created);
            for (column, values) in columns.iter_mut().zip(&self.values) {
                let code = values[row];
                if code != 0 && (policy == MergePolicy::MostRecent || column[profile] == 0) {
                    column[profile] = code;
                }
            }
        }
        let mut ids = self.ids;
        ids.sort_unstable();
        let mut attributes: Vec<Attribute> = (self.names.into_iter().zip(self.dictionaries).zip(columns))
            .map(|((name, dictionary), values)| Attribute { name, dictionary: dictionary.values, values })
            .collect();
        let links = if self.kind == SourceKind::Person {
            let link = attributes.remove(0);
            (0..ids.len() as u32).map(|p| link.get(p).unwrap_or_default().to_string()).collect()
        } else {
            Vec::new()
        };
        let profiles = Profiles { ids, created, attributes, ..Profiles::default() };
        ProfileTable { profiles, links, aliases: self.aliases }
    }
}

/// `Some(None)` where the cell is empty, `None` where it is not understood.
fn stamp(block: &Block<'_>, column: Option<usize>, row: usize, parser: &TimeParser) -> Option<Option<i64>> {
    match block.field(column, row) {
        "" => Some(None),
        text => parser.parse(text).map(Some),
    }
}

/// Resolves the account ids that persons name. Returns the number of links to accounts that no source has: such a
/// person stays, without an account. Where there is no source of accounts, the ids that persons name are the accounts.
pub fn link(persons: &mut ProfileTable, accounts: &mut IdIndex) -> u64 {
    let mut unknown = 0;
    let links = std::mem::take(&mut persons.links);
    let number = |id: String| match id.is_empty() {
        true => NO_PROFILE,
        false => accounts.index_of(&id).unwrap_or_else(|| {
            unknown += 1;
            NO_PROFILE
        }),
    };
    persons.profiles.account = links.into_iter().map(number).collect();
    unknown
}
