//! Bytes that are digested while they are read, below the decompressor, so that a run can name exactly what it read.

use super::window::WINDOW_BYTES;
use std::io::{self, Read};

/// A file, or the unpacked bytes of one in an archive, digesting what is read from it.
pub(super) struct DigestingReader<R> {
    input: R,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl<R: Read> DigestingReader<R> {
    pub(super) fn new(input: R) -> DigestingReader<R> {
        DigestingReader { input, hasher: blake3::Hasher::new(), bytes: 0 }
    }

    /// Reads what the decompressor left, and gives digest and size of the whole.
    pub(super) fn finish(&mut self) -> io::Result<(String, u64)> {
        let mut buffer = vec![0; WINDOW_BYTES];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok((self.hasher.finalize().to_hex().to_string(), self.bytes)),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }
}

impl<R: Read> Read for DigestingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}
