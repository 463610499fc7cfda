//! The goal as one sentence: the grammar and its parser.
//!
//! ```text
//! goal      = event { ", or" event }  |  event { ", and" event }
//! event     = name [ "where" condition { "and" condition } ]
//! condition = name operator [ value { "or" value } ]
//! ```
//!
//! A name or value is a plain word or stands in single quotes, where `''` is a quote and `\u{1b}` the character of
//! that number (so that a printed goal never moves the cursor); any other backslash is itself. Words of the language
//! are read in any case and are quoted where they are names. The comma tells a joined event from a joined value or
//! condition, so one token of lookahead is enough.

use super::{Arity, Combine, Condition, Goal, GoalEvent, Operator, SentenceError, number};
use std::str::FromStr;

/// The words of the language; a name that is one of them is quoted.
const KEYWORDS: [&str; 13] =
    ["where", "and", "or", "is", "not", "contains", "does", "contain", "starts", "ends", "with", "exists", "exist"];

/// What people write who know another language, and the operator that they mean.
const ALIASES: [(&str, &str); 11] = [
    ("=", "is"),
    ("==", "is"),
    ("in", "is"),
    ("equal", "is"),
    ("equals", "is"),
    ("was", "is"),
    ("!=", "is not"),
    ("<>", "is not"),
    ("not", "is not"),
    ("has", "contains"),
    ("includes", "contains"),
];

const OPERATORS: &str = "an operator: is, is not, contains, does not contain, starts with, ends with, exists, does not exist, >, >=, < or <=";

/// Characters that move the cursor, reorder the line or leave no trace.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A name as it stands in a sentence: as it is where it is a plain word, else quoted.
pub(super) fn name(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ':' | '/');
    if !name.is_empty() && name.chars().all(plain) && !is_keyword(name) { name.to_string() } else { quoted(name) }
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

fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|k| k.eq_ignore_ascii_case(word))
}

impl FromStr for Goal {
    type Err = SentenceError;

    fn from_str(text: &str) -> Result<Goal, SentenceError> {
        Goal::parse(text)
    }
}

impl FromStr for GoalEvent {
    type Err = SentenceError;

    fn from_str(text: &str) -> Result<GoalEvent, SentenceError> {
        GoalEvent::parse(text)
    }
}

impl Goal {
    /// Reads the sentence; what [`Goal`] prints gives the same goal back.
    pub fn parse(text: &str) -> Result<Goal, SentenceError> {
        let mut parser = Parser::new(text);
        let mut events = vec![parser.event()?];
        let mut combine = None;
        while parser.token == Token::Comma {
            parser.next();
            let asked = match parser.keyword() {
                Some("or") => Combine::Any,
                Some("and") => Combine::All,
                _ => return Err(parser.wrong("'or' or 'and', and a goal event").meant(&["or", "and"])),
            };
            if *combine.get_or_insert(asked) != asked {
                return Err(
                    parser.wrong("the same word as before: events are joined by ', or' or by ', and', not both")
                );
            }
            parser.next();
            events.push(parser.event()?);
        }
        parser.end("', or' or ', and' with a goal event")?;
        Ok(Goal { events, combine: combine.unwrap_or_default() })
    }
}

impl GoalEvent {
    /// Reads one goal event, as exclusions need it; joined events are an error.
    pub fn parse(text: &str) -> Result<GoalEvent, SentenceError> {
        let mut parser = Parser::new(text);
        let event = parser.event()?;
        if parser.token == Token::Comma {
            return Err(parser.wrong("the end: only one goal event can stand here"));
        }
        parser.end("")?;
        Ok(event)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Quoted(String),
    /// A quote that is never closed.
    Unclosed,
    Comma,
    Comparison(Operator),
    /// Anything that has no place in the language.
    Other(&'a str),
    End,
}

/// The current token, where it starts, and where the next one is looked for.
struct Parser<'a> {
    text: &'a str,
    token: Token<'a>,
    start: usize,
    rest: usize,
    /// What was read last ended a condition with values, one without, or a bare event.
    after: After,
}

#[derive(Clone, Copy)]
enum After {
    EventType,
    Values,
    NoValue,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut parser = Parser { text, token: Token::End, start: 0, rest: 0, after: After::EventType };
        parser.next();
        parser
    }

    /// Reads the next token; it never fails, so that errors are told in the order of the sentence.
    fn next(&mut self) {
        let skipped = &self.text[self.rest..];
        let rest = skipped.trim_start();
        self.start = self.rest + (skipped.len() - rest.len());
        let run = |belongs: fn(char) -> bool| &rest[..rest.find(|c| !belongs(c)).unwrap_or(rest.len())];
        let (token, length) = match rest.chars().next() {
            None => (Token::End, 0),
            Some(',') => (Token::Comma, 1),
            Some('\'') => read_quoted(rest),
            Some('<' | '>' | '=' | '!') => {
                let symbol = run(|c| matches!(c, '<' | '>' | '=' | '!'));
                let operator = Operator::ALL.into_iter().find(|o| o.words() == symbol);
                (operator.map_or(Token::Other(symbol), Token::Comparison), symbol.len())
            }
            Some(c) if is_word(c) => {
                let word = run(is_word);
                (Token::Word(word), word.len())
            }
            Some(c) => (Token::Other(&rest[..c.len_utf8()]), c.len_utf8()),
        };
        self.token = token;
        self.rest = self.start + length;
    }

    /// The current token as a word of the language.
    fn keyword(&self) -> Option<&'static str> {
        match self.token {
            Token::Word(word) => KEYWORDS.into_iter().find(|k| k.eq_ignore_ascii_case(word)),
            _ => None,
        }
    }

    fn wrong(&self, expected: impl Into<String>) -> SentenceError {
        let expected = match &self.token {
            Token::Unclosed => "a closing quote (a quote inside a text is written twice)".to_string(),
            Token::Other("\"" | "‘" | "’" | "“" | "”") => {
                format!("{}, with plain single quotes", expected.into())
            }
            _ => expected.into(),
        };
        SentenceError { position: self.start, expected, suggestion: None, text: self.text.to_string() }
    }

    /// A name or a value, which is a word that is none of the language's, or quoted.
    fn name(&mut self, expected: &str) -> Result<String, SentenceError> {
        if let Some(keyword) = self.keyword() {
            return Err(self.wrong(format!("{expected} (where '{keyword}' is meant as one, it is quoted)")));
        }
        let name = match &self.token {
            Token::Word(word) => word.to_string(),
            Token::Quoted(text) if text.trim().is_empty() => {
                return Err(
                    self.wrong(format!("{expected} that is not blank ('does not exist' asks for a missing field)"))
                );
            }
            Token::Quoted(text) => text.clone(),
            _ => return Err(self.wrong(expected)),
        };
        self.next();
        Ok(name)
    }

    fn event(&mut self) -> Result<GoalEvent, SentenceError> {
        let event_type = self.name("an event type")?;
        self.after = After::EventType;
        let mut conditions = Vec::new();
        if self.keyword() == Some("where") {
            self.next();
            conditions.push(self.condition()?);
            while self.keyword() == Some("and") {
                self.next();
                conditions.push(self.condition()?);
            }
        }
        Ok(GoalEvent { event_type, conditions })
    }

    fn condition(&mut self) -> Result<Condition, SentenceError> {
        let field = self.name("a field")?;
        let operator = self.operator()?;
        let values = match operator.arity() {
            Arity::Nothing => Vec::new(),
            Arity::Number => {
                let place = self.wrong("a number");
                let value = self.name("a number")?;
                if number(&value).is_none() {
                    return Err(place);
                }
                vec![value]
            }
            Arity::Texts => {
                let mut values = vec![self.name("a value")?];
                while self.keyword() == Some("or") {
                    self.next();
                    values.push(self.name("a value")?);
                }
                values
            }
        };
        self.after = if operator.arity() == Arity::Texts { After::Values } else { After::NoValue };
        Ok(Condition { field, operator, values })
    }

    fn operator(&mut self) -> Result<Operator, SentenceError> {
        if let Token::Comparison(operator) = self.token {
            self.next();
            return Ok(operator);
        }
        let first = self.keyword();
        if !matches!(first, Some("is" | "contains" | "starts" | "ends" | "exists" | "does")) {
            let error = self.wrong(OPERATORS);
            let alias = match &self.token {
                Token::Word(word) | Token::Other(word) => ALIASES.iter().find(|(a, _)| a.eq_ignore_ascii_case(word)),
                _ => None,
            };
            return Err(match alias {
                Some((_, operator)) => error.suggest(operator),
                None => error.meant(&["is", "contains", "starts with", "ends with", "exists", "does not"]),
            });
        }
        self.next();
        Ok(match first {
            Some("is") if self.keyword() == Some("not") => {
                self.next();
                Operator::IsNot
            }
            Some("is") => Operator::Is,
            Some("contains") => Operator::Contains,
            Some("exists") => Operator::Exists,
            Some("starts") => {
                self.expect("with")?;
                Operator::StartsWith
            }
            Some("ends") => {
                self.expect("with")?;
                Operator::EndsWith
            }
            _ => {
                self.expect("not")?;
                let operator = match self.keyword() {
                    Some("contain") => Operator::DoesNotContain,
                    Some("exist") => Operator::DoesNotExist,
                    _ => return Err(self.wrong("'contain' or 'exist'").meant(&["contain", "exist"])),
                };
                self.next();
                operator
            }
        })
    }

    fn expect(&mut self, keyword: &str) -> Result<(), SentenceError> {
        if self.keyword() != Some(keyword) {
            return Err(self.wrong(format!("'{keyword}'")).meant(&[keyword]));
        }
        self.next();
        Ok(())
    }

    /// Nothing may follow but what `more` says (empty: nothing at all beside the rest of the event).
    fn end(&self, more: &str) -> Result<(), SentenceError> {
        if self.token == Token::End {
            return Ok(());
        }
        let more = if more.is_empty() { String::new() } else { format!("{more}, ") };
        let (expected, candidates): (_, &[&str]) = match self.after {
            After::EventType => (format!("'where', {more}or the end"), &["where"]),
            After::Values => (format!("'or' with a value, 'and' with a condition, {more}or the end"), &["or", "and"]),
            After::NoValue => (format!("'and' with a condition, {more}or the end"), &["and"]),
        };
        let error = self.wrong(expected);
        Err(match self.keyword() {
            Some(joiner @ ("or" | "and")) if !more.is_empty() => error.suggest(&format!(", {joiner}")),
            _ if matches!(self.token, Token::Word(_)) => {
                let mut error = error.meant(candidates);
                if error.suggestion.is_none() {
                    error.expected.push_str(" (a text of several words is written in single quotes)");
                }
                error
            }
            _ => error,
        })
    }
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
