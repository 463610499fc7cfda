//! Files in ZIP archives, as HubSpot and Salesforce deliver their exports. Listed for `source_files`, streamed for `file`;
//! nothing is unpacked to the place that its name says.

use super::source_file::{EXTENSIONS, Format, SourceFile, of_name};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;
use zip::result::ZipError;

type Archive = ZipArchive<BufReader<File>>;

/// Members that are listed where none is meant.
const LISTED: usize = 20;

/// Parts a path that goes on into an archive: `exports/weekly.zip/Lead*.csv` into `exports/weekly.zip` and `Lead*.csv`.
/// A path that ends at the archive has no second part.
pub(super) fn split_path(path: &str) -> (&str, Option<&str>) {
    let mut start = 0;
    for part in path.split_inclusive('/') {
        start += part.len();
        let name = part.trim_end_matches('/');
        if name.len() > 4 && name.to_ascii_lowercase().ends_with(".zip") && start < path.len() {
            return (&path[..start - 1], Some(&path[start..]));
        }
    }
    (path, None)
}

/// The members of the archive that are meant: those that `pattern` names or matches, or all with a known extension.
///
/// # Errors
/// The archive cannot be read, the pattern is none, or nothing is meant.
pub(super) fn members(path: &Path, pattern: Option<&str>, forced: Option<Format>) -> Result<Vec<SourceFile>> {
    let archive = open(path)?;
    let mut names: Vec<String> = (0..archive.len()).filter_map(|i| member_name(&archive, i)).collect();
    names.retain(|name| is_visible(name));
    names.sort();
    let member = |name: &String| SourceFile::new(path.to_path_buf(), Some(name.clone()), forced);
    let found: Vec<&String> = match pattern {
        Some(pattern) => matching(&names, pattern, path)?,
        None => names
            .iter()
            .filter(|name| of_name(Path::new(name)).0.is_some_and(|f| forced.is_none_or(|wanted| wanted == f)))
            .collect(),
    };
    if found.is_empty() {
        let what = pattern.map_or_else(|| forced.map_or(EXTENSIONS, Format::word).to_string(), str::to_string);
        let more = if names.len() > LISTED { ", …" } else { "" };
        return Err(Error::new(format!("The archive {} holds no file that is meant.", path.display()))
            .because(format!(
                "no file in it is {what}; it holds: {}{more}",
                names[..names.len().min(LISTED)].join(", ")
            ))
            .hint("Name a file in it after the archive: path = \"exports/weekly.zip/Lead*.csv\"."));
    }
    found.into_iter().map(member).collect()
}

/// A pattern without a folder means files in any folder of the archive.
fn matching<'n>(names: &'n [String], pattern: &str, path: &Path) -> Result<Vec<&'n String>> {
    if let Some(name) = names.iter().find(|name| *name == pattern) {
        return Ok(vec![name]);
    }
    let glob = glob::Pattern::new(pattern)
        .map_err(|e| Error::new(format!("The path {}/{pattern} is not a valid glob.", path.display())).because(e))?;
    let options =
        glob::MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
    let own_name = |name: &'n String| match name.rsplit_once('/') {
        Some((_, own)) if !pattern.contains('/') => own.to_string(),
        _ => name.clone(),
    };
    let matches = |name: &&'n String| {
        let own = own_name(name);
        own == pattern || glob.matches_with(&own, options)
    };
    Ok(names.iter().filter(matches).collect())
}

/// Whether a member is a file that a person put there.
fn is_visible(name: &str) -> bool {
    !name.ends_with('/') && name.split('/').all(|part| !part.starts_with('.') && part != "__MACOSX")
}

fn member_name(archive: &Archive, index: usize) -> Option<String> {
    let name = archive.name_for_index(index)?;
    // Archives of old programs have names in other encodings than they say.
    Some(name.map_or_else(|_| format!("member {}", index + 1), |name| name.replace('\\', "/")))
}

fn open(path: &Path) -> Result<Archive> {
    let file = File::open(path)
        .map_err(|e| Error::new(format!("The archive {} could not be opened.", path.display())).because(e))?;
    ZipArchive::new(BufReader::new(file)).map_err(|e| {
        Error::new(format!("The file {} is not a whole ZIP archive.", path.display()))
            .because(e)
            .hint("It may be cut short or of another format: export or copy it again.")
    })
}

/// Hands the unpacked bytes of a member and their number, as the archive says it, to `read`.
///
/// # Errors
/// The member is gone, protected by a password, or compressed in a way that is not read; or what `read` returns.
pub(super) fn read_member<T>(
    path: &Path,
    member: &str,
    read: impl FnOnce(&mut dyn Read, u64) -> Result<T>,
) -> Result<T> {
    let mut archive = open(path)?;
    let index = (0..archive.len()).find(|i| member_name(&archive, *i).as_deref() == Some(member));
    let opened = index.map_or(Err(ZipError::FileNotFound), |index| archive.by_index(index));
    let mut entry = opened.map_err(|error| {
        let failed = Error::new(format!("The file {member} in {} could not be read.", path.display()));
        match error {
            ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => failed
                .because("it is protected by a password")
                .hint("Unpack the archive, and name the unpacked file in `path`."),
            ZipError::FileNotFound => failed.because("the archive holds no such file any more"),
            other => failed.because(other).hint("Unpack the archive, and name the unpacked file in `path`."),
        }
    })?;
    let size = entry.size();
    read(&mut entry, size)
}

/// The kind of workbook that a ZIP archive is, and the largest size of a part that must be held in memory; `None`: it is
/// no workbook.
pub(super) fn workbook(path: &Path) -> Option<(Format, u64)> {
    let mut archive = open(path).ok()?;
    let names: Vec<String> = (0..archive.len()).filter_map(|i| member_name(&archive, i)).collect();
    let (format, held): (Format, &[&str]) = if names.iter().any(|name| name == "xl/workbook.bin") {
        (Format::Xlsb, &["xl/sharedStrings.bin"])
    } else if names.iter().any(|name| name.eq_ignore_ascii_case("xl/workbook.xml") || name == "[Content_Types].xml") {
        (Format::Xlsx, &["xl/sharedStrings.xml", "xl/styles.xml"])
    } else if names.iter().any(|name| name == "content.xml") {
        (Format::Ods, &["content.xml"])
    } else {
        return None;
    };
    let mut largest = 0;
    for (index, name) in names.iter().enumerate() {
        if held.iter().any(|part| part.eq_ignore_ascii_case(name)) {
            largest = largest.max(archive.by_index_raw(index).map_or(0, |entry| entry.size()));
        }
    }
    Some((format, largest))
}

/// The bytes of the first part of a ZIP archive whose name is meant, at most so many.
pub(super) fn start_of_parts(path: &Path, meant: impl Fn(&str) -> bool, most: u64) -> Vec<Vec<u8>> {
    let Ok(mut archive) = open(path) else { return Vec::new() };
    let mut starts = Vec::new();
    for index in 0..archive.len() {
        if member_name(&archive, index).is_some_and(|name| meant(&name))
            && let Ok(part) = archive.by_index(index)
        {
            let mut start = Vec::new();
            // A part that is damaged says nothing.
            if part.take(most).read_to_end(&mut start).is_ok() {
                starts.push(start);
            }
        }
    }
    starts
}
