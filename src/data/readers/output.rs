//! Where the readers put what they find: blocks of rows to the sink, refused rows to the tally, and the names of the columns.

use super::batch::{Batch, BatchBuilder};
use super::encoding::Decoding;
use super::source_files::SourceFile;
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
    /// What is done with cells (rows of JSON) that are no UTF-8.
    pub(super) decoding: Decoding,
    /// Whether the bytes come out of a decompressor, whose failures are those of the file's content.
    pub(super) packed: bool,
}

impl<'a> Output<'a> {
    pub(super) fn new(
        file: &'a SourceFile,
        refusals: &'a mut Refusals,
        sink: &'a mut dyn FnMut(Batch) -> Result<()>,
    ) -> Output<'a> {
        let name = harmless(&file.display_name()).into_owned();
        let (found, decoding) = (FileRead::default(), Decoding::default());
        Output { file, name, refusals, sink, found, decoding, packed: false }
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
        match builder.take(&mut self.decoding) {
            Some(batch) => {
                self.found.rows += batch.rows() as u64;
                (self.sink)(batch)
            }
            None => Ok(()),
        }
    }

    /// The error for a stream that could not be read on.
    pub(super) fn failed(&self, error: io::Error) -> Error {
        if self.packed {
            // The file was opened, so nearly every failure is one of its content.
            return broken(self.file, error);
        }
        Error::new(format!("The file {} could not be read.", self.file.display_name())).because(error)
    }

    pub(super) fn finish(mut self, digest: String, bytes: u64) -> FileRead {
        let unit = if self.file.format.is_json() { "row" } else { "cell" };
        let counted = |count: u64| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        if self.decoding.windows_1252 > 0 {
            self.note(format!("read as Windows-1252: {}", counted(self.decoding.windows_1252)));
        }
        if self.decoding.replaced > 0 {
            self.note(format!("not UTF-8: {} had bytes replaced", counted(self.decoding.replaced)));
        }
        if self.found.rows == 0 && self.found.refused == 0 && self.found.notes.is_empty() {
            self.note(if self.found.columns.is_empty() { "empty file".into() } else { "no rows".into() });
        }
        FileRead { digest, bytes, ..self.found }
    }
}

/// The error for a file whose bytes end too early or make no sense to the decompressor.
pub(super) fn broken(file: &SourceFile, why: impl std::fmt::Display) -> Error {
    Error::new(format!("The file {} ends in the middle or is damaged.", file.display_name()))
        .because(why)
        .hint("Export or copy it again.")
}
