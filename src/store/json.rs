//! JSON files that nobody reads while they are written, in folders that are published or thrown away as a whole.

use crate::error::{Context, Result};
use std::path::Path;

/// Writes a value as indented JSON with a line end; not atomic, not flushed.
///
/// # Errors
/// The value has no JSON, or the disk refuses.
pub fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<()> {
    let what = || format!("{} could not be written.", path.display());
    let text = serde_json::to_string_pretty(value).context(what)?;
    std::fs::write(path, text + "\n").on_disk(what)
}
