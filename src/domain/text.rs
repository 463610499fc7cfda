//! Text that is safe to hand on: to a terminal ([`harmless`]) and to a spreadsheet ([`csv_cell`]). Names and values
//! come from other people's systems, so everything printed or exported goes through here.

use std::borrow::Cow;
use std::fmt::Write;

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
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e))
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
