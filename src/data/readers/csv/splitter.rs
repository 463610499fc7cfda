//! Splits one row into its cells: eight bytes at a time where it has no quotes, else cell by cell. Called by `rows` for every
//! row, which makes it the hot path of a run.

use crate::data::readers::batch::BatchBuilder;
use memchr::{memchr, memchr_iter, memchr3};

pub(super) const QUOTE: u8 = b'"';

/// What the bytes begin with.
pub(super) enum Split {
    /// A row, whose cells were pushed to the builder; the next begins at `next`, `lines` lines further down. `unclosed`:
    /// the stream ends within quotes.
    Row {
        next: usize,
        lines: u64,
        unclosed: bool,
    },
    Blank {
        next: usize,
    },
    /// No whole row, or nothing at all; nothing was pushed.
    Incomplete,
}

/// The splitting for one delimiter.
pub(super) struct Splitter {
    pub(super) delimiter: u8,
    /// The delimiter, LF and CR, each in all eight bytes.
    needles: [u64; 3],
}

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW7: u64 = 0x7f7f_7f7f_7f7f_7f7f;

impl Splitter {
    pub(super) fn new(delimiter: u8) -> Self {
        Splitter { delimiter, needles: [delimiter, b'\n', b'\r'].map(|b| u64::from(b) * ONES) }
    }

    /// One bit, the highest, in each byte of the word that is a delimiter, LF or CR (exact zero-byte test of
    /// "Hacker's Delight", 6-1, on the differences).
    fn hits(&self, word: u64) -> u64 {
        let zeros = |x: u64| !(((x & LOW7) + LOW7) | x | LOW7);
        zeros(word ^ self.needles[0]) | zeros(word ^ self.needles[1]) | zeros(word ^ self.needles[2])
    }

    /// Splits the first row of `text`; `ended`: nothing follows `text`.
    pub(super) fn split(&self, text: &[u8], ended: bool, builder: &mut BatchBuilder) -> Split {
        let Some(&first) = text.first() else {
            return Split::Incomplete;
        };
        if matches!(first, b'\r' | b'\n') {
            return match line_end(text, 0, ended) {
                Some(next) => Split::Blank { next },
                None => Split::Incomplete,
            };
        }
        if first == QUOTE {
            return self.split_quoted(text, ended, builder);
        }
        let base = builder.position();
        let mut at = 0;
        loop {
            let word = match text[at..].first_chunk::<8>() {
                Some(bytes) => u64::from_le_bytes(*bytes),
                None => {
                    let mut bytes = [0; 8];
                    bytes[..text.len() - at].copy_from_slice(&text[at..]);
                    // The zeros are hits where the delimiter is NUL; the check against the length passes over them.
                    u64::from_le_bytes(bytes)
                }
            };
            let mut hits = self.hits(word);
            while hits != 0 {
                let hit = at + hits.trailing_zeros() as usize / 8;
                hits &= hits - 1;
                if hit >= text.len() {
                    break;
                }
                if text[hit] == self.delimiter {
                    if text.get(hit + 1) == Some(&QUOTE) {
                        builder.undo_row();
                        return self.split_quoted(text, ended, builder);
                    }
                    builder.mark_end(base + hit);
                } else {
                    let Some(next) = line_end(text, hit, ended) else {
                        builder.undo_row();
                        return Split::Incomplete;
                    };
                    builder.mark_end(base + hit);
                    builder.extend(&text[..=hit]);
                    return Split::Row { next, lines: 1, unclosed: false };
                }
            }
            at += 8;
            if at >= text.len() {
                break;
            }
        }
        if !ended {
            builder.undo_row();
            return Split::Incomplete;
        }
        builder.mark_end(base + text.len());
        builder.extend(text);
        builder.extend(b"\n");
        Split::Row { next: text.len(), lines: 1, unclosed: false }
    }

    /// The same for a row with a quoted cell, cell by cell.
    fn split_quoted(&self, text: &[u8], ended: bool, builder: &mut BatchBuilder) -> Split {
        let (mut at, mut lines) = (0, 1);
        loop {
            if text.get(at) == Some(&QUOTE) {
                at += 1;
                loop {
                    let Some(quote) = memchr(QUOTE, &text[at..]) else {
                        if !ended {
                            builder.undo_row();
                            return Split::Incomplete;
                        }
                        let rest = &text[at..];
                        builder.push(rest);
                        // A line end that is the last byte begins no further line.
                        lines += line_breaks(rest.strip_suffix(b"\n").unwrap_or(rest));
                        return Split::Row { next: text.len(), lines, unclosed: true };
                    };
                    let inside = &text[at..at + quote];
                    lines += line_breaks(inside);
                    builder.extend(inside);
                    at += quote + 1;
                    if text.get(at) != Some(&QUOTE) {
                        break;
                    }
                    builder.extend(b"\"");
                    at += 1;
                }
            }
            let Some(length) = memchr3(self.delimiter, b'\n', b'\r', &text[at..]) else {
                if !ended {
                    builder.undo_row();
                    return Split::Incomplete;
                }
                builder.push(&text[at..]);
                return Split::Row { next: text.len(), lines, unclosed: false };
            };
            builder.push(&text[at..at + length]);
            at += length;
            if text[at] != self.delimiter {
                return match line_end(text, at, ended) {
                    Some(next) => Split::Row { next, lines, unclosed: false },
                    None => {
                        builder.undo_row();
                        Split::Incomplete
                    }
                };
            }
            at += 1;
        }
    }
}

/// The index after the line end at `at`; `None` where a CR is the last byte and an LF may follow.
fn line_end(text: &[u8], at: usize, ended: bool) -> Option<usize> {
    match (text[at], text.get(at + 1)) {
        (b'\r', Some(b'\n')) => Some(at + 2),
        (b'\r', None) if !ended => None,
        _ => Some(at + 1),
    }
}

/// Line ends within a quoted cell, where only an LF counts.
fn line_breaks(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}
