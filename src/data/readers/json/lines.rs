//! JSON with one object on a line. Called by [`read`](super::read).

use super::rows::{RowBuffer, refuse_large};
use crate::data::readers::output::Output;
use crate::data::readers::window::{MAX_ROW, Window};
use crate::error::Result;
use memchr::memchr;

/// Splits the stream into lines and these into cells.
pub(super) fn read(window: &mut Window, block: &mut RowBuffer, out: &mut Output) -> Result<()> {
    let mut line = 1;
    loop {
        let rest = window.rest();
        let end = match memchr(b'\n', rest) {
            Some(end) => end,
            None if window.ended() && rest.is_empty() => return Ok(()),
            None if window.ended() => rest.len(),
            None if rest.len() > MAX_ROW => {
                skip_line(window, out)?;
                refuse_large(line, out);
                line += 1;
                continue;
            }
            None => {
                window.fill().map_err(|e| out.failed(e))?;
                continue;
            }
        };
        if end > MAX_ROW {
            refuse_large(line, out);
        } else if !rest[..end].trim_ascii().is_empty() {
            if std::str::from_utf8(&rest[..end]).is_err() {
                // The lines that follow show whether the file is UTF-8 and this line damaged.
                out.decoding.look_ahead(rest);
            }
            block.add(&rest[..end], line, out)?;
        }
        let length = rest.len();
        window.consume((end + 1).min(length));
        line += 1;
    }
}

fn skip_line(window: &mut Window, out: &Output) -> Result<()> {
    loop {
        let rest = window.rest();
        if let Some(end) = memchr(b'\n', rest) {
            window.consume(end + 1);
            return Ok(());
        }
        let length = rest.len();
        window.consume(length);
        if window.ended() {
            return Ok(());
        }
        window.fill().map_err(|e| out.failed(e))?;
    }
}
