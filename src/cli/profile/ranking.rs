//! The table of ranked profiles with their leading factors. Printed by `profile list` and the demo.

use crate::cli::format::{cut, multiplier, percent};
use crate::cli::table;
use crate::config::Bands;
use crate::domain::explanation::shown_score;
use crate::domain::feature_labels;
use crate::domain::text::Align;
use crate::queries::export::Ranked;

/// A line for every profile.
pub fn table(profiles: &[Ranked], bands: &Bands) -> String {
    let header = [
        ("rank", Align::Right),
        ("id", Align::Left),
        ("name", Align::Left),
        ("score", Align::Right),
        ("band", Align::Left),
        ("likely", Align::Right),
        ("change", Align::Right),
        ("why", Align::Left),
    ];
    table::table(&header, &profiles.iter().map(|profile| row(profile, bands)).collect::<Vec<_>>())
}

fn row(ranked: &Ranked, bands: &Bands) -> Vec<String> {
    let p = &ranked.profile;
    let reasons = p.factors.iter().take(3).map(|f| {
        let label = feature_labels::for_code(&f.code).label;
        format!("{} {label}: {}", multiplier(f.contribution), f.value.as_deref().unwrap_or("─"))
    });
    vec![
        ranked.rank.to_string(),
        cut(&p.profile_id, 24),
        cut(p.name.as_deref().unwrap_or(""), 28),
        shown_score(p.score, bands),
        p.band.word().into(),
        percent(p.probability),
        p.shown_change().map_or("new".into(), |c| format!("{c:+}")),
        cut(&reasons.collect::<Vec<_>>().join("  "), 120),
    ]
}
