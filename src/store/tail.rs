//! Follows a journal that is being written: each call reads only what was appended since the last one.
//! `runs::journal_state` calls it for every live run that is watched.

use super::journal::{self, Entry};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Where the reading of one journal stands.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    offset: u64,
    /// The beginning of a line whose end is not written yet.
    torn: Vec<u8>,
}

impl Tail {
    /// From the beginning of a journal, which need not be there yet.
    pub fn new(path: &Path) -> Tail {
        Tail { path: path.to_path_buf(), offset: 0, torn: Vec::new() }
    }

    /// The entries appended since the last call. A line without its end waits for it; garbage is passed over.
    ///
    /// # Errors
    /// The file cannot be read; nothing is lost, the next call tries again.
    pub fn read(&mut self) -> io::Result<Vec<Entry>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = std::mem::take(&mut self.torn);
        let read = file.read_to_end(&mut bytes);
        // What was read before a failure counts too.
        self.offset = file.stream_position().unwrap_or(self.offset);
        let whole = bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        self.torn = bytes.split_off(whole);
        let entries = journal::parse(&bytes).0;
        match read {
            Err(e) if entries.is_empty() => Err(e),
            _ => Ok(entries),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::{Event, Journal};
    use super::*;
    use std::io::Write;

    #[test]
    fn each_line_is_given_once_and_only_when_it_is_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("j");
        let mut tail = Tail::new(&path);
        assert!(tail.read().is_err(), "there is no journal yet");
        let journal = Journal::create(&path).unwrap();
        assert_eq!(tail.read().unwrap(), []);
        let first = journal.append(Event::Warning { code: None, message: "ü".into() }).unwrap();
        assert_eq!(tail.read().unwrap(), [first]);
        assert_eq!(tail.read().unwrap(), []);
        let second = journal.append(Event::Cancelled { message: "m".into() }).unwrap();
        let line = serde_json::to_vec(&second).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        // The same line byte by byte, as a slow file system could show it.
        let slow = dir.path().join("slow");
        let mut file = File::create(&slow).unwrap();
        let mut tail = Tail::new(&slow);
        let mut given = Vec::new();
        for byte in &bytes {
            file.write_all(&[*byte]).unwrap();
            given.extend(tail.read().unwrap());
        }
        assert_eq!(given.len(), 2);
        assert_eq!(given[1], second);
        file.write_all(b"not json\n\xff\n").unwrap();
        assert_eq!(tail.read().unwrap(), []);
        file.write_all(&line).unwrap();
        assert_eq!(tail.read().unwrap(), []);
        file.write_all(b"\n").unwrap();
        assert_eq!(tail.read().unwrap(), [second]);
    }
}
