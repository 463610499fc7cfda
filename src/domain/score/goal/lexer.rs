//! The sentence as tokens. Reading one never fails, so that errors are told in the order of the sentence by the
//! [`parser`](super::parser).

use super::operator::Operator;
use super::quoting::is_unprintable;
use std::ops::Range;

/// A token of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A plain word: a keyword, a name or a value.
    Word(&'a str),
    /// A text in single quotes, unescaped.
    Quoted(String),
    /// A quote that is never closed.
    Unclosed,
    Comma,
    /// One of `>`, `>=`, `<`, `<=`.
    Comparison(Operator),
    /// Anything that has no place in the language, at most one run of signs.
    Other(&'a str),
    /// The end of the text.
    End,
}

/// The token that starts at or after byte `from`, skipping blanks, with the bytes that it takes.
pub(super) fn next_token(text: &str, from: usize) -> (Token<'_>, Range<usize>) {
    let skipped = &text[from..];
    let rest = skipped.trim_start();
    let start = from + (skipped.len() - rest.len());
    let prefix = |belongs: fn(char) -> bool| &rest[..rest.find(|c| !belongs(c)).unwrap_or(rest.len())];
    let (token, length) = match rest.chars().next() {
        None => (Token::End, 0),
        Some(',') => (Token::Comma, 1),
        Some('\'') => read_quoted(rest),
        Some('<' | '>' | '=' | '!') => {
            let symbol = prefix(|c| matches!(c, '<' | '>' | '=' | '!'));
            let operator = Operator::ALL.into_iter().find(|o| o.words() == symbol);
            (operator.map_or(Token::Other(symbol), Token::Comparison), symbol.len())
        }
        Some(c) if is_word(c) => {
            let word = prefix(is_word);
            (Token::Word(word), word.len())
        }
        Some(c) => (Token::Other(&rest[..c.len_utf8()]), c.len_utf8()),
    };
    (token, start..start + length)
}

fn is_word(c: char) -> bool {
    !c.is_whitespace()
        && !is_unprintable(c)
        && !matches!(c, ',' | '\'' | '"' | '<' | '>' | '=' | '!' | '‘' | '’' | '“' | '”')
}

/// Reads from an opening quote; gives the token and its length in bytes.
fn read_quoted<'a>(rest: &str) -> (Token<'a>, usize) {
    let mut text = String::new();
    let mut at = 1;
    loop {
        let tail = &rest[at..];
        let Some(c) = tail.chars().next() else { return (Token::Unclosed, rest.len()) };
        if tail.starts_with("''") {
            text.push('\'');
            at += 2;
        } else if c == '\'' {
            return (Token::Quoted(text), at + 1);
        } else if let Some((escaped, length)) = read_escape(tail) {
            text.push(escaped);
            at += length;
        } else {
            text.push(c);
            at += c.len_utf8();
        }
    }
}

/// A character written as `\u{HEX}` at the start of `tail`, and the length of that writing.
fn read_escape(tail: &str) -> Option<(char, usize)> {
    let (digits, _) = tail.strip_prefix("\\u{")?.split_once('}')?;
    let hex = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let code = u32::from_str_radix(digits, 16).ok().filter(|_| hex)?;
    Some((char::from_u32(code)?, "\\u{}".len() + digits.len()))
}
