//! Feeds the rows of a source to one consumer, in file order: a thread reads and splits the files while the calling
//! thread consumes the cells. Everything that reads rows goes through here, so that mapping, refusals, missing rates
//! and the report of a source are the same for every kind.

use super::batch::Batch;
use super::file::{self, ReadOptions};
use super::output::FileRead;
use super::row_estimate::ExpectedRows;
use super::source_files::{self, SourceFile};
use crate::config::{Config, Source};
use crate::data::column_profiler::ColumnProfiler;
use crate::data::id_forms;
use crate::data::layouts::adapter::Pass;
use crate::data::layouts::adapting::{Adapted, Adapting};
use crate::data::mapping::{self, MappedBy, Mapping};
use crate::data::time::TimeParser;
use crate::data::values::empty::without_empty_words;
use crate::data::values::normalise::{Normaliser, SourceValues};
use crate::domain::progress::Progress;
use crate::domain::run::work::{Step, Work};
use crate::domain::source::activity::{Day, day_text};
use crate::domain::source::read_report::{FieldColumn, FileReport, SourceReport};
use crate::domain::source::refusal::{Example, Reason, Refusals};
use crate::error::{Error, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

/// Blocks that wait between the reading and the consuming thread.
const QUEUE: usize = 4;

/// What reading needs to know beside the source itself.
pub struct ReadContext<'a> {
    /// The configuration with its sources.
    pub config: &'a Config,
    /// The workspace's time zone, in which days are cut.
    pub zone: TimeZone,
    /// Milliseconds since the epoch; later stamps lie in the future and are refused.
    pub now: i64,
    /// Hears of rows read, and says when to stop.
    pub progress: &'a dyn Progress,
    /// Rows read so far, over all sources.
    pub rows: Cell<u64>,
    /// Whether the report of a source tells what its columns look like.
    pub profiles_columns: bool,
    /// How many rows all sources seem to hold; 0 where nothing can be said.
    expected: u64,
}

impl<'a> ReadContext<'a> {
    /// The context of a read at `now` in the zone of the workspace.
    ///
    /// # Errors
    /// A time zone that does not exist.
    pub fn new(config: &'a Config, now: Timestamp, progress: &'a dyn Progress) -> Result<Self> {
        let name = &config.workspace.timezone;
        let zone = TimeZone::get(name).map_err(|e| {
            Error::new(format!("The time zone '{name}' does not exist."))
                .because(e)
                .hint("[workspace] timezone takes an IANA name such as Europe/Berlin")
        })?;
        let expected = ExpectedRows::of(config).total();
        progress.begin_step(Step { open: true, ..Step::new(Work::Read, expected, 1.0) });
        Ok(ReadContext {
            config,
            zone,
            now: now.as_millisecond(),
            progress,
            rows: Cell::new(0),
            profiles_columns: false,
            expected,
        })
    }
}

/// First and last day of the rows of a source.
#[derive(Debug, Clone, Copy, Default)]
pub struct Period(pub Option<(Day, Day)>);

impl Period {
    /// Takes a day (days since 1970-01-01) into the period.
    pub fn widen(&mut self, day: Day) {
        let (first, last) = self.0.unwrap_or((day, day));
        self.0 = Some((first.min(day), last.max(day)));
    }

    /// Writes the period into the report of its source.
    pub fn report(self, report: &mut SourceReport) {
        if let Some((first, last)) = self.0 {
            report.first_day = Some(day_text(first));
            report.last_day = Some(day_text(last));
        }
    }
}

/// A block on its way to the consumer, with the columns that the file has.
struct Sent {
    batch: Batch,
    columns: Arc<[String]>,
}

/// What a consumer sees of one block.
pub struct Block<'a> {
    /// The rows, as text.
    pub batch: &'a Batch,
    /// Which column is which field.
    pub mapping: &'a Mapping,
    /// The file, for examples of refused rows.
    pub file: &'a str,
    /// Changes whenever the columns do, so that a consumer may keep what it derived from them.
    pub layout: u64,
    /// Whether any cell holds what stands between several ids, or in a shortened one.
    may_hold_odd_ids: bool,
    /// Where refused rows are counted.
    pub refusals: &'a mut Refusals,
    refused: &'a mut u64,
}

impl Block<'_> {
    /// The cell of a canonical field; empty where the file has no such column.
    pub fn field(&self, column: Option<usize>, row: usize) -> &str {
        column.map_or("", |c| self.cell(c, row))
    }

    /// The id in the cell of a canonical field, without a spreadsheet's mark, the first of several; empty where there is
    /// none.
    ///
    /// # Errors
    /// An id that a spreadsheet has shortened, as the reason and the detail of a refused row.
    pub fn id(&self, column: Option<usize>, row: usize) -> Result<&str, (Reason, String)> {
        let cell = self.field(column, row);
        // The usual id has no mark, no further id and no exponent.
        let is_marked = matches!(cell.as_bytes().first(), Some(b'\'' | b'='));
        if !is_marked && !self.may_hold_odd_ids {
            return Ok(cell);
        }
        let id = id_forms::first_of_several(id_forms::unmarked(cell));
        if id_forms::is_damaged(id) {
            let name = column.and_then(|c| self.batch.columns().get(c)).map_or("", String::as_str);
            return Err((Reason::DamagedId, format!("'{id}' in {name}")));
        }
        Ok(id)
    }

    /// The value of a field with the column that it stands in, for whoever is to find it.
    pub fn shown(&self, column: Option<usize>, row: usize) -> String {
        let name = column.and_then(|c| self.batch.columns().get(c)).map_or("", String::as_str);
        format!("'{}' in {name}", self.field(column, row))
    }

    /// A cell without surrounding blanks; empty where it is a word for nothing.
    pub fn cell(&self, column: usize, row: usize) -> &str {
        without_empty_words(self.batch.text(row, column))
    }

    /// Keeps a row out and counts why.
    pub fn refuse(&mut self, row: usize, reason: Reason, detail: impl FnOnce() -> String) {
        *self.refused += 1;
        let (file, line) = (self.file, self.batch.line(row));
        self.refusals.refuse(reason, || Example {
            file: file.to_string(),
            line,
            detail: crate::domain::text::harmless(&detail()).into_owned(),
        });
    }
}

/// Reads all files of `source` and hands every block to `consume`.
///
/// # Errors
/// A file that cannot be read to its end, a missing required column, or what `consume` returns.
pub fn each_block(
    context: &ReadContext<'_>,
    source: &Source,
    consume: &mut dyn FnMut(Block<'_>) -> Result<()>,
) -> Result<SourceReport> {
    read_source(context, source, Pass::Rows, consume)
}

/// The same with the events that the rows of a source of profiles or opportunities imply, where `report`, that of its rows,
/// says that there are some. Rows that are refused join those of the report.
///
/// # Errors
/// Those of [`each_block`].
pub fn each_block_of_implied_events(
    context: &ReadContext<'_>,
    source: &Source,
    report: &mut SourceReport,
    consume: &mut dyn FnMut(Block<'_>) -> Result<()>,
) -> Result<()> {
    if !report.implies.is_empty() {
        let implied = read_source(context, source, Pass::ImpliedEvents, consume)?;
        report.refusals.merge(implied.refusals);
    }
    Ok(())
}

fn read_source(
    context: &ReadContext<'_>,
    source: &Source,
    pass: Pass,
    consume: &mut dyn FnMut(Block<'_>) -> Result<()>,
) -> Result<SourceReport> {
    mapping::check_source(source)?;
    let found = source_files::resolve(source, &context.config.folder)?;
    let parser = TimeParser::new(&context.zone, &source.timestamp_formats)?;
    let roles = |columns: &[String]| mapping::roles(source, columns);
    let values = SourceValues::new(source, &found, ReadOptions::of(source), &parser, &roles)?;
    let mut state = SourceReading::new(source, pass);
    for file in &found {
        state.read_file(context, file, &values, consume)?;
    }
    let report = state.finish();
    refuse_damaged_ids(&report)?;
    Ok(report)
}

/// Share of rows whose ids a spreadsheet has shortened above which a source is not read: what is left would be a part of it.
const MOST_DAMAGED: f64 = 0.01;

/// # Errors
/// A spreadsheet has shortened the ids of a source.
fn refuse_damaged_ids(report: &SourceReport) -> Result<()> {
    let Some(damaged) = report.refusals.0.get(&Reason::DamagedId) else { return Ok(()) };
    let rows = report.rows() + report.refused();
    if damaged.count as f64 <= MOST_DAMAGED * rows as f64 {
        return Ok(());
    }
    let example = damaged.examples.first();
    let (file, detail) = example.map_or((report.path.as_str(), ""), |e| (e.file.as_str(), e.detail.as_str()));
    Err(Error::new(format!("A spreadsheet has shortened the ids in {file}."))
        .because(format!("{} of {rows} rows have ids such as {detail}, which may stand for several", damaged.count))
        .hint("Export again without opening the file in a spreadsheet, or with the column formatted as text."))
}

/// The state that runs through the files of one source.
struct SourceReading<'s> {
    source: &'s Source,
    /// The source as its blocks are mapped: plain where an adapter made them so.
    mapped_as: Source,
    pass: Pass,
    /// The columns of the file, and the rewritten ones with the columns that they were.
    file_columns: Arc<[String]>,
    origins: Vec<(String, String)>,
    profiler: ColumnProfiler,
    report: SourceReport,
    layout: u64,
    columns: Arc<[String]>,
    mapping: Mapping,
    /// Empty cells and rows seen per column name, in order of appearance.
    missing: Vec<(String, u64, u64)>,
    missing_slots: Vec<usize>,
}

impl<'s> SourceReading<'s> {
    fn new(source: &'s Source, pass: Pass) -> Self {
        let report = SourceReport {
            kind: source.kind.word().into(),
            path: source.path.clone(),
            layout: "plain".into(),
            ..SourceReport::default()
        };
        let columns: Arc<[String]> = Arc::from(Vec::new());
        SourceReading {
            source,
            mapped_as: source.clone(),
            pass,
            file_columns: Arc::from(Vec::new()),
            origins: Vec::new(),
            profiler: ColumnProfiler::default(),
            report,
            layout: 0,
            columns,
            mapping: Mapping::default(),
            missing: Vec::new(),
            missing_slots: Vec::new(),
        }
    }

    fn read_file(
        &mut self,
        context: &ReadContext<'_>,
        file: &SourceFile,
        values: &SourceValues<'_>,
        consume: &mut dyn FnMut(Block<'_>) -> Result<()>,
    ) -> Result<()> {
        let name = relative_path(&file.full_path(), &context.config.folder);
        let options = ReadOptions::of(self.source);
        let (sender, receiver) = mpsc::sync_channel::<Sent>(QUEUE);
        let mut normaliser = Normaliser::new(values, file, &name);
        let mut adapting = Adapting::new(self.source, self.pass);
        let mut refused = 0;
        let (read, split) = std::thread::scope(|scope| {
            let reader = scope.spawn(move || {
                let mut refusals = Refusals::default();
                let read = file::read(file, &options, &mut refusals, &mut |batch| {
                    // The consumer hangs up only when it failed, and then its error is the one that counts.
                    let columns = Arc::clone(batch.columns());
                    match adapting.apply(normaliser.apply(batch)?) {
                        Some(batch) => sender.send(Sent { batch, columns }).map_err(|_| Error::cancelled()),
                        None => Ok(()),
                    }
                });
                let read = read.map(|read| {
                    let rows = read.rows - adapting.kept_out();
                    let notes = [read.notes, normaliser.notes(), adapting.notes()].concat();
                    FileRead { notes, rows, ..read }
                });
                (read, refusals)
            });
            let consumed = self.consume_blocks(context, (file, &name), receiver, &mut refused, consume);
            let (read, refusals) = reader.join().unwrap_or_else(|_| {
                let error = Error::new(format!("{name} could not be read.")).because("the reader stopped unexpectedly");
                (Err(error), Refusals::default())
            });
            consumed.and(read).map(|read| (read, refusals))
        })?;
        // An empty file was noted; one with a header must have the columns even without rows.
        if !read.columns.is_empty() {
            match Adapted::of(self.source, &read.columns, self.pass) {
                Some(adapted) => mapping::check(&adapted.source, &file.full_path(), &adapted.columns)?,
                None if self.pass == Pass::Rows => mapping::check(self.source, &file.full_path(), &read.columns)?,
                None => {}
            }
        }
        self.report.refusals.merge(split);
        self.report.files.push(file_report(name, file, read, refused));
        Ok(())
    }

    fn consume_blocks(
        &mut self,
        context: &ReadContext<'_>,
        (file, name): (&SourceFile, &str),
        blocks: Receiver<Sent>,
        refused: &mut u64,
        consume: &mut dyn FnMut(Block<'_>) -> Result<()>,
    ) -> Result<()> {
        for Sent { batch, columns } in blocks {
            context.progress.check()?;
            self.know_layout(&columns);
            self.map_columns(&batch, file)?;
            self.count_missing(&batch);
            if context.profiles_columns && self.pass == Pass::Rows {
                self.profiler.add(&batch);
            }
            context.rows.set(context.rows.get() + batch.rows() as u64);
            let refusals = &mut self.report.refusals;
            consume(Block {
                batch: &batch,
                mapping: &self.mapping,
                file: name,
                layout: self.layout,
                may_hold_odd_ids: batch.holds(b';', b'+'),
                refusals,
                refused,
            })?;
            let rows = context.rows.get();
            context.progress.advance(rows, (context.expected > 0).then_some(context.expected.max(rows)));
        }
        Ok(())
    }

    /// Notes the layout of the file's own columns where they changed.
    fn know_layout(&mut self, columns: &Arc<[String]>) {
        if self.file_columns == *columns {
            return;
        }
        self.file_columns = Arc::clone(columns);
        let adapted = Adapted::of(self.source, columns, self.pass);
        self.origins = adapted.as_ref().map(|a| a.origins.clone()).unwrap_or_default();
        let Some(adapted) = adapted else {
            self.mapped_as = self.source.clone();
            return;
        };
        self.report.layout = adapted.table.full_name();
        for column in adapted.state {
            if !self.report.state_columns.contains(&column) {
                self.report.state_columns.push(column);
            }
        }
        if adapted.implies_events {
            self.report.implies = adapted.table.events.iter().map(|event| event.words.clone()).collect();
        }
        self.mapped_as = adapted.source;
    }

    /// Maps the columns again where they changed. Only NDJSON may show a required column later than in its first block.
    fn map_columns(&mut self, batch: &Batch, file: &SourceFile) -> Result<()> {
        if self.layout > 0 && self.columns == *batch.columns() {
            return Ok(());
        }
        if !file.format.is_json() {
            mapping::check(&self.mapped_as, &file.full_path(), batch.columns())?;
        }
        self.layout += 1;
        self.columns = Arc::clone(batch.columns());
        self.mapping = mapping::map(&self.mapped_as, batch.columns());
        for (field, column, mapped_by) in &self.mapping.fields {
            let name = &self.columns[*column];
            let origin = self.origins.iter().find(|(adapted, _)| adapted == name).map(|(_, origin)| origin);
            let entry = FieldColumn {
                field: (*field).into(),
                column: origin.unwrap_or(name).clone(),
                guessed: *mapped_by == MappedBy::Guessed,
            };
            if !self.report.columns.contains(&entry) {
                self.report.columns.push(entry);
            }
        }
        for &other in &self.mapping.others {
            if !self.report.others.contains(&self.columns[other]) {
                self.report.others.push(self.columns[other].clone());
            }
        }
        self.missing_slots = self.columns.iter().map(|c| slot(&mut self.missing, c)).collect();
        Ok(())
    }

    fn count_missing(&mut self, batch: &Batch) {
        for (column, &slot) in self.missing_slots.iter().enumerate() {
            let empty = (0..batch.rows()).filter(|&row| batch.cell(row, column).is_empty()).count();
            self.missing[slot].1 += empty as u64;
            self.missing[slot].2 += batch.rows() as u64;
        }
    }

    fn finish(mut self) -> SourceReport {
        let rates = self.missing.iter().filter(|(_, empty, _)| *empty > 0);
        self.report.missing = rates.map(|(c, empty, rows)| (c.clone(), *empty as f64 / *rows as f64)).collect();
        self.report.profiles = self.profiler.finish();
        self.report
    }
}

fn slot(missing: &mut Vec<(String, u64, u64)>, column: &str) -> usize {
    missing.iter().position(|(c, _, _)| c == column).unwrap_or_else(|| {
        missing.push((column.to_string(), 0, 0));
        missing.len() - 1
    })
}

fn file_report(name: String, file: &SourceFile, read: FileRead, refused: u64) -> FileReport {
    FileReport {
        path: name,
        format: file.format.word().into(),
        rows: read.rows - refused,
        refused: read.refused + refused,
        bytes: read.bytes,
        digest: read.digest,
        notes: read.notes,
    }
}

/// A path as the user wrote it: relative to the config's folder where it lies below it.
fn relative_path(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).display().to_string()
}
