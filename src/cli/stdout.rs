//! Writes to standard output. Used by [`Session::print`](super::session::Session::print), and by the commands that print
//! in several steps.

use crate::error::{Error, Result};
use std::io::{ErrorKind, Write};

/// Writes to standard output. A reader that went away (`| head`) ends the program quietly.
pub fn write(text: &str) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(e) => Err(Error::new("The output could not be written.").because(e)),
        Ok(()) => Ok(()),
    }
}
