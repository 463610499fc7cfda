//! The rows of a picker: what it offers of the state, as far as they hold what was typed.

use super::state::{Picker, PickerKind};
use crate::domain::format::{ago, bytes, count};
use crate::domain::run::codes;
use crate::domain::score::ProfileType;
use crate::domain::score::draft::Draft;
use crate::domain::text::harmless;
use crate::queries::deleted_scores::DeletedScore;
use crate::tui::action::{Action, Entry, Group, TABLE};
use crate::tui::app::App;
use crate::tui::screens::profiles::{Column, CopyFormat};

/// A row: what it is called, what stands beside it, whether it can be picked, and what it stands for.
pub struct Row<'a> {
    pub text: String,
    pub beside: String,
    pub refusal: Option<String>,
    pub pick: Pick<'a>,
}

#[derive(Clone)]
pub enum Pick<'a> {
    Action(Action),
    Draft(&'a Draft),
    Deleted(&'a DeletedScore),
    Copy(CopyFormat),
    Column(Column),
    /// `None` is all.
    Score(Option<String>),
    /// The page of a code.
    Code(u16),
}

impl Picker {
    pub fn rows<'a>(&self, app: &'a App) -> Vec<Row<'a>> {
        let wanted = self.filter.value().to_lowercase();
        let all: Vec<Row<'a>> = match self.kind {
            PickerKind::Palette => commands(app).into_iter().chain(codes::TABLE.iter().map(code_row)).collect(),
            PickerKind::Drafts => app.drafts.iter().map(|draft| draft_row(app, draft)).collect(),
            PickerKind::Trash => app.trash.iter().flatten().map(|deleted| deleted_row(app, deleted)).collect(),
            PickerKind::Copy => CopyFormat::ALL
                .into_iter()
                .map(|format| simple_row(format.label().into(), Pick::Copy(format)))
                .collect(),
            PickerKind::Scores => {
                let row = |(score, name)| simple_row(name, Pick::Score(score));
                score_choices(app).into_iter().map(row).collect()
            }
            PickerKind::Columns => {
                let row = |(column, shown): (Column, bool)| {
                    simple_row(format!("{} {}", if shown { "●" } else { "○" }, column.title()), Pick::Column(column))
                };
                column_choices(app).into_iter().map(row).collect()
            }
        };
        all.into_iter().filter(|r| r.text.to_lowercase().contains(&wanted)).collect()
    }
}

/// Everything that makes sense on the screen as a command by its name: moving does not.
fn commands(app: &App) -> Vec<Row<'_>> {
    let is_command = |e: &&Entry| {
        e.group != Group::Moving && app.key_contexts_of_screen().contains(&e.context) && e.action != Action::Palette
    };
    let row = |e: &Entry| Row {
        text: format!("{:<12} {}", e.id, e.doc),
        beside: app.keymap.keys(e.action).collect::<Vec<_>>().join(" "),
        refusal: app.refusal(e.action),
        pick: Pick::Action(e.action),
    };
    TABLE.iter().filter(is_command).map(row).collect()
}

/// A code by its number, which leads to what it means and what helps.
fn code_row<'a>(code: &codes::Code) -> Row<'a> {
    simple_row(format!("{:<12} {}", format!("code {}", code.name()), code.title), Pick::Code(code.number))
}

fn simple_row(text: String, pick: Pick<'static>) -> Row<'static> {
    Row { text, beside: String::new(), refusal: None, pick }
}

fn draft_row<'a>(app: &App, draft: &'a Draft) -> Row<'a> {
    let name = if draft.name.trim().is_empty() { "without a name" } else { draft.name.trim() };
    let when = ago(draft.updated_at, app.now, &app.workspace.zone);
    Row {
        text: name.to_string(),
        beside: format!("{when}, {}", draft.updated_by),
        refusal: None,
        pick: Pick::Draft(draft),
    }
}

fn deleted_row<'a>(app: &App, deleted: &'a DeletedScore) -> Row<'a> {
    let zone = &app.workspace.zone;
    let runs = if deleted.runs == 1 { "1 run".to_string() } else { format!("{} runs", count(deleted.runs as u64)) };
    let when = ago(deleted.deleted_at, app.now, zone);
    let until = deleted.kept_until.to_zoned_datetime(zone.clone()).strftime("%-d %b %H:%M");
    Row {
        text: harmless(&deleted.name).into_owned(),
        beside: format!("{when} · {runs}, {} · until {until}", bytes(deleted.bytes)),
        refusal: None,
        pick: Pick::Deleted(deleted),
    }
}

/// What the runs can be narrowed to: all scores, or one.
fn score_choices(app: &App) -> Vec<(Option<String>, String)> {
    let all = std::iter::once((None, "All scores".to_string()));
    all.chain(app.scores.iter().map(|l| (Some(l.score.id.clone()), l.score.name.clone()))).collect()
}

/// Every column that the profiles can have, and whether it is shown.
fn column_choices(app: &App) -> Vec<(Column, bool)> {
    let Some(screen) = &app.profiles else { return Vec::new() };
    let attributes = screen.opened.as_ref().map_or(&[][..], |o| &o.attributes);
    let of_accounts = app.listed(&screen.score).is_some_and(|l| l.score.profile_type == ProfileType::Account);
    // An account is its own.
    let all = Column::all(attributes).into_iter().filter(|c| !(of_accounts && *c == Column::Account));
    all.map(|c| (c.clone(), screen.columns.contains(&c))).collect()
}
