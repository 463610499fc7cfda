//! What every command gets: the options that stand before or behind any of them, the workspace they name, and the way to
//! print. It lies below all commands; [`main`](super::main) parses it and hands it on.

use super::stdout;
use crate::error::{Error, Result};
use crate::workspace::Workspace;
use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args};
use serde::Serialize;
use std::io::IsTerminal;
use std::path::PathBuf;

/// The options of every command.
#[derive(Debug, Args)]
pub struct Session {
    /// One folder for configuration, data and state.
    #[arg(long, global = true, env = "PROPENSITY_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Another configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print data as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Refuse everything that changes the workspace.
    #[arg(long, global = true, env = "PROPENSITY_READ_ONLY", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    pub read_only: bool,
}

impl Session {
    /// The workspace that the options name.
    pub fn workspace(&self) -> Result<Workspace> {
        Workspace::open(self.home.as_deref(), self.config.as_deref())
    }

    /// Prints a value as JSON where that was asked for, else as `text` writes it.
    pub fn print<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
        let printed = if self.json {
            let json = serde_json::to_string_pretty(value);
            json.map_err(|e| Error::new("The result could not be written as JSON.").because(e))? + "\n"
        } else {
            text(value)
        };
        stdout::write(&printed)
    }
}

/// Where the screens open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    pub home: Option<PathBuf>,
    pub config: Option<PathBuf>,
    pub read_only: bool,
    /// What to say once somebody left them.
    pub farewell: Option<String>,
}

/// Whether somebody can see a screen and press a key.
pub fn on_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}
