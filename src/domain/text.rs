//! Text that is safe to hand on: to a terminal ([`harmless`]) and to a spreadsheet ([`csv_cell`]). Names and values
//! come from other people's systems, so everything printed or exported goes through here.

use std::borrow::Cow;
use std::fmt::Write;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The side of its column at which the text of a table's cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the left edge: texts.
    Left,
    /// At the right edge: numbers.
    Right,
}

/// The text with every character shown visibly that could move the cursor, reorder the line or hide itself.
///
/// C0 and DEL become their control pictures (`␛`), the others an escape (`\u{202e}`).
pub fn harmless(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) || !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\0'..='\x1f' => shown.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\x7f' => shown.push('␡'),
            _ if is_harmful(c) => {
                // Writing to a String does not fail.
                let _ = write!(shown, "\\u{{{:x}}}", c as u32);
            }
            _ => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Controls, and the format characters that reorder or hide text (Unicode Bidi_Control, zero-width, tags, line ends).
fn is_harmful(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// The harmless text cut to a display width, between graphemes, with an ellipsis where something was cut.
pub fn cut(text: &str, width: usize) -> String {
    let text = harmless(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for grapheme in text.graphemes(true) {
        used += grapheme.width();
        if used > width {
            break;
        }
        short.push_str(grapheme);
    }
    if width > 0 {
        short.push('…');
    }
    short
}

/// The harmless text in lines of at most `width` columns, broken between words where that is possible.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let paragraph = harmless(paragraph);
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split(' ') {
            let needed = word.width();
            if used > 0 && used + 1 + needed > width {
                lines.push(std::mem::take(&mut line));
                used = 0;
            } else if used > 0 {
                line.push(' ');
                used += 1;
            }
            if needed <= width {
                line.push_str(word);
                used += needed;
                continue;
            }
            for grapheme in word.graphemes(true) {
                if used > 0 && used + grapheme.width() > width {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(grapheme);
                used += grapheme.width();
            }
        }
        lines.push(line);
    }
    lines
}

/// The value as a CSV export may hold it: what a spreadsheet would run as a formula gets an apostrophe in front.
///
/// Plain numbers (`-12.5`, `+3`, `1e6`) stay as they are. Quoting is left to the CSV writer.
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    // The wide forms are read as the narrow ones by spreadsheets in East Asian locales.
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula && !is_plain_number(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// An optional sign, digits with at most one decimal point, an optional exponent.
fn is_plain_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    digits(integer)
        && digits(fraction)
        && !(integer.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e))
}

/// A name or a path as a POSIX shell takes it: as it is, or between single quotes.
pub fn shell_quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=@,+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_string()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn controls_are_shown_not_sent() {
        assert_eq!(harmless("a\x1b[2Jb"), "a␛[2Jb");
        assert_eq!(harmless("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(harmless("line\nnext\x7f\u{9b}"), "line␊next␡\\u{9b}");
        assert_eq!(harmless("zero\u{200b}width"), "zero\\u{200b}width");
        assert!(matches!(harmless("Müller & Söhne 株式会社"), Cow::Borrowed(_)));
    }

    #[test]
    fn text_is_cut_between_graphemes_and_wrapped_between_words() {
        assert_eq!(cut("Closed Won", 6), "Close…");
        assert_eq!(cut("株式会社", 5), "株式…");
        assert_eq!([cut("ab", 2), cut("ab", 1), cut("ab", 0)], ["ab", "…", ""]);
        assert_eq!(wrapped("the goal as a sentence", 9), ["the goal", "as a", "sentence"]);
        assert_eq!(wrapped("opportunity", 4), ["oppo", "rtun", "ity"]);
        assert_eq!(wrapped("", 4), Vec::<String>::new());
    }

    #[test]
    fn words_that_need_no_quotes_have_none() {
        let quoted = ["/a/b-c.d", "Müller", "", "a b", "o'clock", "$HOME"].map(shell_quoted);
        assert_eq!(quoted, ["/a/b-c.d", "Müller", "''", "'a b'", r"'o'\''clock'", "'$HOME'"]);
    }

    #[test]
    fn formulas_are_guarded_and_numbers_are_not() {
        for formula in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "--1",
            "+",
            "-",
            "＝1",
            "-.",
            "-1e",
            "-0x10",
        ] {
            assert_eq!(csv_cell(formula), format!("'{formula}"), "{formula:?}");
        }
        for plain in ["-12.5", "+3", "-1e-7", "-.5", "Acme", "", "12", "a=b"] {
            assert_eq!(csv_cell(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked_for_and_nothing_is_lost(text in any::<String>(), width in 2usize..40) {
            prop_assert!(cut(&text, width).width() <= width);
            let lines = wrapped(&text, width);
            // A grapheme is never broken, however wide.
            prop_assert!(lines.iter().all(|l| l.width() <= width || l.graphemes(true).count() == 1), "{:?}", lines);
            let solid = |t: &str| harmless(t).chars().filter(|c| *c != ' ').collect::<String>();
            let kept: String = lines.iter().map(|l| solid(l)).collect();
            prop_assert_eq!(kept, text.lines().map(solid).collect::<String>());
        }

        #[test]
        fn nothing_harmful_is_left(text in any::<String>()) {
            prop_assert!(!harmless(&text).chars().any(|c| c.is_control() || is_harmful(c)));
        }

        #[test]
        fn every_printed_number_stays(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
            let text = number.to_string();
            prop_assert_eq!(csv_cell(&text), text.as_str());
        }
    }
}
