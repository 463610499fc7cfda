//! The command: parse, dispatch, exit code. Everything else is in the library.

use propensity::cli::{self, Next};
use propensity::tui;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::main() {
        Next::Exit(code) => code,
        Next::Screen(screen) => match tui::run(screen.home.as_deref(), screen.config.as_deref(), screen.read_only) {
            Ok(()) => {
                screen.farewell.iter().for_each(|text| cli::say(text));
                ExitCode::SUCCESS
            }
            Err(error) => cli::fail(&error),
        },
    }
}
