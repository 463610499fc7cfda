//! The command line. It parses, calls what does the work, and prints; `--json` stands everywhere that prints data. Exit
//! codes: 0 done, 1 the request could not be done, 2 usage, 3 a quality check stopped a run.
//!
//! This file has the top of the command line and calls the noun. A noun with one file has its verbs there. One with a
//! folder has the list of its verbs in `mod.rs` and each verb in the file of its name, as `Options` (what it is given)
//! and `execute`; the other files of a folder are what several verbs need.
//!
//! | file | what it is |
//! |---|---|
//! | `data` | `propensity data …`: the sources as read, their catalog |
//! | `score` | `propensity score …`: definitions of scores, and what their latest runs tell |
//! | `run` | `propensity run …`: start, follow, cancel, list, show, verify |
//! | `schedule` | `propensity schedule …`: when scores run next, and the timer |
//! | `profile` | `propensity profile …`: the scored persons or accounts |
//! | `code` | `propensity code …`: the codes that a run can end with |
//! | `audit` | `propensity audit …`: who did what, when |
//! | `doctor` | `propensity doctor`: checks and mends the workspace |
//! | `demo` | `propensity demo`: generated data with two scores |
//! | `worker` | the hidden commands: processes that the program starts itself |
//! | `session` | the options of every command, and printing as text or JSON |
//! | `latest_scores` | the run whose scores a command is about |
//! | `format` | numbers, moments, text from data |
//! | `table` | tables |
//! | `stdout` | writing to standard output |
//! | `progress` | the line that shows progress, and Ctrl-C |

mod audit;
mod code;
mod data;
mod demo;
mod doctor;
mod format;
mod latest_scores;
mod profile;
mod progress;
mod run;
mod schedule;
mod score;
mod session;
mod stdout;
mod table;
mod worker;

pub use session::Screen;

use crate::error::{Error, Kind, Result};
use clap::{CommandFactory, Parser, Subcommand};
use session::{Session, on_terminal};
use std::process::ExitCode;

/// Predictive lead and account scoring in a terminal.
///
/// Reads CRM exports, learns from your own history who converts, scores every profile from 0 to 100 with exact reasons,
/// and proves itself on data it has not seen.
#[derive(Debug, Parser)]
#[command(name = "propensity", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    session: Session,
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
    #[command(hide = true)]
    CatalogWorker,
}

impl Noun {
    /// Whether it changes the workspace.
    fn changes(&self) -> bool {
        match self {
            Noun::Profile(_) | Noun::Code(_) | Noun::Audit(_) | Noun::CatalogWorker => false,
            Noun::Data(verb) => verb.changes(),
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

/// Runs the command line of this process.
pub fn main() -> Next {
    if let Err(report) = color_eyre::install() {
        eprintln!("error: {report}");
    }
    crate::logging::start();
    let Cli { session, noun } = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and go to standard output.
            let code = u8::from(error.use_stderr()) * 2;
            let _ = error.print();
            return Next::Exit(ExitCode::from(code));
        }
    };
    let done = match noun {
        None if on_terminal() => {
            let Session { home, config, read_only, .. } = session;
            Ok(Some(Screen { home, config, read_only, farewell: None }))
        }
        None => {
            eprint!("{}", Cli::command().render_help());
            return Next::Exit(ExitCode::from(2));
        }
        Some(noun) if session.read_only && noun.changes() => {
            Err(Error::new("This would change the workspace, which --read-only (PROPENSITY_READ_ONLY) forbids."))
        }
        Some(noun) => execute(&session, noun),
    };
    match done {
        Ok(None) => Next::Exit(ExitCode::SUCCESS),
        Ok(Some(screen)) => Next::Screen(screen),
        Err(error) => Next::Exit(fail(&error)),
    }
}

fn execute(session: &Session, noun: Noun) -> Result<Option<Screen>> {
    match noun {
        Noun::Data(verb) => data::execute(session, verb),
        Noun::Score(verb) => score::execute(session, verb),
        Noun::Run(verb) => run::execute(session, verb),
        Noun::Schedule(verb) => schedule::execute(session, verb),
        Noun::Profile(verb) => profile::execute(session, verb),
        Noun::Code(verb) => code::execute(session, verb),
        Noun::Audit(verb) => audit::execute(session, verb),
        Noun::Doctor(options) => doctor::execute(session, &options),
        Noun::Demo(options) => return demo::execute(session, options),
        Noun::Worker(options) => worker::execute(session, options),
        Noun::CatalogWorker => worker::build_catalog(session),
    }
    .map(|()| None)
}

/// Says something after the screens. A terminal that is gone hears nothing.
pub fn say(text: &str) {
    let _ = stdout::write(text);
}

/// Reports an error on standard error, and gives its exit code.
pub fn fail(error: &Error) -> ExitCode {
    let mark = match error.kind {
        Kind::Stopped(0) => "stopped".to_string(),
        Kind::Stopped(code) => format!("stopped by {code}"),
        _ => "error".to_string(),
    };
    eprintln!("{mark}: {}", format::harmless_lines(&error.to_string()));
    ExitCode::from(error.exit_code())
}
