//! `scores.parquet`: the scored profiles of one run, ordered by rank, readable by DuckDB, pandas and Spark. Written by
//! `jobs`, read by the command line.

use crate::error::{Context, Error, Result};
use arrow::array::{
    Array, ArrayRef, AsArray, Date32Builder, Float64Builder, Int32Builder, ListBuilder, RecordBatch, StringBuilder,
    StructBuilder,
};
use arrow::datatypes::{DataType, Date32Type, Field, Fields, Float64Type, Int32Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// Rows of a row group: small enough that one page of a screen reads little.
const ROW_GROUP: usize = 65_536;

/// One factor of a profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoredFactor {
    pub code: String,
    /// The feature's value in words; `None` where it is missing.
    pub value: Option<String>,
    /// `low`, `medium` or `high`.
    pub importance: String,
    /// Log-odds against the average.
    pub contribution: f64,
}

/// One scored profile; the row's place in the file is its rank.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoredProfile {
    pub profile_id: String,
    pub name: Option<String>,
    /// 0 to 100.
    pub score: f64,
    pub previous_score: Option<f64>,
    pub percentile: i32,
    pub probability: f64,
    pub band: String,
    pub model_type: String,
    /// Days since 1970-01-01; written as a date.
    #[serde(serialize_with = "date")]
    pub score_date: i32,
    /// The ten largest by absolute contribution.
    pub factors: Vec<ScoredFactor>,
    /// Sum of the contributions of all other factors.
    pub rest: f64,
}

fn date<S: serde::Serializer>(day: &i32, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::domain::activity::day_text(*day))
}

fn factor_fields() -> Fields {
    Fields::from(vec![
        Field::new("code", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
        Field::new("importance", DataType::Utf8, false),
        Field::new("contribution", DataType::Float64, false),
    ])
}

fn schema() -> Arc<Schema> {
    let factor = Field::new("item", DataType::Struct(factor_fields()), false);
    Arc::new(Schema::new(vec![
        Field::new("profile_id", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, true),
        Field::new("score", DataType::Float64, false),
        Field::new("previous_score", DataType::Float64, true),
        Field::new("percentile", DataType::Int32, false),
        Field::new("probability", DataType::Float64, false),
        Field::new("band", DataType::Utf8, false),
        Field::new("model_type", DataType::Utf8, false),
        Field::new("score_date", DataType::Date32, false),
        Field::new("factors", DataType::List(Arc::new(factor)), false),
        Field::new("rest", DataType::Float64, false),
    ]))
}

/// Writes a scores file block by block, in rank order.
pub struct ScoreWriter {
    writer: ArrowWriter<File>,
    shown: String,
}

impl ScoreWriter {
    /// # Errors
    /// The file cannot be created.
    pub fn create(path: &Path) -> Result<ScoreWriter> {
        let shown = path.display().to_string();
        let file = File::create(path).context(|| format!("The scores file {shown} could not be created."))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(Default::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .set_created_by("propensity".into())
            .build();
        let writer = ArrowWriter::try_new(file, schema(), Some(properties))
            .context(|| format!("The scores file {shown} could not be started."))?;
        Ok(ScoreWriter { writer, shown })
    }

    /// # Errors
    /// The disk is full, or the like.
    pub fn write(&mut self, rows: &[ScoredProfile]) -> Result<()> {
        let batch = batch(rows).context(|| format!("The scores for {} could not be put together.", self.shown))?;
        self.writer.write(&batch).context(|| format!("The scores file {} could not be written.", self.shown))
    }

    /// Writes the footer and brings everything to the disk.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn finish(self) -> Result<()> {
        let what = || format!("The scores file {} could not be finished.", self.shown);
        let file = self.writer.into_inner().context(what)?;
        file.sync_all().context(what)
    }
}

fn batch(rows: &[ScoredProfile]) -> std::result::Result<RecordBatch, arrow::error::ArrowError> {
    let text = |value: &dyn Fn(&ScoredProfile) -> Option<&str>| -> ArrayRef {
        let mut builder = StringBuilder::new();
        rows.iter().for_each(|r| builder.append_option(value(r)));
        Arc::new(builder.finish())
    };
    let number = |value: &dyn Fn(&ScoredProfile) -> Option<f64>| -> ArrayRef {
        let mut builder = Float64Builder::with_capacity(rows.len());
        rows.iter().for_each(|r| builder.append_option(value(r)));
        Arc::new(builder.finish())
    };
    let mut percentile = Int32Builder::with_capacity(rows.len());
    let mut date = Date32Builder::with_capacity(rows.len());
    for row in rows {
        percentile.append_value(row.percentile);
        date.append_value(row.score_date);
    }
    RecordBatch::try_new(
        schema(),
        vec![
            text(&|r| Some(&r.profile_id)),
            text(&|r| r.name.as_deref()),
            number(&|r| Some(r.score)),
            number(&|r| r.previous_score),
            Arc::new(percentile.finish()),
            number(&|r| Some(r.probability)),
            text(&|r| Some(&r.band)),
            text(&|r| Some(&r.model_type)),
            Arc::new(date.finish()),
            factors(rows),
            number(&|r| Some(r.rest)),
        ],
    )
}

fn factors(rows: &[ScoredProfile]) -> ArrayRef {
    let field = Field::new("item", DataType::Struct(factor_fields()), false);
    let mut list = ListBuilder::new(StructBuilder::from_fields(factor_fields(), rows.len() * 10)).with_field(field);
    for row in rows {
        let item = list.values();
        for factor in &row.factors {
            let mut put = |index: usize, value: Option<&str>| {
                if let Some(builder) = item.field_builder::<StringBuilder>(index) {
                    builder.append_option(value);
                }
            };
            put(0, Some(&factor.code));
            put(1, factor.value.as_deref());
            put(2, Some(&factor.importance));
            if let Some(builder) = item.field_builder::<Float64Builder>(3) {
                builder.append_value(factor.contribution);
            }
            item.append(true);
        }
        list.append(true);
    }
    Arc::new(list.finish())
}

/// An open scores file.
pub struct ScoreReader {
    reader: ParquetRecordBatchReader,
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
        if builder.schema().fields() != schema().fields() {
            return Err(Error::new(format!("{shown} is not a scores file of this version."))
                .hint("run the score again to write a new one"));
        }
        let reader = builder.with_batch_size(4_096).build().context(|| format!("{shown} could not be read."))?;
        Ok(ScoreReader { reader, shown, buffer: Vec::new().into_iter() })
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
                Ok(batch) => self.buffer = rows(&batch).into_iter(),
                Err(e) => {
                    return Some(Err(Error::new(format!("{} could not be read to its end.", self.shown)).because(e)));
                }
            }
        }
    }
}

fn builder(path: &Path) -> Result<(ParquetRecordBatchReaderBuilder<File>, String)> {
    let shown = path.display().to_string();
    let file = File::open(path).context(|| format!("The scores file {shown} could not be opened."))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file)
        .context(|| format!("The scores file {shown} could not be read."))?;
    Ok((builder, shown))
}

fn rows(batch: &RecordBatch) -> Vec<ScoredProfile> {
    let text = |column: usize, row: usize| {
        let array = batch.column(column).as_string::<i32>();
        array.is_valid(row).then(|| array.value(row).to_string())
    };
    let number = |column: usize, row: usize| {
        let array = batch.column(column).as_primitive::<Float64Type>();
        array.is_valid(row).then(|| array.value(row))
    };
    (0..batch.num_rows())
        .map(|row| ScoredProfile {
            profile_id: text(0, row).unwrap_or_default(),
            name: text(1, row),
            score: number(2, row).unwrap_or_default(),
            previous_score: number(3, row),
            percentile: batch.column(4).as_primitive::<Int32Type>().value(row),
            probability: number(5, row).unwrap_or_default(),
            band: text(6, row).unwrap_or_default(),
            model_type: text(7, row).unwrap_or_default(),
            score_date: batch.column(8).as_primitive::<Date32Type>().value(row),
            factors: factors_of(&batch.column(9).as_list::<i32>().value(row)),
            rest: number(10, row).unwrap_or_default(),
        })
        .collect()
}

fn factors_of(items: &ArrayRef) -> Vec<ScoredFactor> {
    let items = items.as_struct();
    let text = |column: usize, row: usize| {
        let array = items.column(column).as_string::<i32>();
        array.is_valid(row).then(|| array.value(row).to_string())
    };
    (0..items.len())
        .map(|row| ScoredFactor {
            code: text(0, row).unwrap_or_default(),
            value: text(1, row),
            importance: text(2, row).unwrap_or_default(),
            contribution: items.column(3).as_primitive::<Float64Type>().value(row),
        })
        .collect()
}

/// Score by profile id: what the next run shows as the previous scores.
///
/// # Errors
/// Those of [`ScoreReader::open`].
pub fn by_id(path: &Path) -> Result<HashMap<String, f64>> {
    let (builder, shown) = builder(path)?;
    let mask = ProjectionMask::columns(builder.parquet_schema(), ["profile_id", "score"]);
    let reader = builder.with_projection(mask).build().context(|| format!("{shown} could not be read."))?;
    let mut scores = HashMap::new();
    for batch in reader {
        let batch = batch.context(|| format!("{shown} could not be read to its end."))?;
        let (Some(ids), Some(values)) = (batch.column_by_name("profile_id"), batch.column_by_name("score")) else {
            return Err(Error::new(format!("{shown} is not a scores file.")));
        };
        let (Some(ids), Some(values)) = (ids.as_string_opt::<i32>(), values.as_primitive_opt::<Float64Type>()) else {
            return Err(Error::new(format!("{shown} is not a scores file of this version.")));
        };
        scores.extend((0..batch.num_rows()).map(|row| (ids.value(row).to_string(), values.value(row))));
    }
    Ok(scores)
}

/// Copies the scores of the profiles that `keep` wants to a new scores file; returns how many.
///
/// # Errors
/// Those of reading and writing.
pub fn copy(from: &Path, to: &Path, mut keep: impl FnMut(usize, &ScoredProfile) -> bool) -> Result<u64> {
    let mut writer = ScoreWriter::create(to)?;
    let mut block = Vec::new();
    let mut written = 0;
    for (index, row) in ScoreReader::open(from)?.enumerate() {
        let row = row?;
        if keep(index, &row) {
            block.push(row);
        }
        if block.len() == ROW_GROUP {
            writer.write(&block)?;
            written += block.len() as u64;
            block.clear();
        }
    }
    writer.write(&block)?;
    writer.finish()?;
    Ok(written + block.len() as u64)
}
