//! The encoding of a text file: found from its first bytes or given in the configuration, and turned into UTF-8 while
//! the bytes pass. Called by `file`; the readers of text ask [`Decoding`] what to do with a cell that is no UTF-8.
//!
//! UTF-16 and encodings that the configuration names are transcoded below the window, piece by piece. A file that is
//! taken for UTF-8 stays as it is, and only a cell that is none is read as Windows-1252: nearly every export in one
//! byte per character is, and Latin-1 is a part of it.

use crate::error::{Error, Result, nearest};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes read and transcoded at a time.
const PIECE: usize = 64 << 10;
/// Bytes at the start of a file by which UTF-16 without a mark is known.
const SAMPLE: usize = 1 << 10;

/// Names offered where the configuration has one that is unknown.
const NAMES: [&str; 20] = [
    "utf-8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "latin1",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "windows-1254",
    "macintosh",
    "koi8-r",
    "shift_jis",
    "euc-jp",
    "gbk",
    "gb18030",
    "big5",
    "euc-kr",
];

/// The encoding that the configuration names.
///
/// # Errors
/// It is unknown; the nearest known one is told.
pub(super) fn named(name: &str) -> Result<&'static Encoding> {
    let label = if name.trim().eq_ignore_ascii_case("utf-16") { "utf-16le" } else { name };
    Encoding::for_label_no_replacement(label.trim().as_bytes()).ok_or_else(|| {
        let error = Error::new(format!("The encoding '{name}' is unknown."))
            .because(format!("known are {} and the other names of the WHATWG's encoding standard", NAMES.join(", ")));
        match nearest(name, NAMES) {
            Some(near) => error.hint(format!("Did you mean encoding = \"{near}\"?")),
            None => error.hint("Leave `encoding` out: it is found from the bytes."),
        }
    })
}

/// UTF-16 by its mark or by the zero bytes beside ASCII characters; `None`: nothing says that it is not UTF-8.
pub(super) fn found(start: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(start) {
        Some((encoding, _)) => return (encoding != UTF_8).then_some(encoding),
        None if start.len() < 4 => return None,
        None => {}
    }
    let pairs = start[..start.len().min(SAMPLE)].chunks_exact(2);
    let (all, mut high, mut low) = (pairs.len(), 0, 0);
    for pair in pairs {
        high += usize::from(pair[0] == 0);
        low += usize::from(pair[1] == 0);
    }
    // Text of any language has delimiters, digits and line ends in ASCII; a few characters have a zero in the other half.
    if low * 4 > all && low > high * 2 {
        Some(UTF_16LE)
    } else if high * 4 > all && high > low * 2 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The name of an encoding as users know it.
pub(super) fn name(encoding: &'static Encoding) -> String {
    match encoding.name() {
        "windows-1252" => "Windows-1252".into(),
        other => other.into(),
    }
}

/// A stream in any encoding, read as UTF-8.
pub(super) struct Transcoder<'a> {
    input: Box<dyn Read + 'a>,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_start: usize,
    raw_end: usize,
    text: Vec<u8>,
    text_start: usize,
    text_end: usize,
    ended: bool,
    finished: bool,
    /// Set where bytes were replaced that the encoding does not have.
    damaged: Rc<Cell<bool>>,
}

impl<'a> Transcoder<'a> {
    /// A mark at the start is passed over, and counts more than `encoding`.
    pub(super) fn new(
        input: Box<dyn Read + 'a>,
        encoding: &'static Encoding,
        damaged: Rc<Cell<bool>>,
    ) -> Transcoder<'a> {
        Transcoder {
            input,
            decoder: encoding.new_decoder(),
            raw: vec![0; PIECE],
            raw_start: 0,
            raw_end: 0,
            text: vec![0; PIECE * 2],
            text_start: 0,
            text_end: 0,
            ended: false,
            finished: false,
            damaged,
        }
    }

    /// Decodes the next piece, at least one byte of text where there is more.
    fn refill(&mut self) -> io::Result<()> {
        self.text_start = 0;
        self.text_end = 0;
        while self.text_end == 0 && !self.finished {
            if self.raw_start == self.raw_end && !self.ended {
                self.raw_start = 0;
                self.raw_end = self.input.read(&mut self.raw)?;
                self.ended = self.raw_end == 0;
            }
            let raw = &self.raw[self.raw_start..self.raw_end];
            let (result, read, written, replaced) = self.decoder.decode_to_utf8(raw, &mut self.text, self.ended);
            self.damaged.set(self.damaged.get() || replaced);
            self.raw_start += read;
            self.text_end = written;
            self.finished = self.ended && result == CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl Read for Transcoder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.text_start == self.text_end {
            self.refill()?;
        }
        let n = buffer.len().min(self.text_end - self.text_start);
        buffer[..n].copy_from_slice(&self.text[self.text_start..self.text_start + n]);
        self.text_start += n;
        Ok(n)
    }
}

/// What is done with cells (rows of JSON) that are no UTF-8, and how many there were.
#[derive(Debug, Default)]
pub(super) struct Decoding {
    /// The configuration says that the file is UTF-8.
    pub(super) utf8_only: bool,
    /// The file showed characters beyond ASCII that are UTF-8: what is none is damage.
    utf8_seen: bool,
    looked_ahead: bool,
    /// Read as Windows-1252.
    pub(super) windows_1252: u64,
    /// With bytes replaced by U+FFFD.
    pub(super) replaced: u64,
}

impl Decoding {
    /// Hears of text that is UTF-8. Costs a look at every byte until characters beyond ASCII were seen.
    pub(super) fn saw(&mut self, text: &str) {
        self.utf8_seen = self.utf8_seen || !text.is_ascii();
    }

    /// Hears of cells before any of them is decoded, some of which may be no UTF-8.
    pub(super) fn saw_cells<'c>(&mut self, mut cells: impl Iterator<Item = &'c [u8]>) {
        self.utf8_seen = self.utf8_seen || cells.any(|cell| !cell.is_ascii() && std::str::from_utf8(cell).is_ok());
    }

    /// Hears of the bytes that follow a cell that is no UTF-8; they are looked at once.
    pub(super) fn look_ahead(&mut self, bytes: &[u8]) {
        if !std::mem::replace(&mut self.looked_ahead, true) {
            self.saw_cells(bytes.split(|byte| *byte == b'\n'));
        }
    }

    /// A cell that is no UTF-8 as text; [`count`](Self::count) follows where it is kept.
    pub(super) fn preview<'c>(&self, cell: &'c [u8]) -> Cow<'c, str> {
        if self.is_utf8() { String::from_utf8_lossy(cell) } else { WINDOWS_1252.decode_without_bom_handling(cell).0 }
    }

    /// Counts the cell that [`preview`](Self::preview) gave.
    pub(super) fn count(&mut self) {
        *(if self.is_utf8() { &mut self.replaced } else { &mut self.windows_1252 }) += 1;
    }

    fn is_utf8(&self) -> bool {
        self.utf8_only || self.utf8_seen
    }

    /// The cell as text.
    pub(super) fn decode<'c>(&mut self, cell: &'c [u8]) -> Cow<'c, str> {
        match std::str::from_utf8(cell) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                self.count();
                self.preview(cell)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
        let units = mark.then_some(0xfeff).into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    /// Reads in pieces as small as a window may ask for.
    fn transcoded(bytes: &[u8], encoding: &'static Encoding, piece: usize) -> String {
        let mut transcoder = Transcoder::new(Box::new(bytes), encoding, Rc::default());
        let (mut text, mut buffer) = (Vec::new(), vec![0; piece]);
        loop {
            match transcoder.read(&mut buffer).unwrap() {
                0 => return String::from_utf8(text).unwrap(),
                n => text.extend_from_slice(&buffer[..n]),
            }
        }
    }

    proptest! {
        #[test]
        fn utf16_comes_back_as_it_was(text in "[a-z,\n]{16}[a-zéß株😀,\n]{0,6}", piece in 1_usize..9) {
            for (big, mark) in [(false, false), (false, true), (true, false), (true, true)] {
                let bytes = utf16(&text, big, mark);
                let encoding = found(&bytes).unwrap();
                prop_assert_eq!(transcoded(&bytes, encoding, piece), &text[..]);
            }
        }

        #[test]
        fn text_in_utf8_is_never_taken_for_utf16(text in "\\PC{0,200}") {
            prop_assert_eq!(found(text.as_bytes()), None);
        }
    }

    #[test]
    fn large_pieces_and_damage_are_passed_on() {
        let text = "größe;株😀\n".repeat(50_000);
        assert_eq!(transcoded(&utf16(&text, false, true), UTF_16LE, 4_096), text);
        // A lone half of a character and an odd byte at the end.
        assert_eq!(transcoded(b"a\0\x00\xd8b\0c", UTF_16LE, 64), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn names_are_known_in_any_case_and_the_nearest_is_told() {
        assert_eq!(named("Latin1").unwrap(), WINDOWS_1252);
        assert_eq!(named("UTF-16").unwrap(), UTF_16LE);
        let error = named("windws-1252").unwrap_err().to_string();
        assert!(error.contains("'windws-1252'") && error.contains("encoding = \"windows-1252\""), "{error}");
    }

    #[test]
    fn a_cell_is_windows_1252_until_the_file_showed_utf8() {
        let mut decoding = Decoding::default();
        assert_eq!(decoding.decode(b"M\xfcller \x80"), "Müller €");
        decoding.saw("plain");
        assert_eq!(decoding.decode(b"\xe9"), "é");
        decoding.saw("ä");
        assert_eq!(decoding.decode(b"\xe9"), "\u{fffd}");
        assert_eq!((decoding.windows_1252, decoding.replaced), (2, 1));
    }
}
