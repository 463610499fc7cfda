//! The one place where the state changes: a message in, effects out, no I/O.

use super::action::Action;
use super::app::{App, CatalogView, Screen, Tone};
use super::dialogs::{self, Ask, Dialog, Page, Picker, Question, wizard};
use super::effect::Effect;
use super::keymap::Key;
use super::msg::{Msg, Outcome};
use super::screens::services::{self, Focus};
use super::screens::{monitoring, profiles};
use crate::domain::run::run_progress::RunProgress;
use crate::domain::score::Score;
use crate::error::Error;
use crate::queries::score_summaries::ScoreSummary;
use crossterm::event::{KeyEvent, KeyEventKind};
use std::sync::Arc;

/// Changes the state as the message says.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Now(now) => {
            app.now = now;
            monitoring::turn_of_day(app);
        }
        Msg::Key(key) => return pressed(app, key),
        Msg::Paste(text) => return paste(app, &text),
        Msg::Resize(width, height) => {
            app.size = (width, height);
            services::arrange(app);
            monitoring::resized(app);
            return profiles::resized(app);
        }
        Msg::Resumed => return vec![Effect::Redraw],
        Msg::Terminated => return leave(app),
        Msg::Scores(scores) => return take_scores(app, scores),
        Msg::Lives(lives) => take_lives(app, lives),
        Msg::Catalog(catalog) => return take_catalog(app, catalog),
        Msg::Estimated { generation, estimate } => {
            if let Some(wizard) = open_wizard(app) {
                wizard.answered(generation, *estimate);
            }
        }
        Msg::Drafts(drafts) => match drafts {
            Ok(drafts) => app.drafts = drafts,
            Err(error) => fail(app, error),
        },
        Msg::DraftSaved(saved) => match saved {
            Ok(draft) => {
                let name =
                    if draft.name.trim().is_empty() { "without a name".into() } else { format!("'{}'", draft.name) };
                let key = app.keymap.key(Action::Drafts).to_string();
                app.say(Tone::Good, format!("The draft {name} is kept; {key} lists the drafts."));
                return vec![Effect::LoadDrafts];
            }
            Err(error) => fail(app, error),
        },
        Msg::Inspected { run, aim, inspection } => monitoring::inspected(app, &run, aim, *inspection),
        Msg::Profiles(answer) => return profiles::answered(app, *answer),
        Msg::Trouble(error) => fail(app, error),
        done @ (Msg::Created(_)
        | Msg::Edited(_)
        | Msg::Rescheduled(_)
        | Msg::Promoted(_)
        | Msg::Deleted(_)
        | Msg::Restored(_)
        | Msg::Loss { .. }
        | Msg::Started { .. }
        | Msg::Cancelled { .. }) => return changed(app, done),
    }
    Vec::new()
}

/// What became of a change that was asked for here.
fn changed(app: &mut App, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Created(created) => match *created {
            Ok(score) => {
                show(app, &score);
                return wizard::created(app, &score);
            }
            Err(error) => {
                if let Some(wizard) = open_wizard(app) {
                    wizard.saving = false;
                }
                fail(app, error);
            }
        },
        Msg::Edited(edited) => match *edited {
            Ok(score) => {
                close_form(app, &score);
                app.say(Tone::Good, format!("The description of '{}' is saved.", score.name));
            }
            Err(error) => fail(app, error),
        },
        Msg::Rescheduled(changed) => match *changed {
            Ok(score) => {
                let told = format!(
                    "'{}': scoring {}, training {}.",
                    score.name, score.schedule.scoring, score.schedule.training
                );
                close_form(app, &score);
                app.say(Tone::Good, told);
            }
            Err(error) => fail(app, error),
        },
        Msg::Promoted(promoted) => match *promoted {
            Ok(score) => app.say(
                Tone::Good,
                format!("The model is the champion of '{}' now; the next scoring applies it.", score.name),
            ),
            Err(error) => fail(app, error),
        },
        Msg::Deleted(deleted) => match *deleted {
            Ok(score) => {
                let undo = app.keymap.key(Action::Undo).to_string();
                app.say(Tone::Good, format!("'{}' is deleted. {undo} brings it back.", score.name));
                app.deleted.push(score.id);
            }
            Err(error) => fail(app, error),
        },
        Msg::Restored(restored) => match *restored {
            Ok(score) => {
                app.deleted.retain(|id| *id != score.id);
                show(app, &score);
                app.say(Tone::Good, format!("'{}' is back.", score.name));
            }
            Err(error) => fail(app, error),
        },
        Msg::Loss { score, loss } => weighed(app, &score, loss),
        Msg::Started { outcome, .. } => match outcome {
            Ok(()) => app.say(Tone::Good, "The run has begun. It goes on when you leave."),
            Err(error) => fail(app, error),
        },
        Msg::Cancelled { outcome, .. } => match outcome {
            Ok(()) => app.say(Tone::Good, "The run is cancelled."),
            Err(error) => fail(app, error),
        },
        // The caller hands on no other.
        _ => {}
    }
    Vec::new()
}

/// Closes the form whose content is saved.
fn close_form(app: &mut App, score: &Score) {
    let is_form = |d: &Dialog| matches!(d, Dialog::Edit(_) | Dialog::Schedule(_));
    app.dialogs.retain(|d| !is_form(d) || d.score() != Some(&score.id));
}

/// Shows an error in a dialog of its own.
fn fail(app: &mut App, error: Error) {
    app.notice = None;
    app.dialogs.push(Dialog::error(error));
}

fn pressed(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    app.notice = None;
    app.services.settled = true;
    let pressed = Key::of(key);
    let typing = app.is_typing();
    let action = if typing && pressed.is_text() { None } else { app.keymap.action(pressed, app.places()) };
    match action {
        // These move the cursor within the text.
        Some(Action::Left | Action::Right | Action::First | Action::Last) if app.is_editing() => typed(app, key),
        // A letter that leaves the screen leaves no dialog: what was entered there would be lost.
        Some(Action::Quit) if pressed.is_text() && !app.dialogs.is_empty() => typed(app, key),
        Some(action) => ask(app, action),
        None => typed(app, key),
    }
}

fn typed(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    match (app.dialogs.is_empty(), app.screen) {
        (true, Screen::Services) => services::typed(app, key),
        (true, Screen::Profiles) => profiles::typed(app, key),
        (true, Screen::Monitoring) => {}
        (false, _) => return dialogs::typed(app, key),
    }
    Vec::new()
}

fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    if !app.dialogs.is_empty() {
        return dialogs::paste(app, text);
    }
    match app.screen {
        Screen::Profiles => profiles::paste(app, text),
        Screen::Services if app.services.focus == Focus::Filter => {
            app.services.filter.paste(text);
            services::arrange(app);
        }
        Screen::Services | Screen::Monitoring => {}
    }
    Vec::new()
}

/// Does an action, or says why not.
pub fn ask(app: &mut App, action: Action) -> Vec<Effect> {
    if let Some(why) = app.refusal(action) {
        app.say(Tone::Bad, why);
        return Vec::new();
    }
    match action {
        Action::Quit => {
            return leave(app);
        }
        Action::Suspend => return vec![Effect::Suspend],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Help if !matches!(app.dialogs.last(), Some(Dialog::Page(_))) => {
            app.dialogs.push(Dialog::Page(Page::help()));
            return Vec::new();
        }
        Action::Palette if app.dialogs.is_empty() => {
            app.dialogs.push(Dialog::Picker(Picker::palette()));
            return Vec::new();
        }
        Action::ServicesScreen if app.dialogs.is_empty() => {
            app.screen = Screen::Services;
            return Vec::new();
        }
        Action::ProfilesScreen if app.dialogs.is_empty() => return profiles::open(app),
        Action::MonitoringScreen if app.dialogs.is_empty() => {
            monitoring::open(app);
            return Vec::new();
        }
        _ => {}
    }
    match (app.dialogs.is_empty(), app.screen) {
        (true, Screen::Services) => services::perform(app, action),
        (true, Screen::Profiles) => profiles::perform(app, action),
        (true, Screen::Monitoring) => monitoring::perform(app, action),
        (false, _) => dialogs::perform(app, action),
    }
}

/// The program is to end: what was entered is kept as a draft.
fn leave(app: &mut App) -> Vec<Effect> {
    app.leaving = true;
    let mut effects = Vec::new();
    if app.workspace.read_only.is_none()
        && let Some(wizard) = open_wizard(app)
        && wizard.is_changed()
        && !wizard.saving
    {
        effects.push(Effect::KeepDraft(Box::new(wizard.with_entry())));
    }
    effects.push(Effect::SaveUi(services::state(app)));
    effects.push(Effect::Quit);
    effects
}

fn open_wizard(app: &mut App) -> Option<&mut dialogs::Wizard> {
    app.dialogs.iter_mut().find_map(|d| match d {
        Dialog::Wizard(wizard) => Some(&mut **wizard),
        _ => None,
    })
}

/// Selects a score and sees to it that the filter does not hide it.
fn show(app: &mut App, score: &Score) {
    app.services.selected = Some(score.id.clone());
    app.services.settled = true;
    app.services.focus = Focus::List;
    app.services.open = false;
    app.services.scroll = 0;
    if !app.services.filter.is_empty() {
        app.services.filter.clear();
    }
    services::arrange(app);
}

fn take_scores(app: &mut App, scores: Outcome<Vec<Arc<ScoreSummary>>>) -> Vec<Effect> {
    // The place is one in the list as it was.
    let before = services::place(app);
    match scores {
        Ok(scores) => {
            app.scores = scores;
            app.broken = None;
        }
        Err(error) => {
            // What was shown stays; the list says what is wrong where there was nothing.
            app.broken = Some(error.clone());
            if !app.scores.is_empty() {
                app.say(Tone::Bad, error.what);
            }
        }
    }
    services::arrange_from(app, before);
    monitoring::arrange(app);
    tell_of_the_deleted(app);
    Vec::new()
}

/// A score was deleted in another session while a dialog about it is open here.
fn tell_of_the_deleted(app: &mut App) {
    let gone = |d: &Dialog| d.score().is_some_and(|id| app.listed(id).is_none());
    let Some(at) = app.dialogs.iter().position(gone) else { return };
    // Right after its creation a score is not in the list yet.
    if matches!(app.dialogs[at], Dialog::Ask(Ask { question: Question::Ready { .. } | Question::FirstRun { .. }, .. }))
    {
        return;
    }
    app.dialogs.truncate(at);
    fail(
        app,
        Error::new("This score was deleted in another session.").hint("`propensity score restore` brings it back."),
    );
}

fn take_lives(app: &mut App, lives: Vec<RunProgress>) {
    app.lives = lives.into_iter().map(|l| (l.score.clone(), l)).collect();
    if app.services.sort == services::Sort::LastRun {
        services::arrange(app);
    }
    monitoring::arrange(app);
}

fn take_catalog(app: &mut App, catalog: CatalogView) -> Vec<Effect> {
    let key = |view: &CatalogView| match view {
        CatalogView::Ready(catalog) => Some(catalog.key.clone()),
        _ => None,
    };
    let changed = key(&app.catalog) != key(&catalog);
    app.catalog = catalog;
    if !changed || app.catalog().is_none() {
        return Vec::new();
    }
    let mut generation = app.generation;
    let asked = open_wizard(app).and_then(|wizard| wizard.ask_again(&mut generation));
    app.generation = generation;
    asked.into_iter().collect()
}

fn weighed(app: &mut App, score: &str, weighed: crate::queries::score_summaries::DeletionImpact) {
    for dialog in &mut app.dialogs {
        if let Dialog::Ask(Ask { question: Question::Delete { score: asked, loss, .. }, .. }) = dialog
            && asked == score
        {
            *loss = Some(weighed);
        }
    }
}
