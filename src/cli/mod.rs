//! The command line: one file per noun. It parses, calls `jobs` and `store`, and prints; `--json` stands everywhere that
//! prints data. Exit codes: 0 done, 1 the request could not be done, 2 usage, 3 a quality check stopped a run.

mod data;
mod demo;
mod format;
mod profile;
mod progress;
mod run;
mod score;

use crate::error::{Error, Kind, Result};
use crate::jobs::workspace::Workspace;
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Predictive lead and account scoring in a terminal.
///
/// Reads CRM exports, learns from your own history who converts, scores every profile from 0 to 100 with exact reasons,
/// and proves itself on data it has not seen.
#[derive(Debug, Parser)]
#[command(name = "propensity", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    /// One folder for configuration, data and state.
    #[arg(long, global = true, env = "PROPENSITY_HOME", value_name = "DIR")]
    home: Option<PathBuf>,
    /// Another configuration file.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print data as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Debug, Subcommand)]
enum Noun {
    /// The sources as read.
    #[command(subcommand)]
    Data(data::Verb),
    /// The score definitions.
    #[command(subcommand)]
    Score(score::Verb),
    /// Runs: fit, test, score; list, show, verify.
    #[command(subcommand)]
    Run(run::Verb),
    /// The scored persons or accounts.
    #[command(subcommand)]
    Profile(profile::Verb),
    /// Make a workspace with generated data, run two scores on it, and print who will convert and why.
    Demo(demo::Options),
}

/// What every verb gets.
struct Session {
    home: Option<PathBuf>,
    config: Option<PathBuf>,
    json: bool,
}

impl Session {
    fn workspace(&self) -> Result<Workspace> {
        Workspace::open(self.home.as_deref(), self.config.as_deref())
    }

    /// Prints a value as JSON where that was asked for, else as `text` writes it.
    fn print<T: serde::Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) -> Result<()> {
        let shown = if self.json {
            let json = serde_json::to_string_pretty(value);
            json.map_err(|e| Error::new("The result could not be written as JSON.").because(e))? + "\n"
        } else {
            text(value)
        };
        format::out(&shown)
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    if let Err(report) = color_eyre::install() {
        eprintln!("error: {report}");
    }
    crate::logging::start();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            let code = u8::from(error.use_stderr()) * 2;
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let session = Session { home: cli.home, config: cli.config, json: cli.json };
    let done = match cli.noun {
        Noun::Data(verb) => data::run(&session, verb),
        Noun::Score(verb) => score::run(&session, verb),
        Noun::Run(verb) => run::run(&session, verb),
        Noun::Profile(verb) => profile::run(&session, verb),
        Noun::Demo(options) => demo::run(&session, options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn report(error: &Error) {
    let mark = match error.kind {
        Kind::Stopped(0) => "stopped".to_string(),
        Kind::Stopped(code) => format!("stopped by {code}"),
        _ => "error".to_string(),
    };
    eprintln!("{mark}: {}", format::harmless_lines(&error.to_string()));
}
