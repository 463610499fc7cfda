//! Changes of `config.toml` that somebody asked for and saw: sources added, columns mapped. The rest of the file stays as it
//! was written, with its comments and its order. Called by `data add` and the Data screen.

use crate::config::{Config, Source};
use crate::error::{Context, Error, Result};
use crate::store::atomic;
use std::collections::BTreeMap;
use std::path::Path;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

/// Adds sources at the end of those that the file has; makes the file where there is none.
///
/// # Errors
/// A file that cannot be read or written, or that is not valid with what is added: it stays as it was.
pub fn add_sources(path: &Path, sources: &[Source]) -> Result<()> {
    change(path, |text| with_sources(text, sources))
}

/// Sets which columns fill the canonical fields of the source with this number, in the order of the file; a field with an
/// empty column is recognised by itself again.
///
/// # Errors
/// Those of [`add_sources`], and a source that is not there.
pub fn set_columns(path: &Path, source: usize, columns: &BTreeMap<String, String>) -> Result<()> {
    change(path, |text| with_columns(text, source, columns))
}

fn change(path: &Path, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(e) => {
            return Err(Error::new(format!("The configuration {} could not be read.", path.display())).because(e));
        }
    };
    let changed = change(&text)?;
    Config::parse(&changed).map_err(|e| Error {
        what: format!("The configuration {} would not be valid with this change.", path.display()),
        ..e
    })?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).on_disk(|| format!("The folder {} could not be made.", folder.display()))?;
    }
    atomic::write(path, changed.as_bytes())
}

/// The text of the `[[source]]` tables alone.
///
/// # Errors
/// None that a source could cause.
pub fn source_tables(sources: &[Source]) -> Result<String> {
    with_sources("", sources)
}

fn with_sources(text: &str, sources: &[Source]) -> Result<String> {
    let mut document = parse(text)?;
    let tables = document.entry("source").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let tables = tables.as_array_of_tables_mut().ok_or_else(|| {
        Error::new("The sources of the configuration are not written as [[source]] tables.")
            .hint("Write each as a [[source]] table, as config.example.toml shows.")
    })?;
    for source in sources {
        tables.push(table(source)?);
    }
    Ok(document.to_string())
}

fn with_columns(text: &str, source: usize, columns: &BTreeMap<String, String>) -> Result<String> {
    let mut document = parse(text)?;
    let found = document.get_mut("source").and_then(Item::as_array_of_tables_mut).and_then(|t| t.get_mut(source));
    let table = found.ok_or_else(|| Error::new(format!("The configuration has no source number {}.", source + 1)))?;
    let mapped = table.entry("columns").or_insert_with(|| Item::Table(Table::new()));
    let mapped = mapped.as_table_like_mut().ok_or_else(|| Error::new("[source.columns] is no table."))?;
    for (field, column) in columns {
        if column.is_empty() {
            mapped.remove(field);
        } else {
            mapped.insert(field, Item::Value(Value::from(column.as_str())));
        }
    }
    if mapped.is_empty() {
        table.remove("columns");
    }
    Ok(document.to_string())
}

fn parse(text: &str) -> Result<DocumentMut> {
    text.parse().context(|| "The configuration is not valid TOML.".into())
}

/// A source as a table: the keys that it has, in the order of the example.
fn table(source: &Source) -> Result<Table> {
    let text = toml::to_string(source).context(|| "The source could not be written as TOML.".into())?;
    let mut table = parse(&text)?.as_table().clone();
    table.set_implicit(false);
    table.decor_mut().set_prefix("\n");
    // Its place in the text that it was parsed from means nothing in the file.
    table.set_position(None);
    for (_, item) in table.iter_mut() {
        if let Some(inner) = item.as_table_mut() {
            inner.set_position(None);
        }
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SourceKind;

    fn source() -> Source {
        let columns = [("timestamp".to_string(), "When \"it\" was".to_string())].into();
        Source { preset: Some("plain".into()), columns, ..Source::new(SourceKind::Event, "exports/e*.csv") }
    }

    #[test]
    fn a_source_is_added_and_nothing_else_changes() {
        let text = "# Mine.\n[workspace]\nname = \"acme\" # ours\n\n[[source]]\nkind = \"person\"\npath = \"p.csv\"\n\n[input]\nmax_refused = 0.1\n";
        let changed = with_sources(text, &[source(), source()]).unwrap();
        for line in text.lines() {
            assert!(changed.contains(line), "{line} in\n{changed}");
        }
        let config = Config::parse(&changed).unwrap();
        assert_eq!(config.sources[1..], [source(), source()]);
        assert_eq!(config.input.max_refused, 0.1);
    }

    #[test]
    fn a_file_that_is_not_there_is_made_and_a_bad_one_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/config.toml");
        add_sources(&path, &[source()]).unwrap();
        assert_eq!(Config::read(&path).unwrap().sources, [source()]);
        std::fs::write(&path, "nonsense = 1\n").unwrap();
        assert!(add_sources(&path, &[source()]).is_err());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "nonsense = 1\n");
    }

    #[test]
    fn columns_are_mapped_and_freed_again() {
        let text = with_sources("", &[Source::new(SourceKind::Person, "p.csv"), source()]).unwrap();
        let map = |field: &str, column: &str| [(field.to_string(), column.to_string())].into();
        let mapped = with_columns(&text, 0, &map("person_id", "Id")).unwrap();
        assert_eq!(Config::parse(&mapped).unwrap().sources[0].columns, map("person_id", "Id"));
        let freed = with_columns(&mapped, 0, &map("person_id", "")).unwrap();
        assert_eq!(Config::parse(&freed).unwrap().sources, [Source::new(SourceKind::Person, "p.csv"), source()]);
        assert!(with_columns(&text, 2, &map("person_id", "Id")).is_err());
    }
}
