//! The dialogs: a closed set on a stack. The top one has every key; `Esc` closes one.

mod ask;
mod code;
mod edit;
mod entry;
mod page;
mod picker;
mod schedule;
pub mod wizard;

pub use ask::{Ask, Question};
pub use edit::Edit;
pub use entry::{Entry, Purpose};
pub use page::Page;
pub use picker::Picker;
pub use schedule::Schedule;
pub use wizard::Wizard;

use super::action::Action;
use super::app::App;
use super::effect::Effect;
use crate::domain::score::draft::Draft;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// A dialog with its state.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    Wizard(Box<Wizard>),
    Edit(Edit),
    Schedule(Schedule),
    Ask(Ask),
    Picker(Picker),
    Entry(Entry),
    Page(Page),
}

impl Dialog {
    pub fn ask(question: Question) -> Dialog {
        Dialog::Ask(Ask::new(question))
    }

    pub fn error(error: crate::error::Error) -> Dialog {
        Dialog::Page(Page::error(error))
    }

    pub fn drafts() -> Dialog {
        Dialog::Picker(Picker::drafts())
    }

    /// Whether a field of it takes printable keys.
    pub fn is_typing(&self) -> bool {
        match self {
            Dialog::Wizard(wizard) => wizard.is_typing(),
            Dialog::Edit(edit) => edit.is_typing(),
            Dialog::Schedule(schedule) => schedule.is_typing(),
            Dialog::Picker(_) | Dialog::Entry(_) => true,
            Dialog::Ask(_) | Dialog::Page(_) => false,
        }
    }

    /// The score that it is about.
    pub fn score(&self) -> Option<&str> {
        match self {
            Dialog::Edit(edit) => Some(&edit.score),
            Dialog::Schedule(schedule) => Some(&schedule.score),
            Dialog::Ask(ask) => ask.question.score(),
            Dialog::Wizard(_) | Dialog::Picker(_) | Dialog::Entry(_) | Dialog::Page(_) => None,
        }
    }
}

/// Does in the top dialog what was asked for.
pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    match app.dialogs.last() {
        Some(Dialog::Wizard(_)) => wizard::perform(app, action),
        Some(Dialog::Edit(_)) => edit::perform(app, action),
        Some(Dialog::Schedule(_)) => schedule::perform(app, action),
        Some(Dialog::Ask(_)) => ask::perform(app, action),
        Some(Dialog::Picker(_)) => picker::perform(app, action),
        Some(Dialog::Entry(_)) => entry::perform(app, action),
        Some(Dialog::Page(_)) => page::perform(app, action),
        None => Vec::new(),
    }
}

/// A key that is no action: text for the focused field of the top dialog.
pub fn typed(app: &mut App, key: KeyEvent) -> Vec<Effect> {
    match app.dialogs.last_mut() {
        Some(Dialog::Wizard(_)) => return wizard::typed(app, key),
        Some(Dialog::Edit(edit)) => edit.key(key),
        Some(Dialog::Schedule(schedule)) => schedule.key(key),
        Some(Dialog::Picker(picker)) if picker.is_toggled_by(key) => return picker::perform(app, Action::Accept),
        Some(Dialog::Picker(picker)) => picker.key(key),
        Some(Dialog::Entry(entry)) => entry.key(key),
        Some(Dialog::Ask(_) | Dialog::Page(_)) | None => {}
    }
    Vec::new()
}

/// Pasted text, for the focused field of the top dialog.
pub fn paste(app: &mut App, text: &str) -> Vec<Effect> {
    match app.dialogs.last_mut() {
        Some(Dialog::Wizard(_)) => return wizard::paste(app, text),
        Some(Dialog::Edit(edit)) => edit.paste(text),
        Some(Dialog::Schedule(schedule)) => schedule.paste(text),
        Some(Dialog::Picker(picker)) => picker.paste(text),
        Some(Dialog::Entry(entry)) => entry.paste(text),
        Some(Dialog::Ask(_) | Dialog::Page(_)) | None => {}
    }
    Vec::new()
}

/// Draws one dialog; gives the place of the cursor where a field of it has it.
pub fn view(app: &App, dialog: &Dialog, buffer: &mut Buffer) -> Option<Position> {
    match dialog {
        Dialog::Wizard(wizard) => wizard::view(app, wizard, buffer),
        Dialog::Edit(edit) => edit::view(app, edit, buffer),
        Dialog::Schedule(schedule) => schedule::view(app, schedule, buffer),
        Dialog::Ask(ask) => ask::view(app, ask, buffer),
        Dialog::Picker(picker) => picker::view(app, picker, buffer),
        Dialog::Entry(entry) => entry::view(app, entry, buffer),
        Dialog::Page(page) => page::view(app, page, buffer),
    }
}

/// Opens the wizard on a draft, and sees to it that there is a catalog to fill its dropdowns from.
pub fn open_wizard(app: &mut App, draft: Draft) -> Vec<Effect> {
    let mut wizard = Wizard::new(draft);
    let asked = wizard.ask_estimate(&mut app.generation);
    app.dialogs.push(Dialog::Wizard(Box::new(wizard)));
    // The sources may have changed since the catalog was built, so it is looked at anew.
    let mut effects = if app.workspace.has_sources { vec![Effect::EnsureCatalog] } else { Vec::new() };
    effects.extend(asked);
    effects
}

pub fn create(app: &mut App) -> Vec<Effect> {
    open_wizard(app, Draft::default())
}

pub fn clone(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let draft = Draft::clone_of(&listed.score, app.free_name(&listed.score.name));
    open_wizard(app, draft)
}

pub fn edit(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let edit = Edit::new(&listed.score);
    app.dialogs.push(Dialog::Edit(edit));
    Vec::new()
}

pub fn schedule(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let schedule = Schedule::new(&listed.score);
    app.dialogs.push(Dialog::Schedule(schedule));
    Vec::new()
}

pub fn delete(app: &mut App) -> Vec<Effect> {
    let Some(listed) = app.selected() else { return Vec::new() };
    let (score, name) = (listed.score.id.clone(), listed.score.name.clone());
    let effect = Effect::WeighLoss { score: score.clone() };
    app.dialogs.push(Dialog::ask(Question::Delete { score, name, loss: None }));
    vec![effect]
}

/// The frame of a dialog: cleared, with a border, a title and something at the right of it; gives its inside.
pub(super) fn frame(
    app: &App,
    buffer: &mut Buffer,
    wanted: (u16, u16),
    title: &str,
    beside: &str,
) -> ratatui::layout::Rect {
    use ratatui::widgets::{Block, BorderType, Clear, Padding, Widget};
    // The title bar and the foot stay: they tell where one is and which keys work.
    let room = (app.size.0, app.size.1.saturating_sub(3));
    let mut area = super::layout::centered(room, wanted);
    area.y += 1;
    let area = area.intersection(buffer.area);
    Clear.render(area, buffer);
    let title = crate::domain::text::cut(title, usize::from(area.width.saturating_sub(6)));
    let mut block = Block::bordered()
        .border_type(BorderType::Rounded)
        .border_style(app.theme.dim())
        .padding(Padding::horizontal(2))
        .title(ratatui::text::Line::styled(format!(" {title} "), app.theme.title()));
    if !beside.is_empty() && usize::from(area.width) > title.chars().count() + beside.chars().count() + 12 {
        block = block.title(ratatui::text::Line::styled(format!(" {beside} "), app.theme.dim()).right_aligned());
    }
    let inner = block.inner(area);
    block.render(area, buffer);
    inner
}
