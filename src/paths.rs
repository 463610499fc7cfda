//! Where everything lies. The directories come from the `directories` crate; `--home` or `PROPENSITY_HOME` moves them
//! all into one folder, `--config` names another configuration.

#![warn(missing_docs, clippy::missing_errors_doc)]

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// The directories of one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The configuration, `config.toml`.
    pub config_file: PathBuf,
    /// Scores, drafts, runs and the audit log.
    pub data: PathBuf,
    /// What the screens remember.
    pub state: PathBuf,
    /// What can be made again: catalog and lists of runs.
    pub cache: PathBuf,
}

impl Paths {
    /// The directories below `home`, or where the system keeps a program's files; `config` names another configuration.
    ///
    /// # Errors
    /// No home directory is known and none was given.
    pub fn resolve(home: Option<&Path>, config: Option<&Path>) -> Result<Paths> {
        let mut paths = match home {
            Some(home) => Paths::below(home),
            None => {
                let dirs = directories::ProjectDirs::from("", "", "propensity").ok_or_else(|| {
                    Error::new("No home directory is known.").hint("name a folder with --home or PROPENSITY_HOME")
                })?;
                Paths {
                    config_file: dirs.config_dir().join("config.toml"),
                    data: dirs.data_dir().to_path_buf(),
                    state: dirs.state_dir().unwrap_or(dirs.data_local_dir()).to_path_buf(),
                    cache: dirs.cache_dir().to_path_buf(),
                }
            }
        };
        if let Some(config) = config {
            paths.config_file = config.to_path_buf();
        }
        Ok(paths)
    }

    /// Everything in one folder.
    pub fn below(home: &Path) -> Paths {
        Paths {
            config_file: home.join("config.toml"),
            data: home.join("data"),
            state: home.join("state"),
            cache: home.join("cache"),
        }
    }

    /// The folder of a score's runs, by the id of the score.
    pub fn runs(&self, score: &str) -> PathBuf {
        self.data.join("runs").join(score)
    }
}
