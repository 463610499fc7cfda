//! The files that paths on the command line mean, without those that a source reads already, and put together where they are
//! parts of one export: in one folder, in one format, with the same columns, and under names that one pattern tells from all
//! others.

use crate::config::{Config, Source, SourceKind};
use crate::data::inspection;
use crate::data::readers::source_file::SourceFile;
use crate::data::readers::source_files;
use crate::error::{Error, Result};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Folders below a given one that are looked into.
const DEPTH: usize = 4;
/// A pattern tells parts of an export by at least so many letters before their number.
const LEAST_PREFIX: usize = 3;

/// Files that are read as one source.
#[derive(Debug, Clone)]
pub struct Group {
    /// What the source's `path` would say.
    pub path: String,
    pub files: Vec<SourceFile>,
    /// The columns of the first rows.
    pub columns: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Groups {
    pub groups: Vec<Group>,
    /// Paths that a source of the configuration reads.
    pub known: Vec<String>,
    /// Paths of no format that is known.
    pub unknown: Vec<String>,
}

/// # Errors
/// A path that is not there, or that means no file.
pub fn groups(config: &Config, paths: &[PathBuf]) -> Result<Groups> {
    let mut groups = Groups::default();
    let mut files: Vec<SourceFile> = Vec::new();
    for path in paths {
        let path = absolute_path(path);
        add_files(&path, DEPTH, &mut files, &mut groups.unknown)?;
    }
    files.sort_by_key(SourceFile::full_path);
    files.dedup();
    let read = files_of(config);
    let (known, new): (Vec<SourceFile>, Vec<SourceFile>) =
        files.into_iter().partition(|file| read.contains(&absolute_path(&file.full_path())));
    groups.known = known.iter().map(|file| shown(&file.full_path(), &config.folder)).collect();
    let mut open: Vec<Group> = Vec::new();
    for file in new {
        let columns = inspection::columns_of(&file, &Default::default()).unwrap_or_default();
        let same = |group: &&mut Group| {
            let first = &group.files[0];
            first.full_path().parent() == file.full_path().parent()
                && (first.format, first.compression) == (file.format, file.compression)
                && !columns.is_empty()
                && group.columns == columns
        };
        match open.iter_mut().find(same) {
            Some(group) => group.files.push(file),
            None => open.push(Group { path: shown(&file.full_path(), &config.folder), files: vec![file], columns }),
        }
    }
    groups.groups = open.into_iter().flat_map(|group| with_pattern(group, &config.folder)).collect();
    Ok(groups)
}

/// All files that the sources of the configuration read; those of a source that is not there are none.
fn files_of(config: &Config) -> BTreeSet<PathBuf> {
    let files =
        config.sources.iter().flat_map(|source| source_files::resolve(source, &config.folder).unwrap_or_default());
    files.map(|file| absolute_path(&file.full_path())).collect()
}

fn add_files(path: &Path, depth: usize, files: &mut Vec<SourceFile>, unknown: &mut Vec<String>) -> Result<()> {
    if !path.is_dir() {
        let source = Source::new(SourceKind::Event, path.to_string_lossy());
        match source_files::resolve(&source, Path::new("")) {
            Ok(found) => files.extend(found),
            Err(_) if path.is_file() => unknown.push(path.display().to_string()),
            Err(error) => return Err(Error { what: format!("No file was found at {}.", path.display()), ..error }),
        }
        return Ok(());
    }
    let entries = std::fs::read_dir(path)
        .map_err(|e| Error::new(format!("The folder {} could not be listed.", path.display())).because(e))?;
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        let name = entry.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_ours = name.starts_with('.') || name.starts_with("__MACOSX") || name == "config.toml";
        if !is_ours && (entry.is_file() || depth > 0) {
            add_files(&entry, depth - usize::from(entry.is_dir()), files, unknown)?;
        }
    }
    Ok(())
}

/// The path without links and steps back; of one that is not there, as of a pattern or of a file in an archive, as far as it is.
fn absolute_path(path: &Path) -> PathBuf {
    if let Ok(path) = std::fs::canonicalize(path) {
        return path;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if !parent.as_os_str().is_empty() => absolute_path(parent).join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()),
    }
}

/// The path as the configuration would name it: relative where it lies below the configuration's folder.
fn shown(path: &Path, folder: &Path) -> String {
    let folder = absolute_path(folder);
    path.strip_prefix(&folder).unwrap_or(path).to_string_lossy().into_owned()
}

/// One source with a pattern where one tells these files from all others of the folder, else a source for each.
fn with_pattern(group: Group, folder: &Path) -> Vec<Group> {
    if group.files.len() == 1 {
        return vec![group];
    }
    let paths: Vec<PathBuf> = group.files.iter().map(SourceFile::full_path).collect();
    let names: Vec<&str> = paths.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    if let Some(pattern) = pattern(&names)
        && let Some(parent) = paths[0].parent()
    {
        let parent_text = shown(parent, folder);
        let path = if parent_text.is_empty() { pattern } else { format!("{parent_text}/{pattern}") };
        let found = source_files::resolve(&Source::new(SourceKind::Event, path.clone()), folder).unwrap_or_default();
        let absolute = |file: &SourceFile| absolute_path(&file.full_path());
        if found.iter().map(absolute).eq(group.files.iter().map(absolute)) {
            return vec![Group { path, ..group }];
        }
    }
    let columns = group.columns;
    let alone = |file: SourceFile| Group {
        path: shown(&file.full_path(), folder),
        files: vec![file],
        columns: columns.clone(),
    };
    group.files.into_iter().map(alone).collect()
}

/// The common start and end of the names with `*` between.
fn pattern(names: &[&str]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let prefix = rest.iter().fold(first.len(), |length, name| {
        let common = first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        length.min(common)
    });
    // The number of a part is no start of a name: `events-2024` and `events-2025` begin with `events-`.
    let start = first.get(..prefix)?.trim_end_matches(|c: char| c.is_ascii_digit());
    let suffix = rest.iter().fold(first.len() - start.len(), |length, name| {
        let common = first.bytes().rev().zip(name.bytes().rev()).take_while(|(a, b)| a == b).count();
        length.min(common)
    });
    let end = first.get(first.len() - suffix..)?;
    let end = &end[end.find('.')?..];
    let special = |text: &str| text.contains(['*', '?', '[', ']']);
    (start.len() >= LEAST_PREFIX && !special(start) && !special(end)).then(|| format!("{start}*{end}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_export_have_a_pattern_and_others_have_none() {
        assert_eq!(pattern(&["events-1.csv", "events-2.csv"]).as_deref(), Some("events-*.csv"));
        assert_eq!(pattern(&["tasks_2024-01.csv.gz", "tasks_2024-02.csv.gz"]).as_deref(), Some("tasks_2024-*.csv.gz"));
        assert_eq!(pattern(&["a.csv", "b.csv"]), None);
        assert_eq!(pattern(&["part[1].csv", "part[2].csv"]), None);
    }
}
