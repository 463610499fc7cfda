//! What the configuration says about reading a file: filled by `stream` from a source, and by whoever looks into a file
//! before it is one; asked by the readers of this folder.

use crate::config::Source;
use crate::data::mapping;

/// What the configuration says about reading a file; what is left out is found from the file.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// Of CSV and TSV: the character between cells, ASCII.
    pub delimiter: Option<char>,
    /// Of text: its encoding by name.
    pub encoding: Option<String>,
    /// Of CSV, TSV and workbooks: the line or row (1-based) that names the columns.
    pub header: Option<u64>,
    /// Of workbooks: the sheet.
    pub sheet: Option<String>,
    /// The source whose fields the columns become; `None`: none is needed, so doubled names are never refused.
    pub source: Option<Source>,
}

impl ReadOptions {
    /// What a source says.
    pub fn of(source: &Source) -> ReadOptions {
        ReadOptions {
            delimiter: source.delimiter,
            encoding: source.encoding.clone(),
            header: source.header,
            sheet: source.sheet.clone(),
            source: Some(source.clone()),
        }
    }

    /// Whether a column of this name becomes a field of the source.
    pub(super) fn needs(&self, column: &str) -> bool {
        self.source.as_ref().is_some_and(|source| mapping::needs(source, column))
    }
}
