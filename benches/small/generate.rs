//! Writes a small business with known truth into a folder, for `benches/small/compare.py`.
//!
//! `cargo bench --bench small -- folder=DIR [seed=1] [accounts=300] [conversions=40] [days=1095] [end=2025-02-01]
//! [horizon=90] [futures=200] [repeatable=yes]` writes persons.csv, accounts.csv, events.csv (before the day `end`) and
//! truth.csv (probability of each account to convert within the horizon from `end` on, from so many simulated futures, and
//! whether it did). A word without `=` is an error; so is a name that is not listed.

// Tests use more of it.
#[allow(dead_code)]
#[path = "../../tests/common/small_business/mod.rs"]
mod small_business;

use small_business::{Options, SmallBusiness};
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    match wanted(arguments) {
        Ok((options, folder, futures)) => {
            let business = SmallBusiness::new(options);
            if let Err(e) = business.write(&folder, futures) {
                eprintln!("{} could not be written: {e}", folder.display());
                return ExitCode::FAILURE;
            }
            println!("{} conversions, {} events", business.conversions(), business.events.len());
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

fn wanted(arguments: impl Iterator<Item = String>) -> Result<(Options, PathBuf, usize), String> {
    let (mut options, mut folder, mut futures) = (Options::default(), None, 200);
    for argument in arguments {
        let (name, value) = argument.split_once('=').ok_or(format!("{argument} is not name=value"))?;
        let wrong = || format!("{argument} has no valid value");
        match name {
            "folder" => folder = Some(PathBuf::from(value)),
            "seed" => options.seed = value.parse().map_err(|_| wrong())?,
            "accounts" => options.accounts = value.parse().map_err(|_| wrong())?,
            "conversions" => options.conversions = value.parse().map_err(|_| wrong())?,
            "days" => options.days = value.parse().map_err(|_| wrong())?,
            "end" => options.end = value.parse().map_err(|_| wrong())?,
            "horizon" => options.horizon = value.parse().map_err(|_| wrong())?,
            "futures" => futures = value.parse().map_err(|_| wrong())?,
            "repeatable" => options.repeatable = value == "yes",
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok((options, folder.ok_or("folder=DIR is missing")?, futures))
}
