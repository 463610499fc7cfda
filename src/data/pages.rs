//! Random access to a Parquet file of this program: pages are small, and only those that hold the wanted rows of the
//! wanted columns are read. Used by [`scores`](super::scores) and [`snapshot`](super::snapshot).

use crate::error::{Error, Result};
use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection, RowSelector,
};
use parquet::basic::Compression;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder};
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Rows of a row group: many enough to compress, few enough that what a group shares is read in no time.
pub(super) const ROW_GROUP: usize = 16_384;
/// Rows of a page, the least that is read of a column.
const PAGE: usize = 1_024;

/// How such a file is written.
pub(super) fn properties() -> WriterPropertiesBuilder {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(Default::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .set_data_page_row_count_limit(PAGE)
        .set_write_batch_size(PAGE)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_created_by("propensity".into())
}

/// An open file.
pub(super) struct Pages {
    path: PathBuf,
    metadata: ArrowReaderMetadata,
    /// The first row of every row group, and the number of rows.
    starts: Vec<usize>,
    shown: String,
    hint: &'static str,
}

impl Pages {
    /// Reads where the pages lie; `hint` is for what goes wrong later.
    ///
    /// # Errors
    /// The file is not there, is no Parquet file, or was cut short.
    pub fn open(path: &Path, hint: &'static str) -> parquet::errors::Result<Pages> {
        let file = File::open(path)?;
        let options = ArrowReaderOptions::new().with_offset_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load(&file, options)?;
        let mut starts = vec![0];
        for group in metadata.metadata().row_groups() {
            starts.push(starts[starts.len() - 1] + usize::try_from(group.num_rows()).unwrap_or(0));
        }
        Ok(Pages { path: path.to_path_buf(), metadata, starts, shown: path.display().to_string(), hint })
    }

    /// The columns of the file.
    pub fn schema(&self) -> &Schema {
        self.metadata.schema()
    }

    /// The footer of the file with its page index.
    pub fn metadata(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    /// Rows of the file.
    pub fn len(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// The number of row groups.
    pub fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of a group; empty at the end of the file for the group after the last.
    pub fn group(&self, group: usize) -> Range<usize> {
        let at = |group: usize| self.starts.get(group).copied().unwrap_or_else(|| self.len());
        at(group)..at(group + 1)
    }

    /// Calls `each` with the wanted columns of a group, in order; of all its rows, or of those in `within`, which are
    /// sorted, apart from each other, and counted within the file.
    ///
    /// # Errors
    /// The file was cut short or changed since it was opened; those of `each`.
    pub fn read(
        &self,
        group: usize,
        columns: Option<&[&str]>,
        within: Option<&[Range<usize>]>,
        mut each: impl FnMut(&RecordBatch) -> Result<()>,
    ) -> Result<()> {
        // Opened anew: clones of a file share its position, and several threads read at a time.
        let file = File::open(&self.path).map_err(|e| self.broken(e))?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(vec![group])
            .with_batch_size(ROW_GROUP);
        if let Some(columns) = columns {
            builder = builder.with_projection(self.mask(columns));
        }
        if let Some(within) = within {
            builder = builder.with_row_selection(selection(within, self.starts[group]));
        }
        for batch in builder.build().map_err(|e| self.broken(e))? {
            each(&batch.map_err(|e| self.broken(e))?)?;
        }
        Ok(())
    }

    /// Calls `each` with the wanted columns of some rows, in their order: `ranges` are sorted and apart from each other.
    ///
    /// # Errors
    /// Those of [`Pages::read`].
    pub fn ranges(
        &self,
        ranges: &[Range<usize>],
        columns: Option<&[&str]>,
        mut each: impl FnMut(&RecordBatch),
    ) -> Result<()> {
        for group in 0..self.groups() {
            let rows = self.group(group);
            let first = ranges.partition_point(|r| r.end <= rows.start);
            let within: Vec<Range<usize>> = ranges[first..]
                .iter()
                .take_while(|r| r.start < rows.end)
                .map(|r| r.start.max(rows.start)..r.end.min(rows.end))
                .filter(|r| !r.is_empty())
                .collect();
            if !within.is_empty() {
                self.read(group, columns, Some(&within), |batch| {
                    each(batch);
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    /// The columns of these paths. Names may hold dots themselves, so that whole paths are compared.
    fn mask(&self, columns: &[&str]) -> ProjectionMask {
        let schema = self.metadata().file_metadata().schema_descr();
        let wanted = |path: &str| {
            let below =
                |name: &str| path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            columns.iter().any(|name| below(name))
        };
        let leaves = (0..schema.num_columns()).filter(|&leaf| wanted(&schema.column(leaf).path().string()));
        ProjectionMask::leaves(schema, leaves)
    }

    /// The error for a file that could not be read on, with what to do next.
    pub fn broken(&self, error: impl std::fmt::Display) -> Error {
        Error::new(format!("{} could not be read on.", self.shown)).because(error).hint(self.hint)
    }
}

/// Ranges of the file as rows of a group to read and to skip.
fn selection(ranges: &[Range<usize>], from: usize) -> RowSelection {
    let mut selectors = Vec::new();
    let mut at = from;
    for range in ranges {
        selectors.extend((range.start > at).then(|| RowSelector::skip(range.start - at)));
        selectors.push(RowSelector::select(range.len()));
        at = range.end;
    }
    RowSelection::from(selectors)
}
