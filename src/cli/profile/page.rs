//! The page of one profile: why it has its score, what changed it, what is known, what happened. Printed by
//! `profile show`.

use crate::cli::format::{count, cut, harmless, multiplier, percent};
use crate::cli::table::{indented, table};
use crate::config::Bands;
use crate::domain::explanation::{Explanation, rounded_score, shown_score};
use crate::domain::feature_labels;
use crate::domain::source::activity::day_text;
use crate::domain::text::Align;
use crate::queries::profile::{Change, PastScore, Person, ProfileDetail, WhatIf};
use serde::Serialize;

/// Lines of activity that are printed.
const ACTIVITY_LINES: usize = 15;

/// A profile as printed.
#[derive(Serialize)]
pub struct ProfileOutput {
    #[serde(flatten)]
    pub detail: ProfileDetail,
    pub change: Option<Change>,
    pub history: Vec<PastScore>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<WhatIf>,
}

/// The page of a profile.
pub fn text(output: &ProfileOutput, bands: &Bands) -> String {
    let ProfileOutput { detail, change, history, what_if } = output;
    let mut text = heading(detail, bands);
    if let Some(change) = change {
        text += &change_line(change);
    }
    if let Some(what_if) = what_if {
        text += &what_if_line(what_if, bands);
    }
    // With other values, the factors are those of what if.
    let why = what_if.as_ref().map_or(&detail.explanation, |w| &w.explanation);
    text += &format!("\n{}", factors(why, detail.profile.factors.len()));
    text += &attributes(detail);
    if !detail.people.is_empty() {
        text += &people(detail);
    }
    if history.len() > 1 {
        text += "\nscores of the past\n";
        for past in history {
            text += &format!("  {}  {:>3.0}  percentile {}\n", past.as_of, past.score, past.percentile);
        }
    }
    text + &activity(detail)
}

fn heading(detail: &ProfileDetail, bands: &Bands) -> String {
    let p = &detail.profile;
    let name = p.name.as_ref().map_or(String::new(), |n| format!(" ({})", harmless(n)));
    format!(
        "{}{name}\n  score {} of 100 · {} · rank {} of {} · percentile {} · {} likely\n",
        harmless(&p.profile_id),
        shown_score(p.score, bands),
        p.band.word(),
        count(u64::from(detail.rank)),
        count(detail.of),
        p.percentile,
        percent(p.probability)
    )
}

fn change_line(change: &Change) -> String {
    let (total, points) = change.whole_points();
    let parts: Vec<String> =
        change.parts.iter().zip(points).map(|((part, _), points)| format!("{} {points:+}", part.word())).collect();
    format!("  {total:+} since {}: {}\n", day_text(change.from_day), parts.join(", "))
}

fn what_if_line(w: &WhatIf, bands: &Bands) -> String {
    let (score, chance, band) = (shown_score(w.score, bands), percent(w.probability), w.band.word());
    format!("  what if: score {score} · {band} · percentile {} · {chance} likely (no promise)\n", w.percentile)
}

fn activity(detail: &ProfileDetail) -> String {
    let mut text = format!("\nactivity, {} lines\n", count(detail.activity_lines as u64));
    for happened in detail.activity.iter().take(ACTIVITY_LINES) {
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
    let mut rows = Vec::new();
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
    rows.push(start.to_vec());
    let (all, sum) = (multiplier(why.log_odds_ratio()), i64::from(rounded_score(why.score())) - 50);
    rows.push(vec![
        "all together: odds multiply, points add to 50".into(),
        String::new(),
        all,
        format!("{sum:+}"),
        String::new(),
    ]);
    let header = [
        ("factor", Align::Left),
        ("value", Align::Right),
        ("odds", Align::Right),
        ("points", Align::Right),
        ("importance", Align::Left),
    ];
    indented(&table(&header, &rows))
}

fn attributes(detail: &ProfileDetail) -> String {
    let p = &detail.profile;
    let account = p.account_id.iter().map(|id| ("account".to_string(), id.clone()));
    let rows: Vec<Vec<String>> = account
        .chain(
            detail.known.iter().map(|(name, value)| (feature_labels::field_label(name).to_lowercase(), value.clone())),
        )
        .map(|(name, value)| vec![cut(&name, 30), cut(&value, 60)])
        .collect();
    if rows.is_empty() {
        String::new()
    } else {
        format!("\n{}", indented(&table(&[("known", Align::Left), ("", Align::Left)], &rows)))
    }
}

fn people(detail: &ProfileDetail) -> String {
    let row = |p: &Person| {
        let name = p.name.as_deref().unwrap_or(&p.id);
        vec![cut(name, 30), cut(p.job_title.as_deref().unwrap_or(""), 30), format!("{:+.1}", p.change)]
    };
    let rows: Vec<Vec<String>> = detail.people.iter().map(row).collect();
    let header = [("people", Align::Left), ("", Align::Left), ("score without them", Align::Right)];
    let more = match detail.more_people {
        0 => String::new(),
        n => format!("  and {} more with less activity\n", count(n as u64)),
    };
    format!("\n{}{more}  (each alone; these are no parts of a sum)\n", indented(&table(&header, &rows)))
}
