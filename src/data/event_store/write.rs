//! Writes every event of the sources that counts for somebody, by event type. Events are buffered per type and written
//! as one row group when there are many, so that memory stays bounded and an estimate reads only the types and fields it
//! asks for. Called by `events`.

use super::table::write_json;
use super::{Chunk, INDEX, Index, Layout, UNKEPT_FIELDS, events_file, text_column};
use crate::data::field_names::{IMPLIED_FIELDS, fields_of};
use crate::data::mapping::Mapping;
use crate::domain::source::activity::Day;
use crate::error::{Context, Result};
use arrow::array::{Array, ArrayRef, Int32Array, RecordBatch, StringBuilder, UInt32Array, new_null_array};
use arrow::datatypes::{DataType, Field, Schema};
use hashbrown::HashMap;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

/// Events of a type after which they are written.
const ROWS: usize = 1 << 18;
/// Bytes of text of a type after which they are written.
const BYTES: usize = 4 << 20;
/// Bytes over all types after which the fullest is written: with thousands of types none may ever be full.
const ALL_BYTES: usize = 256 << 20;
/// What a buffered event takes beside its text.
const ROW_BYTES: usize = 16;

/// Writes the events of a catalog, a row group per event type and block.
pub struct EventStoreWriter {
    folder: PathBuf,
    index: Index,
    slots: HashMap<String, u32>,
    layout_numbers: HashMap<Layout, u32>,
    /// The current layout, and its columns that are kept.
    layout: u32,
    columns: Vec<(usize, u32)>,
    /// By number of the event type.
    buffers: Vec<EventBuffer>,
    full_types: Vec<u16>,
    bytes: usize,
    file: Option<OpenFile>,
    files: u32,
}

/// Events of one type that are not written yet.
#[derive(Default)]
struct EventBuffer {
    subjects: Vec<u32>,
    /// The subject for account scores where it is another one, by row.
    other_subjects: Vec<(usize, u32)>,
    days: Vec<Day>,
    layouts: Vec<u32>,
    /// By slot; shorter than the rows where the last ones have no value.
    texts: Vec<Option<StringBuilder>>,
    bytes: usize,
}

/// The file that is being written and how many slots its schema has.
struct OpenFile {
    writer: ArrowWriter<File>,
    schema: Arc<Schema>,
    slots: usize,
    groups: usize,
}

impl EventStoreWriter {
    /// Writes into `folder`, which exists and is empty.
    pub fn new(folder: PathBuf) -> EventStoreWriter {
        EventStoreWriter {
            folder,
            index: Index::default(),
            slots: HashMap::new(),
            layout_numbers: HashMap::new(),
            layout: 0,
            columns: Vec::new(),
            buffers: Vec::new(),
            full_types: Vec::new(),
            bytes: 0,
            file: None,
            files: 0,
        }
    }

    /// The events that follow come with these columns.
    pub fn begin_layout(&mut self, columns: &[String], mapping: &Mapping) {
        let fields: Vec<(String, usize)> = fields_of(mapping).map(|(f, c)| (f.to_string(), c)).collect();
        let unkept = |column: usize| {
            let field = fields.iter().find(|(_, c)| *c == column);
            field.is_some_and(|(f, _)| f == "event_type" || UNKEPT_FIELDS.contains(&f.as_str()))
        };
        let slots = (0..columns.len()).map(|c| (!unkept(c)).then(|| self.slot(&columns[c]))).collect();
        self.set_layout(Layout { columns: columns.to_vec(), fields, slots, implied: false });
    }

    /// The events that follow are those that opportunities imply.
    pub fn begin_implied_layout(&mut self) {
        let columns: Vec<String> = IMPLIED_FIELDS.iter().map(|c| (*c).to_string()).collect();
        let slots = columns.iter().map(|c| Some(self.slot(c))).collect();
        self.set_layout(Layout { columns, fields: Vec::new(), slots, implied: true });
    }

    fn set_layout(&mut self, layout: Layout) {
        self.columns = layout.slots.iter().enumerate().filter_map(|(c, slot)| slot.map(|s| (c, s))).collect();
        // The blocks of an NDJSON file may go back to columns that were there before.
        self.layout = match self.layout_numbers.get(&layout) {
            Some(&number) => number,
            None => {
                let number = self.index.layouts.len() as u32;
                self.index.layouts.push(layout.clone());
                self.layout_numbers.insert(layout, number);
                number
            }
        };
    }

    fn slot(&mut self, column: &str) -> u32 {
        if let Some(&slot) = self.slots.get(column) {
            return slot;
        }
        let slot = self.index.slots.len() as u32;
        self.index.slots.push(column.to_string());
        self.slots.insert(column.to_string(), slot);
        slot
    }

    /// Takes one event of the current layout; `subjects` are those for person and for account scores, `cell` gives the
    /// trimmed text of a column.
    pub fn add_event<'c>(&mut self, event_type: u16, subjects: (u32, u32), day: Day, cell: impl Fn(usize) -> &'c str) {
        let number = usize::from(event_type);
        if self.buffers.len() <= number {
            self.buffers.resize_with(number + 1, EventBuffer::default);
        }
        let buffer = &mut self.buffers[number];
        let before = buffer.bytes;
        let row = buffer.subjects.len();
        if subjects.0 != subjects.1 {
            buffer.other_subjects.push((row, subjects.1));
        }
        buffer.subjects.push(subjects.0);
        buffer.days.push(day);
        buffer.layouts.push(self.layout);
        buffer.bytes += ROW_BYTES;
        for &(column, slot) in &self.columns {
            let text = cell(column);
            if !text.is_empty() {
                buffer.push_text(slot as usize, row, text);
            }
        }
        let (was, is) = (before < BYTES && row < ROWS, buffer.bytes < BYTES && row + 1 < ROWS);
        if was && !is {
            self.full_types.push(event_type);
        }
        self.bytes += buffer.bytes - before;
    }

    /// Writes the types of which many events wait.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn write_full(&mut self) -> Result<()> {
        for event_type in std::mem::take(&mut self.full_types) {
            self.write(event_type)?;
        }
        while self.bytes > ALL_BYTES {
            let fullest = (0..self.buffers.len()).max_by_key(|&t| self.buffers[t].bytes).unwrap_or_default();
            self.write(fullest as u16)?;
        }
        Ok(())
    }

    /// Writes all events that wait.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn write_all(&mut self) -> Result<()> {
        self.full_types.clear();
        (0..self.buffers.len()).try_for_each(|event_type| self.write(event_type as u16))
    }

    fn write(&mut self, event_type: u16) -> Result<()> {
        let Some(buffer) = self.buffers.get_mut(usize::from(event_type)).map(std::mem::take) else { return Ok(()) };
        self.bytes -= buffer.bytes;
        let rows = buffer.subjects.len();
        if rows == 0 {
            return Ok(());
        }
        let filled: Vec<u32> = (0..buffer.texts.len() as u32).filter(|&s| buffer.texts[s as usize].is_some()).collect();
        let slots = self.index.slots.len();
        // A column that the open file does not have begins a new one.
        if self.file.as_ref().is_none_or(|f| filled.last().is_some_and(|&last| last as usize >= f.slots)) {
            self.close()?;
            self.file = Some(OpenFile::create(self.folder.join(events_file(self.files)), slots)?);
            self.files += 1;
        }
        let Some(open) = &mut self.file else { return Ok(()) };
        let what = || "The events of the catalog could not be written.".to_string();
        let batch = RecordBatch::try_new(Arc::clone(&open.schema), buffer.arrays(open.slots)).context(what)?;
        open.writer.write(&batch).context(what)?;
        open.writer.flush().context(what)?;
        self.index.chunks.push(Chunk { event_type, file: self.files - 1, group: open.groups, rows, filled });
        open.groups += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<()> {
        let what = || "The events of the catalog could not be finished.".to_string();
        match self.file.take() {
            Some(open) => open.writer.into_inner().context(what)?.sync_all().context(what),
            None => Ok(()),
        }
    }

    /// Writes the index; `types` are the event types by number.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub(super) fn finish(mut self, types: Vec<String>) -> Result<()> {
        self.write_all()?;
        self.close()?;
        self.index.types = types;
        write_json(&self.folder.join(INDEX), &self.index)
    }
}

impl EventBuffer {
    fn push_text(&mut self, slot: usize, row: usize, text: &str) {
        if self.texts.len() <= slot {
            self.texts.resize_with(slot + 1, || None);
        }
        let builder = self.texts[slot].get_or_insert_with(|| StringBuilder::with_capacity(0, 0));
        let missing = row - arrow::array::ArrayBuilder::len(builder);
        builder.append_nulls(missing);
        builder.append_value(text);
        self.bytes += text.len() + 4 + 4 * missing;
    }

    /// Its columns for a schema with `slots` text columns.
    fn arrays(mut self, slots: usize) -> Vec<ArrayRef> {
        let rows = self.subjects.len();
        let mut other_subjects = vec![None; if self.other_subjects.is_empty() { 0 } else { rows }];
        self.other_subjects.iter().for_each(|&(row, subject)| other_subjects[row] = Some(subject));
        let other_subjects: ArrayRef = match other_subjects.is_empty() {
            true => new_null_array(&DataType::UInt32, rows),
            false => Arc::new(UInt32Array::from(other_subjects)),
        };
        let mut arrays: Vec<ArrayRef> = vec![
            Arc::new(UInt32Array::from(self.subjects)),
            other_subjects,
            Arc::new(Int32Array::from(self.days)),
            Arc::new(UInt32Array::from(self.layouts)),
        ];
        self.texts.resize_with(slots, || None);
        arrays.extend(self.texts.into_iter().map(|builder| match builder {
            None => new_null_array(&DataType::Utf8, rows),
            Some(mut builder) => {
                builder.append_nulls(rows - arrow::array::ArrayBuilder::len(&builder));
                let array: ArrayRef = Arc::new(builder.finish());
                debug_assert_eq!(array.len(), rows);
                array
            }
        }));
        arrays
    }
}

impl OpenFile {
    fn create(path: PathBuf, slots: usize) -> Result<OpenFile> {
        let what = || format!("{} could not be created.", path.display());
        let texts = (0..slots as u32).map(|slot| Field::new(text_column(slot), DataType::Utf8, true));
        let numbers = [
            Field::new("subject", DataType::UInt32, false),
            Field::new("for_accounts", DataType::UInt32, true),
            Field::new("day", DataType::Int32, false),
            Field::new("layout", DataType::UInt32, false),
        ];
        let schema = Arc::new(Schema::new(numbers.into_iter().chain(texts).collect::<Vec<_>>()));
        // Subjects are too many for a dictionary, and compressing numbers that hardly repeat gains nothing.
        let subject = || ColumnPath::from("subject");
        let properties = WriterProperties::builder()
            .set_compression(Compression::LZ4_RAW)
            .set_column_compression(subject(), Compression::UNCOMPRESSED)
            .set_column_dictionary_enabled(subject(), false)
            .set_statistics_enabled(EnabledStatistics::None)
            .set_max_row_group_row_count(None)
            .set_created_by("propensity".into())
            .build();
        let file = File::create(&path).context(what)?;
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties)).context(what)?;
        Ok(OpenFile { writer, schema, slots, groups: 0 })
    }
}
