//! A file that is digested while it is read, below the decompressor, so that a run can name exactly what it read.

use super::source_files::SourceFile;
use super::window::WINDOW_BYTES;
use crate::error::{Context, Error, Result};
use std::fs::File;
use std::io::{self, Read};

/// The file, digesting what is read from it.
pub(super) struct DigestingFile {
    pub(super) file: File,
    hasher: blake3::Hasher,
    bytes: u64,
}

impl DigestingFile {
    pub(super) fn open(file: &SourceFile) -> Result<DigestingFile> {
        let opened =
            File::open(&file.path).context(|| format!("The file {} could not be opened.", file.path.display()))?;
        Ok(DigestingFile { file: opened, hasher: blake3::Hasher::new(), bytes: 0 })
    }

    /// Reads what the decompressor left, and gives digest and size of the whole.
    pub(super) fn finish(&mut self, file: &SourceFile) -> Result<(String, u64)> {
        let mut buffer = vec![0; WINDOW_BYTES];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => return Ok((self.hasher.finalize().to_hex().to_string(), self.bytes)),
                Ok(_) => {}
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    return Err(Error::new(format!("The file {} could not be read.", file.path.display())).because(e));
                }
            }
        }
    }
}

impl Read for DigestingFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        self.bytes += n as u64;
        Ok(n)
    }
}
