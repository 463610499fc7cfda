//! Where the readers put what they find: blocks of rows to the sink, refused rows to the tally, and the names of the columns.

use super::batch::{Batch, BatchBuilder};
use super::source_files::{Compression, Format, SourceFile};
use crate::domain::source::refusal::{Example, Reason, Refusals};
use crate::domain::text::harmless;
use crate::error::{Error, Result};
use std::io;

/// What came of reading one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileRead {
    /// Rows handed to the sink.
    pub rows: u64,
    /// Rows refused (an unclosed quote counts every line it swallowed).
    pub refused: u64,
    /// Size on disk.
    pub bytes: u64,
    /// BLAKE3 of the file's bytes as on disk, in hex.
    pub digest: String,
    /// Column names in order; for NDJSON in the order in which they first occurred.
    pub columns: Vec<String>,
    /// What the user should know though it stops nothing, one sentence each.
    pub notes: Vec<String>,
}

/// Where the readers put what they find: blocks to the sink, refused rows to the tally, the rest into [`FileRead`].
pub(super) struct Output<'a> {
    pub(super) file: &'a SourceFile,
    name: String,
    refusals: &'a mut Refusals,
    sink: &'a mut dyn FnMut(Batch) -> Result<()>,
    found: FileRead,
    /// Cells (rows of NDJSON) in which bytes that are no UTF-8 were replaced.
    replaced: u64,
}

impl<'a> Output<'a> {
    pub(super) fn new(
        file: &'a SourceFile,
        refusals: &'a mut Refusals,
        sink: &'a mut dyn FnMut(Batch) -> Result<()>,
    ) -> Output<'a> {
        let name = harmless(&file.path.display().to_string()).into_owned();
        Output { file, name, refusals, sink, found: FileRead::default(), replaced: 0 }
    }

    pub(super) fn columns(&mut self, columns: impl IntoIterator<Item = String>) {
        self.found.columns.extend(columns);
    }

    pub(super) fn note(&mut self, note: String) {
        self.found.notes.push(harmless(&note).into_owned());
    }

    pub(super) fn refuse(&mut self, reason: Reason, line: u64, rows: u64, detail: impl FnOnce() -> String) {
        self.found.refused += rows;
        let file = &self.name;
        self.refusals.refuse_many(reason, rows, || Example {
            file: file.clone(),
            line,
            detail: harmless(&detail()).into_owned(),
        });
    }

    /// Hands on what the builder holds, if anything.
    pub(super) fn flush(&mut self, builder: &mut BatchBuilder) -> Result<()> {
        match builder.take() {
            Some((batch, replaced)) => {
                self.replaced += replaced;
                self.found.rows += batch.rows() as u64;
                (self.sink)(batch)
            }
            None => Ok(()),
        }
    }

    /// Counts a row in which bytes that are no UTF-8 were replaced before it was split into cells.
    pub(super) fn replaced_row(&mut self) {
        self.replaced += 1;
    }

    /// The error for a stream that could not be read on.
    pub(super) fn failed(&self, error: io::Error) -> Error {
        failed(self.file, error)
    }

    pub(super) fn finish(mut self, digest: String, bytes: u64) -> FileRead {
        if self.replaced > 0 {
            let unit = if self.file.format == Format::Ndjson { "row" } else { "cell" };
            let plural = if self.replaced == 1 { "" } else { "s" };
            self.note(format!("not UTF-8: {} {unit}{plural} had bytes replaced", self.replaced));
        }
        if self.found.rows == 0 && self.found.refused == 0 && self.found.notes.is_empty() {
            self.note(if self.found.columns.is_empty() { "empty file".into() } else { "no rows".into() });
        }
        FileRead { digest, bytes, ..self.found }
    }
}

/// The names of columns as they are used: trimmed, `column N` where there is none.
///
/// # Errors
/// Names that occur more than once, because nobody could say which is meant.
pub(super) fn named_columns(file: &SourceFile, names: impl IntoIterator<Item = String>) -> Result<Vec<String>> {
    let mut columns: Vec<String> = Vec::new();
    for (i, name) in names.into_iter().enumerate() {
        let name = name.trim();
        columns.push(if name.is_empty() { format!("column {}", i + 1) } else { name.to_string() });
    }
    let mut sorted: Vec<&str> = columns.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let mut twice: Vec<&str> = sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    twice.dedup();
    if !twice.is_empty() {
        let names: Vec<String> = twice.iter().take(10).map(|name| format!("'{}'", harmless(name))).collect();
        return Err(Error::new(format!("The header of {} names a column more than once.", file.path.display()))
            .because(format!("more than one column is called {}", names.join(", ")))
            .hint("Rename or remove the doubled columns and export again."));
    }
    Ok(columns)
}

/// The error for a file whose bytes end too early or make no sense to the decompressor.
pub(super) fn broken(file: &SourceFile, why: impl std::fmt::Display) -> Error {
    Error::new(format!("The file {} ends in the middle or is damaged.", file.path.display()))
        .because(why)
        .hint("Export or copy it again.")
}

pub(super) fn failed(file: &SourceFile, error: io::Error) -> Error {
    match file.compression {
        Compression::None => Error::new(format!("The file {} could not be read.", file.path.display())).because(error),
        // The compressed file was opened, so nearly every failure is one of its content.
        Compression::Gzip | Compression::Zstd => broken(file, error),
    }
}
