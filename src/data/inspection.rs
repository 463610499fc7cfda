//! Looks into the files of a source that may be added, to their ends: which column would fill which field, how its cells are
//! written and how many are what they should be, and real values beside what they would be read as. Called by
//! `queries::proposals`; a run reads with the same parts.

use super::layouts::adapter::Pass;
use super::layouts::adapting::Adapted;
use super::layouts::recognise;
use super::mapping::{self, MappedBy};
use super::readers::batch::Batch;
use super::readers::file;
use super::readers::options::ReadOptions;
use super::readers::source_file::SourceFile;
use super::time::TimeParser;
use super::values::date_column::DateDecision;
use super::values::date_format::DateFormat;
use super::values::empty::without_empty_words;
use super::values::normalise::SourceValues;
use super::values::number_format::DecimalMark;
use super::values::survey::{CellFormat, ColumnSurvey, Given, Question, Role};
use crate::config::{Source, SourceKind};
use crate::domain::progress::Progress;
use crate::domain::source::refusal::Refusals;
use crate::error::{Error, Result};
use hashbrown::HashMap;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::Path;

/// Examples of a column.
const EXAMPLES: usize = 3;

/// What the files of a source hold.
#[derive(Debug, Clone, Default)]
pub struct Inspection {
    /// In the order of the files.
    pub columns: Vec<InspectedColumn>,
    /// Rows of all files.
    pub rows: u64,
    /// Rows that are no rows.
    pub refused: u64,
    /// How the files are read.
    pub notes: Vec<String>,
    /// What the cells leave open.
    pub questions: Vec<Question>,
    /// The layout of the columns: `plain`, or a system and a table of it.
    pub layout: String,
    /// Why it was taken for that.
    pub because: String,
    /// Columns that tell only of today.
    pub state: Vec<String>,
    /// Events that a row implies, in words.
    pub implies: Vec<String>,
}

/// One column.
#[derive(Debug, Clone)]
pub struct InspectedColumn {
    /// Its name.
    pub name: String,
    /// The canonical field that it fills.
    pub field: Option<String>,
    /// Recognised by another spelling.
    pub guessed: bool,
    /// How its cells are written, where that is not as the program writes.
    pub written: Option<String>,
    /// Cells with a value.
    pub filled: u64,
    /// Of these the moments, where it is a column of moments.
    pub fit: Option<u64>,
    /// Values as they stand, and as they are read.
    pub examples: Vec<(String, String)>,
}

/// The columns of a file, from its first rows.
///
/// # Errors
/// The file cannot be read, or has no columns.
pub fn columns_of(file: &SourceFile, options: &ReadOptions) -> Result<Vec<String>> {
    let mut columns: Vec<String> = Vec::new();
    // The first block is enough: the reading ends with an error of its own, which is none.
    let read = file::read(file, options, &mut Refusals::default(), &mut |batch| {
        columns = batch.columns().to_vec();
        Err(Error::cancelled())
    });
    match read {
        Ok(read) => Ok(read.columns),
        Err(_) if !columns.is_empty() => Ok(columns),
        Err(error) => Err(error),
    }
}

/// What the rows of a file are, by its columns: the kind whose required fields are there; of several the one that its name
/// tells, else the one with most fields. `None` where no kind fits.
pub fn kind_of(path: &str, columns: &[String]) -> Option<SourceKind> {
    // An event may name a person, and an opportunity an account: what has most required fields comes first.
    const KINDS: [SourceKind; 4] =
        [SourceKind::Event, SourceKind::Opportunity, SourceKind::Person, SourceKind::Account];
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    if let Some(recognised) = recognise::recognise(None, columns) {
        return Some(recognised.table.kind);
    }
    let fields = |kind: SourceKind| mapping::map(&Source::new(kind, path), columns).fields.len();
    let fits = |kind: &SourceKind| mapping::check(&Source::new(*kind, path), Path::new(path), columns).is_ok();
    let fitting: Vec<SourceKind> = KINDS.into_iter().filter(fits).collect();
    if fitting.contains(&SourceKind::Event) {
        return Some(SourceKind::Event);
    }
    let named = |kind: &&SourceKind| match kind {
        SourceKind::Person => ["person", "people", "contact", "lead"].iter().any(|w| name.contains(w)),
        SourceKind::Account => ["account", "compan", "organi"].iter().any(|w| name.contains(w)),
        SourceKind::Opportunity => ["opportunit", "deal"].iter().any(|w| name.contains(w)),
        SourceKind::Event => false,
    };
    let by_name = fitting.iter().find(named).copied();
    by_name.or_else(|| fitting.into_iter().max_by_key(|kind| fields(*kind)))
}

/// Reads all rows of the files of `source`.
///
/// # Errors
/// A file that cannot be read; the work was cancelled.
pub fn inspect(timezone: &str, source: &Source, files: &[SourceFile], progress: &dyn Progress) -> Result<Inspection> {
    let options = ReadOptions::of(source);
    mapping::check_source(source)?;
    let zone = TimeZone::get(timezone).unwrap_or(TimeZone::UTC);
    let parser = TimeParser::new(&zone, &source.timestamp_formats)?;
    let roles = |columns: &[String]| mapping::roles(source, columns);
    let values = SourceValues::new(source, files, options.clone(), &parser, &roles)?;
    let mut columns = Columns::new(source);
    let mut inspection = Inspection::default();
    for file in files {
        let read = file::read(file, &options, &mut Refusals::default(), &mut |batch| {
            progress.check()?;
            inspection.rows += batch.rows() as u64;
            columns.add(&batch);
            Ok(())
        })?;
        inspection.refused += read.refused;
        inspection.notes.extend(read.notes);
    }
    inspection.notes.dedup();
    tell_layout(source, &columns, &mut inspection);
    let given = Given::of(source)?;
    let mut known: HashMap<String, CellFormat> = HashMap::new();
    for column in &columns.all {
        if ColumnSurvey::of(column.role, given).is_none() {
            continue;
        }
        for file in files {
            match values.decide(file, &column.name)? {
                Ok(CellFormat::AsTheyStand) => {}
                Ok(format) => {
                    known.insert(column.name.clone(), format);
                }
                Err(Question::MixedNumbers { .. }) => {}
                Err(question) if !inspection.questions.contains(&question) => inspection.questions.push(question),
                Err(_) => {}
            }
        }
    }
    let survey = values.survey()?;
    inspection.columns = columns
        .all
        .into_iter()
        .map(|seen| {
            let format = known.get(&seen.name).copied().unwrap_or(CellFormat::AsTheyStand);
            let fit = match survey.column(&seen.name) {
                Some(ColumnSurvey::Time(dates)) => Some(match dates.decide(source.date_order) {
                    DateDecision::Format(_, cells) => cells,
                    DateDecision::NoDates => 0,
                    DateDecision::Undecided(..) | DateDecision::Mixed(_) => dates.filled,
                }),
                _ => None,
            };
            seen.inspected(format, fit, &parser)
        })
        .collect();
    Ok(inspection)
}

/// Notes which layout the columns have, and why.
fn tell_layout(source: &Source, columns: &Columns<'_>, inspection: &mut Inspection) {
    let names: Vec<String> = columns.all.iter().map(|seen| seen.name.clone()).collect();
    let Some(recognised) = recognise::of_source(source, &names) else {
        inspection.layout = "plain".into();
        inspection.because = "its columns have the names of the plain layout".into();
        return;
    };
    inspection.layout = recognised.table.full_name();
    let decided: Vec<String> = recognised.decided_by.iter().map(|name| format!("'{name}'")).collect();
    inspection.because = format!("{} {} has {}", recognised.table.title, recognised.table.name, decided.join(", "));
    if let Some(adapted) = Adapted::of(source, &names, Pass::Rows) {
        inspection.state = adapted.state;
        if adapted.implies_events {
            inspection.implies = adapted.table.events.iter().map(|event| event.words.clone()).collect();
        }
    }
}

/// The columns of all files as they come.
struct Columns<'s> {
    source: &'s Source,
    all: Vec<Seen>,
    index: HashMap<String, usize>,
}

struct Seen {
    name: String,
    field: Option<String>,
    guessed: bool,
    role: Role,
    filled: u64,
    examples: Vec<String>,
}

impl<'s> Columns<'s> {
    fn new(source: &'s Source) -> Columns<'s> {
        Columns { source, all: Vec::new(), index: HashMap::new() }
    }

    fn add(&mut self, batch: &Batch) {
        if batch.columns().iter().any(|name| !self.index.contains_key(name)) {
            self.map(batch.columns());
        }
        for (at, name) in batch.columns().iter().enumerate() {
            let Some(seen) = self.index.get(name).and_then(|&at| self.all.get_mut(at)) else { continue };
            for row in 0..batch.rows() {
                let cell = without_empty_words(batch.text(row, at));
                if !cell.is_empty() {
                    seen.filled += 1;
                    if seen.examples.len() < EXAMPLES && !seen.examples.iter().any(|e| e == cell) {
                        seen.examples.push(cell.to_string());
                    }
                }
            }
        }
    }

    fn map(&mut self, columns: &[String]) {
        let adapted = Adapted::of(self.source, columns, Pass::Rows);
        let mapping = mapping::map(self.source, columns);
        let roles = mapping::roles(self.source, columns);
        for ((at, name), role) in columns.iter().enumerate().zip(roles) {
            let plain = mapping.fields.iter().find(|(_, column, _)| *column == at);
            let field = match &adapted {
                Some(adapted) => {
                    let fills = |(_, origin): &&(String, String)| origin == name;
                    adapted.origins.iter().find(fills).map(|(field, _)| field.clone())
                }
                None => plain.map(|(field, ..)| field.to_string()),
            };
            let seen = Seen {
                name: name.clone(),
                field,
                guessed: adapted.is_none() && plain.is_some_and(|(_, _, by)| *by == MappedBy::Guessed),
                role,
                filled: 0,
                examples: Vec::new(),
            };
            match self.index.get(name) {
                // Later blocks of NDJSON may show a column that takes the field of another.
                Some(&known) => {
                    self.all[known] = Seen {
                        filled: self.all[known].filled,
                        examples: std::mem::take(&mut self.all[known].examples),
                        ..seen
                    }
                }
                None => {
                    self.index.insert(name.clone(), self.all.len());
                    self.all.push(seen);
                }
            }
        }
    }
}

impl Seen {
    fn inspected(self, format: CellFormat, fit: Option<u64>, parser: &TimeParser) -> InspectedColumn {
        let written = match format {
            CellFormat::AsTheyStand => None,
            CellFormat::Date(date) => Some(date.words()),
            CellFormat::Number(DecimalMark::Comma) => Some("1.234,56".into()),
            CellFormat::Number(DecimalMark::Point) => Some("1,234.56".into()),
        };
        let role = self.role;
        let read = |cell: &String| read_as(cell, role, format, parser);
        let examples = self.examples.iter().map(|cell| (cell.clone(), read(cell))).collect();
        let Seen { name, field, guessed, filled, .. } = self;
        InspectedColumn { name, field, guessed, written, filled, fit, examples }
    }
}

/// A value as it would be read.
fn read_as(cell: &str, role: Role, format: CellFormat, parser: &TimeParser) -> String {
    let cell = match format {
        CellFormat::AsTheyStand => cell.to_string(),
        CellFormat::Date(date) if date != DateFormat::Iso => date.to_iso(cell).unwrap_or_else(|| cell.to_string()),
        CellFormat::Date(_) => cell.to_string(),
        CellFormat::Number(mark) => {
            super::values::number_format::to_plain(cell, mark).unwrap_or_else(|| cell.to_string())
        }
    };
    match role {
        Role::Time => match parser.parse(&cell).and_then(|at| Timestamp::from_millisecond(at).ok()) {
            Some(at) => at.to_string(),
            None => "no moment".into(),
        },
        Role::Value | Role::Text => cell,
    }
}
