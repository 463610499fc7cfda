//! Looks into one group of files: what its rows are, which layout it has, and the source that would read it.

use super::paths::Group;
use super::{Answer, Hints, ProposedColumn, ProposedQuestion, ProposedSource};
use crate::config::{Config, Source};
use crate::data::inspection::{self, InspectedColumn};
use crate::domain::progress::Progress;
use crate::error::{Error, Result};

/// The sources that a group of files could be: one, in nearly all cases.
pub fn look(config: &Config, group: &Group, hints: &Hints, progress: &dyn Progress) -> Result<Vec<ProposedSource>> {
    let Some(kind) = hints.kind.or_else(|| inspection::kind_of(&group.path, &group.columns)) else {
        return Err(Error::new("What its rows are could not be told")
            .because(format!("its columns are: {}", group.columns.join(", "))));
    };
    let mut source = Source::new(kind, group.path.clone());
    for answer in &hints.answers {
        answer.set(&mut source);
    }
    Ok(vec![proposed(config, source, group, hints, progress)?])
}

fn proposed(
    config: &Config,
    mut source: Source,
    group: &Group,
    hints: &Hints,
    progress: &dyn Progress,
) -> Result<ProposedSource> {
    let files: Vec<String> = group.files.iter().map(|f| f.display_name()).collect();
    let timezone = &config.workspace.timezone;
    let inspection = inspection::inspect(timezone, &source, &group.files, progress)?;
    let mut columns: Vec<ProposedColumn> = inspection.columns.into_iter().map(column).collect();
    columns.retain(|column| !inspection.state.contains(&column.column));
    columns.sort_by_key(|column| column.field.is_none());
    forget_needless_answers(&mut source, hints, config, group, progress)?;
    // Written down, so that a header that changes later is an error and no other layout.
    source.preset = (inspection.layout != "plain").then(|| inspection.layout.clone());
    Ok(ProposedSource {
        layout: inspection.layout,
        because: inspection.because,
        sure: columns.iter().all(|column| !column.guessed),
        rows: inspection.rows,
        refused: inspection.refused,
        columns,
        state_columns: inspection.state,
        implies: inspection.implies,
        notes: inspection.notes,
        questions: inspection.questions.iter().map(|q| ProposedQuestion::of(q, &group.path)).collect(),
        source,
        files,
    })
}

/// An answer that was given for all files stays only in a source that needs it.
fn forget_needless_answers(
    source: &mut Source,
    hints: &Hints,
    config: &Config,
    group: &Group,
    progress: &dyn Progress,
) -> Result<()> {
    if hints.answers.is_empty() {
        return Ok(());
    }
    let bare = Source { date_order: None, decimal_mark: None, ..source.clone() };
    let timezone = &config.workspace.timezone;
    let open = inspection::inspect(timezone, &bare, &group.files, progress)?.questions;
    let needed = |answer: &Answer| open.iter().any(|q| ProposedQuestion::of(q, "").answers.contains(answer));
    let kept: Vec<Answer> = hints.answers.iter().copied().filter(needed).collect();
    *source = bare;
    kept.into_iter().for_each(|answer| answer.set(source));
    Ok(())
}

fn column(column: InspectedColumn) -> ProposedColumn {
    let InspectedColumn { name, field, guessed, written, filled, fit, examples } = column;
    ProposedColumn { column: name, field, guessed, written, filled, fit, examples }
}
