//! A moving window over the bytes of a text file, and the largest row that fits into it. Used by the readers of CSV and
//! NDJSON.

use std::io::{self, Read};

/// The largest row that is taken; what is larger is refused.
pub const MAX_ROW: usize = 64 << 20;

/// Bytes of a window where rows are small.
pub(super) const WINDOW_BYTES: usize = 256 << 10;

/// A moving window over a stream: as much of it as the row in progress needs.
pub(super) struct Window<'a> {
    input: Box<dyn Read + 'a>,
    /// Width where rows are small.
    width: usize,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    ended: bool,
    /// A failure that came after bytes that are still to be consumed.
    failure: Option<io::Error>,
}

impl<'a> Window<'a> {
    pub(super) fn new(input: Box<dyn Read + 'a>, width: usize) -> Self {
        Window { input, width, buffer: vec![0; width], start: 0, end: 0, ended: false, failure: None }
    }

    /// What was read and not consumed.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether [`rest`](Self::rest) reaches to the end of the stream.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    pub(super) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }

    /// Brings more bytes into [`rest`](Self::rest), widening the window where nothing was consumed. It fills the
    /// window whole, so that a row that is scanned again from its start is so only a few times.
    pub(super) fn fill(&mut self) -> io::Result<()> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        } else if self.end < self.width / 2 && self.buffer.len() > self.width {
            // The large row is over; what follows fits the processor's cache again.
            self.buffer.truncate(self.width);
            self.buffer.shrink_to_fit();
        }
        let before = self.end;
        while self.end < self.buffer.len() && !self.ended {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(n) => self.end += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if self.end == before => return Err(e),
                Err(e) => {
                    self.failure = Some(e);
                    break;
                }
            }
        }
        Ok(())
    }
}
