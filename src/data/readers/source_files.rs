//! Which files a source means, and what format each is in. Called before anything is read.

use crate::config::Source;
use crate::error::{Context, Error, Result, nearest};
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
            Format::Parquet => "parquet",
        }
    }

    /// The format of a file name's extension (or of a word in the configuration), in any case.
    fn named(word: &str) -> Option<Format> {
        Some(match word.to_ascii_lowercase().as_str() {
            "csv" | "txt" => Format::Csv,
            "tsv" | "tab" => Format::Tsv,
            "ndjson" | "jsonl" | "json" | "jsonlines" => Format::Ndjson,
            "parquet" | "pq" => Format::Parquet,
            _ => return None,
        })
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
    /// Where it lies; relative paths of the config are resolved.
    pub path: PathBuf,
    /// The format, by its name.
    pub format: Format,
    /// The compression, by its name; Parquet has its own.
    pub compression: Compression,
}

const EXTENSIONS: &str =
    ".csv, .tsv, .txt, .ndjson, .jsonl, .json, .parquet or .pq (the text formats also with .gz or .zst)";

/// The files that `source.path` means, sorted by path: a file, a glob, or a folder (its visible files with a known
/// extension, not those of folders in it). A relative path starts at `folder`.
///
/// # Errors
/// Nothing is there, a file's format is unknown, or `source.format` is no format.
pub fn resolve(source: &Source, folder: &Path) -> Result<Vec<SourceFile>> {
    let forced = match &source.format {
        Some(word) => Some(Format::named(word).ok_or_else(|| {
            Error::new(format!("The format '{word}' of the source {} is unknown.", source.path))
                .hint("Known formats are csv, tsv, ndjson and parquet.")
        })?),
        None => None,
    };
    if source.path.trim().is_empty() {
        return Err(Error::new(format!("A {} source has an empty path.", source.kind.word()))
            .hint("Give it a file, a glob or a folder: path = \"exports/events*.csv\"."));
    }
    let full = folder.join(&source.path);
    // What exists is taken as it stands, so that a name with brackets needs no escaping.
    let mut files = if full.is_dir() {
        in_folder(&full, &source.path, forced)?
    } else if full.exists() {
        vec![source_file(full, forced)?]
    } else if source.path.contains(['*', '?', '[']) {
        in_glob(source, folder, forced)?
    } else {
        return Err(missing(source, folder, &full));
    };
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn in_folder(full: &Path, given: &str, forced: Option<Format>) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(full).context(|| format!("The folder {} could not be listed.", full.display()))? {
        let path = entry.context(|| format!("The folder {} could not be listed.", full.display()))?.path();
        let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        // Folders hold readme files and the like as well, so here an unknown extension is passed over.
        if !hidden && path.is_file() && of_name(&path).0.is_some_and(|f| forced.is_none_or(|wanted| wanted == f)) {
            files.push(source_file(path, forced)?);
        }
    }
    if files.is_empty() {
        let wanted = forced.map_or(EXTENSIONS, Format::word);
        return Err(Error::new(format!("The folder {given} holds no file that can be read."))
            .because(format!("no visible file in {} ends in {wanted}", full.display()))
            .hint("Name the file or a glob in `path`, and its `format` if the name does not tell it."));
    }
    Ok(files)
}

fn in_glob(source: &Source, folder: &Path, forced: Option<Format>) -> Result<Vec<SourceFile>> {
    // Only what the user wrote is a pattern; the folder before it may contain brackets of its own.
    let pattern = if Path::new(&source.path).is_absolute() {
        source.path.clone()
    } else {
        Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(&source.path).to_string_lossy().into_owned()
    };
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let paths = glob::glob_with(&pattern, options)
        .context(|| format!("The path {} of a {} source is not a valid glob.", source.path, source.kind.word()))?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.context(|| format!("The path {} could not be searched.", source.path))?;
        if path.is_file() {
            files.push(source_file(path, forced)?);
        }
    }
    if files.is_empty() {
        return Err(missing(source, folder, &folder.join(&source.path)));
    }
    Ok(files)
}

fn missing(source: &Source, folder: &Path, full: &Path) -> Error {
    let error = Error::new(format!("No file was found for the {} source {}.", source.kind.word(), source.path));
    let Some((parent, name)) = full.parent().zip(full.file_name()) else {
        return error.because(format!("looked in {}", folder.display()));
    };
    let Ok(entries) = std::fs::read_dir(parent) else {
        return error
            .because(format!("the folder {} does not exist or cannot be listed", parent.display()))
            .hint(format!("Relative paths start at the folder of the configuration, {}.", folder.display()));
    };
    let mut names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let error = error.because(format!("looked in {}", parent.display()));
    match nearest(&name.to_string_lossy(), names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("There is {near}; did you mean that?")),
        None => error.hint(format!("Relative paths start at the folder of the configuration, {}.", folder.display())),
    }
}

fn source_file(path: PathBuf, forced: Option<Format>) -> Result<SourceFile> {
    let (named, compression) = of_name(&path);
    let Some(format) = forced.or(named) else {
        return Err(Error::new(format!("The format of {} is unknown.", path.display()))
            .because(format!("its name does not end in {EXTENSIONS}"))
            .hint("Give the source a `format`: csv, tsv, ndjson or parquet."));
    };
    if format == Format::Parquet && compression != Compression::None {
        return Err(Error::new(format!("{} is a compressed Parquet file.", path.display()))
            .because("Parquet is read from its end and is compressed within")
            .hint("Unpack it first (gunzip, unzstd)."));
    }
    Ok(SourceFile { path, format, compression })
}

/// Format and compression by the file's name.
fn of_name(path: &Path) -> (Option<Format>, Compression) {
    let extension = |p: &Path| p.extension().and_then(OsStr::to_str).unwrap_or("").to_ascii_lowercase();
    let compression = match extension(path).as_str() {
        "gz" => Compression::Gzip,
        "zst" => Compression::Zstd,
        _ => return (Format::named(&extension(path)), Compression::None),
    };
    let inner = path.file_stem().map(Path::new).map(extension).unwrap_or_default();
    (Format::named(&inner), compression)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SourceKind;

    fn source(path: &str, format: Option<&str>) -> Source {
        Source { format: format.map(Into::into), ..Source::new(SourceKind::Event, path) }
    }

    /// A folder whose own name would be a pattern, with these files in it.
    fn folder(names: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("data [2024]");
        for name in names {
            let path = inner.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        (dir, inner)
    }

    fn names(files: &[SourceFile]) -> Vec<&str> {
        files.iter().map(|f| f.path.file_name().unwrap().to_str().unwrap()).collect()
    }

    #[test]
    fn a_file_a_glob_and_a_folder_are_found_in_path_order() {
        let (_dir, at) =
            folder(&["b.csv", "a.CSV.gz", "c.ndjson.zst", "d.parquet", "README.md", ".hidden.csv", "sub/e.csv"]);
        assert_eq!(
            names(&resolve(&source(".", None), &at).unwrap()),
            ["a.CSV.gz", "b.csv", "c.ndjson.zst", "d.parquet"]
        );
        assert_eq!(names(&resolve(&source("*.csv", None), &at).unwrap()), ["b.csv"]);
        assert_eq!(names(&resolve(&source("*/*.csv", None), &at).unwrap()), ["e.csv"]);
        let files = resolve(&source("?.*.*", None), &at).unwrap();
        assert_eq!((files[0].format, files[0].compression), (Format::Csv, Compression::Gzip));
        assert_eq!((files[1].format, files[1].compression), (Format::Ndjson, Compression::Zstd));
        let absolute = at.join("b.csv");
        assert_eq!(names(&resolve(&source(absolute.to_str().unwrap(), None), Path::new("/")).unwrap()), ["b.csv"]);
    }

    #[test]
    fn the_format_may_be_given_where_the_name_does_not_tell_it() {
        let (_dir, at) = folder(&["export.dat.gz", "a[1].csv"]);
        let files = resolve(&source("export.dat.gz", Some("tsv")), &at).unwrap();
        assert_eq!((files[0].format, files[0].compression), (Format::Tsv, Compression::Gzip));
        assert_eq!(names(&resolve(&source("a[1].csv", None), &at).unwrap()), ["a[1].csv"]);
        let error = resolve(&source("export.dat.gz", None), &at).unwrap_err().to_string();
        assert!(error.contains("export.dat.gz") && error.contains("format"), "{error}");
        let error = resolve(&source("a[1].csv", Some("excel")), &at).unwrap_err().to_string();
        assert!(error.contains("'excel'"), "{error}");
        let error = resolve(&source("export.dat.gz", Some("parquet")), &at).unwrap_err().to_string();
        assert!(error.contains("compressed Parquet"), "{error}");
    }

    #[test]
    fn what_is_missing_is_named_with_its_folder_and_the_nearest_name() {
        let (_dir, at) = folder(&["events.csv"]);
        let error = resolve(&source("event.csv", None), &at).unwrap_err().to_string();
        assert!(
            error.contains("event.csv") && error.contains("data [2024]") && error.contains("There is events.csv"),
            "{error}"
        );
        let error = resolve(&source("nowhere/*.csv", None), &at).unwrap_err().to_string();
        assert!(error.contains("nowhere/*.csv") && error.contains("does not exist"), "{error}");
        let empty = tempfile::tempdir().unwrap();
        let error = resolve(&source(".", None), empty.path()).unwrap_err().to_string();
        assert!(error.contains("holds no file"), "{error}");
        assert!(resolve(&source(" ", None), &at).is_err());
        assert!(resolve(&source("[", None), &at).is_err());
    }
}
