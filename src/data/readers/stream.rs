//! Feeds the rows of a source to one consumer, in file order: a thread reads and splits the files while the calling
//! thread consumes the cells. Everything that reads rows goes through here, so that mapping, refusals, missing rates
//! and the report of a source are the same for every kind.

use super::batch::Batch;
use super::file::{self, ReadOptions};
use super::output::FileRead;
use super::row_estimate::ExpectedRows;
use super::source_files::{self, SourceFile};
use crate::config::{Config, Source};
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
        Ok(ReadContext { config, zone, now: now.as_millisecond(), progress, rows: Cell::new(0), expected })
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
    /// Where refused rows are counted.
    pub refusals: &'a mut Refusals,
    refused: &'a mut u64,
}

impl Block<'_> {
    /// The cell of a canonical field; empty where the file has no such column.
    pub fn field(&self, column: Option<usize>, row: usize) -> &str {
        column.map_or("", |c| self.cell(c, row))
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
    mapping::check_source(source)?;
    let found = source_files::resolve(source, &context.config.folder)?;
    let parser = TimeParser::new(&context.zone, &source.timestamp_formats)?;
    let roles = |columns: &[String]| mapping::roles(source, columns);
    let values = SourceValues::new(source, &found, ReadOptions::of(source), &parser, &roles)?;
    let mut state = SourceReading::new(source);
    for file in &found {
        state.read_file(context, file, &values, consume)?;
    }
    Ok(state.finish())
}

/// The state that runs through the files of one source.
struct SourceReading<'s> {
    source: &'s Source,
    report: SourceReport,
    layout: u64,
    columns: Arc<[String]>,
    mapping: Mapping,
    /// Empty cells and rows seen per column name, in order of appearance.
    missing: Vec<(String, u64, u64)>,
    missing_slots: Vec<usize>,
}

impl<'s> SourceReading<'s> {
    fn new(source: &'s Source) -> Self {
        let report = SourceReport {
            kind: source.kind.word().into(),
            path: source.path.clone(),
            files: Vec::new(),
            columns: Vec::new(),
            others: Vec::new(),
            first_day: None,
            last_day: None,
            missing: Vec::new(),
            refusals: Refusals::default(),
            notes: Vec::new(),
        };
        let columns: Arc<[String]> = Arc::from(Vec::new());
        SourceReading {
            source,
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
        let (sender, receiver) = mpsc::sync_channel::<Batch>(QUEUE);
        let mut normaliser = Normaliser::new(values, file, &name);
        let mut refused = 0;
        let (read, split) = std::thread::scope(|scope| {
            let reader = scope.spawn(move || {
                let mut refusals = Refusals::default();
                let read = file::read(file, &options, &mut refusals, &mut |batch| {
                    // The consumer hangs up only when it failed, and then its error is the one that counts.
                    sender.send(normaliser.apply(batch)?).map_err(|_| Error::cancelled())
                });
                let read = read.map(|read| FileRead { notes: [read.notes, normaliser.notes()].concat(), ..read });
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
            mapping::check(self.source, &file.full_path(), &read.columns)?;
        }
        self.report.refusals.merge(split);
        self.report.files.push(file_report(name, file, read, refused));
        Ok(())
    }

    fn consume_blocks(
        &mut self,
        context: &ReadContext<'_>,
        (file, name): (&SourceFile, &str),
        blocks: Receiver<Batch>,
        refused: &mut u64,
        consume: &mut dyn FnMut(Block<'_>) -> Result<()>,
    ) -> Result<()> {
        for batch in blocks {
            context.progress.check()?;
            self.map_columns(&batch, file)?;
            self.count_missing(&batch);
            context.rows.set(context.rows.get() + batch.rows() as u64);
            let refusals = &mut self.report.refusals;
            consume(Block {
                batch: &batch,
                mapping: &self.mapping,
                file: name,
                layout: self.layout,
                refusals,
                refused,
            })?;
            let rows = context.rows.get();
            context.progress.advance(rows, (context.expected > 0).then_some(context.expected.max(rows)));
        }
        Ok(())
    }

    /// Maps the columns again where they changed. Only NDJSON may show a required column later than in its first block.
    fn map_columns(&mut self, batch: &Batch, file: &SourceFile) -> Result<()> {
        if self.layout > 0 && self.columns == *batch.columns() {
            return Ok(());
        }
        if !file.format.is_json() {
            mapping::check(self.source, &file.full_path(), batch.columns())?;
        }
        self.layout += 1;
        self.columns = Arc::clone(batch.columns());
        self.mapping = mapping::map(self.source, batch.columns());
        for (field, column, mapped_by) in &self.mapping.fields {
            let entry = FieldColumn {
                field: (*field).into(),
                column: self.columns[*column].clone(),
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
