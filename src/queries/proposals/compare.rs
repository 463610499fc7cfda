//! What became of the sources that a workspace has: files that are gone. Called before new ones are looked for.

use crate::config::Config;
use crate::data::readers::source_files;

/// One sentence for each source whose files are not as they should be.
pub fn changes(config: &Config) -> Vec<String> {
    let gone = |source: &crate::config::Source| match source_files::resolve(source, &config.folder) {
        Ok(_) => None,
        Err(error) => Some(format!("{} is gone or cannot be read: {}", source.path, error.causes.join("; "))),
    };
    config.sources.iter().filter_map(gone).collect()
}
