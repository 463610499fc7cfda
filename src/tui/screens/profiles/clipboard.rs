//! What is copied of a profile: its id, its row, a short text for an e-mail.

use super::state::Profiles;
use crate::data::scores::ScoredProfile;
use crate::domain::explanation::rounded_score;
use crate::domain::feature_labels;
use crate::domain::format::{count, multiplier, percent};
use crate::domain::text::csv_cell;

/// What can be copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFormat {
    Id,
    Row,
    Email,
}

impl CopyFormat {
    pub const ALL: [CopyFormat; 3] = [CopyFormat::Id, CopyFormat::Row, CopyFormat::Email];

    pub fn label(self) -> &'static str {
        match self {
            CopyFormat::Id => "The id",
            CopyFormat::Row => "The row, for a spreadsheet",
            CopyFormat::Email => "A text for an e-mail",
        }
    }
}

/// The text that is copied of a profile at this place.
pub fn text(screen: &Profiles, format: CopyFormat, place: u32, profile: &ScoredProfile) -> String {
    match format {
        CopyFormat::Id => plain(&profile.profile_id),
        CopyFormat::Row => row(place, profile),
        CopyFormat::Email => email(screen, place, profile),
    }
}

/// Without anything that a terminal or a spreadsheet would act on: a line break, a tab, an escape.
fn plain(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// Cells with tabs between them, as spreadsheets take them.
fn row(place: u32, p: &ScoredProfile) -> String {
    // As in an export, no cell is a formula.
    let safe = |text: &str| csv_cell(&plain(text)).into_owned();
    let top = p.factors.first().map_or(String::new(), |f| reason(&f.code, f.value.as_deref(), f.contribution));
    [
        (place + 1).to_string(),
        safe(&p.profile_id),
        safe(p.name.as_deref().unwrap_or("")),
        format!("{:.1}", p.score),
        p.band.word().to_string(),
        p.percentile.to_string(),
        format!("{:.4}", p.probability),
        p.change().map_or(String::new(), |c| format!("{c:+.1}")),
        safe(&top),
    ]
    .join("\t")
}

fn email(screen: &Profiles, place: u32, p: &ScoredProfile) -> String {
    let whose = match &p.name {
        Some(name) if !name.is_empty() => format!("{} ({})", plain(name), plain(&p.profile_id)),
        _ => plain(&p.profile_id),
    };
    let total = screen.opened.as_ref().map_or(0, |o| o.total as u64);
    let mut text = format!(
        "{whose} scores {} of 100 for \"{}\": {}, rank {} of {}, {} likely.\n",
        rounded_score(p.score),
        screen.name,
        p.band.word(),
        count(u64::from(place) + 1),
        count(total),
        percent(p.probability)
    );
    if let Some(change) = p.shown_change().filter(|c| *c != 0) {
        text += &format!("Since the last run: {change:+} points.\n");
    }
    let reasons = reasons(p);
    for (title, wanted) in [("In favour:", 1.0), ("Against:", -1.0)] {
        let of_side = reasons.iter().filter(|(_, contribution)| contribution * wanted > 0.0).take(3);
        let reasons: Vec<String> =
            of_side.map(|(text, contribution)| format!("- {} ({})", plain(text), multiplier(*contribution))).collect();
        if !reasons.is_empty() {
            text += &format!("{title}\n{}\n", reasons.join("\n"));
        }
    }
    text
}

/// The factors that the file has, of each group the largest.
fn reasons(p: &ScoredProfile) -> Vec<(String, f64)> {
    let mut groups: Vec<(String, String, f64)> = Vec::new();
    for f in &p.factors {
        let title = feature_labels::for_code(&f.code).group;
        match groups.iter().find(|g| g.0 == title) {
            Some(_) => {}
            None => groups.push((title, feature_labels::value_phrase(&f.code, f.value.as_deref()), f.contribution)),
        }
    }
    groups.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
    groups.into_iter().map(|(title, value, contribution)| (format!("{title}: {value}"), contribution)).collect()
}

/// `Web visits: 9 in 30 days (×2.4)`.
pub fn reason(code: &str, value: Option<&str>, contribution: f64) -> String {
    format!(
        "{}: {} ({})",
        feature_labels::for_code(code).group,
        feature_labels::value_phrase(code, value),
        multiplier(contribution)
    )
}
