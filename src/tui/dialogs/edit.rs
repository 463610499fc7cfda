//! *Edit instance*: the description, which is all that may change, and why.

use super::Dialog;
use crate::domain::score::Score;
use crate::tui::action::Action;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::ring;
use crate::tui::widgets::form::{self, Control, Row};
use crate::tui::widgets::text_field::TextField;
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

/// The dialog's state.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    pub score: String,
    name: String,
    description: TextField,
    focus: Field,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Description,
    Save,
    Clone,
    Cancel,
}

const RING: [Field; 4] = [Field::Description, Field::Save, Field::Clone, Field::Cancel];

impl Edit {
    pub fn new(score: &Score) -> Edit {
        let description = TextField::new(&score.description);
        Edit { score: score.id.clone(), name: score.name.clone(), description, focus: Field::Description }
    }

    pub fn is_typing(&self) -> bool {
        self.focus == Field::Description
    }

    pub fn key(&mut self, key: KeyEvent) {
        if self.is_typing() {
            self.description.key(key);
        }
    }

    pub fn paste(&mut self, text: &str) {
        if self.is_typing() {
            self.description.paste(text);
        }
    }

    fn step(&mut self, by: isize) {
        self.focus = ring::step(&RING, self.focus, by);
    }
}

pub fn perform(app: &mut App, action: Action) -> Vec<Effect> {
    let Some(Dialog::Edit(edit)) = app.dialogs.last_mut() else { return Vec::new() };
    match action {
        Action::FocusNext | Action::Down => edit.step(1),
        Action::FocusPrevious | Action::Up => edit.step(-1),
        Action::Right if !edit.is_typing() => edit.step(1),
        Action::Left if !edit.is_typing() => edit.step(-1),
        Action::Finish => return save(app),
        Action::Close => {
            app.dialogs.pop();
        }
        Action::Accept => match edit.focus {
            Field::Description => edit.step(1),
            Field::Save => return save(app),
            Field::Clone => {
                app.dialogs.pop();
                return super::clone(app);
            }
            Field::Cancel => {
                app.dialogs.pop();
            }
        },
        _ => {}
    }
    Vec::new()
}

/// The dialog stays until the description is saved: where that fails, what was typed is still there.
fn save(app: &mut App) -> Vec<Effect> {
    let Some(Dialog::Edit(edit)) = app.dialogs.last() else { return Vec::new() };
    let description = edit.description.value().trim().to_string();
    vec![Effect::SaveDescription { score: edit.score.clone(), description }]
}

pub fn view(app: &App, edit: &Edit, buffer: &mut Buffer) -> Option<Position> {
    let area = super::frame(app, buffer, (76.min(app.size.0), 14), "Edit instance", "");
    let why = "Only the description can be changed: another profile type, goal or timeframe would invalidate the model that \
               was learned for it. To change more, clone the score.";
    let buttons =
        vec![(Field::Save, "Save".to_string()), (Field::Clone, "Clone".into()), (Field::Cancel, "Cancel".into())];
    let rows = vec![
        Row::new("Name", Control::Note(edit.name.clone())).gap(),
        Row::new("Description", Control::Text { text: &edit.description, placeholder: "none" }).of(Field::Description),
        Row::new("", Control::Note(why.into())).gap(),
        Row::new("", Control::Buttons { buttons, right: true }).gap(),
    ];
    form::draw(app, &rows, edit.focus, 14, area, buffer).cursor
}
