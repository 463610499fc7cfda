//! Which sheet of a workbook is meant: the one that the configuration names, or the only one that holds a table. Called
//! by [`read`](super::read).

use super::book::Book;
use crate::data::readers::options::ReadOptions;
use crate::data::readers::output::Output;
use crate::error::{Error, Result, nearest};
use std::ops::ControlFlow;

/// So many rows of a sheet say whether it holds a table.
const ROWS: u32 = 200;

/// The name of the sheet; `None` where the workbook is empty.
///
/// # Errors
/// The named sheet does not exist, or several hold a table.
pub(super) fn choose(book: &mut Book, options: &ReadOptions, out: &mut Output) -> Result<Option<String>> {
    let sheets = book.sheets();
    if let Some(wanted) = &options.sheet {
        let found = sheets.iter().find(|name| *name == wanted);
        let found = found.or_else(|| sheets.iter().find(|name| name.to_lowercase() == wanted.to_lowercase()));
        return found.cloned().map(Some).ok_or_else(|| {
            let near = nearest(wanted, sheets.iter().map(String::as_str));
            let hint = near.map(|name| format!("Did you mean sheet = \"{name}\"?"));
            Error::new(format!("The workbook {} has no sheet '{wanted}'.", out.file.display_name()))
                .because(format!("its sheets are: {}", sheets.join(", ")))
                .hint(hint.unwrap_or_else(|| "Set `sheet` of the source to one of them.".into()))
        });
    }
    if sheets.len() < 2 {
        return Ok(sheets.into_iter().next());
    }
    let (mut tables, mut others) = (Vec::new(), Vec::new());
    for sheet in sheets {
        match look_at(book, &sheet)? {
            Content::Nothing => {}
            Content::Lines => others.push(sheet),
            Content::Table => tables.push(sheet),
        }
    }
    if tables.is_empty() {
        tables.append(&mut others);
    }
    if tables.len() > 1 {
        return Err(Error::new(format!("The workbook {} has several sheets with a table.", out.file.display_name()))
            .because(format!("they are: {}", tables.join(", ")))
            .hint("Set `sheet` of the source to the one that is meant: sheet = \"…\"."));
    }
    if !others.is_empty() {
        out.note(format!("sheets without a table are not read: {}", others.join(", ")));
    }
    Ok(tables.into_iter().next())
}

/// What the first rows of a sheet are.
enum Content {
    Nothing,
    /// No two rows with several cells.
    Lines,
    Table,
}

fn look_at(book: &mut Book, sheet: &str) -> Result<Content> {
    let (mut cells, mut row_of_last, mut in_row, mut wide) = (0_u64, None, 0, 0);
    book.each_cell(sheet, &mut |row, _, _| {
        in_row = if row_of_last == Some(row) { in_row + 1 } else { 1 };
        wide += u32::from(in_row == 2);
        row_of_last = Some(row);
        cells += 1;
        Ok(if wide > 1 || row > ROWS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(match (cells, wide) {
        (0, _) => Content::Nothing,
        (_, 2..) => Content::Table,
        _ => Content::Lines,
    })
}
