//! Scored profiles written for other programs: CSV (safe from formulas), JSON lines or Parquet; all of them, or those
//! that a filter left, in their order. Called by `propensity score export` and the Profiles screen.

use crate::data::readers::source_files;
use crate::data::scores::{ScorePages, ScoreWriter, ScoredProfile};
use crate::domain::feature_labels;
use crate::domain::progress::Progress;
use crate::domain::source::activity::day_text;
use crate::domain::text::csv_cell;
use crate::error::{Context, Error, Result};
use crate::workspace::Workspace;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Profiles read and written at once where they follow each other in the file.
const BLOCK: usize = 4_096;
/// And where they lie scattered, as after ordering by name: a block then costs a pass over the file, so it is a large one.
const MAX_SCATTERED_ROWS: usize = 65_536;
/// Factors of a line of CSV; the other formats hold all that the scores file has.
const FACTORS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Jsonl,
    Parquet,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Csv, Format::Jsonl, Format::Parquet];

    /// As it is asked for, and the ending of its files.
    pub fn word(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
            Format::Parquet => "parquet",
        }
    }

    /// The format of a file by its name.
    pub fn of_path(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        Format::ALL.into_iter().find(|f| f.word() == ending || (*f == Format::Jsonl && ending == "ndjson"))
    }
}

/// A profile with its rank.
#[derive(Debug, Serialize)]
pub struct Ranked {
    pub rank: u32,
    #[serde(flatten)]
    pub profile: ScoredProfile,
}

/// What becomes of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is an error.
    Keep,
    Replace,
}

/// Refuses a path that is a source or lies in the data folder: an export must not take the place of what it comes from.
///
/// # Errors
/// It is one.
pub fn refuse_own(workspace: &Workspace, path: &Path) -> Result<()> {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let target = real(folder).join(path.file_name().unwrap_or_default());
    let refused = |what: &str| Err(Error::usage(format!("{} is {what}: choose another name.", path.display())));
    if target.starts_with(real(&workspace.paths.data)) {
        return refused("in the folder where the workspace keeps its state");
    }
    let config = &workspace.config;
    // Sources that cannot be found are none that could be overwritten.
    let sources = config.sources.iter().filter_map(|s| source_files::resolve(s, &config.folder).ok()).flatten();
    if path.exists() && sources.into_iter().any(|file| real(&file.path) == real(path)) {
        return refused("a source of the workspace");
    }
    Ok(())
}

/// Writes the profiles at these places, all where there are none, to a file that is there whole or not at all; returns
/// how many.
///
/// # Errors
/// The file cannot be written or is there already, the scores cannot be read on, or cancelled.
pub fn to_file(
    pages: &ScorePages,
    places: Option<&[u32]>,
    format: Format,
    path: &Path,
    existing: Existing,
    progress: &dyn Progress,
) -> Result<u64> {
    let what = || format!("{} could not be written.", path.display());
    let there = || Error::usage(format!("{} exists already: choose another name.", path.display()));
    if existing == Existing::Keep && path.exists() {
        return Err(there());
    }
    let folder =
        path.parent().filter(|p| !p.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".propensity-export");
    #[cfg(unix)]
    {
        // As an ordinary file, which the user's mask still narrows.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let temporary = builder.tempfile_in(folder).context(what)?;
    let written = match format {
        Format::Parquet => {
            let mut writer = ScoreWriter::create(temporary.path(), pages.attributes())?;
            let written = each_block(pages, places, progress, |rows| {
                let profiles: Vec<ScoredProfile> = rows.into_iter().map(|r| r.profile).collect();
                writer.write(&profiles).map(|()| true)
            })?;
            writer.finish()?;
            written
        }
        format => {
            let mut out = std::io::BufWriter::new(temporary.as_file());
            let written = to_writer(pages, places, format, &mut out, progress)?;
            out.flush().context(what)?;
            written
        }
    };
    match existing {
        Existing::Replace => {
            if let Ok(old) = std::fs::metadata(path) {
                temporary.as_file().set_permissions(old.permissions()).context(what)?;
            }
            temporary.persist(path).map_err(|e| e.error).context(what)?;
        }
        // Somebody may have made it meanwhile.
        Existing::Keep => match temporary.persist_noclobber(path) {
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => return Err(there()),
            done => drop(done.map_err(|e| e.error).context(what)?),
        },
    }
    Ok(written)
}

/// Writes the profiles as lines; a reader that hangs up ends it without an error.
///
/// # Errors
/// Those of [`to_file`]; Parquet cannot be written to a stream.
pub fn to_writer(
    pages: &ScorePages,
    places: Option<&[u32]>,
    format: Format,
    out: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<u64> {
    let what = || "The export could not be written.".to_string();
    if format == Format::Parquet {
        return Err(Error::usage("Parquet needs a file to go to.").hint("--out scores.parquet"));
    }
    let mut lines = |text: String| match out.write_all(text.as_bytes()) {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        done => done.map(|()| true).context(what),
    };
    let attributes = pages.attributes();
    if format == Format::Csv && !lines(header(attributes))? {
        return Ok(0);
    }
    each_block(pages, places, progress, |rows| {
        let mut text = String::new();
        for row in &rows {
            match format {
                Format::Csv => text += &csv_line(row, attributes),
                _ => {
                    text += &serde_json::to_string(row).context(what)?;
                    text.push('\n');
                }
            }
        }
        lines(text)
    })
}

fn each_block(
    pages: &ScorePages,
    places: Option<&[u32]>,
    progress: &dyn Progress,
    // Whether there is still somebody to write to.
    mut each: impl FnMut(Vec<Ranked>) -> Result<bool>,
) -> Result<u64> {
    let block = if places.is_none_or(|p| p.is_sorted()) { BLOCK } else { MAX_SCATTERED_ROWS };
    let total = places.map_or(pages.len(), <[u32]>::len);
    let mut done = 0;
    while done < total {
        progress.check()?;
        let to = total.min(done + block);
        let block: Vec<u32> = match places {
            Some(places) => places[done..to].to_vec(),
            None => (done as u32..to as u32).collect(),
        };
        let rows = pages.rows(&block)?;
        let ranked = rows.into_iter().map(|(place, profile)| Ranked { rank: place + 1, profile }).collect();
        done = to;
        if !each(ranked)? {
            break;
        }
        progress.advance(done as u64, Some(total as u64));
    }
    Ok(done as u64)
}

fn header(attributes: &[Arc<str>]) -> String {
    let fixed = "rank,profile_id,name,score,previous_score,percentile,probability,band,model_type,score_date";
    let factors = (1..=FACTORS).flat_map(|n| [format!("factor_{n}"), format!("contribution_{n}")]);
    let attributes = attributes.iter().map(|a| csv_text(a));
    let more: Vec<String> = factors.chain(["account_id".to_string()]).chain(attributes).collect();
    format!("{fixed},{}\n", more.join(","))
}

fn csv_line(ranked: &Ranked, attributes: &[Arc<str>]) -> String {
    let p = &ranked.profile;
    let mut cells = vec![
        ranked.rank.to_string(),
        csv_text(&p.profile_id),
        csv_text(p.name.as_deref().unwrap_or("")),
        format!("{:.4}", p.score),
        p.previous_score.map_or(String::new(), |s| format!("{s:.4}")),
        p.percentile.to_string(),
        format!("{:.6}", p.probability),
        p.band.word().into(),
        csv_text(&p.model_type),
        day_text(p.score_date),
    ];
    for i in 0..FACTORS {
        match p.factors.get(i) {
            Some(f) => {
                let label = feature_labels::for_code(&f.code).label;
                cells.push(csv_text(&format!("{label} = {}", f.value.as_deref().unwrap_or("missing"))));
                cells.push(format!("{:.6}", f.contribution));
            }
            None => cells.extend([String::new(), String::new()]),
        }
    }
    cells.push(csv_text(p.account_id.as_deref().unwrap_or("")));
    cells.extend(attributes.iter().map(|name| csv_text(p.attribute(name).unwrap_or(""))));
    cells.join(",") + "\n"
}

/// A text cell: guarded against formulas, quoted where CSV needs it.
fn csv_text(text: &str) -> String {
    let guarded = csv_cell(text);
    if guarded.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded.into_owned()
    }
}
