//! `propensity profile …`: the scored persons or accounts of one score, and one of them in full.

use super::Session;
use super::format::{Side, count, cut, harmless, multiplier, percent, table};
use super::progress::Line;
use super::score::latest_scores;
use crate::data::scores::{Query, Sort};
use crate::domain::explanation::{Explanation, rounded_score};
use crate::domain::feature_labels;
use crate::domain::source::activity::day_text;
use crate::error::{Error, Result};
use crate::queries::export::Ranked;
use crate::queries::profile::{Change, PastScore, ProfileDetail, ScoredProfiles, WhatIf, history};
use crate::workspace::Workspace;
use clap::Subcommand;
use serde::Serialize;

/// Lines of activity that are printed.
const EVENTS: usize = 15;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// The scored profiles, best first.
    List {
        score: String,
        #[arg(long, default_value_t = 20, value_name = "N")]
        top: usize,
        /// Begin at this rank of the list.
        #[arg(long, default_value_t = 1, value_name = "RANK")]
        from: usize,
        /// Only some: words that the id or name holds, band=high, attribute=value.
        #[arg(long, default_value = "", value_name = "FILTER")]
        filter: String,
        #[arg(long, default_value = "rank", value_name = "rank|risen|fallen|name|id")]
        sort: Sort,
    },
    /// One profile: why it has its score, what changed it, what is known, what happened.
    Show {
        score: String,
        profile_id: String,
        /// All factors instead of the ten largest.
        #[arg(long)]
        all: bool,
        /// What if: another value of a feature, by its code or its name; an empty value is missing. The model's answer, and no
        /// promise.
        #[arg(long, value_name = "FEATURE=VALUE")]
        set: Vec<String>,
    },
}

pub fn run(session: &Session, verb: Verb) -> Result<()> {
    let workspace = session.workspace()?;
    match verb {
        Verb::List { score, top, from, filter, sort } => {
            if from == 0 {
                return Err(Error::usage("Ranks begin at 1."));
            }
            let scored = ScoredProfiles::of(&workspace, latest_scores(&workspace, &score)?)?;
            let places = match selected(&scored, &filter, sort)? {
                Some(places) => places.into_iter().skip(from - 1).take(top).collect(),
                None => (from as u32 - 1..).take(top.min(scored.pages.len())).collect::<Vec<u32>>(),
            };
            let rows = scored.pages.rows(&places)?;
            let rows: Vec<Ranked> =
                rows.into_iter().map(|(place, profile)| Ranked { rank: place + 1, profile }).collect();
            session.print(&rows, |rows| match rows.is_empty() {
                true => "No profile fits.\n".to_string(),
                false => top_table(rows),
            })
        }
        Verb::Show { score, profile_id, all, set } => show(session, &workspace, &score, &profile_id, all, &set),
    }
}

/// The places that a filter and an order give; `None` is all of them by rank.
///
/// # Errors
/// The filter names what there is not, or the scores cannot be read on.
pub fn selected(scored: &ScoredProfiles, filter: &str, sort: Sort) -> Result<Option<Vec<u32>>> {
    let known: Vec<&str> = scored.pages.attributes().iter().map(|a| &**a).collect();
    let query = Query::parse(filter, &known)?;
    if query.is_empty() && sort == Sort::Rank {
        return Ok(None);
    }
    let line = Line::new();
    let within = if query.is_empty() { Ok(None) } else { scored.pages.filter(&query, &line).map(Some) };
    let places = within.and_then(|within| scored.pages.order(sort, within, &line));
    line.clear();
    places.map(Some)
}

/// A profile with all that the page of the screen shows.
#[derive(Serialize)]
struct Full {
    #[serde(flatten)]
    dossier: ProfileDetail,
    change: Option<Change>,
    history: Vec<PastScore>,
    #[serde(skip_serializing_if = "Option::is_none")]
    what_if: Option<WhatIf>,
}

fn show(session: &Session, workspace: &Workspace, score: &str, id: &str, all: bool, set: &[String]) -> Result<()> {
    let mut scored = ScoredProfiles::of(workspace, latest_scores(workspace, score)?)?;
    let line = Line::new();
    let found = full(workspace, &mut scored, id, &line);
    line.clear();
    let mut full = found?;
    if !set.is_empty() {
        let changes = set.iter().map(|text| full.dossier.parse_change(text)).collect::<Result<Vec<_>>>()?;
        full.what_if = Some(scored.what_if(workspace, &full.dossier, &changes)?);
    }
    if all {
        let profile = &mut full.dossier.profile;
        (profile.factors, profile.rest) = (full.dossier.explanation.factors.clone(), 0.0);
    }
    session.print(&full, text)
}

fn full(workspace: &Workspace, scored: &mut ScoredProfiles, id: &str, line: &Line) -> Result<Full> {
    let place = scored.place(id, line)?;
    let dossier = scored.detail(workspace, place)?;
    // Without what the run before read there is no reason, which is worth a word and no failure.
    let change = scored.change(workspace, &dossier).unwrap_or_else(|error| {
        line.clear();
        eprintln!("Why the score changed is not known: {error}");
        None
    });
    let history = history(workspace, &scored.run.score, id, line)?;
    Ok(Full { dossier, change, history, what_if: None })
}

/// A table of profiles with their leading factors.
pub fn top_table(rows: &[Ranked]) -> String {
    let header = [
        ("rank", Side::Right),
        ("id", Side::Left),
        ("name", Side::Left),
        ("score", Side::Right),
        ("band", Side::Left),
        ("likely", Side::Right),
        ("change", Side::Right),
        ("why", Side::Left),
    ];
    let cells = |r: &Ranked| {
        let p = &r.profile;
        let reasons = p.factors.iter().take(3).map(|f| {
            let label = feature_labels::for_code(&f.code).label;
            format!("{} {label}: {}", multiplier(f.contribution), f.value.as_deref().unwrap_or("─"))
        });
        vec![
            r.rank.to_string(),
            cut(&p.profile_id, 24),
            cut(p.name.as_deref().unwrap_or(""), 28),
            format!("{:.0}", p.score),
            p.band.word().into(),
            percent(p.probability),
            p.shown_change().map_or("new".into(), |c| format!("{c:+}")),
            cut(&reasons.collect::<Vec<_>>().join("  "), 120),
        ]
    };
    table(&header, &rows.iter().map(cells).collect::<Vec<_>>())
}

fn text(full: &Full) -> String {
    let Full { dossier, change, history, what_if } = full;
    let p = &dossier.profile;
    let name = p.name.as_ref().map_or(String::new(), |n| format!(" ({})", harmless(n)));
    let mut text = format!(
        "{}{name}\n  score {} of 100 · {} · rank {} of {} · percentile {} · {} likely\n",
        harmless(&p.profile_id),
        rounded_score(p.score),
        p.band.word(),
        count(u64::from(dossier.rank)),
        count(dossier.of),
        p.percentile,
        percent(p.probability)
    );
    if let Some(change) = change {
        let (total, points) = change.whole_points();
        let parts: Vec<String> =
            change.parts.iter().zip(points).map(|((part, _), points)| format!("{} {points:+}", part.word())).collect();
        text += &format!("  {total:+} since {}: {}\n", day_text(change.from_day), parts.join(", "));
    }
    if let Some(w) = what_if {
        let (score, chance) = (rounded_score(w.score), percent(w.probability));
        let band = w.band.word();
        text += &format!(
            "  what if: score {score} · {band} · percentile {} · {chance} likely (no promise)\n",
            w.percentile
        );
    }
    // With other values, the factors are those of what if.
    let why = what_if.as_ref().map_or(&dossier.explanation, |w| &w.explanation);
    text += &format!("\n{}", factors(why, dossier.profile.factors.len()));
    text += &known(dossier);
    if !dossier.people.is_empty() {
        text += &people(dossier);
    }
    if history.len() > 1 {
        text += "\nscores of the past\n";
        for past in history {
            text += &format!("  {}  {:>3.0}  percentile {}\n", past.as_of, past.score, past.percentile);
        }
    }
    text += &format!("\nactivity, {} lines\n", count(dossier.activity_lines as u64));
    for happened in dossier.activity.iter().take(EVENTS) {
        let person = happened.person.as_deref().map_or(String::new(), |p| format!("  {}", harmless(p)));
        let kind = harmless(&happened.event_type);
        text += &format!("  {}  {:>3} × {kind}{person}\n", day_text(happened.day), happened.count);
    }
    text
}

/// The terms with their odds, which multiply to those against the average.
fn factors(why: &Explanation, most: usize) -> String {
    let shown = most.min(why.factors.len());
    let rest: f64 = why.factors[shown..].iter().map(|f| f.contribution).sum();
    let mut terms: Vec<(&str, f64)> = why.factors[..shown].iter().map(|f| (f.code.as_str(), f.contribution)).collect();
    terms.push(("", rest));
    // With 50 they add up to the score.
    let points: Vec<String> = why.rounded_points(&terms).into_iter().map(|p| format!("{p:+}")).collect();
    let start =
        ["starting point".into(), String::new(), multiplier(why.starting_point), points[0].clone(), String::new()];
    let mut rows = vec![start.to_vec()];
    for (f, points) in why.factors[..shown].iter().zip(&points[1..]) {
        let words = feature_labels::for_code(&f.code);
        let value = match &f.value {
            Some(value) => feature_labels::with_unit(value, words.unit),
            None => feature_labels::value_phrase(&f.code, None),
        };
        let odds = multiplier(f.contribution);
        let row = [cut(&words.label, 60), cut(&value, 28), odds, points.clone(), f.importance.word().into()];
        rows.push(row.to_vec());
    }
    if why.factors.len() > shown {
        let text = format!("{} more", why.factors.len() - shown);
        rows.push(vec![text, String::new(), multiplier(rest), points[shown + 1].clone(), String::new()]);
    }
    let (all, sum) = (multiplier(why.log_odds_ratio()), i64::from(rounded_score(why.score())) - 50);
    rows.push(vec!["multiplied, and added up from 50".into(), String::new(), all, format!("{sum:+}"), String::new()]);
    let header = [
        ("factor", Side::Left),
        ("value", Side::Right),
        ("odds", Side::Right),
        ("points", Side::Right),
        ("importance", Side::Left),
    ];
    indented(&table(&header, &rows))
}

fn known(dossier: &ProfileDetail) -> String {
    let p = &dossier.profile;
    let account = p.account_id.iter().map(|id| ("account".to_string(), id.clone()));
    let rows: Vec<Vec<String>> = account
        .chain(
            dossier.known.iter().map(|(name, value)| (feature_labels::field_label(name).to_lowercase(), value.clone())),
        )
        .map(|(name, value)| vec![cut(&name, 30), cut(&value, 60)])
        .collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!("\n{}", indented(&table(&[("known", Side::Left), ("", Side::Left)], &rows)))
    }
}

fn people(dossier: &ProfileDetail) -> String {
    let row = |p: &crate::queries::profile::Person| {
        let name = p.name.as_deref().unwrap_or(&p.id);
        vec![cut(name, 30), cut(p.job_title.as_deref().unwrap_or(""), 30), format!("{:+.1}", p.change)]
    };
    let rows: Vec<Vec<String>> = dossier.people.iter().map(row).collect();
    let header = [("people", Side::Left), ("", Side::Left), ("score without them", Side::Right)];
    let more = match dossier.more_people {
        0 => String::new(),
        n => format!("  and {} more with less activity\n", count(n as u64)),
    };
    format!("\n{}{more}  (each alone; these are no parts of a sum)\n", indented(&table(&header, &rows)))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
