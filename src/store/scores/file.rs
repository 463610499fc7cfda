//! The content of `scores.json`: reading it without trusting it, and writing it without losing what is not understood.
//!
//! Each score is kept beside its JSON as read, and a change touches only the keys that it changes, so that unknown fields
//! survive at every depth.

use crate::domain::score::{Score, is_id};
use crate::error::{Error, Result};
use crate::store::atomic;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The version that is written, and the newest that is read.
pub const VERSION: u64 = 1;

#[derive(Debug)]
pub struct ScoresFile {
    /// The top-level fields; `scores` is filled in on writing.
    top: Map<String, Value>,
    pub scores: Vec<Stored>,
}

/// A score and its JSON.
#[derive(Debug, Clone)]
pub struct Stored {
    pub score: Score,
    pub raw: Map<String, Value>,
}

/// Why a content is not taken.
#[derive(Debug)]
pub enum Refused {
    /// Of this later version.
    Newer(u64),
    /// Not what it should be, in words.
    Broken(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Newer(version) => write!(f, "it is of version {version}, and this program knows {VERSION}"),
            Refused::Broken(why) => f.write_str(why),
        }
    }
}

impl Stored {
    pub fn new(score: Score) -> serde_json::Result<Stored> {
        Ok(Stored { raw: object(&score)?, score })
    }

    pub fn from_raw(raw: Map<String, Value>) -> Result<Stored, String> {
        let score: Score = serde_json::from_value(Value::Object(raw.clone())).map_err(|e| e.to_string())?;
        if !is_id(&score.id) {
            return Err(format!("its id {:?} is none: letters, digits, '-', '_' and '.'", score.id));
        }
        Ok(Stored { score, raw })
    }

    /// Replaces the score; of the JSON only what differs.
    pub fn set(&mut self, score: Score) -> serde_json::Result<()> {
        let (before, after) = (object(&self.score)?, object(&score)?);
        for gone in before.keys().filter(|k| !after.contains_key(*k)) {
            self.raw.shift_remove(gone);
        }
        for (key, value) in after {
            if before.get(&key) != Some(&value) {
                self.raw.insert(key, value);
            }
        }
        self.score = score;
        Ok(())
    }
}

fn object(score: &Score) -> serde_json::Result<Map<String, Value>> {
    match serde_json::to_value(score)? {
        Value::Object(map) => Ok(map),
        // A struct is always written as an object; an empty one would be refused on reading.
        _ => Ok(Map::new()),
    }
}

impl ScoresFile {
    fn empty() -> ScoresFile {
        let mut top = Map::new();
        top.insert("version".into(), VERSION.into());
        ScoresFile { top, scores: Vec::new() }
    }

    pub fn into_scores(self) -> Vec<Score> {
        self.scores.into_iter().map(|s| s.score).collect()
    }

    pub fn to_bytes(&self) -> serde_json::Result<Vec<u8>> {
        let mut top = self.top.clone();
        top.insert("scores".into(), self.scores.iter().map(|s| Value::Object(s.raw.clone())).collect());
        let mut bytes = serde_json::to_vec_pretty(&top)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// Reads the file and gives its bytes too; no file holds no scores.
///
/// # Errors
/// A file of a newer version or one that does not parse is refused; a copy of the latter is set aside.
pub fn read(path: &Path) -> Result<(Option<Vec<u8>>, ScoresFile)> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok((None, ScoresFile::empty())),
        Err(e) => return Err(Error::new(format!("The scores file {} could not be read.", path.display())).because(e)),
    };
    match parse(&bytes) {
        Ok(file) => Ok((Some(bytes), file)),
        Err(refused) => Err(refusal(path, &bytes, refused)),
    }
}

pub fn parse(bytes: &[u8]) -> Result<ScoresFile, Refused> {
    let broken = |why: String| Refused::Broken(why);
    let mut top: Map<String, Value> = serde_json::from_slice(bytes).map_err(|e| broken(e.to_string()))?;
    match top.get("version").map(Value::as_u64) {
        Some(Some(VERSION)) => {}
        Some(Some(version)) if version > VERSION => return Err(Refused::Newer(version)),
        Some(_) => return Err(broken(format!("its version is not {VERSION}"))),
        None => return Err(broken("it has no version".into())),
    }
    let Some(Value::Array(list)) = top.get_mut("scores").map(Value::take) else {
        return Err(broken("it has no list of scores".into()));
    };
    let mut scores: Vec<Stored> = Vec::with_capacity(list.len());
    for (i, raw) in list.into_iter().enumerate() {
        let Value::Object(raw) = raw else { return Err(broken(format!("score {} is no object", i + 1))) };
        let stored = Stored::from_raw(raw).map_err(|why| broken(format!("score {} does not parse: {why}", i + 1)))?;
        if scores.iter().any(|s| s.score.id == stored.score.id) {
            return Err(broken(format!("two scores have the id {}", stored.score.id)));
        }
        scores.push(stored);
    }
    Ok(ScoresFile { top, scores })
}

/// The error for a file that is not taken. It is left as it is in any case.
pub fn refusal(path: &Path, bytes: &[u8], refused: Refused) -> Error {
    let shown = path.display();
    if let Refused::Newer(_) = refused {
        return Error::new(format!("The scores file {shown} was written by a newer version of this program."))
            .because(refused)
            .hint("Update propensity. The file was not changed.");
    }
    let error = Error::new(format!("The scores file {shown} does not parse. It was not changed.")).because(refused);
    let error = match set_aside(path, bytes) {
        Ok(copy) => error.because(format!("a copy of it is kept as {}", copy.display())),
        Err(e) => error.because(format!("no copy of it could be kept: {}", e.causes.join(": "))),
    };
    let backup = atomic::backup_path(path);
    match std::fs::read(&backup).ok().and_then(|bytes| parse(&bytes).ok()) {
        Some(good) => error.hint(format!(
            "The last good copy holds {} scores; cp '{}' '{shown}' brings it back.",
            good.scores.len(),
            backup.display(),
        )),
        None => error.hint("There is no good earlier copy: mend the file in an editor, or move it away."),
    }
}

/// Copies a broken file beside itself and tells the copy's path. Named after the time of the file, so that asking
/// again (screens do so every second) makes no further copies.
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
