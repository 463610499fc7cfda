//! `propensity score factors`: what moves the scores of a score, over all profiles or in one band, and the values of one
//! factor.

use super::Session;
use super::format::{Side, count, cut, harmless, percent, table};
use super::score::latest_scores;
use crate::domain::explanation::{Band, odds_multiplier};
use crate::domain::run::FactorSummary;
use crate::domain::value_effects::{Bin, FactorValues};
use crate::error::{Error, Result, nearest};
use crate::queries::feature_importance::{self, FeatureImportance};
use crate::workspace::Workspace;
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub struct Factors {
    score: String,
    /// Only one band.
    #[arg(long, value_parser = band, value_name = "high|medium|low", conflicts_with = "factor")]
    band: Option<Band>,
    /// The values of one factor: how often they converted in the test, and what they do to the scores.
    #[arg(long, value_name = "CODE|NAME")]
    factor: Option<String>,
}

/// Columns that the longest bar takes.
const BAR: usize = 20;

fn band(text: &str) -> Result<Band, String> {
    Band::from_word(text).ok_or_else(|| format!("there is no band '{text}'; the bands are high, medium and low"))
}

/// Log-odds as an odds multiplier: with two decimals, because most are near 1.
fn effect(log_odds: f64) -> String {
    format!("×{:.2}", odds_multiplier(log_odds))
}

/// Factors as printed.
#[derive(Serialize)]
struct Shown<'a> {
    run: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    band: Option<Band>,
    /// Profiles of the band.
    #[serde(skip_serializing_if = "Option::is_none")]
    profiles: Option<u64>,
    factors: &'a [FactorSummary],
}

/// The values of one factor as printed.
#[derive(Serialize)]
struct ShownValues<'a> {
    run: &'a str,
    tested_at: Option<&'a str>,
    /// Over all profiles.
    summary: Option<&'a FactorSummary>,
    #[serde(flatten)]
    values: &'a FactorValues,
}

pub fn run(session: &Session, workspace: &Workspace, asked: &Factors) -> Result<()> {
    let influence = feature_importance::load(&latest_scores(workspace, &asked.score)?)?;
    match (&asked.factor, asked.band) {
        (Some(wanted), _) => values(session, &influence, wanted),
        (None, Some(band)) => {
            let of_band = influence.bands.iter().find(|b| b.band == band);
            let factors = of_band.map_or(&[][..], |b| &b.factors);
            let profiles = Some(of_band.map_or(0, |b| b.profiles));
            let shown = Shown { run: &influence.run, band: Some(band), profiles, factors };
            session.print(&shown, |shown| all(&influence, shown))
        }
        (None, None) => {
            let shown = Shown { run: &influence.run, band: None, profiles: None, factors: &influence.all };
            session.print(&shown, |shown| all(&influence, shown))
        }
    }
}

fn all(influence: &FeatureImportance, shown: &Shown<'_>) -> String {
    let who = match (shown.band, shown.profiles) {
        (Some(band), Some(profiles)) => format!("{} profiles of the band {}", count(profiles), band.word()),
        _ => "all scored profiles".to_string(),
    };
    if shown.factors.is_empty() {
        return format!("Run {}: no factor contributes to any score of {who}.\n", shown.run);
    }
    let header = [
        ("factor", Side::Left),
        ("typical", Side::Right),
        ("share", Side::Right),
        ("carried by", Side::Right),
        ("the score", Side::Left),
        ("code", Side::Left),
    ];
    let rows: Vec<Vec<String>> = shown.factors.iter().map(|f| row(f, influence.direction(f))).collect();
    format!(
        "Run {}: what moves the scores of {who}. Carried by: where it changes the odds by a quarter or more.\n\n{}",
        shown.run,
        table(&header, &rows)
    )
}

fn row(factor: &FactorSummary, way: &str) -> Vec<String> {
    vec![
        cut(&factor.label, 58),
        effect(factor.mean_absolute),
        percent(factor.share),
        percent(factor.influenced_share),
        way.into(),
        cut(&factor.code, 60),
    ]
}

/// The factor of a code or a name; its values.
fn values(session: &Session, influence: &FeatureImportance, wanted: &str) -> Result<()> {
    let is = |f: &&FactorSummary| f.code == wanted || f.label.eq_ignore_ascii_case(wanted);
    let summary = influence.all.iter().find(is).ok_or_else(|| unknown(influence, wanted))?;
    let values = influence.values_of(&summary.code).ok_or_else(|| {
        let why = influence.no_values.as_deref().unwrap_or("The model has not tested its values.");
        Error::new(format!("'{}' has no table of values.", summary.label)).because(why)
    })?;
    let (run, tested_at) = (influence.run.as_str(), influence.tested_at.as_deref());
    session.print(&ShownValues { run, tested_at, summary: Some(summary), values }, value_table)
}

fn unknown(influence: &FeatureImportance, wanted: &str) -> Error {
    let names = influence.all.iter().flat_map(|f| [f.code.as_str(), f.label.as_str()]);
    let error = Error::new(format!("No factor of the run {} is called '{wanted}'.", influence.run));
    match nearest(wanted, names) {
        Some(near) => error.hint(format!("did you mean '{near}'?")),
        None => error.hint("without --factor all are listed"),
    }
}

fn value_table(shown: &ShownValues<'_>) -> String {
    let values = shown.values;
    let unit = if values.unit.is_empty() { String::new() } else { format!(", in {}", values.unit) };
    let mut text = format!("Run {}: {} ({}){unit}\n", shown.run, harmless(&values.label), harmless(&values.code));
    if let Some(day) = shown.tested_at {
        text += &format!("Tested and converted: of the eligible profiles at the cutoff of the test, {day}.\n");
    }
    let header = [
        ("value", Side::Left),
        ("tested", Side::Right),
        ("converted", Side::Right),
        ("rate", Side::Right),
        ("", Side::Left),
        ("scored", Side::Right),
        ("mean effect", Side::Right),
    ];
    let most = values.bins.iter().filter_map(Bin::rate).fold(0.0, f64::max);
    let row = |bin: &Bin| {
        let rate = bin.rate();
        let long = rate.filter(|_| most > 0.0).map_or(0, |rate| (BAR as f64 * rate / most).round() as usize);
        vec![
            cut(&values.words(bin), 40),
            count(bin.tested),
            count(bin.conversions),
            rate.map_or("─".into(), percent),
            "█".repeat(long),
            count(bin.scored),
            bin.contribution.map_or("─".into(), effect),
        ]
    };
    text + "\n" + &table(&header, &values.bins.iter().map(row).collect::<Vec<_>>())
}
