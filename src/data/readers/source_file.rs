//! One file of a source: where it lies, perhaps in an archive, and what its name says of its format. Made by
//! `source_files` and `archive`, read by `file`.

use crate::error::{Error, Result};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// How the rows of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma, semicolon, tab or bar between cells, found from the header.
    Csv,
    /// A tab between cells.
    Tsv,
    /// One JSON object a line.
    Ndjson,
    /// One JSON object a line, an array of objects, or an object with one such array in it.
    Json,
    /// A workbook of Excel since 2007.
    Xlsx,
    /// The same in its binary form.
    Xlsb,
    /// A workbook of Excel before 2007.
    Xls,
    /// A workbook of LibreOffice and others.
    Ods,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// The format as it stands in the configuration and on screen.
    pub fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Ndjson => "ndjson",
            Format::Json => "json",
            Format::Xlsx => "xlsx",
            Format::Xlsb => "xlsb",
            Format::Xls => "xls",
            Format::Ods => "ods",
            Format::Parquet => "parquet",
        }
    }

    /// The format of a file name's extension (or of a word in the configuration), in any case.
    pub(super) fn named(word: &str) -> Option<Format> {
        Some(match word.to_ascii_lowercase().as_str() {
            "csv" | "txt" => Format::Csv,
            "tsv" | "tab" => Format::Tsv,
            "ndjson" | "jsonl" | "jsonlines" => Format::Ndjson,
            "json" => Format::Json,
            "xlsx" | "xlsm" => Format::Xlsx,
            "xlsb" => Format::Xlsb,
            "xls" => Format::Xls,
            "ods" => Format::Ods,
            "parquet" | "pq" => Format::Parquet,
            _ => return None,
        })
    }

    /// Whether rows are JSON objects, which may show a column later than in the first block.
    pub fn is_json(self) -> bool {
        matches!(self, Format::Ndjson | Format::Json)
    }

    /// Whether it is a workbook, which has sheets.
    pub fn is_workbook(self) -> bool {
        matches!(self, Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods)
    }
}

/// How the bytes of a file are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// As it is.
    None,
    /// `.gz`.
    Gzip,
    /// `.zst`.
    Zstd,
}

/// One file of a source, ready to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies, or the archive that holds it; relative paths of the config are resolved.
    pub path: PathBuf,
    /// Its name in the ZIP archive `path`.
    pub member: Option<String>,
    /// The format, by its name.
    pub format: Format,
    /// The compression, by its name; Parquet has its own.
    pub compression: Compression,
}

pub(super) const EXTENSIONS: &str = ".csv, .tsv, .txt, .ndjson, .jsonl, .json, .xlsx, .xlsm, .xlsb, .xls, .ods, .parquet \
                                     or .pq (the text formats also with .gz or .zst), or .zip with such files in it";

impl SourceFile {
    /// What the name says; `forced` is the format that the configuration names.
    ///
    /// # Errors
    /// The name tells no format, or a compression that cannot be.
    pub(super) fn new(path: PathBuf, member: Option<String>, forced: Option<Format>) -> Result<SourceFile> {
        let (named, compression) = of_name(member.as_deref().map_or(&path, Path::new));
        let file = SourceFile { path, member, format: forced.or(named).unwrap_or(Format::Csv), compression };
        if forced.or(named).is_none() {
            return Err(Error::new(format!("The format of {} is unknown.", file.display_name()))
                .because(format!("its name does not end in {EXTENSIONS}"))
                .hint("Give the source a `format`: csv, tsv, ndjson, json, xlsx, xls, ods or parquet."));
        }
        if file.format == Format::Parquet && compression != Compression::None {
            return Err(Error::new(format!("{} is a compressed Parquet file.", file.display_name()))
                .because("Parquet is read from its end and is compressed within")
                .hint("Unpack it first (gunzip, unzstd)."));
        }
        Ok(file)
    }

    /// Its path, and below the path of an archive its name in there.
    pub fn full_path(&self) -> PathBuf {
        match &self.member {
            Some(member) => self.path.join(member.trim_start_matches('/')),
            None => self.path.clone(),
        }
    }

    /// [`full_path`](Self::full_path) as text.
    pub fn display_name(&self) -> String {
        self.full_path().display().to_string()
    }
}

/// The format and compression that a name says.
pub(super) fn of_name(path: &Path) -> (Option<Format>, Compression) {
    let compression = match extension(path).as_deref() {
        Some("gz") => Compression::Gzip,
        Some("zst") => Compression::Zstd,
        _ => Compression::None,
    };
    let inner = if compression == Compression::None { path } else { Path::new(path.file_stem().unwrap_or_default()) };
    (extension(inner).and_then(|e| Format::named(&e)), compression)
}

/// Whether a name says that the file is a ZIP archive.
pub(super) fn is_archive(path: &Path) -> bool {
    extension(path).as_deref() == Some("zip")
}

fn extension(path: &Path) -> Option<String> {
    path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase)
}
