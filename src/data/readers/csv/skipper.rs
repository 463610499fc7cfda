//! Passes over a row that is too large to be kept, piece by piece, and counts its lines. Called by `rows`.

use super::splitter::QUOTE;

/// Where in a row the last byte stands.
#[derive(Clone, Copy)]
pub(super) enum State {
    CellStart,
    Plain,
    Quoted,
    /// After a quote within quotes: the first of two, or the closing one.
    QuoteInQuoted,
    /// After the CR that ends the row.
    AfterCr,
    End,
}

/// Finds the end of a row that comes in pieces, remembering nothing but where it stands.
pub(super) struct Skipper {
    pub(super) state: State,
    pub(super) line_breaks: u64,
}

impl Skipper {
    /// At the beginning of a row.
    pub(super) fn new() -> Self {
        Skipper { state: State::CellStart, line_breaks: 0 }
    }

    /// Lines of what was passed over; a last one need not have an end.
    pub(super) fn lines(&self) -> u64 {
        self.line_breaks + u64::from(!matches!(self.state, State::End | State::AfterCr))
    }

    /// Where the row ends in this piece, or `None` where it goes on.
    pub(super) fn skip(&mut self, text: &[u8], delimiter: u8) -> Option<usize> {
        for (i, &byte) in text.iter().enumerate() {
            self.state = match (self.state, byte) {
                (State::AfterCr, b'\n') => {
                    self.state = State::End;
                    return Some(i + 1);
                }
                (State::AfterCr, _) => {
                    self.state = State::End;
                    return Some(i);
                }
                (State::Quoted, QUOTE) => State::QuoteInQuoted,
                (State::CellStart | State::QuoteInQuoted, QUOTE) | (State::Quoted, _) => {
                    self.line_breaks += u64::from(byte == b'\n');
                    State::Quoted
                }
                (_, b'\r') => {
                    self.line_breaks += 1;
                    State::AfterCr
                }
                (_, b'\n') => {
                    self.line_breaks += 1;
                    self.state = State::End;
                    return Some(i + 1);
                }
                (_, b) if b == delimiter => State::CellStart,
                _ => State::Plain,
            };
        }
        None
    }
}
