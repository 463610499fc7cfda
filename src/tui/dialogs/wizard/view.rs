//! How the wizard is drawn.

use super::choices::combine_words;
use super::estimate_lines;
use super::field::{EventRole, Field, events};
use super::population;
use super::state::{Step, Wizard};
use super::unknown;
use crate::domain::text::wrapped;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::frame::{self, FRAME, frame};
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::chips::Chip;
use crate::tui::widgets::form::{self, Button, Control, Row};
use crate::tui::widgets::menu::Menu;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Columns of the labels.
const LABEL: u16 = 22;
/// Rows of a terminal from which on conditions stand apart.
const ROOMY: u16 = 36;
/// Rows of the estimate and the buttons below the goal.
const FOOT: u16 = 7;
/// Most columns of the dialog, and least rows of its second step.
const WIDEST: u16 = 104;
const LEAST_GOAL: u16 = 24;

pub fn view(app: &App, wizard: &Wizard, buffer: &mut Buffer) -> Option<Position> {
    let title = match &wizard.draft.clone_of {
        Some(name) => format!("Clone {name}"),
        None => "Create score".to_string(),
    };
    let (step, rows) = match wizard.step {
        Step::Basic => ("1 of 2 · Basic information", basic(app, wizard)),
        Step::Goal => ("2 of 2 · Define your goal", goal(app, wizard)),
    };
    let width = WIDEST.min(app.size.0);
    let label = LABEL.min(width / 3);
    let needed = form::height(app.theme(), &rows, label, width.saturating_sub(FRAME.0)) + FRAME.1;
    let height = match wizard.step {
        Step::Basic => needed + 4,
        // The menus need room below, whatever the goal has so far.
        Step::Goal => (needed + FOOT + 1).max(LEAST_GOAL),
    };
    let area = frame(app, buffer, (width, height), &title, step);
    let said = if wizard.step == Step::Goal { estimate(app, wizard, area.width) } else { Vec::new() };
    let foot = match wizard.step {
        Step::Basic => 2.min(area.height),
        // The rule, what there is to say, a blank and the buttons; in a low window no more than that takes.
        Step::Goal if area.height < LEAST_GOAL => (said.len() as u16 + 2).clamp(5, (area.height / 2).max(5)),
        Step::Goal => FOOT,
    };
    let form_area = Rect { y: area.y + 1, height: area.height.saturating_sub(foot + 1), ..area };
    let drawn = form::draw(app.theme(), &rows, wizard.focus, label, form_area, buffer);
    let foot_area = Rect { y: area.bottom().saturating_sub(foot), height: foot, ..area };
    draw_foot(app, wizard, &said, foot_area, buffer);
    let within = frame::within(app, buffer);
    let menu = wizard.menu.as_ref().zip(drawn.anchor);
    menu.and_then(|(menu, anchor)| menu.draw(app.theme(), anchor, within, buffer)).or(drawn.cursor)
}

fn row<'a>(app: &App, wizard: &'a Wizard, label: &'a str, field: Field, control: Control<'a, Field>) -> Row<'a, Field> {
    Row::new(label, control).of(field).mistake(wizard.shown_mistake(field, |name| app.is_name_taken(name)))
}

fn choice<'a>(app: &App, wizard: &'a Wizard, label: &'a str, field: Field, placeholder: &'a str) -> Row<'a, Field> {
    let value = wizard.choice_text(field);
    let event_type = |role, i: usize| events(&wizard.draft, role).get(i).map(|event| event.event_type.as_str());
    let remark = app.catalog().and_then(|catalog| match field {
        Field::EventType(..) => unknown::event_type(catalog, &value),
        Field::FieldName(role, i, _) => unknown::field(catalog, event_type(role, i)?, &value),
        _ => None,
    });
    row(app, wizard, label, field, Control::Choice { value, placeholder }).warning(remark)
}

fn basic<'a>(app: &'a App, wizard: &'a Wizard) -> Vec<Row<'a, Field>> {
    let mut rows = vec![choice(app, wizard, "Profile type", Field::ProfileType, "who is scored")];
    for (label, field, kept, placeholder, lines) in [
        ("Name", Field::Name, &wizard.draft.name, "for example Closed Won in 90 days", 1),
        ("Description", Field::Description, &wizard.draft.description, "optional", 3),
    ] {
        let control = if wizard.focus == field {
            Control::Text { text: &wizard.input, placeholder, lines }
        } else {
            Control::Unfocused { value: kept, placeholder, lines }
        };
        rows.push(row(app, wizard, label, field, control).gap());
    }
    if wizard.draft.clone_of.is_some() {
        let copied = wizard.draft.goal().is_some();
        let text = if copied { "Goal copied ✓" } else { "Copy the goal, too" };
        let text = format!("{text}  {}", app.keymap.key(Action::CopyGoal));
        let buttons = vec![Button::new(Field::CopyGoal, text)];
        rows.push(Row::new("Goal", Control::Buttons { buttons, right: false }).gap());
    }
    rows
}

fn goal<'a>(app: &'a App, wizard: &'a Wizard) -> Vec<Row<'a, Field>> {
    let mut rows = Vec::new();
    let fields = wizard.fields();
    for field in fields.iter().copied() {
        match field {
            Field::EventType(EventRole::Goal, i) => {
                let row = choice(app, wizard, "Goal event", field, "an event type");
                rows.push(if i == 0 { row } else { row.gap() });
            }
            Field::EventType(EventRole::Exclusion, _) => {
                rows.push(choice(app, wizard, "Leave out who did", field, "an event type").gap());
            }
            Field::FieldName(_, _, j) => {
                let label = if j == 0 { "  Field name" } else { "  and field name" };
                let row = choice(app, wizard, label, field, "every such event counts, or choose a field");
                // A little air where there is room for it.
                rows.push(if app.size.1 >= ROOMY { row.gap() } else { row });
            }
            Field::Operator(..) => {
                rows.push(choice(app, wizard, "  Condition", field, "a condition"));
            }
            Field::Value(role, i, j) => rows.push(value(app, wizard, (role, i, j))),
            Field::Combine => {
                rows.push(choice(app, wizard, "Converts with", field, combine_words(wizard.draft.combine)).gap())
            }
            Field::AddField(role, i) => {
                let mut buttons = vec![Button::new(field, "+ Add field")];
                // The goal's last event also offers another one; exclusions have a button of their own.
                if role == EventRole::Goal && i + 1 == wizard.draft.goal.len() {
                    buttons.push(Button::new(Field::AddEvent, "+ Add event"));
                }
                rows.push(Row::new("", Control::Buttons { buttons, right: false }));
            }
            Field::AddExclusion => {
                let label = if wizard.draft.exclusions.is_empty() { "Leave out who did" } else { "" };
                let buttons = vec![Button::new(field, "+ Add exclusion")];
                rows.push(Row::new(label, Control::Buttons { buttons, right: false }).gap());
            }
            Field::ExclusionHolds => rows.push(choice(app, wizard, "An exclusion holds", field, "how long")),
            Field::Population => rows.push(population(app, wizard).gap()),
            Field::Timeframe => {
                rows.push(choice(app, wizard, "Prediction timeframe", field, "within how many days").gap())
            }
            Field::Days => {
                let (placeholder, lines) = ("a whole number, as 120", 1);
                let control = if wizard.focus == field {
                    Control::Text { text: &wizard.input, placeholder, lines }
                } else {
                    Control::Unfocused { value: &wizard.draft.timeframe, placeholder, lines }
                };
                rows.push(row(app, wizard, "  Number of days", field, control));
            }
            Field::MergePolicy => {
                rows.push(choice(app, wizard, "Merge policy", field, wizard.draft.merge_policy.words()));
            }
            _ => {}
        }
    }
    rows
}

fn value<'a>(app: &'a App, wizard: &'a Wizard, (role, i, j): (EventRole, usize, usize)) -> Row<'a, Field> {
    let field = Field::Value(role, i, j);
    let event = events(&wizard.draft, role).get(i);
    let condition = event.and_then(|event| event.conditions.get(j));
    let values = condition.map(|c| c.values.as_slice()).unwrap_or_default();
    let remark = |value: &String| unknown::value(app.catalog()?, &event?.event_type, condition?, value);
    let chips = values.iter().map(|value| Chip { text: value.clone(), remark: remark(value) }).collect();
    // Where values are offered, what is typed filters them.
    let offered = wizard.menu.as_ref().filter(|menu| menu.is_offer()).map(Menu::filter);
    let entry = (wizard.focus == field).then(|| offered.unwrap_or(&wizard.input));
    let placeholder =
        if offered.is_some() { "type a value, or ↓ for those in the data" } else { "a value, then Enter" };
    let nouns = ("value", "values");
    row(app, wizard, "  Value", field, Control::Values { entry, chips, nouns, placeholder })
}

/// Who is scored: the conditions, and the field in which the next one is typed.
fn population<'a>(app: &'a App, wizard: &'a Wizard) -> Row<'a, Field> {
    let field = Field::Population;
    let chip = |text: &String| Chip { text: text.clone(), remark: population::remark(app, &wizard.draft, text) };
    let chips = wizard.draft.population.iter().map(chip).collect();
    let offered = wizard.menu.as_ref().filter(|menu| menu.is_offer()).map(Menu::filter);
    let entry = (wizard.focus == field).then(|| offered.unwrap_or(&wizard.input));
    let placeholder = if wizard.focus == field {
        "a condition, or ↓ for the usual ones"
    } else {
        "everybody, or who meets conditions"
    };
    let nouns = ("condition", "conditions that must all hold");
    row(app, wizard, "Who is scored", field, Control::Values { entry, chips, nouns, placeholder })
}

/// What the goal comes to, in lines with their indent: what goes on in a further line stands below the words, and not below
/// the sign.
fn estimate(app: &App, wizard: &Wizard, width: u16) -> Vec<(u16, String, Style)> {
    let lines = |(text, style): (String, Style)| {
        let lines = wrapped(&text, usize::from(width.saturating_sub(2)));
        lines.into_iter().enumerate().map(move |(at, line)| (if at == 0 { 0 } else { 2 }, line, style))
    };
    estimate_lines::lines(app, wizard).into_iter().flat_map(lines).collect()
}

/// The estimate, and the buttons that go back and on.
fn draw_foot(app: &App, wizard: &Wizard, said: &[(u16, String, Style)], area: Rect, buffer: &mut Buffer) {
    let mut cells = Cells::new(buffer, area);
    let buttons = match wizard.step {
        Step::Basic => [Button::new(Field::Cancel, "Cancel"), Button::new(Field::Next, "Next")],
        Step::Goal => [
            Button::new(Field::Back, "Back"),
            Button::new(Field::Finish, if wizard.saving { "Saving…" } else { "Finish" }),
        ],
    };
    if wizard.step == Step::Goal {
        let rule = "─".repeat(usize::from(area.width));
        cells.put(0, 0, area.width, &rule, app.theme().faint());
        for (y, (x, text, style)) in (1..area.height.saturating_sub(1)).zip(said) {
            cells.put(*x, y, area.width, text, *style);
        }
    }
    form::draw_buttons(app.theme(), &mut cells, (None, area.height.saturating_sub(1)), &buttons, wizard.focus);
}
