//! One workspace: its paths, its configuration, its scores. The command line opens it once and hands it on.

use crate::config::Config;
use crate::domain::run::AsOf;
use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::store::scores::ScoreStore;
use std::path::Path;

pub struct Workspace {
    pub paths: Paths,
    pub config: Config,
    pub scores: ScoreStore,
}

impl Workspace {
    /// # Errors
    /// The configuration cannot be read or is not valid.
    pub fn open(home: Option<&Path>, config: Option<&Path>) -> Result<Workspace> {
        let paths = Paths::resolve(home, config)?;
        let config = Config::read(&paths.config_file)?;
        let scores = ScoreStore::open(&paths.data);
        Ok(Workspace { paths, config, scores })
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
