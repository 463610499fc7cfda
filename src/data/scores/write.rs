//! Writing a scores file, block by block in rank order. Pages are small, so that a screen reads little for what it shows.

use super::{ScoredProfile, Version};
use crate::data::pages;
use crate::error::{Context, Result};
use arrow::array::{
    ArrayRef, Date32Builder, Float64Builder, Int32Builder, ListBuilder, RecordBatch, StringBuilder, StructArray,
    StructBuilder,
};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The columns that every scores file has, without the attributes.
pub(super) fn fixed_fields() -> Vec<Field> {
    let factor = Field::new("item", DataType::Struct(factor_fields()), false);
    vec![
        Field::new("profile_id", DataType::Utf8, false),
        Field::new("name", DataType::Utf8, true),
        Field::new("account_id", DataType::Utf8, true),
        Field::new("score", DataType::Float64, false),
        Field::new("previous_score", DataType::Float64, true),
        Field::new("percentile", DataType::Int32, false),
        Field::new("probability", DataType::Float64, false),
        Field::new("band", DataType::Utf8, false),
        Field::new("model_type", DataType::Utf8, false),
        Field::new("score_date", DataType::Date32, false),
        Field::new("factors", DataType::List(Arc::new(factor)), false),
        Field::new("rest", DataType::Float64, false),
    ]
}

/// The name of the column with the group of factors that counts most; files of earlier versions have none.
pub(super) const TOP_GROUP: &str = "top_group";

fn top_group_fields() -> Fields {
    Fields::from(vec![
        Field::new("code", DataType::Utf8, true),
        Field::new("value", DataType::Utf8, true),
        Field::new("contribution", DataType::Float64, true),
    ])
}

pub(super) fn top_group_type() -> DataType {
    DataType::Struct(top_group_fields())
}

/// The name of the column that holds the attributes, where there are any.
pub(super) const ATTRIBUTES: &str = "attributes";

fn factor_fields() -> Fields {
    Fields::from(vec![
        Field::new("code", DataType::Utf8, false),
        Field::new("value", DataType::Utf8, true),
        Field::new("importance", DataType::Utf8, false),
        Field::new("contribution", DataType::Float64, false),
    ])
}

fn attribute_fields(attributes: &[Arc<str>]) -> Fields {
    attributes.iter().map(|name| Field::new(name.to_string(), DataType::Utf8, true)).collect()
}

fn schema(attributes: &[Arc<str>], version: Version) -> Arc<Schema> {
    let mut fields = fixed_fields();
    if version == Version::Current {
        fields.push(Field::new(TOP_GROUP, top_group_type(), false));
    }
    // Parquet has no structure without fields.
    if !attributes.is_empty() {
        fields.push(Field::new(ATTRIBUTES, DataType::Struct(attribute_fields(attributes)), false));
    }
    Arc::new(Schema::new(fields))
}

fn properties() -> WriterProperties {
    let mut properties = pages::properties();
    // Nearly every value is another one: a dictionary would only be read in vain.
    for column in ["profile_id", "name", "score", "previous_score", "probability", "rest"] {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(column), false);
    }
    let contribution = ["factors", "list", "item", "contribution"].map(String::from).to_vec();
    properties.set_column_dictionary_enabled(ColumnPath::new(contribution), false).build()
}

/// Writes a scores file block by block, in rank order.
pub struct ScoreWriter {
    writer: ArrowWriter<File>,
    schema: Arc<Schema>,
    attributes: Vec<Arc<str>>,
    shown: String,
}

impl ScoreWriter {
    /// A file with these attributes; the others of a profile are left out.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn create(path: &Path, attributes: &[Arc<str>]) -> Result<ScoreWriter> {
        ScoreWriter::create_as(path, attributes, Version::Current)
    }

    /// The same with the columns of a version.
    ///
    /// # Errors
    /// The file cannot be created.
    pub fn create_as(path: &Path, attributes: &[Arc<str>], version: Version) -> Result<ScoreWriter> {
        let shown = path.display().to_string();
        let file = File::create(path).on_disk(|| format!("The scores file {shown} could not be created."))?;
        let schema = schema(attributes, version);
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties()))
            .on_disk(|| format!("The scores file {shown} could not be started."))?;
        Ok(ScoreWriter { writer, schema, attributes: attributes.to_vec(), shown })
    }

    /// # Errors
    /// The disk is full, or the like.
    pub fn write(&mut self, rows: &[ScoredProfile]) -> Result<()> {
        let batch = self.batch(rows).context(|| format!("The scores for {} could not be put together.", self.shown))?;
        self.writer.write(&batch).on_disk(|| format!("The scores file {} could not be written.", self.shown))
    }

    /// Writes the footer and brings everything to the disk.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn finish(self) -> Result<()> {
        let what = || format!("The scores file {} could not be finished.", self.shown);
        let file = self.writer.into_inner().on_disk(what)?;
        file.sync_all().on_disk(what)
    }

    fn batch(&self, rows: &[ScoredProfile]) -> std::result::Result<RecordBatch, arrow::error::ArrowError> {
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
        let mut columns = vec![
            text(rows, &|r| Some(&r.profile_id)),
            text(rows, &|r| r.name.as_deref()),
            text(rows, &|r| r.account_id.as_deref()),
            number(&|r| Some(r.score)),
            number(&|r| r.previous_score),
            Arc::new(percentile.finish()),
            number(&|r| Some(r.probability)),
            text(rows, &|r| Some(r.band.word())),
            text(rows, &|r| Some(&r.model_type)),
            Arc::new(date.finish()),
            factors(rows),
            number(&|r| Some(r.rest)),
        ];
        let parts = vec![
            text(rows, &|r| r.top_group.as_ref().map(|g| g.code.as_str())),
            text(rows, &|r| r.top_group.as_ref().and_then(|g| g.value.as_deref())),
            number(&|r| r.top_group.as_ref().map(|g| g.contribution)),
        ];
        if self.schema.column_with_name(TOP_GROUP).is_some() {
            columns.push(Arc::new(StructArray::try_new(top_group_fields(), parts, None)?));
        }
        if !self.attributes.is_empty() {
            let values = self.attributes.iter().map(|name| text(rows, &|r| r.attribute(name))).collect();
            columns.push(Arc::new(StructArray::try_new(attribute_fields(&self.attributes), values, None)?));
        }
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
    }
}

fn text(rows: &[ScoredProfile], value: &dyn Fn(&ScoredProfile) -> Option<&str>) -> ArrayRef {
    let mut builder = StringBuilder::new();
    rows.iter().for_each(|r| builder.append_option(value(r)));
    Arc::new(builder.finish())
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
            put(2, Some(factor.importance.word()));
            if let Some(builder) = item.field_builder::<Float64Builder>(3) {
                builder.append_value(factor.contribution);
            }
            item.append(true);
        }
        list.append(true);
    }
    Arc::new(list.finish())
}
