//! Reads one file of any format into blocks of text, tolerant per row: a bad row is refused with its line and reason,
//! all others go on. Called by what maps columns to fields, and by `data check`.
//!
//! The bytes on disk are digested while they pass, below the decompressor, so that a run can name exactly what it read.

use super::batch::Batch;
use super::digest::DigestingFile;
use super::output::{FileRead, Output, broken, failed};
use super::source_files::{Compression, Format, SourceFile};
use super::window::{WINDOW_BYTES, Window};
use super::{csv, ndjson, parquet};
use crate::domain::source::refusal::Refusals;
use crate::error::{Error, Result};
use std::io::{BufReader, Read};

/// What the configuration says about reading a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReadOptions {
    /// Of CSV and TSV: the character between cells, ASCII; `None` finds it from the header line.
    pub delimiter: Option<char>,
}

/// Reads `file` from its first to its last byte. Good rows go to `sink` in blocks and in order, refused ones to
/// `refusals`; an error of the sink ends the reading and is returned as it is.
///
/// # Errors
/// The file cannot be opened, is not of its format, has an unusable header, or ends in the middle. Rows before that
/// point have then gone to the sink.
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
            let mut input = DigestingFile::open(file)?;
            input.finish(file)?
        }
        Format::Csv | Format::Tsv | Format::Ndjson => {
            let mut input = DigestingFile::open(file)?;
            read_text(file, options, &mut input, &mut out)?;
            input.finish(file)?
        }
    };
    Ok(out.finish(digest, bytes))
}

fn read_text(file: &SourceFile, options: &ReadOptions, input: &mut DigestingFile, out: &mut Output) -> Result<()> {
    let size = input.file.metadata().map_or(0, |m| m.len());
    if size == 0 && file.compression != Compression::None && input.file.metadata().is_ok_and(|m| m.is_file()) {
        return Err(broken(file, "it has no bytes at all"));
    }
    let bytes: Box<dyn Read + '_> = match file.compression {
        Compression::None => Box::new(input),
        Compression::Gzip => {
            Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(WINDOW_BYTES, input)))
        }
        Compression::Zstd => Box::new(
            zstd::stream::read::Decoder::with_buffer(BufReader::with_capacity(WINDOW_BYTES, input))
                .map_err(|e| broken(file, e))?,
        ),
    };
    let mut window = Window::new(bytes, WINDOW_BYTES);
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

#[cfg(test)]
pub(super) mod tests;
