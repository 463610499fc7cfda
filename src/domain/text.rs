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

/// The harmless text cut to a display width in its middle, so that both ends can be read: names that differ only at their
/// end stay different.
pub fn cut_middle(text: &str, width: usize) -> String {
    let text = harmless(text);
    if text.width() <= width || width < 8 {
        return cut(&text, width);
    }
    let graphemes: Vec<&str> = text.graphemes(true).collect();
    let fitting = |parts: &mut dyn Iterator<Item = &&str>, room: usize| {
        let mut used = 0;
        parts
            .take_while(|part| {
                used += part.width();
                used <= room
            })
            .count()
    };
    let tail_room = (width - 1) / 2;
    let tail = fitting(&mut graphemes.iter().rev(), tail_room);
    let end = graphemes[graphemes.len() - tail..].concat();
    let head = fitting(&mut graphemes.iter(), width - 1 - end.width());
    format!("{}…{end}", graphemes[..head].concat())
}

/// A key by which names sort as people count: `Score 99` before `Score 300`, whatever the case of letters.
pub fn natural_key(text: &str) -> Vec<(u64, String)> {
    let lower = text.to_lowercase();
    let mut key: Vec<(u64, String)> = Vec::new();
    let mut rest = lower.as_str();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let words = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (word, tail) = after.split_at(words);
        // A name that begins with a word follows those that begin with a number; too long a number is the largest.
        let number = if number.is_empty() { u64::MAX } else { number.parse().unwrap_or(u64::MAX) };
        key.push((number, word.to_string()));
        rest = tail;
    }
    key
}

/// The harmless text in lines of at most `width` columns, broken between words where that is possible. A number is not
/// parted from its unit, nor a day from its month, and no last line holds less than three characters, where there is
/// room for that.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    text.lines().flat_map(|paragraph| wrapped_paragraph(&harmless(paragraph), width)).collect()
}

/// Least columns of the last line of a paragraph.
const LEAST_LAST_LINE: usize = 3;

fn wrapped_paragraph(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<Vec<&str>> = vec![Vec::new()];
    let mut used = 0;
    for part in unbreakable_parts(paragraph, width).into_iter().filter(|part| !part.is_empty()) {
        for piece in pieces(part, width) {
            let needed = piece.width();
            if used > 0 && used + 1 + needed > width {
                lines.push(Vec::new());
                used = 0;
            }
            used += needed + usize::from(used > 0);
            if let Some(line) = lines.last_mut() {
                line.push(piece);
            }
        }
    }
    pull_down(&mut lines, width);
    lines.into_iter().map(|line| line.join(" ")).collect()
}

/// A word that is wider than a line, in pieces that fit.
fn pieces(part: &str, width: usize) -> Vec<&str> {
    if part.width() <= width {
        return vec![part];
    }
    let mut pieces = Vec::new();
    let (mut start, mut used) = (0, 0);
    for (at, grapheme) in part.grapheme_indices(true) {
        if used > 0 && used + grapheme.width() > width {
            pieces.push(&part[start..at]);
            (start, used) = (at, 0);
        }
        used += grapheme.width();
    }
    pieces.push(&part[start..]);
    pieces
}

/// The words, those together that belong together, as far as they fit into a line.
fn unbreakable_parts(paragraph: &str, width: usize) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    // The part that is being made: where it begins, and its last word.
    let mut open: Option<(usize, &str)> = None;
    let mut at = 0;
    for word in paragraph.split(' ') {
        let end = at + word.len();
        open = match open {
            Some((begin, last)) if belong_together(last, word) && paragraph[begin..end].width() <= width => {
                Some((begin, word))
            }
            Some((begin, _)) => {
                parts.push(paragraph[begin..at].strip_suffix(' ').unwrap_or_default());
                Some((at, word))
            }
            None => Some((at, word)),
        };
        at = end + 1;
    }
    parts.extend(open.map(|(begin, _)| &paragraph[begin..]));
    parts
}

/// Whether a line must not end between two words: `4.2 %`, `120 k events`, `26 Nov 2026`, `AUC .883`, `alone .59`, `in favour: − 2`.
fn belong_together(word: &str, next: &str) -> bool {
    let is_number = |word: &str| {
        let digits = word.trim_start_matches(['(', '×', '−', '-', '+', '.', '~', '<', '>', '=', '±']);
        digits.starts_with(|c: char| c.is_ascii_digit()) && digits.ends_with(|c: char| c.is_ascii_digit())
    };
    let is_sign = |word: &str| matches!(word, "+" | "−" | "±" | "×" | "●" | "✗" | "!" | "◐" | "–" | "·");
    let is_scale = |word: &str| matches!(word, "k" | "M");
    let is_month = |word: &str| MONTHS.contains(&word);
    let unit = next.chars().next().is_some_and(|c| c.is_alphabetic() || c == '%');
    // A dot between two parts ends a line, and begins none.
    next == "·"
        || (is_number(word) && unit && next.width() <= 14)
        || (is_scale(word) && unit)
        || (is_month(word) && is_number(next))
        || (is_sign(word) && word != "·")
        || (matches!(word, "AUC" | "alone") && is_number(next))
}

/// As dates are written here.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Where the last line is too short to be read as one, the word before it goes down, too.
fn pull_down(lines: &mut [Vec<&str>], width: usize) {
    let [.., before, last] = lines else { return };
    let columns: usize = last.iter().map(|word| word.width() + 1).sum::<usize>().saturating_sub(1);
    let Some(word) = before.last().copied() else { return };
    if columns < LEAST_LAST_LINE && before.len() > 1 && word.width() + 1 + columns <= width {
        before.pop();
        last.insert(0, word);
    }
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
    fn a_number_keeps_its_unit_and_no_last_line_is_a_scrap() {
        assert_eq!(wrapped("base rate 1.3 %", 13), ["base rate", "1.3 %"]);
        assert_eq!(wrapped("12 k persons · 120 k events in 8.4 s", 18), ["12 k persons ·", "120 k events in", "8.4 s"]);
        assert_eq!(wrapped("scored as of 26 Nov 2026", 16), ["scored as of", "26 Nov 2026"]);
        assert_eq!(wrapped("what there is to do", 17), ["what there is", "to do"]);
        // Where a line has no room for both, they part.
        assert_eq!(wrapped("1,000 accounts", 9), ["1,000", "accounts"]);
    }

    #[test]
    fn names_sort_as_people_count() {
        let mut names = ["Score 300", "score 99", "Alpha", "10 days", "9 days", "Score 99 b"];
        names.sort_by_cached_key(|name| natural_key(name));
        assert_eq!(names, ["9 days", "10 days", "Alpha", "score 99", "Score 99 b", "Score 300"]);
    }

    #[test]
    fn names_that_differ_at_their_end_stay_different() {
        assert_eq!(cut_middle("Big deals won in 60 days (2)", 16), "Big deal…ays (2)");
        assert_eq!(cut_middle("short", 16), "short");
        assert_eq!(cut_middle("株式会社の大型案件", 9), "株式…案件");
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
            prop_assert!(cut_middle(&text, width).width() <= width);
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
