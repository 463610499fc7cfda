//! Adding and removing the events and conditions of the goal.

use super::field::{EventRole, Field, events_mut};
use super::state::{Step, Wizard};
use crate::domain::score::draft::{DraftCondition, DraftEvent, TIMEFRAMES};
use crate::domain::score::{MAX_GOAL_EVENTS, Score};
use crate::tui::app::{App, Severity};

pub fn add_field(wizard: &mut Wizard) {
    let (role, event) = match wizard.focus {
        Field::EventType(role, i)
        | Field::FieldName(role, i, _)
        | Field::Operator(role, i, _)
        | Field::Value(role, i, _)
        | Field::AddField(role, i) => (role, i),
        _ => (EventRole::Goal, wizard.draft.goal.len().saturating_sub(1)),
    };
    if wizard.step == Step::Goal {
        add_field_to(wizard, role, event);
    }
}

pub fn add_field_to(wizard: &mut Wizard, role: EventRole, event: usize) {
    let Some(found) = events_mut(&mut wizard.draft, role).get_mut(event) else { return };
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
    wizard.focus_on(Field::FieldName(role, event, at));
}

pub fn add_event(wizard: &mut Wizard, role: EventRole) {
    if wizard.step != Step::Goal || wizard.draft.goal.iter().all(|e| e.event_type.is_empty()) {
        return;
    }
    let events = events_mut(&mut wizard.draft, role);
    if events.len() >= MAX_GOAL_EVENTS {
        return;
    }
    if events.last().is_none_or(|e| !e.event_type.is_empty()) {
        events.push(DraftEvent::default());
    }
    let at = events.len() - 1;
    wizard.focus_on(Field::EventType(role, at));
}

/// Removes the condition, or the whole event where the focus is on its type.
pub fn remove(app: &mut App, wizard: &mut Wizard) {
    match wizard.focus {
        Field::EventType(role, i) => {
            let events = events_mut(&mut wizard.draft, role);
            if i < events.len() {
                events.remove(i);
            }
            if role == EventRole::Goal && events.is_empty() {
                events.push(DraftEvent::default());
            }
        }
        Field::FieldName(role, i, j) | Field::Operator(role, i, j) | Field::Value(role, i, j) => {
            if let Some(event) = events_mut(&mut wizard.draft, role).get_mut(i)
                && j < event.conditions.len()
            {
                event.conditions.remove(j);
                if event.conditions.is_empty() {
                    event.conditions.push(DraftCondition::default());
                }
            }
        }
        Field::Population if !wizard.draft.population.is_empty() => {
            wizard.draft.population.pop();
        }
        _ => {
            app.notify(Severity::Error, "Nothing to remove here: go to an event type, or to a condition of it.");
            return;
        }
    }
    wizard.menu = None;
    // The field may be another one now.
    wizard.load_input();
}

pub fn copy_goal(app: &mut App, wizard: &mut Wizard) {
    let Some(name) = wizard.draft.clone_of.clone() else { return };
    if wizard.draft.goal().is_some() {
        app.notify(Severity::Error, "There is a goal already; remove it first.");
        return;
    }
    let found: Option<Score> = app.scores.iter().map(|l| &l.score).find(|s| s.name == name).cloned();
    match found {
        Some(score) => {
            wizard.take_input();
            wizard.draft.copy_goal(&score);
            let days = wizard.draft.timeframe.parse::<u32>().ok();
            wizard.custom_timeframe = days.is_some_and(|d| !TIMEFRAMES.contains(&d));
            wizard.load_input();
            app.notify(Severity::Success, format!("The goal of '{name}' is taken over."));
        }
        None => app.notify(Severity::Error, format!("'{name}' is gone; its goal cannot be taken over.")),
    }
}
