//! A file that holds a list of items of one kind (`scores.json`, `drafts.json`): reading it without trusting it, and
//! writing it without losing what is not understood. [`scores`](super::scores) and [`drafts`](super::drafts) call it.
//!
//! Each item is kept beside its JSON as read, and a change touches only the keys that it changes, so that unknown fields
//! survive at every depth.

use super::atomic;
use crate::domain::score::draft::Draft;
use crate::domain::score::{Score, is_id};
use crate::error::{Context, Error, Result};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::HashSet;
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The version that is written, and the newest that is read.
pub const VERSION: u64 = 1;

/// What such a file can hold.
pub trait Item: Serialize + DeserializeOwned {
    /// What one of them is called; with an `s` behind it, the key of the list.
    const NOUN: &str;

    /// The id, unique in the file.
    fn id(&self) -> &str;
}

impl Item for Score {
    const NOUN: &str = "score";

    fn id(&self) -> &str {
        &self.id
    }
}

impl Item for Draft {
    const NOUN: &str = "draft";

    fn id(&self) -> &str {
        &self.id
    }
}

/// The content of such a file.
#[derive(Debug)]
pub struct ListFile<T> {
    /// The top-level fields; the list is filled in on writing.
    top: Map<String, Value>,
    /// The items in the order of the file.
    pub items: Vec<Stored<T>>,
}

/// An item and its JSON.
#[derive(Debug, Clone)]
pub struct Stored<T> {
    /// The item.
    pub item: T,
    /// Its JSON as read, with the fields that this program does not know.
    pub raw: Map<String, Value>,
}

/// Why a content cannot be used.
#[derive(Debug)]
pub enum ParseError {
    /// Of this later version.
    Newer(u64),
    /// Not what it should be, in words.
    Broken(String),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Newer(version) => write!(f, "it is of version {version}, and this program knows {VERSION}"),
            ParseError::Broken(why) => f.write_str(why),
        }
    }
}

impl<T: Item> Stored<T> {
    /// A new item.
    ///
    /// # Errors
    /// It has no JSON.
    pub fn new(item: T) -> serde_json::Result<Stored<T>> {
        Ok(Stored { raw: object(&item)?, item })
    }

    /// An item from its JSON.
    ///
    /// # Errors
    /// It does not parse, or its id can be none; in words.
    pub fn from_raw(raw: Map<String, Value>) -> Result<Stored<T>, String> {
        let item: T = serde_json::from_value(Value::Object(raw.clone())).map_err(|e| e.to_string())?;
        if !is_id(item.id()) {
            return Err(format!("its id {:?} is none: letters, digits, '-', '_' and '.'", item.id()));
        }
        Ok(Stored { item, raw })
    }

    /// Replaces the item; of the JSON only what differs.
    ///
    /// # Errors
    /// The new item has no JSON.
    pub fn set(&mut self, item: T) -> serde_json::Result<()> {
        let (before, after) = (object(&self.item)?, object(&item)?);
        for gone in before.keys().filter(|k| !after.contains_key(*k)) {
            self.raw.shift_remove(gone);
        }
        for (key, value) in after {
            if before.get(&key) != Some(&value) {
                self.raw.insert(key, value);
            }
        }
        self.item = item;
        Ok(())
    }
}

fn object(item: &impl Serialize) -> serde_json::Result<Map<String, Value>> {
    match serde_json::to_value(item)? {
        Value::Object(map) => Ok(map),
        // A struct is always written as an object; an empty one would be refused on reading.
        _ => Ok(Map::new()),
    }
}

/// The key of the list.
fn key<T: Item>() -> String {
    format!("{}s", T::NOUN)
}

impl<T: Item> ListFile<T> {
    fn empty() -> ListFile<T> {
        let mut top = Map::new();
        top.insert("version".into(), VERSION.into());
        ListFile { top, items: Vec::new() }
    }

    /// The items without their JSON.
    pub fn into_items(self) -> Vec<T> {
        self.items.into_iter().map(|s| s.item).collect()
    }

    /// The file as indented JSON with a line end.
    ///
    /// # Errors
    /// An item has no JSON.
    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let mut top = self.top.clone();
        top.insert(key::<T>(), self.items.iter().map(|s| Value::Object(s.raw.clone())).collect());
        let mut bytes = serde_json::to_vec_pretty(&top)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// The file as far as a reader needs it who changes nothing.
#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
struct ItemsOnly<T> {
    version: u64,
    #[serde(alias = "scores", alias = "drafts")]
    items: Vec<T>,
}

/// The items alone, by one pass over the file: the first frame of the screens waits for it. What this does not take,
/// [`read`] refuses in words.
///
/// # Errors
/// Those of [`read`].
pub fn items<T: Item>(path: &Path) -> Result<Vec<T>> {
    let plain = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<ItemsOnly<T>>(&bytes).ok());
    match plain {
        Some(ItemsOnly { version: VERSION, items }) if ids_are_valid(&items) => Ok(items),
        _ => Ok(read(path)?.1.into_items()),
    }
}

/// Whether all ids can be ids, and none comes twice.
fn ids_are_valid<T: Item>(items: &[T]) -> bool {
    let mut seen = HashSet::with_capacity(items.len());
    items.iter().all(|item| is_id(item.id()) && seen.insert(item.id()))
}

/// Reads the file and gives its bytes too; no file holds nothing.
///
/// # Errors
/// A file of a newer version or one that does not parse is refused; a copy of the latter is set aside.
pub fn read<T: Item>(path: &Path) -> Result<(Option<Vec<u8>>, ListFile<T>)> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok((None, ListFile::empty())),
        Err(e) => {
            return Err(Error::new(format!("The {}s file {} could not be read.", T::NOUN, path.display())).because(e));
        }
    };
    match parse(&bytes) {
        Ok(file) => Ok((Some(bytes), file)),
        Err(error) => Err(parse_failure::<T>(path, &bytes, error)),
    }
}

/// Parses the bytes of a file.
///
/// # Errors
/// It is of a newer version, is no such file, or an item of it is broken.
pub fn parse<T: Item>(bytes: &[u8]) -> Result<ListFile<T>, ParseError> {
    let broken = |why: String| ParseError::Broken(why);
    let mut top: Map<String, Value> = serde_json::from_slice(bytes).map_err(|e| broken(e.to_string()))?;
    match top.get("version").map(Value::as_u64) {
        Some(Some(VERSION)) => {}
        Some(Some(version)) if version > VERSION => return Err(ParseError::Newer(version)),
        Some(_) => return Err(broken(format!("its version is not {VERSION}"))),
        None => return Err(broken("it has no version".into())),
    }
    let noun = T::NOUN;
    let Some(Value::Array(list)) = top.get_mut(&key::<T>()).map(Value::take) else {
        return Err(broken(format!("it has no list of {noun}s")));
    };
    let mut items: Vec<Stored<T>> = Vec::with_capacity(list.len());
    for (i, raw) in list.into_iter().enumerate() {
        let Value::Object(raw) = raw else { return Err(broken(format!("{noun} {} is no object", i + 1))) };
        let stored: Stored<T> =
            Stored::from_raw(raw).map_err(|why| broken(format!("{noun} {} does not parse: {why}", i + 1)))?;
        if items.iter().any(|s| s.item.id() == stored.item.id()) {
            return Err(broken(format!("two {noun}s have the id {}", stored.item.id())));
        }
        items.push(stored);
    }
    Ok(ListFile { top, items })
}

/// The error for a file that is not taken. It is left as it is in any case.
pub fn parse_failure<T: Item>(path: &Path, bytes: &[u8], error: ParseError) -> Error {
    let (noun, shown) = (T::NOUN, path.display());
    if let ParseError::Newer(_) = error {
        return Error::new(format!("The {noun}s file {shown} was written by a newer version of this program."))
            .because(error)
            .hint("Update propensity. The file was not changed.");
    }
    let error = Error::new(format!("The {noun}s file {shown} does not parse. It was not changed.")).because(error);
    let error = match set_aside(path, bytes) {
        Ok(copy) => error.because(format!("a copy of it is kept as {}", copy.display())),
        Err(e) => error.because(format!("no copy of it could be kept: {}", e.causes.join(": "))),
    };
    let backup = atomic::backup_path(path);
    match std::fs::read(&backup).ok().and_then(|bytes| parse::<T>(&bytes).ok()) {
        Some(good) => {
            let (count, s) = (good.items.len(), if good.items.len() == 1 { "" } else { "s" });
            error.hint(format!(
                "The last good copy holds {count} {noun}{s}, and may lack the last change: `propensity doctor --fix` brings it back from {}.",
                backup.display()
            ))
        }
        None => error.hint("There is no good earlier copy: mend the file in an editor, or move it away."),
    }
}

/// Puts the last good copy in the place of a file that does not parse, a copy of which is set aside. The caller holds the
/// lock.
///
/// # Errors
/// The file is good or of a newer version, or there is no good copy.
pub fn recover<T: Item>(path: &Path, before: impl FnOnce(&ListFile<T>) -> Result<()>) -> Result<ListFile<T>> {
    let bytes = std::fs::read(path).context(|| format!("{} could not be read.", path.display()))?;
    match parse::<T>(&bytes) {
        Ok(_) => return Err(Error::new(format!("There is nothing to recover: the {}s file is good.", T::NOUN))),
        Err(error @ ParseError::Newer(_)) => return Err(parse_failure::<T>(path, &bytes, error)),
        Err(ParseError::Broken(_)) => {}
    }
    let backup = atomic::backup_path(path);
    let missing = || format!("There is no good copy {}.", backup.display());
    let good = std::fs::read(&backup).context(missing)?;
    let file = parse::<T>(&good).context(missing)?;
    set_aside(path, &bytes)?;
    before(&file)?;
    atomic::write(path, &good)?;
    Ok(file)
}

/// Copies a broken file beside itself and gives the path of the copy. Named after the time of the file, so that asking
/// again (screens do so every second) makes no further copies.
///
/// # Errors
/// The copy cannot be written.
pub fn set_aside(path: &Path, bytes: &[u8]) -> Result<PathBuf> {
    let written = std::fs::metadata(path).and_then(|m| m.modified()).ok();
    let stamp = written.and_then(|at| Timestamp::try_from(at).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    let first = atomic::with_suffix(path, &format!(".broken-{}", stamp.strftime("%Y%m%dT%H%M%SZ")));
    let mut copy = first.clone();
    let mut number = 2u64;
    loop {
        match std::fs::read(&copy) {
            Ok(kept) if kept == bytes => return Ok(copy),
            Ok(_) => copy = atomic::with_suffix(&first, &format!("-{number}")),
            Err(_) => break,
        }
        number += 1;
    }
    atomic::write(&copy, bytes)?;
    Ok(copy)
}
