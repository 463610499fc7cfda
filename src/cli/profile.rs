//! `propensity profile …`: the scored persons or accounts of one score, and the rows of an export.

use super::Session;
use super::format::{Side, cut, harmless, multiplier, percent, table};
use super::score::{Format, latest_scores};
use crate::data::scores::{ScoreReader, ScoredProfile};
use crate::domain::text::csv_cell;
use crate::error::{Context, Error, Result};
use crate::jobs::{self, run_folder};
use clap::Subcommand;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The best profiles of a score.
    List {
        score: String,
        #[arg(long, default_value_t = 20, value_name = "N")]
        top: usize,
    },
    /// One profile with its factors.
    Show {
        score: String,
        profile_id: String,
        /// All factors, computed anew from the sources, instead of the ten largest.
        #[arg(long)]
        all: bool,
    },
}

pub fn run(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::List { score, top } => {
            let found = latest_scores(&workspace, &score)?;
            let reader = ScoreReader::open(&found.folder.join(run_folder::SCORES))?;
            let rows: Vec<Ranked> = reader
                .take(top)
                .enumerate()
                .map(|(i, row)| row.map(|profile| Ranked { rank: i + 1, profile }))
                .collect::<Result<_>>()?;
            session.print(&rows, |rows| top_table(rows))
        }
        Verb::Show { score, profile_id, all } => {
            let found = latest_scores(&workspace, &score)?;
            let reader = ScoreReader::open(&found.folder.join(run_folder::SCORES))?;
            let total = found.run.population.scored;
            for (i, row) in reader.enumerate() {
                let mut profile = row?;
                if profile.profile_id == profile_id {
                    if all {
                        let factors = jobs::profile::all_factors(&workspace, &found, &profile_id)?;
                        (profile.factors, profile.rest) = (factors, 0.0);
                    }
                    return session.print(&Ranked { rank: i + 1, profile }, |r| one(r, total));
                }
            }
            Err(Error::new(format!("The run {} has no score for '{profile_id}'.", found.run.id))
                .because("the id is unknown, or the profile is not eligible (it has converted, or is excluded)")
                .hint(format!("propensity profile list {}", run_folder::quoted(&score))))
        }
    }
}

/// A profile with its rank.
#[derive(Debug, Serialize)]
pub struct Ranked {
    pub rank: usize,
    #[serde(flatten)]
    pub profile: ScoredProfile,
}

/// A table of the best profiles with their leading factors.
pub fn top_table(rows: &[Ranked]) -> String {
    let header = [
        ("rank", Side::Right),
        ("id", Side::Left),
        ("name", Side::Left),
        ("score", Side::Right),
        ("band", Side::Left),
        ("likely", Side::Right),
        ("why", Side::Left),
    ];
    let cells = |r: &Ranked| {
        let p = &r.profile;
        let reasons = p
            .factors
            .iter()
            .take(3)
            .map(|f| format!("{}={} {}", f.code, f.value.as_deref().unwrap_or("─"), multiplier(f.contribution)));
        vec![
            r.rank.to_string(),
            cut(&p.profile_id, 24),
            cut(p.name.as_deref().unwrap_or(""), 28),
            format!("{:.0}", p.score),
            p.band.word().into(),
            percent(p.probability),
            cut(&reasons.collect::<Vec<_>>().join("  "), 110),
        ]
    };
    table(&header, &rows.iter().map(cells).collect::<Vec<_>>())
}

fn one(ranked: &Ranked, total: u64) -> String {
    let p = &ranked.profile;
    let name = p.name.as_ref().map_or(String::new(), |n| format!(" ({})", harmless(n)));
    let change =
        p.previous_score.map_or(String::new(), |before| format!(", {:+.0} since the run before", p.score - before));
    let mut text = format!(
        "{}{name}\n  score {:.0} of 100 · {} · rank {} of {total} · percentile {} · {} likely{change}\n\n",
        harmless(&p.profile_id),
        p.score,
        p.band.word(),
        ranked.rank,
        p.percentile,
        percent(p.probability)
    );
    // score = 100·σ(z − b), so the odds against the average come back from it.
    let against_average = (p.score / (100.0 - p.score)).ln();
    let factors: f64 = p.factors.iter().map(|f| f.contribution).sum::<f64>() + p.rest;
    let mut rows =
        vec![vec!["starting point".into(), String::new(), multiplier(against_average - factors), String::new()]];
    for f in &p.factors {
        let value = f.value.as_deref().unwrap_or("─");
        rows.push(vec![cut(&f.code, 60), cut(value, 24), multiplier(f.contribution), f.importance.word().into()]);
    }
    if p.rest != 0.0 {
        rows.push(vec!["all other factors".into(), String::new(), multiplier(p.rest), String::new()]);
    }
    rows.push(vec![
        "multiplied: against the average".into(),
        String::new(),
        multiplier(against_average),
        String::new(),
    ]);
    let header = [("factor", Side::Left), ("value", Side::Right), ("odds", Side::Right), ("importance", Side::Left)];
    for line in table(&header, &rows).lines() {
        text += &format!("  {line}\n");
    }
    text
}

/// Writes the rows that `keep` wants as CSV or JSON lines.
pub fn write_rows(
    out: &mut dyn Write,
    format: Format,
    scores: &Path,
    keep: &mut dyn FnMut(&ScoredProfile) -> bool,
) -> Result<()> {
    let what = || "The export could not be written.".to_string();
    if format == Format::Csv {
        writeln!(out, "{CSV_HEADER}").context(what)?;
    }
    for (index, row) in ScoreReader::open(scores)?.enumerate() {
        let profile = row?;
        if !keep(&profile) {
            continue;
        }
        let ranked = Ranked { rank: index + 1, profile };
        let line = match format {
            Format::Csv => csv_line(&ranked),
            _ => serde_json::to_string(&ranked).context(what)?,
        };
        match writeln!(out, "{line}") {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => return Ok(()),
            done => done.context(what)?,
        }
    }
    out.flush().context(what)
}

const CSV_HEADER: &str = "rank,profile_id,name,score,previous_score,percentile,probability,band,model_type,score_date,\
factor_1,contribution_1,factor_2,contribution_2,factor_3,contribution_3";

fn csv_line(ranked: &Ranked) -> String {
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
        crate::domain::activity::day_text(p.score_date),
    ];
    for i in 0..3 {
        match p.factors.get(i) {
            Some(f) => {
                cells.push(csv_text(&format!("{} = {}", f.code, f.value.as_deref().unwrap_or("missing"))));
                cells.push(format!("{:.6}", f.contribution));
            }
            None => cells.extend([String::new(), String::new()]),
        }
    }
    cells.join(",")
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
