//! The rows of the help: the keys of the screen below it first, then those that work everywhere, then all others, and the
//! codes.

use super::row::{Pick, Row, simple_row};
use crate::domain::run::codes;
use crate::tui::action::{Entry, Group, KeyContext, TABLE};
use crate::tui::app::App;

/// Columns of the keys.
const KEYS: usize = 12;

pub fn rows(app: &App, contexts: &[KeyContext]) -> Vec<Row<'static>> {
    let everywhere = |e: &Entry| matches!(e.context, KeyContext::Always | KeyContext::Anywhere);
    let here = |e: &Entry| contexts.contains(&e.context) && !everywhere(e);
    let mut rows = part(app, "On this screen", &here);
    rows.extend(part(app, "Everywhere", &|e| everywhere(e) && e.group != Group::Moving));
    rows.extend(part(app, "Moving", &|e| everywhere(e) && e.group == Group::Moving));
    for group in Group::ALL {
        rows.extend(part(app, &format!("Elsewhere: {}", group.title()), &|e| {
            e.group == group && !everywhere(e) && !here(e)
        }));
    }
    rows.push(heading("Codes"));
    rows.extend(
        codes::TABLE
            .iter()
            .map(|code| simple_row(format!("  {:<KEYS$} {}", code.name(), code.title), Pick::Code(code.number))),
    );
    rows
}

fn part(app: &App, title: &str, belongs: &dyn Fn(&Entry) -> bool) -> Vec<Row<'static>> {
    let row = |entry: &Entry| {
        let keys = app.keymap.keys(entry.action).collect::<Vec<_>>().join("  ");
        let keys = if keys.is_empty() {
            format!("{} {}", app.keymap.key(crate::tui::action::Action::Palette), entry.id)
        } else {
            keys
        };
        let row = simple_row(format!("  {keys:<KEYS$} {}", entry.doc), Pick::Action(entry.action));
        // What the foot of the screen and the commands call it.
        Row { keywords: format!("{} {}", entry.label, entry.id), ..row }
    };
    let rows: Vec<Row<'static>> = TABLE.iter().filter(|entry| belongs(entry)).map(row).collect();
    if rows.is_empty() { rows } else { std::iter::once(heading(title)).chain(rows).collect() }
}

fn heading(title: &str) -> Row<'static> {
    simple_row(title.to_string(), Pick::Heading)
}
