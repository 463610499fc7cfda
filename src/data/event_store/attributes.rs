//! The attributes of persons and accounts as the catalog keeps them: what conditions on who is scored ask for. Each has two
//! files, its values and a code per profile, so that an estimate reads only those that it asks for. Written and read by
//! [`profiles`](super::profiles).

use super::table::{column, read_json, save, write_json};
use crate::domain::source::activity::Attribute;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The names of all, with which are kept.
const INDEX: &str = "attributes.json";
/// Attributes of more different values are not kept: names, addresses and ids would be most of the catalog.
const MAX_VALUES: usize = 1 << 16;

/// The attributes of the persons or of the accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owners {
    Persons,
    Accounts,
}

impl Owners {
    pub(super) const BOTH: [Owners; 2] = [Owners::Persons, Owners::Accounts];

    fn word(self) -> &'static str {
        match self {
            Owners::Persons => "persons",
            Owners::Accounts => "accounts",
        }
    }

    fn of(self, index: &Index) -> &[Entry] {
        match self {
            Owners::Persons => &index.persons,
            Owners::Accounts => &index.accounts,
        }
    }

    /// The files of the attribute at a place.
    fn files(self, folder: &Path, place: usize) -> [PathBuf; 2] {
        let word = self.word();
        [format!("attribute-{word}-{place}.json"), format!("attribute-{word}-{place}.parquet")]
            .map(|name| folder.join(name))
    }
}

/// What there is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    persons: Vec<Entry>,
    accounts: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    name: String,
    /// Whether its values are kept.
    kept: bool,
}

/// Writes the attributes that any profile has.
pub(super) fn write(folder: &Path, persons: &[Attribute], accounts: &[Attribute]) -> Result<()> {
    let index = Index {
        persons: write_table(folder, Owners::Persons, persons)?,
        accounts: write_table(folder, Owners::Accounts, accounts)?,
    };
    write_json(&folder.join(INDEX), &index)
}

fn write_table(folder: &Path, owners: Owners, attributes: &[Attribute]) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for attribute in attributes.iter().filter(|a| a.dictionary.len() > 1) {
        let kept = attribute.dictionary.len() <= MAX_VALUES;
        if kept {
            let [values, codes] = owners.files(folder, entries.len());
            write_json(&values, &attribute.dictionary)?;
            save(&codes, &[("code", &|row| i64::from(attribute.values[row]))], attribute.values.len())?;
        }
        entries.push(Entry { name: attribute.name.clone(), kept });
    }
    Ok(entries)
}

impl Index {
    pub(super) fn load(folder: &Path) -> Result<Index> {
        read_json(&folder.join(INDEX))
    }

    /// The names of the attributes.
    pub(super) fn names(&self, owners: Owners) -> impl Iterator<Item = &str> {
        owners.of(self).iter().map(|entry| entry.name.as_str())
    }

    /// Reads one; `None` where there is none of this name.
    ///
    /// # Errors
    /// It has too many values to be kept, or the folder is gone or damaged.
    pub(super) fn read(&self, folder: &Path, owners: Owners, name: &str) -> Result<Option<Attribute>> {
        let Some(place) = owners.of(self).iter().position(|entry| entry.name == name) else { return Ok(None) };
        if !owners.of(self)[place].kept {
            return Err(Error::new(format!("What a condition on '{name}' matches cannot be told before a run."))
                .because(format!("it has more than {MAX_VALUES} different values, which the catalog does not keep"))
                .hint("create the score without the estimate: its run counts"));
        }
        let [values, codes] = owners.files(folder, place);
        let dictionary = read_json(&values)?;
        Ok(Some(Attribute { name: name.into(), dictionary, values: column(&codes, 0, |code| code as u32)? }))
    }
}
