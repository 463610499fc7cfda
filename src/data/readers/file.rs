//! Reads one file of any format into blocks of text, tolerant per row: a bad row is refused with its line and reason,
//! all others go on. Called by what maps columns to fields, and by `data check`.
//!
//! The bytes on disk are digested while they pass, below the decompressor, so that a run can name exactly what it read.
//! A file is read as what it is: where that is certain and its name says something else, a note tells so.

use super::batch::Batch;
use super::digest::DigestingReader;
use super::encoding::{self, Transcoder};
use super::file_kind::{self, FileKind};
pub use super::options::ReadOptions;
use super::output::{FileRead, Output, broken};
use super::source_file::{Compression, Format, SourceFile};
use super::window::{WINDOW_BYTES, Window};
use super::{archive, csv, json, parquet, workbook};
use crate::domain::source::refusal::Refusals;
use crate::error::{Context, Error, Result};
use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;
use std::rc::Rc;

/// A file packed more often than this is refused.
const MOST_LAYERS: usize = 3;
/// A packed workbook or Parquet file larger than this is refused: it is unpacked to the disk before it is read.
const LARGEST_UNPACKED: u64 = 16 << 30;

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
    let (digest, bytes) = match &file.member {
        Some(member) => {
            out.packed = true;
            archive::read_member(&file.path, member, |input, _| read_digested(input, None, options, &mut out))?
        }
        None => {
            let what = || format!("The file {} could not be opened.", file.path.display());
            let input = File::open(&file.path).context(what)?;
            let size = input.metadata().ok().filter(|m| m.is_file()).map(|m| m.len());
            if size == Some(0) && file.compression != Compression::None {
                return Err(broken(file, "it has no bytes at all"));
            }
            read_digested(input, size.map(|_| &*file.path), options, &mut out)?
        }
    };
    Ok(out.finish(digest, bytes))
}

/// Reads the bytes of a file; gives their digest and number. `path`: where they lie as they are, if they lie anywhere.
fn read_digested(
    input: impl Read,
    path: Option<&Path>,
    options: &ReadOptions,
    out: &mut Output,
) -> Result<(String, u64)> {
    let mut input = DigestingReader::new(input);
    read_packed(&mut input, path, options, out)?;
    input.finish().map_err(|e| out.failed(e))
}

/// Unpacks what is packed, and reads what is in it.
fn read_packed<'i>(
    input: &'i mut dyn Read,
    path: Option<&Path>,
    options: &ReadOptions,
    out: &mut Output,
) -> Result<()> {
    let mut input: Box<dyn Read + 'i> = Box::new(input);
    if out.file.compression != Compression::None {
        out.packed = true;
        input = unpacked(input, out.file.compression, out)?;
    }
    for _ in 0..=MOST_LAYERS {
        let start = start(&mut input).map_err(|e| out.failed(e))?;
        let kind = file_kind::of(&start);
        input = Box::new(Cursor::new(start.clone()).chain(input));
        let (compression, word) = match kind {
            FileKind::Gzip => (Compression::Gzip, "gzip"),
            FileKind::Zstd => (Compression::Zstd, "zstd"),
            _ => return read_kind(kind, &start, input, path.filter(|_| !out.packed), options, out),
        };
        out.note(format!("compressed with {word}, though its name does not say so"));
        out.packed = true;
        input = unpacked(input, compression, out)?;
    }
    Err(Error::new(format!("The file {} is compressed too often.", out.file.display_name()))
        .because(format!("it is still compressed after it was unpacked {MOST_LAYERS} times"))
        .hint("Unpack it, and name the unpacked file in `path`."))
}

fn unpacked<'i>(input: Box<dyn Read + 'i>, compression: Compression, out: &Output) -> Result<Box<dyn Read + 'i>> {
    let input = BufReader::with_capacity(WINDOW_BYTES, input);
    Ok(match compression {
        Compression::None => Box::new(input),
        Compression::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(input)),
        Compression::Zstd => {
            Box::new(zstd::stream::read::Decoder::with_buffer(input).map_err(|e| broken(out.file, e))?)
        }
    })
}

/// The first bytes of a stream.
fn start(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut start = Vec::with_capacity(file_kind::START);
    input.take(file_kind::START as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// Hands the unpacked bytes to the reader of what they are.
fn read_kind<'i>(
    kind: FileKind,
    start: &[u8],
    input: Box<dyn Read + 'i>,
    path: Option<&Path>,
    options: &ReadOptions,
    out: &mut Output,
) -> Result<()> {
    let file = out.file;
    match kind {
        FileKind::Parquet => on_disk(input, path, out, |path, out| {
            note_kind("a Parquet file", file.format == Format::Parquet, out);
            parquet::read(path, options, out)
        }),
        FileKind::Zip => on_disk(input, path, out, |path, out| match archive::workbook(path) {
            Some((_, largest)) if largest > workbook::LARGEST_PART => Err(workbook::too_large(file)),
            Some((format, _)) => {
                note_kind(&format!("a workbook ({})", format.word()), file.format.is_workbook(), out);
                workbook::read(path, format, options, out)
            }
            // An archive may also be a workbook that is cut short.
            None if file.format.is_workbook() => workbook::read(path, file.format, options, out),
            None => Err(not_text(file, "it is a ZIP archive", "Give it a name that ends in .zip.")),
        }),
        FileKind::CompoundFile => on_disk(input, path, out, |path, out| {
            note_kind("a workbook (xls)", file.format.is_workbook(), out);
            workbook::read(path, Format::Xls, options, out)
        }),
        FileKind::Html => Err(not_text(file, "it is an HTML page", "Open it and save it as CSV, or export it as CSV.")),
        FileKind::Xml => Err(not_text(file, "it is XML", "Open it and save it as CSV, or export it as CSV.")),
        FileKind::Other if file.format == Format::Parquet => {
            on_disk(input, path, out, |path, out| parquet::read(path, options, out))
        }
        FileKind::Other if file.format.is_workbook() && !file_kind::is_delimited_text(start) => {
            Err(workbook::damaged(file, "it does not begin as a workbook does"))
        }
        FileKind::Other => read_text(start, input, options, out),
        FileKind::Gzip | FileKind::Zstd => Err(not_text(file, "it is compressed", "Unpack it.")),
    }
}

fn not_text(file: &SourceFile, why: &str, hint: &str) -> Error {
    Error::new(format!("The file {} is not {}.", file.display_name(), file.format.word())).because(why).hint(hint)
}

fn note_kind(what: &str, as_named: bool, out: &mut Output) {
    if !as_named {
        out.note(format!("read as {what}, which it is, though its name says {}", out.file.format.word()));
    }
}

/// Calls the reader of a format that is not read from its start to its end: with the file itself, or where it is packed
/// with a temporary one.
fn on_disk<'o>(
    input: Box<dyn Read + '_>,
    path: Option<&Path>,
    out: &mut Output<'o>,
    read: impl FnOnce(&Path, &mut Output<'o>) -> Result<()>,
) -> Result<()> {
    if let Some(path) = path {
        return read(path, out);
    }
    let what = || "A temporary file for unpacking could not be written.".to_string();
    let mut temporary = tempfile::NamedTempFile::new().context(what)?;
    let mut input = input.take(LARGEST_UNPACKED + 1);
    let mut buffer = vec![0; WINDOW_BYTES];
    let mut bytes = 0;
    loop {
        match input.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => {
                io::Write::write_all(&mut temporary, &buffer[..n]).context(what)?;
                bytes += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(out.failed(e)),
        }
    }
    if bytes > LARGEST_UNPACKED {
        return Err(Error::new(format!("The file {} is too large to be unpacked.", out.file.display_name()))
            .because(format!("it is larger than {} GiB", LARGEST_UNPACKED >> 30))
            .hint("Unpack it, and name the unpacked file in `path`."));
    }
    read(temporary.path(), out)
}

fn read_text(start: &[u8], input: Box<dyn Read + '_>, options: &ReadOptions, out: &mut Output) -> Result<()> {
    let given = options.encoding.as_deref().map(encoding::named).transpose()?;
    let damaged = Rc::new(Cell::new(false));
    let other = given.or_else(|| encoding::found(start)).filter(|e| *e != encoding_rs::UTF_8);
    out.decoding.utf8_only = given.is_some() || other.is_some();
    let bytes: Box<dyn Read + '_> = match other {
        Some(encoding) => Box::new(Transcoder::new(input, encoding, Rc::clone(&damaged))),
        None => input,
    };
    if let (None, Some(encoding)) = (given, other) {
        out.note(format!("read as {}", encoding::name(encoding)));
    }
    let mut window = Window::new(bytes, WINDOW_BYTES);
    window.fill().map_err(|e| out.failed(e))?;
    note_kind("delimited text (CSV)", !out.file.format.is_workbook(), out);
    let read = match out.file.format {
        Format::Ndjson | Format::Json => json::read(&mut window, out),
        format => csv::read(&mut window, format, options, out),
    };
    if let (true, Some(encoding)) = (damaged.get(), other) {
        out.note(format!("bytes that are not {} were replaced", encoding::name(encoding)));
    }
    read
}

#[cfg(test)]
pub(super) mod tests;
