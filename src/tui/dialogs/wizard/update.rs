//! What keys do in the wizard.

use super::field::{EventRole, Field, condition_mut};
use super::goal_edits::{add_event, add_field, add_field_to, copy_goal, remove};
use super::state::{Step, Wizard};
use crate::domain::score::population_rule::PopulationCondition;
use crate::tui::action::Action;
use crate::tui::app::{App, Severity};
use crate::tui::dialogs::confirm::Question;
use crate::tui::dialogs::dialog::Dialog;
use crate::tui::effect::Effect;
use crate::tui::widgets::menu::Menu;
use crate::tui::widgets::text_field::TextField;
use crossterm::event::{KeyCode, KeyEvent};

/// Runs `change` on the wizard, which is the top dialog, and asks for an estimate of its goal where that changed.
///
/// The wizard is taken out meanwhile, so that the change may look at the rest of the state.
fn with_wizard(app: &mut App, change: impl FnOnce(&mut App, &mut Wizard) -> Vec<Effect>) -> Vec<Effect> {
    let Some(Dialog::Wizard(mut wizard)) = app.dialogs.pop() else { return Vec::new() };
    let place = app.dialogs.len();
    let mut effects = change(app, &mut wizard);
    if wizard.closing {
        return effects;
    }
    wizard.refocus();
    offer_values(app, &mut wizard);
    effects.extend(wizard.request_estimate(&mut app.estimate_generation));
    // What the change opened stands above.
    app.dialogs.insert(place.min(app.dialogs.len()), Dialog::Wizard(wizard));
    effects
}

pub fn update(app: &mut App, action: Action) -> Vec<Effect> {
    if action == Action::Close {
        return close(app);
    }
    with_wizard(app, |app, wizard| {
        if let Some(menu) = &mut wizard.menu {
            let is_offer = menu.is_offer();
            match action {
                // Nothing of an offer is chosen: the keys are those of the field.
                Action::Up if is_offer && !menu.has_choice() => wizard.step_focus(-1),
                Action::Accept if is_offer && !menu.has_choice() => wizard.step_focus(1),
                Action::Up => menu.step(-1),
                Action::Down => menu.step(1),
                Action::PageUp => menu.step(-8),
                Action::PageDown => menu.step(8),
                Action::Accept => take_choice(wizard),
                Action::FocusNext | Action::FocusPrevious | Action::Finish => {
                    // What was typed is not lost by going on.
                    if !is_offer && !menu.typed().is_empty() {
                        take_choice(wizard);
                    }
                    match action {
                        Action::FocusNext => wizard.step_focus(1),
                        Action::FocusPrevious => wizard.step_focus(-1),
                        _ => return next_or_finish(app, wizard),
                    }
                }
                Action::AddField => add_field(wizard),
                Action::AddEvent => add_event(wizard, EventRole::Goal),
                Action::RemoveRow => remove(app, wizard),
                _ => {}
            }
            return Vec::new();
        }
        match action {
            Action::FocusNext => wizard.step_focus(1),
            Action::FocusPrevious | Action::Up => wizard.step_focus(-1),
            Action::Down if wizard.focus.is_choice() || wizard.focus.takes_several() => open_menu(app, wizard),
            Action::Down => wizard.step_focus(1),
            Action::Left if !wizard.focus.is_text() => wizard.step_focus(-1),
            Action::Right if !wizard.focus.is_text() => wizard.step_focus(1),
            Action::Accept => return accept(app, wizard),
            Action::Finish => return next_or_finish(app, wizard),
            Action::AddField => add_field(wizard),
            Action::AddEvent => add_event(wizard, EventRole::Goal),
            Action::RemoveRow => remove(app, wizard),
            Action::CopyGoal => copy_goal(app, wizard),
            _ => {}
        }
        Vec::new()
    })
}

/// A key that is no action: text.
pub fn text_key(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    with_wizard(app, |app, wizard| {
        wizard.mistake_field = None;
        match (&mut wizard.menu, wizard.focus) {
            // Backspace in an empty field takes the last value away.
            (menu, Field::Value(role, event, at))
                if key.code == KeyCode::Backspace
                    && wizard.input.is_empty()
                    && menu.as_ref().is_none_or(|menu| menu.typed().is_empty()) =>
            {
                wizard.menu = None;
                if let Some(condition) = condition_mut(&mut wizard.draft, role, event, at) {
                    condition.values.pop();
                }
            }
            (menu, Field::Population)
                if key.code == KeyCode::Backspace
                    && wizard.input.is_empty()
                    && menu.as_ref().is_none_or(|menu| menu.typed().is_empty()) =>
            {
                wizard.take_back_population_condition();
            }
            (Some(menu), _) => menu.key(key),
            (None, field) if field.is_text() => {
                wizard.input.key(key);
                if !field.takes_several() {
                    wizard.take_input();
                }
            }
            // A closed dropdown opens with what is typed; Space alone opens it.
            (None, field) if field.is_choice() => {
                open_menu(app, wizard);
                if let Some(menu) = wizard.menu.as_mut().filter(|_| key.code != KeyCode::Char(' ')) {
                    menu.key(key);
                }
            }
            // No letter and no blank presses a button.
            (None, _) => {}
        }
        Vec::new()
    })
}

pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    with_wizard(app, |_, wizard| {
        match &mut wizard.menu {
            Some(menu) => menu.paste(text),
            None if wizard.focus.is_text() => {
                wizard.input.paste(text);
                if !wizard.focus.takes_several() {
                    wizard.take_input();
                }
            }
            None => {}
        }
        Vec::new()
    })
}

fn open_menu(app: &App, wizard: &mut Wizard) {
    wizard.menu = wizard.menu_for(app, wizard.focus);
    if wizard.focus.takes_several() && wizard.menu.as_ref().is_some_and(Menu::is_empty) {
        // No value is known: there is nothing to open.
        wizard.menu = None;
        return wizard.step_focus(1);
    }
    if let (Some(menu), true) = (&mut wizard.menu, wizard.focus.takes_several()) {
        menu.paste(wizard.input.value());
        wizard.input.clear();
    }
}

/// A value field offers the values in the data as soon as it has the focus, and who is scored the usual conditions.
fn offer_values(app: &App, wizard: &mut Wizard) {
    if wizard.focus.takes_several() && wizard.menu.is_none() && wizard.offer_closed != Some(wizard.focus) {
        let menu = wizard.menu_for(app, wizard.focus).filter(|menu| !menu.is_empty());
        if let Some(mut menu) = menu {
            menu.paste(wizard.input.value());
            wizard.input.clear();
            wizard.menu = Some(menu);
        }
    }
}

fn take_choice(wizard: &mut Wizard) {
    let Some(choice) = wizard.menu.take().and_then(|menu| menu.choice()) else { return };
    let field = wizard.focus;
    if field == Field::Population && PopulationCondition::parse(&choice).is_err() {
        return keep_typing(wizard, &choice);
    }
    wizard.apply_choice(field, &choice);
}

/// What is no condition stays in the field with its mistake below.
fn keep_typing(wizard: &mut Wizard, text: &str) {
    wizard.input = TextField::new(text);
    wizard.visited.insert(Field::Population);
    wizard.mistake_field = Some(Field::Population);
    wizard.offer_closed = Some(Field::Population);
}

fn accept(app: &mut App, wizard: &mut Wizard) -> Vec<Effect> {
    match wizard.focus {
        field if field.is_choice() => open_menu(app, wizard),
        field if field.takes_several() && wizard.input.is_empty() => wizard.step_focus(1),
        Field::Population if wizard.mistake(Field::Population, |_| false).is_some() => {
            let text = wizard.input.value().to_string();
            keep_typing(wizard, &text);
        }
        // Enter puts it below the field.
        field if field.takes_several() => wizard.take_input(),
        Field::Name | Field::Description | Field::Days => wizard.step_focus(1),
        Field::AddField(role, event) => add_field_to(wizard, role, event),
        Field::AddEvent => add_event(wizard, EventRole::Goal),
        Field::AddExclusion => add_event(wizard, EventRole::Exclusion),
        Field::CopyGoal => copy_goal(app, wizard),
        Field::Back => back(wizard),
        Field::Next | Field::Finish => return next_or_finish(app, wizard),
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
fn next_or_finish(app: &mut App, wizard: &mut Wizard) -> Vec<Effect> {
    if wizard.saving || wizard.show_mistakes(|name| app.is_name_taken(name)) {
        return Vec::new();
    }
    if wizard.step == Step::Basic {
        wizard.step = Step::Goal;
        wizard.focus_on(Field::EventType(EventRole::Goal, 0));
        return Vec::new();
    }
    match wizard.draft.finish(|name| app.is_name_taken(name), app.now, &app.workspace.user) {
        Ok(_) => {
            wizard.saving = true;
            vec![Effect::CreateScore { draft: Box::new(wizard.draft.clone()), one_off: wizard.one_off() }]
        }
        Err(why) => {
            // Of the first step, for example a name that somebody took meanwhile.
            wizard.step = Step::Basic;
            if !wizard.show_mistakes(|name| app.is_name_taken(name)) {
                wizard.step = Step::Goal;
                wizard.refocus();
                app.notify(Severity::Error, why);
            }
            Vec::new()
        }
    }
}

/// Asks whether what was entered is to be kept; the wizard stays until that is answered.
fn leave(app: &mut App, wizard: &mut Wizard) {
    if wizard.is_changed() {
        app.ask(Question::KeepDraft(Box::new(wizard.draft_with_input())));
    } else {
        wizard.closing = true;
    }
}

fn close(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Wizard(wizard)) = app.dialogs.last_mut() else { return Vec::new() };
    if wizard.close_menu() {
        wizard.offer_closed = Some(wizard.focus);
        return Vec::new();
    }
    if wizard.is_changed() {
        let draft = Box::new(wizard.draft_with_input());
        app.ask(Question::KeepDraft(draft));
    } else {
        app.dialogs.pop();
    }
    Vec::new()
}
