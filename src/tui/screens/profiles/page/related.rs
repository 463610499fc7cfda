//! From the page of an account to a person of it, from that of a person to its account, in the latest scores of that type;
//! and back.

use crate::domain::score::ProfileType;
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::app::{App, Severity};
use crate::tui::dialogs::{Dialog, Picker, PickerKind};
use crate::tui::effect::Effect;
use crate::tui::screens::profiles::messages::Request;
use crate::tui::screens::profiles::state::Profiles;
use std::sync::Arc;

/// A profile that belongs to the one that is shown.
pub struct Related {
    pub id: String,
    /// Name and title, or the id.
    pub text: String,
}

/// Who belongs to the profile that is shown: of an account its persons, of a person its account.
pub fn of_page(app: &App) -> Vec<Related> {
    let page = app.profiles.as_ref().and_then(|screen| screen.page.as_deref());
    let Some(detail) = page.and_then(|page| page.detail.as_deref()) else { return Vec::new() };
    match detail.profile_type {
        ProfileType::Account => {
            let of = |person: &crate::queries::profile::Person| {
                let title = person.job_title.as_deref().map_or(String::new(), |title| format!(", {title}"));
                let name = person.name.as_deref().unwrap_or(&person.id);
                Related { id: person.id.clone(), text: format!("{name}{title}") }
            };
            detail.people.iter().map(of).collect()
        }
        ProfileType::Person => {
            let of = |id: &String| Related { id: id.clone(), text: id.clone() };
            detail.profile.account_id.iter().map(of).collect()
        }
    }
}

/// Opens the only one, or a list of them.
pub fn open(app: &mut App) -> Vec<Effect> {
    let related = of_page(app);
    match related.as_slice() {
        [] => {
            app.notify(Severity::Error, "Nobody is known to belong to this profile.");
            Vec::new()
        }
        [only] => go_to(app, &only.id),
        _ => {
            app.dialogs.push(Dialog::Picker(Picker::new(PickerKind::Related)));
            Vec::new()
        }
    }
}

/// Goes to a profile in the latest scores of the other type.
pub fn go_to(app: &mut App, id: &str) -> Vec<Effect> {
    let Some(screen) = &app.profiles else { return Vec::new() };
    let here = app.listed(&screen.score).map(|listed| listed.score.profile_type);
    let other = if here == Some(ProfileType::Account) { ProfileType::Person } else { ProfileType::Account };
    let scored = |listed: &&Arc<ScoreSummary>| listed.score.profile_type == other && listed.scored.is_some();
    let newest = app.scores.iter().filter(scored).max_by_key(|listed| listed.scored.as_ref().map(|r| r.started_at));
    let Some(listed) = newest else {
        let text = format!("No {other} score has scored profiles: create and run one to see how {id} scores.");
        app.notify(Severity::Error, text);
        return Vec::new();
    };
    let (score, name) = (listed.score.id.clone(), listed.score.name.clone());
    let before = app.profiles.take();
    let generation = before.as_ref().map_or(0, |before| before.generation) + 1;
    let mut screen = Profiles::new(score.clone(), name, generation);
    screen.open_when_read = Some(id.to_string());
    screen.came_from = before.map(Box::new);
    app.profiles = Some(screen);
    vec![Effect::Profiles(Request::Cancel), Effect::Profiles(Request::Open { score })]
}

/// The scores are open: the profile is looked for.
pub fn locate(screen: &mut Profiles) -> Vec<Effect> {
    let serial = screen.serial;
    screen.open_when_read.take().map(|id| Effect::Profiles(Request::Locate { serial, id })).into_iter().collect()
}

/// Back to where one came from, as it was.
pub fn back(app: &mut App) -> Option<Vec<Effect>> {
    let screen = app.profiles.as_mut()?;
    let mut before = *screen.came_from.take()?;
    // Late answers to what was asked meanwhile are told from the next ones.
    before.generation = screen.generation + 1;
    before.serial = before.generation;
    let score = before.score.clone();
    app.profiles = Some(before);
    Some(vec![Effect::Profiles(Request::Cancel), Effect::Profiles(Request::Open { score })])
}
