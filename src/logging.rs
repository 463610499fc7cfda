//! The program's own log, to standard error, off unless `PROPENSITY_LOG` asks for it (for example `debug`).

#![warn(missing_docs, clippy::missing_errors_doc)]

use tracing_subscriber::EnvFilter;

/// Starts logging; a filter that is not understood is told and ignored.
pub fn start() {
    let Ok(filter) = std::env::var("PROPENSITY_LOG") else { return };
    match EnvFilter::try_new(&filter) {
        Ok(filter) => {
            let logger = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
            // Only a second call could fail, and there is none.
            let _ = logger.try_init();
        }
        Err(e) => eprintln!("PROPENSITY_LOG is not a filter: {e}"),
    }
}
