//! The command: parse, dispatch, exit code. Everything else is in the library.

use propensity::cli::{self, Next};
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::main() {
        Next::Exit(code) => code,
        Next::Screen(_) => {
            eprintln!("error: The screens are being built.\n  hint: propensity help");
            ExitCode::FAILURE
        }
    }
}
