//! `propensity score export`: the latest scores as CSV, JSON lines or Parquet, in a file or on standard output.

use crate::cli::format::counted;
use crate::cli::latest_scores::latest_scores;
use crate::cli::profile::filter;
use crate::cli::progress::ProgressLine;
use crate::cli::session::Session;
use crate::data::scores::Sort;
use crate::domain::progress::Silent;
use crate::error::{Error, Result};
use crate::queries::export::{self, Existing};
use crate::queries::profile::ScoredProfiles;
use crate::runs::find;
use crate::workspace::Workspace;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    /// The scores of an earlier run instead of the latest.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Left out: the ending of the file, else CSV.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Standard output where left out (not for Parquet).
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Only the first N.
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Only one band.
    #[arg(long, value_name = "high|medium|low")]
    band: Option<String>,
    /// Only some: words that the id or name holds, band=high, attribute=value.
    #[arg(long, default_value = "", value_name = "FILTER")]
    filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Parquet,
    Jsonl,
}

/// What an export came to, as printed.
#[derive(Serialize)]
struct ExportOutput<'a> {
    profiles: u64,
    file: &'a Path,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let found = match &options.run {
        Some(run) => find::of_score(workspace, &workspace.scores.find(&options.score)?.id, run)?,
        None => latest_scores(workspace, &options.score)?,
    };
    let scored = ScoredProfiles::of(workspace, found)?;
    let places = places(&scored, options)?;
    let format = format(session, options)?;
    let Some(out) = &options.out else {
        return to_stdout(&scored, places.as_deref(), format);
    };
    export::refuse_own(workspace, out)?;
    let progress = ProgressLine::cancelling();
    let written = export::to_file(&scored.pages, places.as_deref(), format, out, Existing::Replace, &progress);
    progress.clear();
    session.print(&ExportOutput { profiles: written?, file: out }, |w| {
        let profiles = counted(w.profiles, "profile is", "profiles are");
        format!("{profiles} in {}.\n", w.file.display())
    })
}

/// The places to export; `None` is all of them.
fn places(scored: &ScoredProfiles, options: &Options) -> Result<Option<Vec<u32>>> {
    let band = match &options.band {
        None => String::new(),
        // The filter knows the bands, and says so where there is no such one.
        Some(band) => format!("band='{band}' "),
    };
    let places = filter::places(scored, &format!("{band}{}", options.filter), Sort::Rank)?;
    let Some(top) = options.top else { return Ok(places) };
    let all = places.unwrap_or_else(|| (0..scored.pages.len() as u32).collect());
    Ok(Some(all.into_iter().take(top).collect()))
}

fn format(session: &Session, options: &Options) -> Result<export::Format> {
    Ok(match (options.format, &options.out) {
        (Some(Format::Csv), _) => export::Format::Csv,
        (Some(Format::Jsonl), _) => export::Format::Jsonl,
        (Some(Format::Parquet), _) => export::Format::Parquet,
        (None, None) if session.json => export::Format::Jsonl,
        (None, None) => export::Format::Csv,
        // The name of the file says it.
        (None, Some(out)) => match (export::Format::of_path(out), out.extension()) {
            (Some(format), _) => format,
            (None, None) => export::Format::Csv,
            (None, Some(_)) => {
                return Err(Error::usage(format!("The ending of {} says no format.", out.display()))
                    .hint("end it with .csv, .jsonl or .parquet, or say --format"));
            }
        },
    })
}

fn to_stdout(scored: &ScoredProfiles, places: Option<&[u32]>, format: export::Format) -> Result<()> {
    let mut stdout = std::io::BufWriter::new(std::io::stdout().lock());
    export::to_writer(&scored.pages, places, format, &mut stdout, &Silent)?;
    match stdout.flush() {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Error::new("The export could not be written.").because(e)),
        _ => Ok(()),
    }
}
