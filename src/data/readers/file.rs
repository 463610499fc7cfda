//! Reads one file of any format into blocks of text, tolerant per row: a bad row is refused with its line and reason,
//! all others go on. Called by what maps columns to fields, and by `data check`.
//!
//! The bytes on disk are digested while they pass, below the decompressor, so that a run can name exactly what it read.

use super::batch::{Batch, BatchBuilder};
use super::source_files::{Compression, Format, SourceFile};
use super::{csv, ndjson, parquet};
use crate::domain::source::refusal::{Example, Reason, Refusals};
use crate::domain::text::harmless;
use crate::error::{Context, Error, Result};
use std::fs::File;
use std::io::{self, BufReader, Read};

/// The largest row that is taken; what is larger is refused.
pub const MAX_ROW: usize = 64 << 20;

/// What the configuration says about reading a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// Of CSV and TSV: the character between cells, ASCII; `None` finds it from the header line.
    pub delimiter: Option<char>,
}

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

/// Reads `file` from its first to its last byte. Good rows go to `sink` in blocks and in order, refused ones to
/// `refusals`; an error of the sink ends the reading and is returned as it is.
///
/// # Errors
/// The file cannot be opened, is not of its format, has an unusable header, or ends in the middle. Rows before that
/// place have then gone to the sink.
pub fn read(
    file: &SourceFile,
    options: &ReadOptions,
    refusals: &mut Refusals,
    sink: &mut dyn FnMut(Batch) -> Result<()>,
) -> Result<FileRead> {
    let mut out = Output::new(file, refusals, sink);
    let (digest, bytes) = match file.format {
        Format::Parquet => {
            parquet::read(&file.path, &mut out)?;
            let mut input = Digesting::open(file)?;
            input.finish(file)?
        }
        Format::Csv | Format::Tsv | Format::Ndjson => {
            let mut input = Digesting::open(file)?;
            read_text(file, options, &mut input, &mut out)?;
            input.finish(file)?
        }
    };
    Ok(out.finish(digest, bytes))
}

fn read_text(file: &SourceFile, options: &ReadOptions, input: &mut Digesting, out: &mut Output) -> Result<()> {
    let size = input.file.metadata().map_or(0, |m| m.len());
    if size == 0 && file.compression != Compression::None && input.file.metadata().is_ok_and(|m| m.is_file()) {
        return Err(broken(file, "it has no bytes at all"));
    }
    let bytes: Box<dyn Read + '_> = match file.compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(WINDOW, input))),
        Compression::Zstd => Box::new(
            zstd::stream::read::Decoder::with_buffer(BufReader::with_capacity(WINDOW, input))
                .map_err(|e| broken(file, e))?,
        ),
    };
    let mut window = Window::new(bytes, WINDOW);
    window.fill().map_err(|e| failed(file, e))?;
    check_kind(file, window.rest())?;
    match file.format {
        Format::Ndjson => ndjson::read(&mut window, out),
        Format::Csv | Format::Tsv | Format::Parquet => csv::read(&mut window, file.format, options.delimiter, out),
    }
}

/// Catches by their first bytes the files that are something else than their name says.
fn check_kind(file: &SourceFile, start: &[u8]) -> Result<()> {
    let not_text = |what: &str, hint: &str| {
        Err(Error::new(format!("The file {} is not text.", file.path.display())).because(what).hint(hint))
    };
    let utf16 = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
    // Text in UTF-16 has a zero byte beside every ASCII character.
    if utf16 || start.iter().take(4).filter(|b| **b == 0).count() == 2 {
        return not_text("it is written in UTF-16", "Export it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8.");
    }
    match start {
        [0x1f, 0x8b, ..] => not_text("it is compressed with gzip", "Give it a name that ends in .gz."),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => not_text("it is compressed with zstd", "Give it a name that ends in .zst."),
        [b'P', b'A', b'R', b'1', ..] => not_text("it is a Parquet file", "Give it a name that ends in .parquet."),
        [b'P', b'K', 3, 4, ..] => not_text("it is a spreadsheet or a zip archive", "Export it as CSV."),
        _ => Ok(()),
    }
}

/// The error for a file whose bytes end too early or make no sense to the decompressor.
fn broken(file: &SourceFile, why: impl std::fmt::Display) -> Error {
    Error::new(format!("The file {} ends in the middle or is damaged.", file.path.display()))
        .because(why)
        .hint("Export or copy it again.")
}

fn failed(file: &SourceFile, error: io::Error) -> Error {
    match file.compression {
        Compression::None => Error::new(format!("The file {} could not be read.", file.path.display())).because(error),
        // The compressed file was opened, so nearly every failure is one of its content.
        Compression::Gzip | Compression::Zstd => broken(file, error),
    }
}

/// The file, digesting what is read from it.
struct Digesting {
    file: File,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl Digesting {
    fn open(file: &SourceFile) -> Result<Digesting> {
        let opened =
            File::open(&file.path).context(|| format!("The file {} could not be opened.", file.path.display()))?;
        Ok(Digesting { file: opened, hasher: blake3::Hasher::new(), bytes: 0 })
    }

    /// Reads what the decompressor left, and gives digest and size of the whole.
    fn finish(&mut self, file: &SourceFile) -> Result<(String, u64)> {
        let mut buffer = vec![0; WINDOW];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok((self.hasher.finalize().to_hex().to_string(), self.bytes)),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    return Err(Error::new(format!("The file {} could not be read.", file.path.display())).because(e));
                }
            }
        }
    }
}

impl Read for Digesting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}

/// Bytes that are looked at together.
const WINDOW: usize = 256 << 10;

/// A moving window over a stream: as much of it as the row in progress needs.
pub(super) struct Window<'a> {
    input: Box<dyn Read + 'a>,
    /// Width where rows are small.
    width: usize,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    /// A failure that came after bytes that are still to be looked at.
    failure: Option<io::Error>,
}

impl<'a> Window<'a> {
    pub(super) fn new(input: Box<dyn Read + 'a>, width: usize) -> Self {
        Window { input, width, buffer: vec![0; width], start: 0, end: 0, ended: false, failure: None }
    }

    /// What was read and not consumed.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether [`rest`](Self::rest) reaches to the end of the stream.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    pub(super) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }

    /// Brings more bytes into [`rest`](Self::rest), widening the window where nothing was consumed. It fills the
    /// window whole, so that a row that is scanned again from its start is so only a few times.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        } else if self.end < self.width / 2 && self.buffer.len() > self.width {
            // The large row is over; what follows fits the processor's cache again.
            self.buffer.truncate(self.width);
            self.buffer.shrink_to_fit();
        }
        let before = self.end;
        while self.end < self.buffer.len() && !self.ended {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(n) => self.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if self.end == before => return Err(e),
                Err(e) => {
                    self.failure = Some(e);
                    break;
                }
            }
        }
        Ok(())
    }
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
    fn new(
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

    fn finish(mut self, digest: String, bytes: u64) -> FileRead {
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

#[cfg(test)]
pub(super) mod tests;
