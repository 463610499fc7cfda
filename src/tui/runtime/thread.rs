//! Starts the named threads of the runtime.

use crate::error::{Context, Result};

/// Starts a named thread.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map(|_| ())
        .context(|| format!("The thread '{name}' could not be started."))
}
