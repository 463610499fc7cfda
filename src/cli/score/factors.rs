//! `propensity score factors`: what moves the scores of a score, over all profiles or in one band, and the values of one
//! factor.

use crate::cli::format::{count, cut, harmless, multiplier, percent};
use crate::cli::latest_scores::latest_scores;
use crate::cli::session::Session;
use crate::cli::table::table;
use crate::domain::explanation::Band;
use crate::domain::run::FactorSummary;
use crate::domain::text::Align;
use crate::domain::value_effects::{Bin, FactorValues};
use crate::error::{Error, Result, nearest};
use crate::queries::feature_importance::{self, FeatureImportance};
use crate::workspace::Workspace;
use clap::Args;
use serde::Serialize;

#[derive(Debug, Args)]
pub struct Options {
    score: String,
    /// Only one band.
    #[arg(long, value_parser = band, value_name = "high|medium|low", conflicts_with = "factor")]
    band: Option<Band>,
    /// The values of one factor: how often they converted in the test, and what they do to the scores.
    #[arg(long, value_name = "CODE|NAME")]
    factor: Option<String>,
}

/// Columns that the longest bar takes.
const BAR_CELLS: usize = 20;

fn band(text: &str) -> Result<Band, String> {
    Band::from_word(text).ok_or_else(|| format!("there is no band '{text}'; the bands are high, medium and low"))
}

/// By what a factor multiplies the odds.
fn effect(log_odds: f64) -> String {
    multiplier(log_odds)
}

/// Factors as printed.
#[derive(Serialize)]
struct FactorsOutput<'a> {
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
struct FactorValuesOutput<'a> {
    run: &'a str,
    tested_at: Option<&'a str>,
    /// Over all profiles.
    summary: Option<&'a FactorSummary>,
    #[serde(flatten)]
    values: &'a FactorValues,
}

pub fn execute(session: &Session, workspace: &Workspace, options: &Options) -> Result<()> {
    let importance = feature_importance::load(&latest_scores(workspace, &options.score)?)?;
    match (&options.factor, options.band) {
        (Some(code_or_name), _) => values(session, &importance, code_or_name),
        (None, Some(band)) => {
            let of_band = importance.bands.iter().find(|b| b.band == band);
            let factors = of_band.map_or(&[][..], |b| &b.factors);
            let profiles = Some(of_band.map_or(0, |b| b.profiles));
            let output = FactorsOutput { run: &importance.run, band: Some(band), profiles, factors };
            session.print(&output, |output| all(&importance, output))
        }
        (None, None) => {
            let output = FactorsOutput { run: &importance.run, band: None, profiles: None, factors: &importance.all };
            session.print(&output, |output| all(&importance, output))
        }
    }
}

fn all(importance: &FeatureImportance, output: &FactorsOutput<'_>) -> String {
    let who = match (output.band, output.profiles) {
        (Some(band), Some(profiles)) => format!("{} profiles of the band {}", count(profiles), band.word()),
        _ => "all scored profiles".to_string(),
    };
    if output.factors.is_empty() {
        return format!("Run {}: no factor contributes to any score of {who}.\n", output.run);
    }
    let header = [
        ("factor", Align::Left),
        ("typical", Align::Right),
        ("share", Align::Right),
        ("matters to", Align::Right),
        ("the score", Align::Left),
        ("code", Align::Left),
    ];
    let rows: Vec<Vec<String>> = output.factors.iter().map(|f| row(f, importance.direction(f))).collect();
    format!(
        "Run {}: what moves the scores of {who}. Matters to: where it changes the odds by a quarter or more.\n\n{}",
        output.run,
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
fn values(session: &Session, importance: &FeatureImportance, code_or_name: &str) -> Result<()> {
    let is = |f: &&FactorSummary| f.code == code_or_name || f.label.eq_ignore_ascii_case(code_or_name);
    let summary = importance.all.iter().find(is).ok_or_else(|| unknown(importance, code_or_name))?;
    let values = importance.values_of(&summary.code).ok_or_else(|| {
        let why = importance.no_values.as_deref().unwrap_or("The model has not tested its values.");
        Error::new(format!("'{}' has no table of values.", summary.label)).because(why)
    })?;
    let (run, tested_at) = (importance.run.as_str(), importance.tested_at.as_deref());
    session.print(&FactorValuesOutput { run, tested_at, summary: Some(summary), values }, value_table)
}

fn unknown(importance: &FeatureImportance, code_or_name: &str) -> Error {
    let names = importance.all.iter().flat_map(|f| [f.code.as_str(), f.label.as_str()]);
    let error = Error::new(format!("No factor of the run {} is called '{code_or_name}'.", importance.run));
    match nearest(code_or_name, names) {
        Some(near) => error.hint(format!("did you mean '{near}'?")),
        None => error.hint("without --factor all are listed"),
    }
}

fn value_table(output: &FactorValuesOutput<'_>) -> String {
    let values = output.values;
    let unit = if values.unit.is_empty() { String::new() } else { format!(", in {}", values.unit) };
    let mut text = format!("Run {}: {} ({}){unit}\n", output.run, harmless(&values.label), harmless(&values.code));
    if let Some(day) = output.tested_at {
        text += &format!("Tested and converted: of the eligible profiles at the cutoff of the test, {day}.\n");
    }
    let header = [
        ("value", Align::Left),
        ("tested", Align::Right),
        ("converted", Align::Right),
        ("rate", Align::Right),
        ("", Align::Left),
        ("scored", Align::Right),
        ("mean effect", Align::Right),
    ];
    let most = values.bins.iter().filter_map(Bin::rate).fold(0.0, f64::max);
    let row = |bin: &Bin| {
        let rate = bin.rate();
        let long = rate.filter(|_| most > 0.0).map_or(0, |rate| (BAR_CELLS as f64 * rate / most).round() as usize);
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
