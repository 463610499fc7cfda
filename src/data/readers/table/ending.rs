//! Tells the notes below a table from its rows: a report ends in a blank line and some lines of one cell. They are held
//! back until the file ends or a row of the table follows. Called by the readers of CSV and of workbooks.

use super::{filled, parts, told, trimmed};
use crate::data::readers::batch::BatchBuilder;
use crate::data::readers::output::Output;
use crate::domain::source::refusal::Reason;

/// More lines than this are no notes.
const MOST_NOTES: usize = 10;

/// A row that may be a note.
struct Held {
    line: u64,
    lines: u64,
    cells: Vec<Vec<u8>>,
}

/// The end of a table, as far as it was seen.
#[derive(Default)]
pub(in crate::data::readers) struct Ending {
    after_blank: bool,
    /// More lines than notes have were seen since the last blank one.
    too_many: bool,
    held: Vec<Held>,
}

impl Ending {
    /// Hears of a blank line, or of a row whose cells are all empty.
    pub(in crate::data::readers) fn blank(&mut self) {
        self.after_blank = true;
    }

    /// Whether [`takes`](Self::takes) must hear of the next row.
    pub(in crate::data::readers) fn is_near(&self) -> bool {
        self.after_blank
    }

    /// Whether the row in progress, which has as many cells as the table or not, is held back; it is then taken out of
    /// the builder. Where it is not, the rows held back before it were none: they are kept or refused.
    pub(in crate::data::readers) fn takes(
        &mut self,
        (line, lines): (u64, u64),
        builder: &mut BatchBuilder,
        out: &mut Output,
    ) -> bool {
        let cells: Vec<Vec<u8>> = builder.row_cells().map(<[u8]>::to_vec).collect();
        let ragged = cells.len() != builder.width();
        let single = if ragged { parts(&cells) == 1 } else { filled(&cells) == 1 };
        if single && builder.width() > 1 && !self.too_many {
            builder.undo_row();
            self.held.push(Held { line, lines, cells });
            if self.held.len() > MOST_NOTES {
                self.too_many = true;
                self.release(builder, out);
            }
            return true;
        }
        builder.undo_row();
        self.release(builder, out);
        cells.iter().for_each(|cell| builder.push(cell));
        if !ragged {
            *self = Ending::default();
        }
        false
    }

    /// What was held back are rows of the table, good ones and ragged ones.
    fn release(&mut self, builder: &mut BatchBuilder, out: &mut Output) {
        for Held { line, lines, cells } in self.held.drain(..) {
            if cells.len() == builder.width() {
                cells.iter().for_each(|cell| builder.push(cell));
                builder.end_row(line);
            } else {
                let (found, width) = (cells.len(), builder.width());
                out.refuse(Reason::Ragged, line, lines, || ragged(found, width, lines));
            }
        }
    }

    /// The file is over: what is held back are notes, unless all of it looks like rows with nothing but an id.
    pub(in crate::data::readers) fn finish(&mut self, builder: &mut BatchBuilder, out: &mut Output) {
        let is_row = |held: &Held| {
            let blank = |cell: &Vec<u8>| trimmed(cell).iter().any(u8::is_ascii_whitespace);
            held.cells.len() == builder.width() && !held.cells.iter().any(blank)
        };
        if self.held.iter().all(is_row) {
            return self.release(builder, out);
        }
        if let Some(note) = told("below the table", self.held.iter().map(|held| (held.line, &held.cells[..]))) {
            out.note(note);
        }
        self.held.clear();
    }
}

/// Why a row with so many cells is refused where the table has `width` of them.
pub(in crate::data::readers) fn ragged(cells: usize, width: usize, lines: u64) -> String {
    let found = format!("{cells} {} instead of {width}", if cells == 1 { "cell" } else { "cells" });
    match lines {
        1 => found,
        _ => format!("{found}, and it spans {lines} lines: a quote is opened and not closed where it should be"),
    }
}
