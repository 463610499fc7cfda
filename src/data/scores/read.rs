//! Reading a scores file from its first row to its last, and what all readers share: opening with a check of the
//! columns, and turning columns into profiles.

use super::write::{ATTRIBUTES, TOP_GROUP, fixed_fields, top_group_type};
use super::{ScoredProfile, TopGroup, Version};
use crate::domain::explanation::{Band, Factor, Importance};
use crate::error::{Context, Error, Result};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StructArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type, Schema};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// An open scores file.
pub struct ScoreReader {
    reader: ParquetRecordBatchReader,
    attributes: Vec<Arc<str>>,
    shown: String,
    buffer: std::vec::IntoIter<ScoredProfile>,
}

impl ScoreReader {
    /// Opens the file; rows come in rank order.
    ///
    /// # Errors
    /// No such file, not a scores file, cut short.
    pub fn open(path: &Path) -> Result<ScoreReader> {
        let (builder, shown) = builder(path)?;
        let attributes = attributes(builder.schema(), &shown)?;
        let reader = builder.with_batch_size(4_096).build().context(|| format!("{shown} could not be read."))?;
        Ok(ScoreReader { reader, attributes, shown, buffer: Vec::new().into_iter() })
    }

    /// The attributes that the file has.
    pub fn attributes(&self) -> &[Arc<str>] {
        &self.attributes
    }
}

impl Iterator for ScoreReader {
    type Item = Result<ScoredProfile>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.buffer.next() {
                return Some(Ok(row));
            }
            match self.reader.next()? {
                Ok(batch) => self.buffer = profiles(&batch, &self.attributes).into_iter(),
                Err(e) => {
                    return Some(Err(Error::new(format!("{} could not be read to its end.", self.shown)).because(e)));
                }
            }
        }
    }
}

fn builder(path: &Path) -> Result<(ParquetRecordBatchReaderBuilder<File>, String)> {
    let (file, shown) = open(path)?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| cut_short(&shown).because(e))?;
    Ok((builder, shown))
}

/// Opens the file; gives the name under which errors speak of it, too.
pub(super) fn open(path: &Path) -> Result<(File, String)> {
    let shown = path.display().to_string();
    let file = File::open(path).context(|| format!("The scores file {shown} could not be opened.")).map_err(|e| {
        e.hint(
            "run the score again to write a new one (propensity run start); `propensity doctor` tells what is missing",
        )
    })?;
    Ok((file, shown))
}

pub(super) fn cut_short(shown: &str) -> Error {
    Error::new(format!("The scores file {shown} could not be read: it is cut short, or no scores file."))
        .hint("run the score again to write a new one")
}

/// The attributes of a file whose other columns are as they should be.
///
/// # Errors
/// A file of another version.
pub(super) fn attributes(schema: &Schema, shown: &str) -> Result<Vec<Arc<str>>> {
    let other = || {
        Error::new(format!("{shown} is not a scores file of this version."))
            .hint("run the score again to write a new one")
    };
    let fixed = fixed_fields();
    let fixed_match = fixed.iter().zip(schema.fields()).all(|(wanted, found)| wanted == &**found);
    let extra: Vec<_> = schema.fields().iter().skip(fixed.len()).collect();
    if !fixed_match || schema.fields().len() < fixed.len() {
        return Err(other());
    }
    let mut attributes = Vec::new();
    for field in extra {
        match (field.name().as_str(), field.data_type()) {
            (TOP_GROUP, found) if *found == top_group_type() => {}
            (ATTRIBUTES, DataType::Struct(fields)) if fields.iter().all(|f| f.data_type() == &DataType::Utf8) => {
                attributes = fields.iter().map(|f| Arc::from(f.name().as_str())).collect();
            }
            _ => return Err(other()),
        }
    }
    Ok(attributes)
}

/// The profiles of a batch with all columns.
pub(super) fn profiles(batch: &RecordBatch, attributes: &[Arc<str>]) -> Vec<ScoredProfile> {
    let texts = |column: usize| batch.column(column).as_string::<i32>();
    let text = |column: usize, row: usize| texts(column).is_valid(row).then(|| texts(column).value(row).to_string());
    let number = |column: usize, row: usize| {
        let array = batch.column(column).as_primitive::<Float64Type>();
        array.is_valid(row).then(|| array.value(row))
    };
    let attribute_columns = batch.column_by_name(ATTRIBUTES).map(|column| column.as_struct());
    let top_groups = batch.column_by_name(TOP_GROUP).map(|column| column.as_struct());
    let attributes_of = |row: usize| {
        let values = attribute_columns.into_iter().flat_map(|own| own.columns()).zip(attributes);
        let filled = values.filter_map(|(array, name)| {
            let array = array.as_string::<i32>();
            array.is_valid(row).then(|| (Arc::clone(name), array.value(row).to_string()))
        });
        filled.collect()
    };
    (0..batch.num_rows())
        .map(|row| ScoredProfile {
            profile_id: text(0, row).unwrap_or_default(),
            name: text(1, row),
            account_id: text(2, row),
            score: number(3, row).unwrap_or_default(),
            previous_score: number(4, row),
            percentile: batch.column(5).as_primitive::<Int32Type>().value(row),
            probability: number(6, row).unwrap_or_default(),
            band: Band::from_word(texts(7).value(row)).unwrap_or(Band::Low),
            model_type: text(8, row).unwrap_or_default(),
            score_date: batch.column(9).as_primitive::<Date32Type>().value(row),
            factors: factors(&batch.column(10).as_list::<i32>().value(row)),
            rest: number(11, row).unwrap_or_default(),
            top_group: top_groups.and_then(|groups| top_group(groups, row)),
            attributes: attributes_of(row),
        })
        .collect()
}

fn top_group(groups: &StructArray, row: usize) -> Option<TopGroup> {
    let text = |column: usize| {
        let array = groups.column(column).as_string::<i32>();
        array.is_valid(row).then(|| array.value(row).to_string())
    };
    let contribution = groups.column(2).as_primitive::<Float64Type>();
    Some(TopGroup { code: text(0)?, value: text(1), contribution: contribution.value(row) })
}

fn factors(items: &ArrayRef) -> Vec<Factor> {
    let items = items.as_struct();
    let text = |column: usize, row: usize| {
        let array = items.column(column).as_string::<i32>();
        array.is_valid(row).then(|| array.value(row))
    };
    (0..items.len())
        .map(|row| {
            let contribution = items.column(3).as_primitive::<Float64Type>().value(row);
            let importance = text(2, row).and_then(Importance::from_word);
            Factor {
                code: text(0, row).unwrap_or_default().to_string(),
                value: text(1, row).map(str::to_string),
                importance: importance.unwrap_or_else(|| Importance::from_contribution(contribution)),
                contribution,
            }
        })
        .collect()
}

/// Which columns a scores file has.
///
/// # Errors
/// No such file, not a scores file, cut short.
pub fn version(path: &Path) -> Result<Version> {
    let (builder, _) = builder(path)?;
    let has = builder.schema().column_with_name(TOP_GROUP).is_some();
    Ok(if has { Version::Current } else { Version::WithoutTopGroup })
}

/// Score by profile id: what the next run shows as the previous scores.
///
/// # Errors
/// Those of [`ScoreReader::open`].
pub fn by_id(path: &Path) -> Result<HashMap<String, f64>> {
    Ok(column(path, "score")?.into_iter().collect())
}

/// Profile ids with the predicted probability, best first.
///
/// # Errors
/// Those of [`ScoreReader::open`].
pub fn probabilities(path: &Path) -> Result<Vec<(String, f64)>> {
    column(path, "probability")
}

/// A column of numbers with the profile ids, in rank order.
fn column(path: &Path, name: &str) -> Result<Vec<(String, f64)>> {
    let (builder, shown) = builder(path)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["profile_id", name]);
    let reader = builder.with_projection(mask).build().context(|| format!("{shown} could not be read."))?;
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.context(|| format!("{shown} could not be read to its end."))?;
        let (Some(ids), Some(values)) = (batch.column_by_name("profile_id"), batch.column_by_name(name)) else {
            return Err(Error::new(format!("{shown} is not a scores file.")));
        };
        let (Some(ids), Some(values)) = (ids.as_string_opt::<i32>(), values.as_primitive_opt::<Float64Type>()) else {
            return Err(Error::new(format!("{shown} is not a scores file of this version.")));
        };
        rows.extend((0..batch.num_rows()).map(|row| (ids.value(row).to_string(), values.value(row))));
    }
    Ok(rows)
}
