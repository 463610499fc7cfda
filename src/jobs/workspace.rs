//! One workspace: its paths, its configuration, its scores. The command line opens it once and hands it on.

use crate::config::Config;
use crate::domain::run::AsOf;
use crate::error::{Context, Error, Result};
use crate::paths::Paths;
use crate::store::scores::ScoreStore;
use std::ffi::OsString;
use std::path::Path;

pub struct Workspace {
    pub paths: Paths,
    pub config: Config,
    pub scores: ScoreStore,
    arguments: Vec<OsString>,
}

impl Workspace {
    /// # Errors
    /// The configuration cannot be read or is not valid.
    pub fn open(home: Option<&Path>, config: Option<&Path>) -> Result<Workspace> {
        let paths = Paths::resolve(home, config)?;
        let given_config = config;
        let config = Config::read(&paths.config_file)?;
        let scores = ScoreStore::open(&paths.data);
        let mut arguments = Vec::new();
        for (flag, path) in [("--home", home), ("--config", given_config)] {
            let Some(path) = path else { continue };
            let path = std::path::absolute(path).context(|| format!("{} has no absolute path.", path.display()))?;
            arguments.extend([flag.into(), path.into()]);
        }
        Ok(Workspace { paths, config, scores, arguments })
    }

    /// What makes another process of this program open the same workspace, wherever it is started.
    pub fn arguments(&self) -> Vec<OsString> {
        self.arguments.clone()
    }

    /// The as-of date: what was asked for, else what the config says.
    ///
    /// # Errors
    /// It is neither data, now nor a date.
    pub fn as_of(&self, asked: Option<&str>) -> Result<AsOf> {
        asked.unwrap_or(&self.config.workspace.as_of).parse().map_err(|why: String| {
            Error::usage("The as-of date is not valid.").because(why).hint("for example --as-of 2026-08-30")
        })
    }
}
