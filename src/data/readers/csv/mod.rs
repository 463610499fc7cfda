//! CSV and TSV into blocks of text: the hot path of a run, so rows without quotes are split eight bytes at a time and
//! copied whole. Called by [`file`](super::file).
//!
//! The rules are those of RFC 4180 with the leniency of the `csv` crate, against which the splitting is tested: rows
//! end at LF, CR or CRLF, a quote counts only where a cell begins, `""` within quotes is a quote, and what follows a
//! closing quote belongs to the cell. Written here because the crate cannot tell on which line a row begins under CRLF
//! and blank lines, nor bound the memory that an unclosed quote takes.
//!
//! In the order in which bytes pass through them:
//!
//! | file | what it does |
//! |---|---|
//! | `beginning` | the delimiter, what stands above the header, and the header |
//! | `rows` | the rows, with the lines on which they begin |
//! | `splitter` | one row into its cells |
//! | `skipper` | passes over a row that is too large to be kept |

mod beginning;
mod rows;
mod skipper;
mod splitter;
#[cfg(test)]
mod tests;

pub(super) use rows::read;
