//! What keys do in the wizard.

use super::fields::{Field, Side, events_mut};
use super::{LiveLine, Step, Wizard};
use crate::domain::format::seconds;
use crate::domain::score::Score;
use crate::domain::score::draft::{DraftCondition, DraftEvent};
use crate::queries::score_summaries::ScoreSummary;
use crate::tui::action::Action;
use crate::tui::app::{App, Tone};
use crate::tui::dialogs::{Dialog, Question};
use crate::tui::effect::Effect;
use crate::tui::widgets::menu::Menu;
use crossterm::event::{KeyCode, KeyEvent};

/// Runs `change` on the wizard, which is the top dialog, and asks for what its goal comes to where that changed.
///
/// The wizard is taken out meanwhile, so that the change may look at the rest of the state.
fn change(app: &mut App, change: impl FnOnce(&mut App, &mut Wizard) -> Vec<Effect>) -> Vec<Effect> {
    let Some(Dialog::Wizard(mut wizard)) = app.dialogs.pop() else { return Vec::new() };
    let place = app.dialogs.len();
    let mut effects = change(app, &mut wizard);
    if wizard.closing {
        return effects;
    }
    wizard.refocus();
    effects.extend(wizard.ask_estimate(&mut app.generation));
    // What the change opened stands above.
    app.dialogs.insert(place.min(app.dialogs.len()), Dialog::Wizard(wizard));
    effects
}

pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    if action == Action::Close {
        return close(app);
    }
    change(app, |app, wizard| {
        if let Some(menu) = &mut wizard.menu {
            match action {
                Action::Up => menu.step(-1),
                Action::Down => menu.step(1),
                Action::PageUp => menu.step(-8),
                Action::PageDown => menu.step(8),
                Action::Accept => take_choice(wizard),
                Action::FocusNext => wizard.step_focus(1),
                Action::FocusPrevious => wizard.step_focus(-1),
                Action::Finish => return go_on(app, wizard),
                _ => {}
            }
            return Vec::new();
        }
        match action {
            Action::FocusNext => wizard.step_focus(1),
            Action::FocusPrevious | Action::Up => wizard.step_focus(-1),
            Action::Down if wizard.focus.is_choice() || matches!(wizard.focus, Field::Value(..)) => open(app, wizard),
            Action::Down => wizard.step_focus(1),
            Action::Left if !wizard.focus.is_text() => wizard.step_focus(-1),
            Action::Right if !wizard.focus.is_text() => wizard.step_focus(1),
            Action::Accept => return accept(app, wizard),
            Action::Finish => return go_on(app, wizard),
            Action::AddField => add_field(wizard),
            Action::AddEvent => add_event(wizard, Side::Goal),
            Action::RemoveRow => remove(wizard),
            Action::CopyGoal => copy_goal(app, wizard),
            _ => {}
        }
        Vec::new()
    })
}

/// A key that is no action: text.
pub fn typed(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    change(app, |app, wizard| {
        wizard.sent = None;
        match (&mut wizard.menu, wizard.focus) {
            (Some(menu), _) => menu.key(key),
            (None, Field::Value(side, event, at)) if key.code == KeyCode::Backspace && wizard.entry.is_empty() => {
                if let Some(condition) = super::fields::condition_mut(&mut wizard.draft, side, event, at) {
                    condition.values.pop();
                }
            }
            (None, field) if field.is_text() => {
                wizard.entry.key(key);
                if !matches!(field, Field::Value(..)) {
                    wizard.take_entry();
                }
            }
            // A closed dropdown opens with what is typed; Space alone opens it.
            (None, field) if field.is_choice() => {
                open(app, wizard);
                if let Some(menu) = wizard.menu.as_mut().filter(|_| key.code != KeyCode::Char(' ')) {
                    menu.key(key);
                }
            }
            (None, _) if key.code == KeyCode::Char(' ') => return accept(app, wizard),
            (None, _) => {}
        }
        Vec::new()
    })
}

pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    change(app, |_, wizard| {
        match &mut wizard.menu {
            Some(menu) => menu.paste(text),
            None if wizard.focus.is_text() => {
                wizard.entry.paste(text);
                if !matches!(wizard.focus, Field::Value(..)) {
                    wizard.take_entry();
                }
            }
            None => {}
        }
        Vec::new()
    })
}

fn open(app: &App, wizard: &mut Wizard) {
    wizard.menu = wizard.menu_of(app, wizard.focus);
    if matches!(wizard.focus, Field::Value(..)) && wizard.menu.as_ref().is_some_and(Menu::is_empty) {
        // No value is known: there is nothing to open.
        wizard.menu = None;
        return wizard.step_focus(1);
    }
    if let (Some(menu), Field::Value(..)) = (&mut wizard.menu, wizard.focus) {
        menu.paste(wizard.entry.value());
        wizard.entry.clear();
    }
}

fn take_choice(wizard: &mut Wizard) {
    let Some(choice) = wizard.menu.take().and_then(|menu| menu.choice()) else { return };
    let field = wizard.focus;
    wizard.take(field, &choice);
}

fn accept(app: &mut App, wizard: &mut Wizard) -> Vec<Effect> {
    match wizard.focus {
        field if field.is_choice() => open(app, wizard),
        Field::Value(..) if wizard.entry.is_empty() => wizard.step_focus(1),
        // Enter puts the value at the right of the field.
        Field::Value(..) => wizard.take_entry(),
        Field::Name | Field::Description | Field::Days => wizard.step_focus(1),
        Field::AddField(side, event) => add_field_to(wizard, side, event),
        Field::AddEvent => add_event(wizard, Side::Goal),
        Field::AddExclusion => add_event(wizard, Side::Exclusion),
        Field::CopyGoal => copy_goal(app, wizard),
        Field::Back => back(wizard),
        Field::Next | Field::Finish => return go_on(app, wizard),
        Field::Cancel => leave(app, wizard),
        _ => {}
    }
    Vec::new()
}

fn back(wizard: &mut Wizard) {
    wizard.focus_on(Field::Name);
    wizard.step = Step::Basic;
}

/// *Next* and *Finish*: on where nothing is wrong, else to the first mistake.
fn go_on(app: &mut App, wizard: &mut Wizard) -> Vec<Effect> {
    if wizard.saving || wizard.show_mistakes(|name| app.is_taken(name)) {
        return Vec::new();
    }
    if wizard.step == Step::Basic {
        wizard.step = Step::Goal;
        wizard.focus_on(Field::EventType(Side::Goal, 0));
        return Vec::new();
    }
    match wizard.draft.finish(|name| app.is_taken(name), app.now, &app.workspace.user) {
        Ok(_) => {
            wizard.saving = true;
            vec![Effect::CreateScore { draft: Box::new(wizard.draft.clone()), one_off: wizard.one_off() }]
        }
        Err(why) => {
            // Of the first step, for example a name that somebody took meanwhile.
            wizard.step = Step::Basic;
            if !wizard.show_mistakes(|name| app.is_taken(name)) {
                wizard.step = Step::Goal;
                wizard.refocus();
                app.say(Tone::Bad, why);
            }
            Vec::new()
        }
    }
}

/// Asks whether what was entered is to be kept; the wizard stays until that is answered.
fn leave(app: &mut App, wizard: &mut Wizard) {
    if wizard.is_changed() {
        app.dialogs.push(Dialog::ask(Question::KeepDraft(Box::new(wizard.with_entry()))));
    } else {
        wizard.closing = true;
    }
}

fn close(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Wizard(wizard)) = app.dialogs.last_mut() else { return Vec::new() };
    if wizard.close_menu() {
        return Vec::new();
    }
    if wizard.is_changed() {
        let draft = Box::new(wizard.with_entry());
        app.dialogs.push(Dialog::ask(Question::KeepDraft(draft)));
    } else {
        app.dialogs.pop();
    }
    Vec::new()
}

fn add_field(wizard: &mut Wizard) {
    let (side, event) = match wizard.focus {
        Field::EventType(side, i)
        | Field::FieldName(side, i, _)
        | Field::Operator(side, i, _)
        | Field::Value(side, i, _)
        | Field::AddField(side, i) => (side, i),
        _ => (Side::Goal, wizard.draft.goal.len().saturating_sub(1)),
    };
    if wizard.step == Step::Goal {
        add_field_to(wizard, side, event);
    }
}

fn add_field_to(wizard: &mut Wizard, side: Side, event: usize) {
    let Some(found) = events_mut(&mut wizard.draft, side).get_mut(event) else { return };
    if found.event_type.is_empty() {
        return;
    }
    // An empty row is as good as a new one.
    let at = match found.conditions.iter().position(|c| c.field.is_empty()) {
        Some(empty) => empty,
        None => {
            found.conditions.push(DraftCondition::default());
            found.conditions.len() - 1
        }
    };
    wizard.focus_on(Field::FieldName(side, event, at));
}

fn add_event(wizard: &mut Wizard, side: Side) {
    if wizard.step != Step::Goal || wizard.draft.goal.iter().all(|e| e.event_type.is_empty()) {
        return;
    }
    let events = events_mut(&mut wizard.draft, side);
    if events.len() >= crate::domain::score::GOAL_EVENTS {
        return;
    }
    if events.last().is_none_or(|e| !e.event_type.is_empty()) {
        events.push(DraftEvent::default());
    }
    let at = events.len() - 1;
    wizard.focus_on(Field::EventType(side, at));
}

/// Removes the condition, or the whole event where the focus is on its type.
fn remove(wizard: &mut Wizard) {
    match wizard.focus {
        Field::EventType(side, i) => {
            let events = events_mut(&mut wizard.draft, side);
            if i < events.len() {
                events.remove(i);
            }
            if side == Side::Goal && events.is_empty() {
                events.push(DraftEvent::default());
            }
        }
        Field::FieldName(side, i, j) | Field::Operator(side, i, j) | Field::Value(side, i, j) => {
            if let Some(event) = events_mut(&mut wizard.draft, side).get_mut(i)
                && j < event.conditions.len()
            {
                event.conditions.remove(j);
                if event.conditions.is_empty() {
                    event.conditions.push(DraftCondition::default());
                }
            }
        }
        _ => return,
    }
    // The field may be another one now.
    wizard.load_entry();
}

fn copy_goal(app: &mut App, wizard: &mut Wizard) {
    let Some(name) = wizard.draft.clone_of.clone() else { return };
    if wizard.draft.goal().is_some() {
        app.say(Tone::Bad, "There is a goal already; remove it first.");
        return;
    }
    let found: Option<Score> = app.scores.iter().map(|l| &l.score).find(|s| s.name == name).cloned();
    match found {
        Some(score) => {
            wizard.take_entry();
            wizard.draft.copy_goal(&score);
            let days = wizard.draft.timeframe.parse::<u32>().ok();
            wizard.custom = days.is_some_and(|d| !crate::domain::score::draft::TIMEFRAMES.contains(&d));
            wizard.load_entry();
            app.say(Tone::Good, format!("The goal of '{name}' is taken over."));
        }
        None => app.say(Tone::Bad, format!("'{name}' is gone; its goal cannot be taken over.")),
    }
}

/// The score was made: the wizard makes way for *Scoring setup is complete*.
pub fn created(app: &mut App, score: &Score) -> Vec<Effect> {
    let Some(at) = app.dialogs.iter().position(|d| matches!(d, Dialog::Wizard(_))) else { return Vec::new() };
    let Dialog::Wizard(wizard) = app.dialogs.remove(at) else { return Vec::new() };
    let question =
        Question::Ready { score: score.id.clone(), name: score.name.clone(), estimate: forecast(app, score) };
    app.dialogs.push(Dialog::ask(question));
    if wizard.draft.id.is_empty() { Vec::new() } else { vec![Effect::RemoveDraft(wizard.draft.id)] }
}

/// How long the first run will take: as long as the last training of the same kind in this workspace, else what the
/// time of reading leads to expect.
fn forecast(app: &App, score: &Score) -> String {
    let same = |l: &&std::sync::Arc<ScoreSummary>| l.score.profile_type == score.profile_type;
    let trained = app.scores.iter().filter(same).filter_map(|l| l.trained.as_ref()).max_by_key(|r| r.started_at);
    if let Some(run) = trained {
        return format!("Its first run will take about {}, as a training here did.", seconds(run.seconds().max(1.0)));
    }
    let Some(catalog) = app.catalog() else {
        return "How long its first run takes shows when the data was read.".into();
    };
    let profiles = match score.profile_type {
        crate::domain::score::ProfileType::Person => catalog.persons,
        crate::domain::score::ProfileType::Account => catalog.accounts,
    };
    // Reading costs what it cost the catalog; the fits grow with the rows that are drawn, up to 150,000 by default.
    let fits = 4.0 + 30.0 * (profiles as f64 * 8.0 / 150_000.0).min(1.0);
    let least = catalog.seconds * 0.5 + fits * 0.4;
    let most = catalog.seconds + fits;
    format!("Its first run will take about {} to {}.", seconds(least.max(1.0).round()), seconds(most.max(3.0).round()))
}

impl Wizard {
    /// Takes the answer to the question of this number.
    pub fn answered(
        &mut self,
        generation: u64,
        answer: Result<crate::domain::source::catalog::GoalEstimate, crate::error::Error>,
    ) {
        if matches!(self.live, LiveLine::Waiting(asked, _) if asked == generation) {
            self.live = match answer {
                Ok(estimate) => LiveLine::Known(Box::new(estimate)),
                Err(error) => LiveLine::Failed(error),
            };
        }
    }
}
