//! What is copied of a profile: its id, its row, a short text for an e-mail.

use super::state::Profiles;
use crate::config::Bands;
use crate::data::scores::ScoredProfile;
use crate::domain::explanation::{Explanation, FactorGroup, shown_score};
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

/// The text that is copied of a profile at this place. An e-mail tells reasons, which only a profile that was read in full
/// has.
pub fn text(screen: &Profiles, bands: &Bands, format: CopyFormat, place: u32, copied: Copied<'_>) -> Option<String> {
    Some(match format {
        CopyFormat::Id => plain(&copied.profile.profile_id),
        CopyFormat::Row => row(place, copied.profile),
        CopyFormat::Email => email(screen, bands, place, copied.profile, copied.why?),
    })
}

/// What is copied.
#[derive(Clone, Copy)]
pub struct Copied<'a> {
    pub profile: &'a ScoredProfile,
    /// Why it has its score, where it was read in full.
    pub why: Option<&'a Explanation>,
}

/// Without anything that a terminal or a spreadsheet would act on: a line break, a tab, an escape.
fn plain(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// Cells with tabs between them, as spreadsheets take them.
fn row(place: u32, p: &ScoredProfile) -> String {
    // As in an export, no cell is a formula.
    let safe = |text: &str| csv_cell(&plain(text)).into_owned();
    let top = top_reason(p);
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

fn email(screen: &Profiles, bands: &Bands, place: u32, p: &ScoredProfile, why: &Explanation) -> String {
    let whose = match &p.name {
        Some(name) if !name.is_empty() => format!("{} ({})", plain(name), plain(&p.profile_id)),
        _ => plain(&p.profile_id),
    };
    let total = screen.opened.as_ref().map_or(0, |o| o.total as u64);
    let mut text = format!(
        "{whose} scores {} of 100 for \"{}\": {}, rank {} of {}, {} likely.\n",
        shown_score(p.score, bands),
        screen.name,
        p.band.word(),
        count(u64::from(place) + 1),
        count(total),
        percent(p.probability)
    );
    if let Some(change) = p.shown_change().filter(|c| *c != 0) {
        text += &format!("Since the last run: {change:+} points.\n");
    }
    let reasons = reasons(why);
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

/// Every group of factors with the value of its largest one, as the page of the profile has them.
fn reasons(why: &Explanation) -> Vec<(String, f64)> {
    let sentence = |group: FactorGroup| {
        let first = &why.factors[group.factors[0]];
        let value = feature_labels::value_phrase(&first.code, first.value.as_deref());
        (format!("{}: {value}", group.title), group.contribution)
    };
    why.groups().into_iter().map(sentence).collect()
}

/// `Web visits: 9 in 30 days (×2.4)`: the group that counts most.
fn top_reason(p: &ScoredProfile) -> String {
    let said = |label: &str, code: &str, value: Option<&str>, contribution| {
        format!("{label}: {} ({})", feature_labels::value_phrase(code, value), multiplier(contribution))
    };
    match (&p.top_group, p.factors.first()) {
        (Some(group), _) => {
            let title = feature_labels::for_code(&group.code).group;
            said(&title, &group.code, group.value.as_deref(), group.contribution)
        }
        (None, Some(f)) => said(&feature_labels::for_code(&f.code).label, &f.code, f.value.as_deref(), f.contribution),
        (None, None) => String::new(),
    }
}
