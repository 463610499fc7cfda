//! The command line: one file per noun. It parses, calls `jobs` and `store`, and prints; `--json` stands everywhere that
//! prints data. Exit codes: 0 done, 1 the request could not be done, 2 usage, 3 a quality check stopped a run.

mod audit;
mod code;
mod data;
mod demo;
mod doctor;
mod due;
mod factors;
mod format;
mod live;
mod profile;
mod progress;
mod realised;
mod report;
mod run;
mod schedule;
mod score;
mod worker;

use crate::error::{Error, Kind, Result};
use crate::workspace::Workspace;
use clap::builder::FalseyValueParser;
use clap::{ArgAction, CommandFactory, Parser, Subcommand};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

/// Predictive lead and account scoring in a terminal.
///
/// Reads CRM exports, learns from your own history who converts, scores every profile from 0 to 100 with exact reasons,
/// and proves itself on data it has not seen.
#[derive(Debug, Parser)]
#[command(name = "propensity", version, propagate_version = true)]
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
    /// Refuse everything that changes the workspace.
    #[arg(long, global = true, env = "PROPENSITY_READ_ONLY", action = ArgAction::SetTrue, value_parser = FalseyValueParser::new())]
    read_only: bool,
    /// The screens open where none is given.
    #[command(subcommand)]
    noun: Option<Noun>,
}

#[derive(Debug, Subcommand)]
enum Noun {
    /// The sources as read.
    #[command(subcommand)]
    Data(data::Verb),
    /// The score definitions.
    #[command(subcommand)]
    Score(score::Verb),
    /// Runs: start, watch, cancel, list, show, verify.
    #[command(subcommand)]
    Run(run::Verb),
    /// When scores run by themselves.
    #[command(subcommand)]
    Schedule(schedule::Verb),
    /// The scored persons or accounts.
    #[command(subcommand)]
    Profile(profile::Verb),
    /// The codes that a run can end with: what each means and what helps.
    #[command(subcommand)]
    Code(code::Verb),
    /// Who did what, when.
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Check the workspace, name every problem, and mend what may be mended.
    Doctor(doctor::Options),
    /// Make a workspace with generated data, run two scores on it, and show who will convert and why.
    Demo(demo::Options),
    /// Make one run; started by the program itself.
    #[command(hide = true)]
    Worker(worker::Options),
    /// Build the catalog of the sources, silently: what the screens start in the background.
    #[command(name = "catalog-worker", hide = true)]
    Catalog,
}

impl Noun {
    fn changes(&self) -> bool {
        match self {
            Noun::Data(_) | Noun::Profile(_) | Noun::Code(_) | Noun::Audit(_) | Noun::Catalog => false,
            Noun::Score(verb) => verb.changes(),
            Noun::Run(verb) => verb.changes(),
            Noun::Schedule(verb) => verb.changes(),
            Noun::Doctor(options) => options.changes(),
            Noun::Demo(_) | Noun::Worker(_) => true,
        }
    }
}

/// What is to happen once the command line is done.
#[derive(Debug)]
pub enum Next {
    Exit(ExitCode),
    /// The screens are to open.
    Screen(Screen),
}

/// Where the screens open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    pub home: Option<PathBuf>,
    pub config: Option<PathBuf>,
    pub read_only: bool,
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
pub fn main() -> Next {
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
            return Next::Exit(ExitCode::from(code));
        }
    };
    let session = Session { home: cli.home, config: cli.config, json: cli.json };
    let done = match cli.noun {
        None if on_terminal() => {
            Ok(Some(Screen { home: session.home, config: session.config, read_only: cli.read_only }))
        }
        None => {
            eprint!("{}", Cli::command().render_help());
            return Next::Exit(ExitCode::from(2));
        }
        Some(noun) if cli.read_only && noun.changes() => {
            Err(Error::new("This would change the workspace, which --read-only (PROPENSITY_READ_ONLY) forbids."))
        }
        Some(noun) => dispatch(&session, noun),
    };
    match done {
        Ok(None) => Next::Exit(ExitCode::SUCCESS),
        Ok(Some(screen)) => Next::Screen(screen),
        Err(error) => Next::Exit(fail(&error)),
    }
}

fn dispatch(session: &Session, noun: Noun) -> Result<Option<Screen>> {
    match noun {
        Noun::Data(verb) => data::run(session, verb),
        Noun::Score(verb) => score::run(session, verb),
        Noun::Run(verb) => run::run(session, verb),
        Noun::Schedule(verb) => schedule::run(session, verb),
        Noun::Profile(verb) => profile::run(session, verb),
        Noun::Code(verb) => code::run(session, verb),
        Noun::Audit(verb) => audit::run(session, verb),
        Noun::Doctor(options) => doctor::run(session, &options),
        Noun::Demo(options) => return demo::run(session, options),
        Noun::Catalog => data::catalog_worker(session),
        Noun::Worker(options) => worker::run(session, options),
    }
    .map(|()| None)
}

/// Whether somebody can see a screen and press a key.
fn on_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}

/// Reports an error on standard error, and gives its exit code.
pub fn fail(error: &Error) -> ExitCode {
    report(error);
    ExitCode::from(error.exit_code())
}

fn report(error: &Error) {
    let mark = match error.kind {
        Kind::Stopped(0) => "stopped".to_string(),
        Kind::Stopped(code) => format!("stopped by {code}"),
        _ => "error".to_string(),
    };
    eprintln!("{mark}: {}", format::harmless_lines(&error.to_string()));
}
