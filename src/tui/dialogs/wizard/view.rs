//! How the wizard is drawn.

use super::choices::{combine_words, policy_words};
use super::estimate::ASSUMED_DAYS;
use super::estimate_lines;
use super::field::{EventRole, Field, events};
use super::state::{Step, Wizard};
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::dialogs::frame::frame;
use crate::tui::widgets::cells::Cells;
use crate::tui::widgets::form::{self, Control, Row};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Columns of the labels.
const LABEL: u16 = 22;
/// Rows of a terminal from which on conditions stand apart.
const ROOMY: u16 = 36;
/// Rows of the estimate and the buttons below the goal.
const FOOT: u16 = 5;

pub fn view(app: &App, wizard: &Wizard, buffer: &mut Buffer) -> Option<Position> {
    let title = match &wizard.draft.clone_of {
        Some(name) => format!("Clone {name}"),
        None => "Create score".to_string(),
    };
    let (step, rows) = match wizard.step {
        Step::Basic => ("1 of 2 · Basic information", basic(app, wizard)),
        Step::Goal => ("2 of 2 · Define your goal", goal(app, wizard)),
    };
    let height = match wizard.step {
        Step::Basic if wizard.draft.clone_of.is_some() => 16,
        Step::Basic => 14,
        Step::Goal => app.size.1,
    };
    let area = frame(app, buffer, (88.min(app.size.0), height), &title, step);
    let foot = if wizard.step == Step::Goal { FOOT.min(area.height / 2) } else { 2.min(area.height) };
    let form_area = Rect { y: area.y + 1, height: area.height.saturating_sub(foot + 1), ..area };
    let drawn = form::draw(&app.theme, &rows, wizard.focus, LABEL.min(area.width / 3), form_area, buffer);
    let foot_area = Rect { y: area.bottom().saturating_sub(foot), height: foot, ..area };
    draw_foot(app, wizard, foot_area, buffer);
    let menu = wizard.menu.as_ref().zip(drawn.anchor);
    menu.and_then(|(menu, anchor)| menu.draw(&app.theme, anchor, area, buffer)).or(drawn.cursor)
}

fn row<'a>(app: &App, wizard: &'a Wizard, label: &'a str, field: Field, control: Control<'a, Field>) -> Row<'a, Field> {
    Row::new(label, control).of(field).mistake(wizard.shown_mistake(field, |name| app.is_name_taken(name)))
}

fn choice<'a>(app: &App, wizard: &'a Wizard, label: &'a str, field: Field, placeholder: &'a str) -> Row<'a, Field> {
    row(app, wizard, label, field, Control::Choice { value: wizard.choice_text(field), placeholder })
}

fn basic<'a>(app: &'a App, wizard: &'a Wizard) -> Vec<Row<'a, Field>> {
    let mut rows = vec![choice(app, wizard, "Profile type", Field::ProfileType, "who is scored")];
    for (label, field, kept, placeholder) in [
        ("Name", Field::Name, &wizard.draft.name, "for example Closed Won in 90 days"),
        ("Description", Field::Description, &wizard.draft.description, "optional"),
    ] {
        let control = if wizard.focus == field {
            Control::Text { text: &wizard.input, placeholder }
        } else {
            Control::Unfocused { value: kept, placeholder }
        };
        rows.push(row(app, wizard, label, field, control).gap());
    }
    if wizard.draft.clone_of.is_some() {
        let copied = wizard.draft.goal().is_some();
        let text = if copied { "Goal copied ✓" } else { "Copy the goal, too" };
        let buttons = vec![(Field::CopyGoal, format!("{text}  {}", app.keymap.key(Action::CopyGoal)))];
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
                let label = if i == 0 { "Goal" } else { "Goal event" };
                let row = choice(app, wizard, label, field, "an event type");
                rows.push(if i == 0 { row } else { row.gap() });
            }
            Field::EventType(EventRole::Exclusion, _) => {
                rows.push(choice(app, wizard, "Leave out once", field, "an event type").gap());
            }
            Field::FieldName(role, _, j) => {
                let label = match (role, j) {
                    (EventRole::Goal, 0) => "Goal specifics",
                    (EventRole::Exclusion, 0) => "  specifics",
                    _ => "and",
                };
                let row = choice(app, wizard, label, field, "any such event, or choose a field");
                // A little air where there is room for it.
                rows.push(if app.size.1 >= ROOMY { row.gap() } else { row });
            }
            Field::Operator(role, ..) => {
                let label = if role == EventRole::Goal { "Goal conditions" } else { "  conditions" };
                rows.push(choice(app, wizard, label, field, "a condition"));
            }
            Field::Value(role, i, j) => rows.push(value(app, wizard, (role, i, j))),
            Field::Combine => {
                rows.push(choice(app, wizard, "Asked for", field, combine_words(wizard.draft.combine)).gap())
            }
            Field::AddField(role, i) => {
                let mut buttons = vec![(field, "+ Add field".to_string())];
                // The goal's last event also offers another one; exclusions have a button of their own.
                if role == EventRole::Goal && i + 1 == wizard.draft.goal.len() {
                    buttons.push((Field::AddEvent, "+ Add event".into()));
                }
                rows.push(Row::new("", Control::Buttons { buttons, right: false }));
            }
            Field::AddExclusion => {
                let label = if wizard.draft.exclusions.is_empty() { "Leave out once" } else { "" };
                let buttons = vec![(field, "+ Add exclusion".to_string())];
                rows.push(Row::new(label, Control::Buttons { buttons, right: false }).gap());
            }
            Field::Timeframe => {
                rows.push(choice(app, wizard, "Prediction timeframe", field, "within how many days").gap())
            }
            Field::Days => {
                let placeholder = "days";
                let control = if wizard.focus == field {
                    Control::Text { text: &wizard.input, placeholder }
                } else {
                    Control::Unfocused { value: &wizard.draft.timeframe, placeholder }
                };
                rows.push(row(app, wizard, "  days", field, control));
            }
            Field::MergePolicy => {
                rows.push(choice(app, wizard, "Merge policy", field, policy_words(wizard.draft.merge_policy)));
            }
            _ => {}
        }
    }
    rows
}

fn value<'a>(app: &App, wizard: &'a Wizard, (role, i, j): (EventRole, usize, usize)) -> Row<'a, Field> {
    let field = Field::Value(role, i, j);
    let values = events(&wizard.draft, role).get(i).and_then(|e| e.conditions.get(j)).map(|c| c.values.as_slice());
    let entry = (wizard.focus == field).then_some(&wizard.input);
    let control = Control::Values { entry, values: values.unwrap_or_default(), placeholder: "a value, then Enter" };
    let label = if role == EventRole::Goal { "Goal value" } else { "  value" };
    row(app, wizard, label, field, control)
}

/// The estimate, and the buttons that go back and on.
fn draw_foot(app: &App, wizard: &Wizard, area: Rect, buffer: &mut Buffer) {
    let mut cells = Cells::new(buffer, area);
    let buttons = match wizard.step {
        Step::Basic => [(Field::Cancel, "Cancel"), (Field::Next, "Next")],
        Step::Goal => [(Field::Back, "Back"), (Field::Finish, if wizard.saving { "Saving…" } else { "Finish" })],
    };
    if wizard.step == Step::Goal {
        let days = wizard.draft.timeframe_days().unwrap_or(ASSUMED_DAYS);
        let rule = "─".repeat(usize::from(area.width));
        cells.put(0, 0, area.width, &rule, app.theme.faint());
        for (y, (text, style)) in
            (1u16..).zip(estimate_lines::lines(app, &wizard.estimate, wizard.draft.profile_type, days))
        {
            cells.put(0, y, area.width, &text, style);
        }
    }
    let texts = buttons.map(|(field, label)| (field, format!("[ {label} ]")));
    let needed: u16 = texts.iter().map(|(_, t)| t.chars().count() as u16 + 2).sum();
    let mut x = area.width.saturating_sub(needed - 2);
    let y = area.height.saturating_sub(1);
    for (field, text) in texts {
        let style = if field == wizard.focus { app.theme.focused() } else { app.theme.accent() };
        x += cells.put(x, y, area.width, &text, style) + 2;
    }
}
