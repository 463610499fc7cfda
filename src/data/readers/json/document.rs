//! JSON that is not one object on a line: an array of objects, an object with one such array in it, or objects printed
//! over several lines. The elements are cut from the window one by one. Called by [`read`](super::read).

use super::rows::{RowBuffer, refuse_large};
use super::scan::Scan;
use crate::data::readers::output::{Output, broken};
use crate::data::readers::window::{MAX_ROW, Window};
use crate::error::{Error, Result};
use std::io;

/// Arrays are looked for in objects nested at most so deep: `data`, `result.records`.
const MOST_KEYS: usize = 2;

/// Why a walk stops.
enum Stop {
    Read(io::Error),
    /// The document ends before it is closed.
    Cut,
    /// What stands here is no JSON.
    Malformed,
    /// An array of objects was found by who looks for one.
    Found,
    Failed(Error),
}

type Step<T> = Result<T, Stop>;

/// What was taken of a value.
enum Taken {
    /// It is the first so many bytes of the window.
    Whole(usize),
    /// It was too large, and is passed over.
    Large,
}

/// A walk through a document that knows on which line it is.
struct Document<'w, 'i> {
    window: &'w mut Window<'i>,
    line: u64,
}

/// Whether the start of a document is an object with an array of objects in it.
pub(super) fn holds_array(start: &[u8]) -> bool {
    let mut window = Window::new(Box::new(start), start.len().max(1));
    let mut document = Document { window: &mut window, line: 1 };
    let found = document.next_byte().and_then(|_| document.object("", &mut |_, _| Err(Stop::Found)));
    matches!(found, Err(Stop::Found))
}

/// Reads values one after another; the elements of arrays are rows.
pub(super) fn read_values(window: &mut Window, block: &mut RowBuffer, out: &mut Output) -> Result<()> {
    let mut document = Document { window, line: 1 };
    let read = document.values(block, out);
    read.map_err(|stop| document.error(stop, out))
}

/// Reads an object; the elements of the array in it are rows.
pub(super) fn read_wrapped(window: &mut Window, block: &mut RowBuffer, out: &mut Output) -> Result<()> {
    let mut document = Document { window, line: 1 };
    let mut found: Vec<String> = Vec::new();
    let read = document.next_byte().and_then(|_| {
        document.object("", &mut |document, path| {
            found.push(path.to_string());
            match found.len() {
                1 => document.elements(&mut |document| document.row(block, out)),
                _ => document.elements(&mut |document| document.skip_value()),
            }
        })
    });
    let end = read.and_then(|()| document.next_byte()).map_err(|stop| document.error(stop, out))?;
    if end.is_some() {
        return Err(document.error(Stop::Malformed, out).hint("One object with one array in it is read, or objects."));
    }
    if found.len() > 1 {
        return Err(Error::new(format!("The file {} holds several tables.", out.file.display_name()))
            .because(format!("each of these is an array of objects: {}", found.join(", ")))
            .hint(format!("Take one of them out: jq -c '.{}[]' FILE > FILE.ndjson.", found[0])));
    }
    out.note(format!("rows are the elements of '{}'", found.first().map_or("", String::as_str)));
    Ok(())
}

impl Document<'_, '_> {
    /// The next byte that is not blank, or `None` at the end.
    fn next_byte(&mut self) -> Step<Option<u8>> {
        loop {
            let rest = self.window.rest();
            let blank = rest.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(rest.len());
            self.line += rest[..blank].iter().filter(|byte| **byte == b'\n').count() as u64;
            let found = rest.get(blank).copied();
            self.window.consume(blank);
            if found.is_some() || self.window.ended() {
                return Ok(found);
            }
            self.window.fill().map_err(Stop::Read)?;
        }
    }

    /// The extent of the value that begins here; where it is whole, its caller consumes it.
    fn take_value(&mut self) -> Step<Taken> {
        let (mut scan, mut scanned, mut large) = (Scan::default(), 0, false);
        loop {
            let rest = self.window.rest();
            let found = scan.end(&rest[scanned..]);
            let end = scanned + found.unwrap_or(rest.len() - scanned);
            if found.is_some() || large || end > MAX_ROW {
                if found.is_some() && !large && end <= MAX_ROW {
                    self.line += scan.line_breaks;
                    return Ok(Taken::Whole(end));
                }
                large = true;
                self.window.consume(end);
                scanned = 0;
            } else {
                scanned = end;
            }
            if found.is_some() {
                self.line += scan.line_breaks;
                return Ok(Taken::Large);
            }
            if self.window.ended() {
                return Err(Stop::Cut);
            }
            self.window.fill().map_err(Stop::Read)?;
        }
    }

    fn skip_value(&mut self) -> Step<()> {
        if let Taken::Whole(length) = self.take_value()? {
            self.window.consume(length);
        }
        Ok(())
    }

    fn values(&mut self, block: &mut RowBuffer, out: &mut Output) -> Step<()> {
        loop {
            match self.next_byte()? {
                None => return Ok(()),
                Some(b',') => self.window.consume(1),
                Some(b'[') => {
                    self.window.consume(1);
                    self.elements(&mut |document| document.row(block, out))?;
                }
                Some(_) => self.row(block, out)?,
            }
        }
    }

    /// The elements of an array that was begun, up to its end.
    fn elements(&mut self, element: &mut dyn FnMut(&mut Self) -> Step<()>) -> Step<()> {
        loop {
            match self.next_byte()? {
                None => return Err(Stop::Cut),
                Some(byte @ (b',' | b']')) => {
                    self.window.consume(1);
                    if byte == b']' {
                        return Ok(());
                    }
                }
                Some(_) => element(self)?,
            }
        }
    }

    fn row(&mut self, block: &mut RowBuffer, out: &mut Output) -> Step<()> {
        let line = self.line;
        match self.take_value()? {
            Taken::Whole(length) => {
                let rest = self.window.rest();
                if std::str::from_utf8(&rest[..length]).is_err() {
                    out.decoding.look_ahead(rest);
                }
                block.add(&rest[..length], line, out).map_err(Stop::Failed)?;
                self.window.consume(length);
            }
            Taken::Large => refuse_large(line, out),
        }
        Ok(())
    }

    /// The members of an object, whose brace is the next byte; `on_array` reads the arrays of objects in it, after their
    /// bracket, to their end.
    fn object(&mut self, path: &str, on_array: &mut dyn FnMut(&mut Self, &str) -> Step<()>) -> Step<()> {
        self.window.consume(1);
        loop {
            match self.next_byte()? {
                None => return Err(Stop::Cut),
                Some(b',') => self.window.consume(1),
                Some(b'}') => {
                    self.window.consume(1);
                    return Ok(());
                }
                Some(b'"') => {
                    let key = self.key()?;
                    let path = if path.is_empty() { key } else { format!("{path}.{key}") };
                    self.member(&path, on_array)?;
                }
                Some(_) => return Err(Stop::Malformed),
            }
        }
    }

    /// A key and the colon behind it.
    fn key(&mut self) -> Step<String> {
        let Taken::Whole(length) = self.take_value()? else {
            return Err(Stop::Malformed);
        };
        let key = serde_json::from_slice(&self.window.rest()[..length]).map_err(|_| Stop::Malformed)?;
        self.window.consume(length);
        if self.next_byte()? != Some(b':') {
            return Err(Stop::Malformed);
        }
        self.window.consume(1);
        Ok(key)
    }

    fn member(&mut self, path: &str, on_array: &mut dyn FnMut(&mut Self, &str) -> Step<()>) -> Step<()> {
        match self.next_byte()? {
            None => Err(Stop::Cut),
            Some(b'[') => {
                self.window.consume(1);
                match self.next_byte()? {
                    Some(b'{') => on_array(self, path),
                    _ => self.elements(&mut |document| document.skip_value()),
                }
            }
            Some(b'{') if path.split('.').count() < MOST_KEYS => self.object(path, on_array),
            Some(_) => self.skip_value(),
        }
    }

    fn error(&self, stop: Stop, out: &Output) -> Error {
        match stop {
            Stop::Read(error) => out.failed(error),
            Stop::Failed(error) => error,
            Stop::Cut | Stop::Found => {
                broken(out.file, format!("it is JSON and what begins before line {} is never closed", self.line + 1))
            }
            Stop::Malformed => broken(out.file, format!("what stands on line {} is no JSON", self.line)),
        }
    }
}
