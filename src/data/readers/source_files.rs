//! Which files a source means, and what format each is in. Called before anything is read.

use super::archive;
pub use super::source_file::{Compression, Format, SourceFile};
use super::source_file::{EXTENSIONS, is_archive, of_name};
use crate::config::Source;
use crate::error::{Context, Error, Result, nearest};
use std::path::{Path, PathBuf};

/// The files that `source.path` means, sorted by path: a file, a glob, or a folder (its visible files with a known
/// extension, not those of folders in it). A relative path starts at `folder`. A ZIP archive means the files in it, or
/// those that the path names behind it: `exports/weekly.zip/Lead*.csv`.
///
/// # Errors
/// Nothing is there, a file's format is unknown, or `source.format` is no format.
pub fn resolve(source: &Source, folder: &Path) -> Result<Vec<SourceFile>> {
    let forced = match &source.format {
        Some(word) => Some(Format::named(word).ok_or_else(|| {
            Error::new(format!("The format '{word}' of the source {} is unknown.", source.path))
                .hint("Known formats are csv, tsv, ndjson, json, xlsx, xls, ods and parquet.")
        })?),
        None => None,
    };
    if source.path.trim().is_empty() {
        return Err(Error::new(format!("A {} source has an empty path.", source.kind.word()))
            .hint("Give it a file, a glob or a folder: path = \"exports/events*.csv\"."));
    }
    let mut files = Vec::new();
    let whole = folder.join(&source.path);
    let (outer, inner) = if whole.exists() { (&source.path[..], None) } else { archive::split_path(&source.path) };
    for path in paths(source, outer, folder, forced)? {
        if is_archive(&path) && path.is_file() {
            files.extend(archive::members(&path, inner, forced)?);
        } else {
            files.push(SourceFile::new(path, None, forced)?);
        }
    }
    files.sort_by(|a, b| (&a.path, &a.member).cmp(&(&b.path, &b.member)));
    Ok(files)
}

/// The files on the disk that `given` means, which is the path of the source or that of an archive in it.
fn paths(source: &Source, given: &str, folder: &Path, forced: Option<Format>) -> Result<Vec<PathBuf>> {
    let full = folder.join(given);
    // What exists is taken as it stands, so that a name with brackets needs no escaping.
    if full.is_dir() {
        in_folder(&full, given, forced)
    } else if full.exists() {
        Ok(vec![full])
    } else if given.contains(['*', '?', '[']) {
        in_glob(source, given, folder)
    } else {
        Err(missing(source, folder, &full))
    }
}

fn in_folder(full: &Path, given: &str, forced: Option<Format>) -> Result<Vec<PathBuf>> {
    let (mut files, mut archives) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(full).context(|| format!("The folder {} could not be listed.", full.display()))? {
        let path = entry.context(|| format!("The folder {} could not be listed.", full.display()))?.path();
        let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        // Folders hold readme files and the like as well, so here an unknown extension is passed over.
        if hidden || !path.is_file() {
            continue;
        } else if of_name(&path).0.is_some_and(|f| forced.is_none_or(|wanted| wanted == f)) {
            files.push(path);
        } else if is_archive(&path) {
            archives.push(path);
        }
    }
    // An archive often lies beside the files that were unpacked from it, whose rows must not be read twice.
    if files.is_empty() {
        files = archives;
    }
    if files.is_empty() {
        let wanted = forced.map_or(EXTENSIONS, Format::word);
        return Err(Error::new(format!("The folder {given} holds no file that can be read."))
            .because(format!("no visible file in {} ends in {wanted}", full.display()))
            .hint("Name the file or a glob in `path`, and its `format` if the name does not tell it."));
    }
    Ok(files)
}

fn in_glob(source: &Source, given: &str, folder: &Path) -> Result<Vec<PathBuf>> {
    // Only what the user wrote is a pattern; the folder before it may contain brackets of its own.
    let pattern = if Path::new(given).is_absolute() {
        given.to_string()
    } else {
        Path::new(&glob::Pattern::escape(&folder.to_string_lossy())).join(given).to_string_lossy().into_owned()
    };
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let paths = glob::glob_with(&pattern, options)
        .context(|| format!("The path {} of a {} source is not a valid glob.", source.path, source.kind.word()))?;
    let mut files = Vec::new();
    for path in paths {
        let path = path.context(|| format!("The path {} could not be searched.", source.path))?;
        if path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(missing(source, folder, &folder.join(given)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SourceKind;
    use std::io::Write;

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

    fn zip_bytes(members: &[&str]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in members {
            writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(b"id\n1\n").unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn an_archive_means_the_files_in_it_or_those_that_are_named_behind_it() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path();
        let members = ["out/Lead_2.csv", "out/Lead_1.csv", "Task.csv.gz", "readme.md", "__MACOSX/._Task.csv", ".x.csv"];
        std::fs::write(at.join("weekly.ZIP"), zip_bytes(&members)).unwrap();
        std::fs::write(at.join("other.zip"), zip_bytes(&["Lead_3.csv"])).unwrap();
        let members = |path: &str| {
            let files = resolve(&source(path, None), at)?;
            Ok::<_, Error>(files.into_iter().map(|f| f.member.unwrap_or_default()).collect::<Vec<_>>())
        };
        assert_eq!(members("weekly.ZIP").unwrap(), ["Task.csv.gz", "out/Lead_1.csv", "out/Lead_2.csv"]);
        assert_eq!(members("weekly.ZIP/Lead*.csv").unwrap(), ["out/Lead_1.csv", "out/Lead_2.csv"]);
        assert_eq!(members("weekly.ZIP/out/Lead_1.csv").unwrap(), ["out/Lead_1.csv"]);
        assert_eq!(members("*.zip/Lead*.csv").unwrap(), ["Lead_3.csv"]);
        assert_eq!(members(".").unwrap().len(), 4, "a folder with nothing but archives");
        let error = members("weekly.ZIP/Deal*.csv").unwrap_err().to_string();
        assert!(error.contains("Deal*.csv") && error.contains("out/Lead_1.csv"), "{error}");
        let file = resolve(&source("weekly.ZIP/Task.csv.gz", None), at).unwrap().remove(0);
        assert_eq!((file.path.as_path(), file.compression), (at.join("weekly.ZIP").as_path(), Compression::Gzip));
        assert_eq!(file.full_path(), at.join("weekly.ZIP/Task.csv.gz"));
        // Beside files it is passed over: they may have been unpacked from it.
        std::fs::write(at.join("Lead_3.csv"), "id\n1\n").unwrap();
        assert_eq!(names(&resolve(&source(".", None), at).unwrap()), ["Lead_3.csv"]);
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
