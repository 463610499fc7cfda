//! Reads the kept events of one type: subjects and days (`rows`), and the cells of one field (`cells`), coded, so that a
//! condition is tried once per distinct value. Called by `queries` for goal estimates and for the values of the catalog.

use super::table::read_json;
use super::{Chunk, FieldLocation, INDEX, Index, LayoutNames, UNKEPT_FIELDS, events_file, text_column};
use crate::domain::source::activity::Day;
use crate::error::{Context, Error, Result};
use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, Int32Type, Schema, UInt32Type};
use hashbrown::HashMap;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use rayon::prelude::*;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The events of a catalog, opened: its index in memory, its files on the disk.
pub struct Reader {
    folder: PathBuf,
    types: Vec<String>,
    slots: Vec<String>,
    layouts: Vec<LayoutNames>,
    /// By event type.
    chunks: HashMap<String, Vec<Chunk>>,
    files: HashMap<u32, ArrowReaderMetadata>,
}

/// The events of a type, in the order in which they were kept; subjects are provisional.
#[derive(Debug, Default)]
pub struct Rows {
    /// The provisional subject of every event.
    pub subjects: Vec<u32>,
    /// The day of every event, in days since 1970-01-01.
    pub days: Vec<Day>,
}

/// The cells of one field of the events of a type.
pub struct Cells(Vec<CodedColumn>);

struct CodedColumn {
    rows: usize,
    /// Per row 0 for no value, else one more than the index of its value in `values`; `None` where no row has a value.
    codes: Option<Vec<u32>>,
    values: Vec<StringArray>,
}

impl Reader {
    /// Reads the index, and the footer of every events file.
    ///
    /// # Errors
    /// The folder is gone or not whole.
    pub fn open(folder: &Path) -> Result<Reader> {
        let index: Index = read_json(&folder.join(INDEX))?;
        let mut chunks: HashMap<String, Vec<Chunk>> = HashMap::new();
        let mut files = HashMap::new();
        for chunk in index.chunks {
            if !files.contains_key(&chunk.file) {
                files.insert(chunk.file, metadata(&folder.join(events_file(chunk.file)))?);
            }
            let name = index.types.get(usize::from(chunk.event_type)).cloned().unwrap_or_default();
            chunks.entry(name).or_default().push(chunk);
        }
        let layouts = index.layouts.into_iter().map(LayoutNames::new).collect();
        Ok(Reader { folder: folder.to_path_buf(), types: index.types, slots: index.slots, layouts, chunks, files })
    }

    /// All event types with an event.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(String::as_str).filter(|t| self.chunks.contains_key(*t))
    }

    /// How many events of a type are kept.
    pub fn len(&self, event_type: &str) -> usize {
        self.chunks_of(event_type).iter().map(|c| c.rows).sum()
    }

    /// The columns with a value in some event of a type, but for ids.
    pub fn fields(&self, event_type: &str) -> Vec<&str> {
        let mut slots: Vec<u32> = self.chunks_of(event_type).iter().flat_map(|c| c.filled.iter().copied()).collect();
        slots.sort_unstable();
        slots.dedup();
        slots.retain(|&slot| !self.layouts.iter().any(|names| names.is_id(slot)));
        slots.into_iter().filter_map(|s| self.slots.get(s as usize)).map(String::as_str).collect()
    }

    fn chunks_of(&self, event_type: &str) -> &[Chunk] {
        self.chunks.get(event_type).map_or(&[], Vec::as_slice)
    }

    /// Subject and day of every event of a type; `for_accounts` gives the subjects that account scores count them for.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub fn rows(&self, event_type: &str, for_accounts: bool) -> Result<Rows> {
        let names: &[&str] = if for_accounts { &["subject", "for_accounts", "day"] } else { &["subject", "day"] };
        let parts: Vec<Rows> = (self.chunks_of(event_type).par_iter())
            .map(|chunk| {
                let batch = self.batch(chunk, names)?;
                let mut rows = Rows {
                    subjects: self.column(&batch, "subject", |c| c.as_primitive_opt::<UInt32Type>())?.values().to_vec(),
                    days: self.column(&batch, "day", |c| c.as_primitive_opt::<Int32Type>())?.values().to_vec(),
                };
                if for_accounts {
                    let for_accounts = self.column(&batch, "for_accounts", |c| c.as_primitive_opt::<UInt32Type>())?;
                    if for_accounts.null_count() < for_accounts.len() {
                        rows.subjects.iter_mut().zip(for_accounts).for_each(|(s, other)| *s = other.unwrap_or(*s));
                    }
                }
                Ok(rows)
            })
            .collect::<Result<_>>()?;
        let mut all = Rows { subjects: Vec::with_capacity(self.len(event_type)), days: Vec::new() };
        all.days.reserve_exact(all.subjects.capacity());
        for part in parts {
            all.subjects.extend_from_slice(&part.subjects);
            all.days.extend_from_slice(&part.days);
        }
        Ok(all)
    }

    /// The cells that a condition on `field` sees in the events of a type.
    ///
    /// # Errors
    /// A field whose cells are not kept; a file that is gone or damaged.
    pub fn cells(&self, event_type: &str, field: &str) -> Result<Cells> {
        let locations: Vec<FieldLocation> = self.layouts.iter().map(|names| names.locate(field)).collect();
        let coded =
            self.chunks_of(event_type).par_iter().map(|chunk| self.coded_column(chunk, event_type, field, &locations));
        Ok(Cells(coded.collect::<Result<_>>()?))
    }

    fn coded_column(
        &self,
        chunk: &Chunk,
        event_type: &str,
        field: &str,
        locations: &[FieldLocation],
    ) -> Result<CodedColumn> {
        let first = locations.first().copied().unwrap_or(FieldLocation::Missing);
        if locations.iter().all(|location| *location == first) {
            return self.coded_from(chunk, event_type, field, first);
        }
        let batch = self.batch(chunk, &["layout"])?;
        let layouts = self.column(&batch, "layout", |c| c.as_primitive_opt::<UInt32Type>())?.values().to_vec();
        let mut used = layouts.clone();
        used.sort_unstable();
        used.dedup();
        let location = |layout: u32| locations.get(layout as usize).copied().unwrap_or(FieldLocation::Missing);
        let mut distinct: Vec<FieldLocation> = Vec::new();
        for &layout in &used {
            if !distinct.contains(&location(layout)) {
                distinct.push(location(layout));
            }
        }
        if let [only] = distinct[..] {
            return self.coded_from(chunk, event_type, field, only);
        }
        // Files name their columns differently: the rows of each take their cells from their own column.
        let mut all = CodedColumn { rows: chunk.rows, codes: None, values: Vec::new() };
        let mut codes = vec![0u32; chunk.rows];
        for source in distinct {
            let part = self.coded_from(chunk, event_type, field, source)?;
            let Some(part_codes) = part.codes else { continue };
            let base = all.values.iter().map(|v| v.len() as u32).sum::<u32>();
            for (row, code) in codes.iter_mut().enumerate() {
                if part_codes[row] > 0 && location(layouts[row]) == source {
                    *code = part_codes[row] + base;
                }
            }
            all.values.extend(part.values);
        }
        all.codes = Some(codes);
        Ok(all)
    }

    fn coded_from(&self, chunk: &Chunk, event_type: &str, field: &str, location: FieldLocation) -> Result<CodedColumn> {
        let rows = chunk.rows;
        let slot = match location {
            FieldLocation::Missing => return Ok(CodedColumn { rows, codes: None, values: Vec::new() }),
            FieldLocation::EventType => {
                let values = vec![StringArray::from(vec![event_type])];
                return Ok(CodedColumn { rows, codes: Some(vec![1; rows]), values });
            }
            FieldLocation::Unkept => return Err(unkept_field(field)),
            FieldLocation::Slot(slot) if chunk.filled.binary_search(&slot).is_err() => {
                return Ok(CodedColumn { rows, codes: None, values: Vec::new() });
            }
            FieldLocation::Slot(slot) => slot,
        };
        let name = text_column(slot);
        let batch = self.batch(chunk, &[&name])?;
        let array = self.column(&batch, &name, |c| c.as_dictionary_opt::<Int32Type>())?;
        let keys = array.keys();
        let codes = match keys.nulls() {
            None => keys.values().iter().map(|&key| key as u32 + 1).collect(),
            Some(nulls) => keys
                .values()
                .iter()
                .zip(nulls.iter())
                .map(|(&key, filled)| if filled { key as u32 + 1 } else { 0 })
                .collect(),
        };
        let values = array.values().as_string_opt::<i32>().ok_or_else(|| self.damaged("a field is no text"))?;
        Ok(CodedColumn { rows, codes: Some(codes), values: vec![values.clone()] })
    }

    /// The named columns of one chunk.
    fn batch(&self, chunk: &Chunk, names: &[&str]) -> Result<RecordBatch> {
        let path = self.folder.join(events_file(chunk.file));
        let what = || format!("{} could not be read.", path.display());
        let metadata = self.files.get(&chunk.file).ok_or_else(|| self.damaged("a file is missing"))?;
        // Opened anew, because clones of an open file would share their position between threads.
        let file = File::open(&path).map_err(|e| damaged(&path).because(e))?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), names.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_row_groups(vec![chunk.group])
            .with_batch_size(chunk.rows)
            .build()
            .context(what)?;
        let batches = reader.collect::<std::result::Result<Vec<_>, _>>().context(what)?;
        let batch = match &batches[..] {
            [one] => one.clone(),
            [first, ..] => concat_batches(&first.schema(), &batches).context(what)?,
            [] => return Err(self.damaged("a row group is empty")),
        };
        if batch.num_rows() == chunk.rows { Ok(batch) } else { Err(self.damaged("events are missing")) }
    }

    fn column<'b, T>(
        &self,
        batch: &'b RecordBatch,
        name: &str,
        of: impl Fn(&'b Arc<dyn Array>) -> Option<&'b T>,
    ) -> Result<&'b T> {
        batch.column_by_name(name).and_then(of).ok_or_else(|| self.damaged(&format!("the column {name} is not there")))
    }

    fn damaged(&self, why: &str) -> Error {
        Error::new(format!("The catalog {} is damaged.", self.folder.display()))
            .because(why)
            .hint("delete the folder: the catalog is built anew")
    }
}

/// The error for a catalog that went away while it was used.
pub fn damaged(path: &Path) -> Error {
    Error::new("The catalog is being rebuilt.")
        .because(format!("{} is gone", path.display()))
        .hint("try again when it is there; `propensity data catalog` builds it")
}

fn unkept_field(field: &str) -> Error {
    Error::new(format!("A goal on '{field}' cannot be estimated."))
        .because(format!("the catalog does not keep {}", UNKEPT_FIELDS.join(", ")))
        .hint("a run judges it all the same; `propensity score create` counts what the goal matches")
}

/// The footer of an events file, set to give texts as they are stored: coded.
fn metadata(path: &Path) -> Result<ArrowReaderMetadata> {
    let what = || format!("{} could not be read.", path.display());
    let file = File::open(path).map_err(|e| damaged(path).because(e))?;
    let plain = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).context(what)?;
    let coded = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let fields = plain.schema().fields().iter().map(|field| match field.data_type() {
        DataType::Utf8 => Field::new(field.name(), coded.clone(), true),
        _ => field.as_ref().clone(),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let options = ArrowReaderOptions::new().with_schema(schema);
    ArrowReaderMetadata::try_new(Arc::clone(plain.metadata()), options).context(what)
}

impl Cells {
    /// Per event whether its cell passes; `test` is asked once per distinct value and block.
    pub fn passes(&self, test: impl Fn(Option<&str>) -> bool + Sync) -> Vec<bool> {
        let parts: Vec<Vec<bool>> = self.0.par_iter().map(|coded| coded.passes(&test)).collect();
        parts.concat()
    }

    /// Calls `each` with values and their numbers of events; a value may come several times.
    pub fn count(&self, mut each: impl FnMut(&str, u64)) {
        for coded in &self.0 {
            let Some(codes) = &coded.codes else { continue };
            let mut counts = vec![0u64; 1 + coded.values.iter().map(Array::len).sum::<usize>()];
            codes.iter().for_each(|&code| counts[code as usize] += 1);
            for (value, count) in coded.values().zip(&counts[1..]).filter(|(_, count)| **count > 0) {
                each(value, *count);
            }
        }
    }

    /// What it takes in memory, about.
    pub fn bytes(&self) -> usize {
        let values = |coded: &CodedColumn| coded.values.iter().map(|v| v.get_array_memory_size()).sum::<usize>();
        self.0.iter().map(|coded| 4 * coded.codes.as_ref().map_or(0, Vec::len) + values(coded)).sum()
    }
}

impl CodedColumn {
    fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().flat_map(|values| (0..values.len()).map(|at| values.value(at)))
    }

    fn passes(&self, test: &impl Fn(Option<&str>) -> bool) -> Vec<bool> {
        let missing = test(None);
        let Some(codes) = &self.codes else { return vec![missing; self.rows] };
        let truth: Vec<bool> = std::iter::once(missing).chain(self.values().map(|value| test(Some(value)))).collect();
        codes.iter().map(|&code| truth[code as usize]).collect()
    }
}
