//! One workspace: its paths, its configuration, its scores. The command line opens it once and hands it on.

pub mod config_file;

use crate::config::Config;
use crate::domain::run::AsOf;
use crate::domain::text::shell_quoted;
use crate::error::{Error, Result};
use crate::paths::Paths;
use crate::store::scores::ScoreStore;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::borrow::Cow;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

pub struct Workspace {
    pub paths: Paths,
    pub config: Config,
    pub scores: ScoreStore,
    /// `--home` and `--config` as they were given, absolute.
    given: [Option<PathBuf>; 2],
    /// Whether the data folder was seen; one that goes away later is no workspace that has none yet.
    seen: AtomicBool,
}

impl Workspace {
    /// # Errors
    /// The configuration cannot be read or is not valid, or no home directory is known and none was given.
    pub fn open(home: Option<&Path>, config_file: Option<&Path>) -> Result<Workspace> {
        match Workspace::open_anyway(home, config_file)? {
            (workspace, None) => Ok(workspace),
            (_, Some(error)) => Err(error),
        }
    }

    /// The same with every default in the place of a configuration that cannot be read, and why it cannot.
    ///
    /// # Errors
    /// No home directory is known and none was given.
    pub fn open_anyway(home: Option<&Path>, config_file: Option<&Path>) -> Result<(Workspace, Option<Error>)> {
        let paths = Paths::resolve(home, config_file)?;
        let (config, unread) = match Config::read(&paths.config_file) {
            Ok(config) => (config, None),
            Err(error) => (Config::default(), Some(error)),
        };
        let scores = ScoreStore::open(&paths.data);
        // Where the current folder is unknown, a path is handed on as it was given.
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let given = [home.map(absolute), config_file.map(absolute)];
        Ok((Workspace { paths, config, scores, given, seen: AtomicBool::new(false) }, unread))
    }

    /// The arguments with which another process of this program opens the same workspace, from whatever folder.
    pub fn arguments(&self) -> Vec<OsString> {
        let named = ["--home", "--config"].into_iter().zip(&self.given);
        named.filter_map(|(name, path)| path.as_ref().map(|p| [name.into(), p.into()])).flatten().collect()
    }

    /// A command of this program as a person enters it in a shell, so that it works on this workspace from whatever folder.
    pub fn command(&self, words: &[&str]) -> String {
        command(&self.arguments(), words)
    }

    /// Where `propensity demo` makes its workspace: a folder of its own, below the home where one was given, else in the
    /// data folder.
    pub fn demo_folder(&self) -> PathBuf {
        self.given[0].as_deref().unwrap_or(&self.paths.data).join("demo")
    }

    /// The zone in which days are cut; the reading of the sources refuses one that there is not.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.config.workspace.timezone).unwrap_or(TimeZone::UTC)
    }

    /// Looks whether the data folder is where it was. Sessions that last ask before they read or change anything: an empty
    /// place would look like a workspace without scores, and a new folder would be made in it.
    ///
    /// # Errors
    /// It was there once, and is gone.
    pub fn check_data(&self) -> Result<()> {
        let data = &self.paths.data;
        match data.is_dir() {
            true => self.seen.store(true, Ordering::Relaxed),
            false if self.seen.load(Ordering::Relaxed) => {
                return Err(Error::new(format!("The data folder {} is gone.", data.display()))
                    .because("it was there a moment ago; a drive or a share may be away")
                    .hint("Bring it back: everything is in it, and nothing is changed until then."));
            }
            false => {}
        }
        Ok(())
    }

    /// The as-of date: what was asked for, else what the config says.
    ///
    /// # Errors
    /// It is neither data, now nor a date, or it lies in the future.
    pub fn as_of(&self, asked: Option<&str>) -> Result<AsOf> {
        let invalid = |why: String| {
            Error::usage("The as-of date is not valid.").because(why).hint("for example --as-of 2026-08-30")
        };
        let as_of: AsOf = asked.unwrap_or(&self.config.workspace.as_of).parse().map_err(invalid)?;
        let today = Timestamp::now().to_zoned_datetime(self.zone()).date();
        match as_of {
            // The start of tomorrow is the end of today.
            AsOf::Date(date) if today.tomorrow().is_ok_and(|tomorrow| date > tomorrow) => {
                Err(invalid(format!("{date} lies in the future: nothing is known of it yet")))
            }
            as_of => Ok(as_of),
        }
    }
}

/// A command of this program as a person enters it in a shell, for the workspace whose home is a folder; without words it
/// opens the screens.
pub fn command_at(home: &Path, words: &[&str]) -> String {
    command(&["--home".into(), home.into()], words)
}

fn command(arguments: &[OsString], words: &[&str]) -> String {
    let arguments = arguments.iter().map(|word| word.to_string_lossy());
    let words = arguments.chain(words.iter().map(|word| Cow::Borrowed(*word))).map(|word| shell_quoted(&word));
    std::iter::once("propensity".to_string()).chain(words).collect::<Vec<_>>().join(" ")
}
