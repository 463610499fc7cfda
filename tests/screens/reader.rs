//! A made-up scores file and what the reader of scored profiles would answer of it.

use super::*;
use propensity::data::scores::{ScoredProfile, Sort, TopGroup};
use propensity::domain::explanation::{self, Explanation, Factor};
use propensity::domain::value_effects::{Bin, FactorValues, Values};
use propensity::error::Error;
use propensity::queries::feature_importance::FeatureImportance;
use propensity::queries::profile::{
    ActivityEntry, Change, ChangePart, FeatureValue, PastScore, Person, ProfileDetail, WEEKS, WhatIf,
};
use propensity::runs::report_json::BandReport;
use propensity::tui::screens::profiles::{OpenedScores, Request, Response};

/// Scored profiles of the made-up file.
pub const TOTAL: usize = 14_998;
const B: f64 = -3.0;

/// The contributions of the profile at a place, and its z.
fn terms(place: u32) -> (Vec<Factor>, f64, f64) {
    let d = 2.6 - 5.0 * f64::from(place) / TOTAL as f64;
    let factor = |code: &str, value: &str, share: f64| {
        Factor::new(code, (!value.is_empty()).then(|| value.to_string()), (d + 0.5) * share)
    };
    let factors = vec![
        factor("since.pricingPageVisited", "3", 0.5),
        factor("people.active.30d", "5", 0.3),
        factor("count.pricingPageVisited.30d", "9", 0.25),
        factor("account.industry", "Software", -0.1),
        factor("tenure", "41", 0.05),
    ];
    (factors, -0.5, B + d)
}

pub fn row(place: u32) -> ScoredProfile {
    let (factors, _, z) = terms(place);
    let score = explanation::score(z, B);
    let why = Explanation { z, b: B, starting_point: 0.0, factors: factors.clone() };
    let top_group = TopGroup::of(&why);
    let country = ["DE", "FR", "US"][place as usize % 3];
    ScoredProfile {
        profile_id: format!("A-{:07}", (u64::from(place) * 7_919) % 1_000_003),
        name: (!place.is_multiple_of(5))
            .then(|| ["Brambleford Software", "株式会社 Quill", "Acme"][place as usize % 3].to_string()),
        account_id: None,
        score,
        previous_score: (!place.is_multiple_of(4)).then_some((score - f64::from(place % 7) + 3.0).clamp(0.0, 100.0)),
        percentile: (100 - 100 * place as i32 / TOTAL as i32).max(1),
        probability: explanation::sigmoid(z),
        band: Band::from_score(score, &Default::default()),
        model_type: "gradient-boosted trees".into(),
        score_date: 20_780,
        factors,
        rest: 0.0,
        top_group,
        attributes: vec![(Arc::from("country"), country.to_string()), (Arc::from("plan"), "paid".to_string())],
    }
}

pub fn detail(place: u32) -> ProfileDetail {
    let (factors, starting_point, z) = terms(place);
    let cell = |f: &Factor| FeatureValue {
        code: f.code.clone(),
        label: propensity::domain::feature_labels::for_code(&f.code).label,
        unit: propensity::domain::feature_labels::for_code(&f.code).unit.into(),
        value: f.value.as_ref().and_then(|v| v.parse().ok()).unwrap_or(1.0),
        text: f.value.clone(),
        choices: if f.code == "account.industry" { vec!["Retail".into(), "Software".into()] } else { Vec::new() },
    };
    let mut cells: Vec<FeatureValue> = factors.iter().map(cell).collect();
    cells.push(FeatureValue {
        code: "since.demoRequested".into(),
        label: "Days since last demo requested".into(),
        unit: "days".into(),
        value: f32::NAN,
        text: None,
        choices: Vec::new(),
    });
    let person = |id: &str, name: Option<&str>, change: f64| Person {
        id: id.into(),
        name: name.map(str::to_string),
        job_title: Some("VP Marketing".into()),
        events: 12,
        change,
    };
    let happened = |day: i32, event_type: &str, count: u32| ActivityEntry {
        day: 20_780 - day,
        event_type: event_type.into(),
        count,
        person: Some("Ada Abara".into()),
    };
    ProfileDetail {
        run: "won-r".into(),
        rank: place + 1,
        of: TOTAL as u64,
        profile_type: ProfileType::Account,
        profile: row(place),
        explanation: Explanation { z, b: B, starting_point, factors },
        known: [("country", "DE"), ("plan", "paid")].map(|(n, v)| (n.to_string(), v.to_string())).to_vec(),
        cells,
        activity: vec![happened(1, "pricingPageVisited", 1), happened(1, "webVisit", 4), happened(9, "formFilled", 1)],
        activity_lines: 3,
        weeks: (0..WEEKS as u32).map(|w| w % 9).collect(),
        people: vec![person("P-1", Some("Ada Abara"), -22.4), person("P-2", None, 0.2)],
        more_people: 3,
    }
}

pub fn what_if(detail: &ProfileDetail, changes: &[(usize, f32)]) -> WhatIf {
    let mut explanation = detail.explanation.clone();
    // Every change counts half in this made-up model.
    let by = changes.len() as f64 * 0.5;
    explanation.factors[0] = Factor::new("since.pricingPageVisited", None, explanation.factors[0].contribution + by);
    explanation.z += by;
    let score = explanation.score();
    let (band, probability) = (Band::from_score(score, &Default::default()), explanation.probability());
    WhatIf { explanation, score, percentile: 99, band, probability }
}

fn influence() -> FeatureImportance {
    let factor = |code: &str, share: f64, direction| FactorSummary {
        code: code.into(),
        label: propensity::domain::feature_labels::for_code(code).label,
        mean_absolute: share,
        direction,
        share,
        influenced_share: share,
    };
    let mut all = vec![
        factor("since.pricingPageVisited", 0.5, Some(-0.8)),
        factor("people.active.30d", 0.3, Some(0.9)),
        factor("account.industry", 0.1, None),
    ];
    let more = ["webVisit", "formFilled", "emailOpened", "emailClicked", "webinarAttended", "demoRequested", "adClick"];
    all.extend(more.map(|kind| factor(&format!("count.{kind}.90d"), 0.02, Some(0.1))));
    let band = |band, profiles| BandReport { band, profiles, factors: all[1..].to_vec() };
    let bin = |values, tested, conversions, contribution| Bin {
        tested,
        conversions,
        scored: tested + 5,
        contribution: Some(contribution),
        ..Bin::new(values)
    };
    let bins = vec![
        bin(Values::Range { from: 1.0, to: 7.0 }, 400, 120, 0.9),
        bin(Values::Range { from: 8.0, to: 60.0 }, 900, 40, -0.1),
        bin(Values::Missing, 2_000, 10, -0.6),
    ];
    let values = FactorValues {
        code: "since.pricingPageVisited".into(),
        label: all[0].label.clone(),
        unit: "days".into(),
        bins,
    };
    FeatureImportance {
        run: "won-r".into(),
        bands: vec![band(Band::High, 900), band(Band::Medium, 3_150), band(Band::Low, 10_948)],
        all,
        tested_at: Some("2026-08-22".into()),
        values: vec![values],
        no_values: None,
    }
}

/// What the reader would answer.
pub fn answer(ask: Request) -> Option<Response> {
    Some(match ask {
        Request::Open { score } => {
            let made = self::score(&score, "Closed Won in 90 days", ProfileType::Account, "t");
            let attributes = ["country", "plan"].map(Arc::from).to_vec();
            let run = Arc::new(run(&made, Status::Successful, "2026-11-24T09:58:00Z"));
            let opened = OpenedScores { run, folder: "/runs/won".into(), total: TOTAL, attributes };
            Response::Opened { score, opened: Ok(Arc::new(opened)) }
        }
        Request::Rows { view, from, count, places } => {
            let place = |row: usize| match &places {
                Some(places) => places.get(row).copied(),
                None => (row < TOTAL).then_some(row as u32),
            };
            let rows = (from..from + count).filter_map(place).map(|p| (p, self::row(p))).collect();
            Response::Rows { view, from, rows: Ok(Arc::new(rows)) }
        }
        Request::Query { task, query, sort, .. } => {
            let third = |p: &u32| query.is_empty() || p.is_multiple_of(3);
            let mut places: Vec<u32> = (0..TOTAL as u32).filter(third).collect();
            if sort != Sort::Rank {
                places.reverse();
            }
            let places = match query.as_str() {
                "contry=DE" => Err(Error::usage("There is no attribute 'contry'.").hint("did you mean country?")),
                "nobody" => Ok(Some(Arc::new(Vec::new()))),
                "" if sort == Sort::Rank => Ok(None),
                _ => Ok(Some(Arc::new(places))),
            };
            Response::QueryResult { task, places }
        }
        Request::Find { task, text, .. } => {
            let places = if text == "nobody" { Vec::new() } else { vec![30, 40, 9_000] };
            Response::FindResult { task, places: Ok(Arc::new(places)) }
        }
        Request::Percentile { serial, percentile } => {
            Response::Percentile { serial, place: Ok((TOTAL as u32 - 1) * u32::from(100 - percentile) / 100) }
        }
        Request::Detail { serial, place } => Response::Detail { serial, place, detail: Ok(Arc::new(detail(place))) },
        Request::Change(detail) => {
            let to = detail.profile.score;
            let change = detail.profile.previous_score.map(|from| Change {
                from_run: "a".into(),
                to_run: "b".into(),
                from_day: 20_770,
                to_day: 20_780,
                from,
                to,
                parts: ChangePart::ALL.into_iter().zip([0.0, -2.0, to - from + 2.0, 0.0, 0.0]).collect(),
            });
            Response::Change { profile: detail.profile.profile_id.clone(), change: Ok(change) }
        }
        Request::History { profile, .. } => {
            let past = |month: u32, score: f64| PastScore {
                run: format!("r{month}"),
                started_at: at(NOW),
                as_of: format!("2026-{month:02}-20"),
                score,
                percentile: 90,
                probability: 0.2,
            };
            Response::History { profile, past: vec![past(11, 93.0), past(10, 72.0), past(9, 40.0), past(8, 41.0)] }
        }
        Request::Locate { serial, id } => Response::Located { serial, id, place: Ok(Some(7)) },
        Request::WhatIf { detail, changes } => {
            let answer = Ok(Arc::new(what_if(&detail, &changes)));
            Response::WhatIf { changes, answer }
        }
        Request::Export { path, .. } => Response::Exported { path, written: Ok(TOTAL as u64) },
        Request::Factors { serial, .. } => Response::Factors { serial, read: Ok(Arc::new(influence())) },
        Request::Copy(_) => Response::Copied { file: None },
        Request::Cancel | Request::CancelExport | Request::EndHistory => return None,
    })
}
