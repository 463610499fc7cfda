//! The rows of a picker: what it offers of the state, as far as they hold what was typed.

use super::help;
use super::row::{Pick, Row, simple_row};
use super::state::{Picker, PickerKind};
use crate::config::ThemeName;
use crate::domain::format::{ago, bytes, count};
use crate::domain::run::codes;
use crate::domain::score::ProfileType;
use crate::domain::score::draft::Draft;
use crate::domain::text::harmless;
use crate::queries::deleted_scores::DeletedScore;
use crate::tui::action::{Action, Entry, Group, KeyContext, TABLE};
use crate::tui::app::App;
use crate::tui::screens::profiles::related::{self, Related};
use crate::tui::screens::profiles::{Column, CopyFormat};
use crate::tui::screens::router;
use crate::tui::screens::sort_column::SortColumn;

impl Picker {
    /// The rows that hold what was typed. Headings stand only above all of them.
    pub fn rows<'a>(&self, app: &'a App) -> Vec<Row<'a>> {
        let wanted = self.filter.value().trim().to_lowercase();
        let holds = |row: &Row<'_>| wanted.is_empty() || !row.is_heading() && row.holds(&wanted);
        self.all_rows(app).into_iter().filter(holds).collect()
    }

    /// Every row, whatever was typed.
    pub fn all_rows<'a>(&self, app: &'a App) -> Vec<Row<'a>> {
        match self.kind {
            PickerKind::Palette => commands(app).into_iter().chain(codes::TABLE.iter().map(code_row)).collect(),
            PickerKind::Help => help::rows(app, self.contexts),
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
            PickerKind::Sort => sort_rows(app),
            PickerKind::Related => {
                let row = |profile: Related| simple_row(profile.text, Pick::Related(profile.id));
                related::of_page(app).into_iter().map(row).collect()
            }
            PickerKind::Themes => {
                let mark = |theme| if app.look.asked() == theme { "●" } else { "○" };
                let row =
                    |theme: ThemeName| simple_row(format!("{} {}", mark(theme), theme.words()), Pick::Theme(theme));
                ThemeName::ALL.into_iter().map(row).collect()
            }
        }
    }
}

/// The columns that the list of the screen can be sorted by, each with its letter.
fn sort_rows(app: &App) -> Vec<Row<'static>> {
    let columns = router::sort_columns(app);
    let row = |(at, column): (usize, SortColumn)| {
        let mut row = simple_row(format!("{}  {}", column.letter, column.title), Pick::SortBy(at));
        row.letter = Some(column.letter);
        row.beside = column.arrow.map_or(String::new(), |arrow| format!("{arrow} now"));
        row
    };
    columns.into_iter().enumerate().map(row).collect()
}

/// Everything that makes sense on the screen as a command by its name: moving does not. What is done with a score can be
/// asked for from every screen, for the score that it shows.
fn commands(app: &App) -> Vec<Row<'_>> {
    let here = app.key_contexts_of_screen();
    let works = |e: &Entry| here.contains(&e.context) || e.context == KeyContext::Services;
    let is_command = |e: &&Entry| e.group != Group::Moving && works(e) && e.action != Action::Palette;
    let columns = TABLE.iter().map(|e| e.id.len()).max().unwrap_or_default() + 1;
    let row = |e: &Entry| Row {
        text: format!("{:<columns$} {}", e.id, e.doc),
        beside: app.keymap.keys(e.action).collect::<Vec<_>>().join(" "),
        refusal: here.contains(&e.context).then(|| app.refusal(e.action)).flatten(),
        pick: Pick::Action(e.action),
        keywords: e.label.to_string(),
        letter: None,
    };
    TABLE.iter().filter(is_command).map(row).collect()
}

/// A code by its number, which leads to what it means and what helps.
fn code_row<'a>(code: &codes::Code) -> Row<'a> {
    simple_row(format!("{:<17} {}", format!("code {}", code.name()), code.title), Pick::Code(code.number))
}

fn draft_row<'a>(app: &App, draft: &'a Draft) -> Row<'a> {
    let name = if draft.name.trim().is_empty() { "without a name" } else { draft.name.trim() };
    let when = ago(draft.updated_at, app.now, &app.workspace.zone);
    Row {
        text: name.to_string(),
        beside: format!("{when}, {}", draft.updated_by),
        refusal: None,
        pick: Pick::Draft(draft),
        keywords: String::new(),
        letter: None,
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
        keywords: String::new(),
        letter: None,
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
