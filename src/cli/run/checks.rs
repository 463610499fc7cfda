//! The checks of a run with what they found. Printed with the run, and on standard error where a check stopped it.

use crate::cli::format::{count, cut, harmless, harmless_lines};
use crate::cli::table;
use crate::domain::run::Run;
use crate::domain::run::quality::{Check, Outcome};
use crate::domain::text::Align;

/// What was found in a run that a check stopped, on standard error: somebody has to decide what to do next.
pub fn print_to_stderr(run: &Run) {
    eprintln!("{}", harmless_lines(&table(run)));
    for warning in &run.warnings {
        eprintln!("warning: {}", harmless(warning));
    }
}

/// Every check with the figure found and the threshold.
pub fn table(run: &Run) -> String {
    let header = [
        ("check", Align::Right),
        ("", Align::Left),
        ("found", Align::Right),
        ("threshold", Align::Right),
        ("what", Align::Left),
    ];
    table::table(&header, &run.checks.iter().map(row).collect::<Vec<_>>())
}

fn row(check: &Check) -> Vec<String> {
    let number = |v: f64| if v.fract() == 0.0 { count(v as u64) } else { format!("{v:.3}") };
    let sign = match check.outcome {
        Outcome::Passed => "✓ passed",
        Outcome::Information => "· noted",
        Outcome::Warning => "! warning",
        Outcome::Stopped => "✗ stopped",
    };
    let code = if check.code == 0 { "–".into() } else { check.code.to_string() };
    let threshold = check.threshold.map_or(String::new(), number);
    vec![code, sign.into(), number(check.found), threshold, cut(&check.what, 64)]
}
