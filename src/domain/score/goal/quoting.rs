//! Names and values as they stand in a sentence: plain words, or texts in single quotes that never move the cursor when
//! printed and are read back by the [`lexer`](super::lexer) as the same texts.

/// The words of the language; a name that is one of them is quoted.
const KEYWORDS: [&str; 13] =
    ["where", "and", "or", "is", "not", "contains", "does", "contain", "starts", "ends", "with", "exists", "exist"];

/// Characters that move the cursor, reorder the line or leave no trace.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A name as it stands in a sentence: as it is where it is a plain word, else quoted.
pub(super) fn quoted_unless_plain(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ':' | '/');
    if !name.is_empty() && name.chars().all(plain) && keyword(name).is_none() { name.to_string() } else { quoted(name) }
}

/// A text in single quotes, harmless to print, read back by the parser as the same text.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for (at, c) in text.char_indices() {
        match c {
            '\'' => out.push_str("''"),
            '\\' if text[at + 1..].starts_with("u{") => out.push_str("\\u{5c}"),
            c if is_unprintable(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// The word of the language that this is, in whatever case.
pub(super) fn keyword(word: &str) -> Option<&'static str> {
    KEYWORDS.into_iter().find(|k| k.eq_ignore_ascii_case(word))
}
