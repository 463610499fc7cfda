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

use super::condition::{Condition, finite_number};
use super::definition::{Combine, Goal, GoalEvent};
use super::lexer::{Token, next_token};
use super::operator::{Arity, Operator};
use super::parse_error::{ParseError, Sentence};
use super::quoting;
use std::ops::Range;
use std::str::FromStr;

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

impl FromStr for Goal {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Goal, ParseError> {
        Goal::parse(text)
    }
}

impl FromStr for GoalEvent {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<GoalEvent, ParseError> {
        GoalEvent::parse(text)
    }
}

impl Goal {
    /// Reads the sentence; what [`Goal`] prints gives the same goal back.
    ///
    /// # Errors
    /// Where the text stops being a goal, and what could stand there.
    pub fn parse(text: &str) -> Result<Goal, ParseError> {
        let mut parser = Parser::new(text, Sentence::Goal);
        let mut events = vec![parser.event()?];
        let mut combine = None;
        while parser.token == Token::Comma {
            parser.advance();
            let asked = match parser.keyword() {
                Some("or") => Combine::Any,
                Some("and") => Combine::All,
                _ => return Err(parser.unexpected("'or' or 'and', and a goal event").with_nearest(&["or", "and"])),
            };
            if *combine.get_or_insert(asked) != asked {
                return Err(
                    parser.unexpected("the same word as before: events are joined by ', or' or by ', and', not both")
                );
            }
            parser.advance();
            events.push(parser.event()?);
        }
        parser.expect_end("', or' or ', and' with a goal event")?;
        Ok(Goal { events, combine: combine.unwrap_or_default() })
    }
}

impl GoalEvent {
    /// Reads one goal event, as exclusions need it.
    ///
    /// # Errors
    /// Where the text stops being a goal event, and what could stand there; joined events are an error.
    pub fn parse(text: &str) -> Result<GoalEvent, ParseError> {
        let mut parser = Parser::new(text, Sentence::Goal);
        let event = parser.event()?;
        if parser.token == Token::Comma {
            return Err(parser.unexpected("the end: only one goal event can stand here"));
        }
        parser.expect_end("")?;
        Ok(event)
    }
}

/// Reads with one token of lookahead: goals here, and what a [`population rule`](crate::domain::score::population_rule)
/// asks of events and attributes there.
pub(in crate::domain::score) struct Parser<'a> {
    text: &'a str,
    sentence: Sentence,
    /// The current token and its bytes.
    token: Token<'a>,
    span: Range<usize>,
    last: Last,
}

/// What was read last: it decides what may follow.
#[derive(Clone, Copy)]
enum Last {
    /// An event type without conditions so far.
    EventType,
    /// A condition with values, which may have further ones.
    Values,
    /// A condition that takes no value, or exactly one number.
    NoValues,
}

impl<'a> Parser<'a> {
    pub(in crate::domain::score) fn new(text: &'a str, sentence: Sentence) -> Self {
        let (token, span) = next_token(text, 0);
        Parser { text, sentence, token, span, last: Last::EventType }
    }

    /// Whether the current token is this word, in any case and not quoted; then it goes on to the next.
    pub(in crate::domain::score) fn take(&mut self, word: &str) -> bool {
        let found = matches!(self.token, Token::Word(found) if found.eq_ignore_ascii_case(word));
        if found {
            self.advance();
        }
        found
    }

    /// Whether a comma is next; then it goes on to what follows it.
    pub(in crate::domain::score) fn take_comma(&mut self) -> bool {
        let found = self.token == Token::Comma;
        if found {
            self.advance();
        }
        found
    }

    /// Whether nothing follows.
    pub(in crate::domain::score) fn is_at_end(&self) -> bool {
        self.token == Token::End
    }

    /// The current token where it is a plain word that `read` understands; then it goes on to the next.
    ///
    /// # Errors
    /// `expected`, at the place of the token.
    pub(in crate::domain::score) fn take_as<T>(
        &mut self,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, ParseError> {
        let found = match self.token {
            Token::Word(word) => read(word),
            _ => None,
        };
        let found = found.ok_or_else(|| self.unexpected(expected))?;
        self.advance();
        Ok(found)
    }

    fn advance(&mut self) {
        (self.token, self.span) = next_token(self.text, self.span.end);
    }

    /// The current token as a word of the language.
    fn keyword(&self) -> Option<&'static str> {
        match self.token {
            Token::Word(word) => quoting::keyword(word),
            _ => None,
        }
    }

    pub(in crate::domain::score) fn unexpected(&self, expected: impl Into<String>) -> ParseError {
        let expected = match &self.token {
            Token::Unclosed => "a closing quote (a quote inside a text is written twice)".to_string(),
            Token::Other("\"" | "‘" | "’" | "“" | "”") => {
                format!("{}, with plain single quotes", expected.into())
            }
            _ => expected.into(),
        };
        let (sentence, position) = (self.sentence, self.span.start);
        ParseError { sentence, position, expected, suggestion: None, text: self.text.to_string() }
    }

    /// A name or a value, which is a word that is none of the language's, or quoted.
    fn name(&mut self, expected: &str) -> Result<String, ParseError> {
        if let Some(keyword) = self.keyword() {
            return Err(self.unexpected(format!("{expected} (where '{keyword}' is meant as one, it is quoted)")));
        }
        let name = match &self.token {
            Token::Word(word) => word.to_string(),
            Token::Quoted(text) if text.trim().is_empty() => {
                return Err(self
                    .unexpected(format!("{expected} that is not blank ('does not exist' asks for a missing field)")));
            }
            Token::Quoted(text) => text.clone(),
            _ => return Err(self.unexpected(expected)),
        };
        self.advance();
        Ok(name)
    }

    pub(in crate::domain::score) fn event(&mut self) -> Result<GoalEvent, ParseError> {
        let event_type = self.name("an event type")?;
        self.last = Last::EventType;
        let mut conditions = Vec::new();
        if self.keyword() == Some("where") {
            self.advance();
            conditions = self.conditions()?;
        }
        Ok(GoalEvent { event_type, conditions })
    }

    /// What stands behind `where`.
    pub(in crate::domain::score) fn conditions(&mut self) -> Result<Vec<Condition>, ParseError> {
        let mut conditions = vec![self.condition()?];
        while self.keyword() == Some("and") {
            self.advance();
            conditions.push(self.condition()?);
        }
        Ok(conditions)
    }

    fn condition(&mut self) -> Result<Condition, ParseError> {
        let field = self.name("a field")?;
        let operator = self.operator()?;
        let values = match operator.arity() {
            Arity::Nothing => Vec::new(),
            Arity::Number => {
                let error = self.unexpected("a number");
                let value = self.name("a number")?;
                if finite_number(&value).is_none() {
                    return Err(error);
                }
                vec![value]
            }
            Arity::Texts => {
                let mut values = vec![self.name("a value")?];
                while self.keyword() == Some("or") {
                    self.advance();
                    values.push(self.name("a value")?);
                }
                values
            }
        };
        self.last = if operator.arity() == Arity::Texts { Last::Values } else { Last::NoValues };
        Ok(Condition { field, operator, values })
    }

    fn operator(&mut self) -> Result<Operator, ParseError> {
        if let Token::Comparison(operator) = self.token {
            self.advance();
            return Ok(operator);
        }
        let first = self.keyword();
        if !matches!(first, Some("is" | "contains" | "starts" | "ends" | "exists" | "does")) {
            let error = self.unexpected(OPERATORS);
            let alias = match &self.token {
                Token::Word(word) | Token::Other(word) => ALIASES.iter().find(|(a, _)| a.eq_ignore_ascii_case(word)),
                _ => None,
            };
            return Err(match alias {
                Some((_, operator)) => error.with_suggestion(operator),
                None => error.with_nearest(&["is", "contains", "starts with", "ends with", "exists", "does not"]),
            });
        }
        self.advance();
        Ok(match first {
            Some("is") if self.keyword() == Some("not") => {
                self.advance();
                Operator::IsNot
            }
            Some("is") => Operator::Is,
            Some("contains") => Operator::Contains,
            Some("exists") => Operator::Exists,
            Some("starts") => {
                self.expect_keyword("with")?;
                Operator::StartsWith
            }
            Some("ends") => {
                self.expect_keyword("with")?;
                Operator::EndsWith
            }
            _ => {
                self.expect_keyword("not")?;
                let operator = match self.keyword() {
                    Some("contain") => Operator::DoesNotContain,
                    Some("exist") => Operator::DoesNotExist,
                    _ => return Err(self.unexpected("'contain' or 'exist'").with_nearest(&["contain", "exist"])),
                };
                self.advance();
                operator
            }
        })
    }

    fn expect_keyword(&mut self, keyword: &str) -> Result<(), ParseError> {
        if self.keyword() != Some(keyword) {
            return Err(self.unexpected(format!("'{keyword}'")).with_nearest(&[keyword]));
        }
        self.advance();
        Ok(())
    }

    /// Nothing may follow but what `more` says (empty: nothing at all beside the rest of the event).
    pub(in crate::domain::score) fn expect_end(&self, more: &str) -> Result<(), ParseError> {
        if self.token == Token::End {
            return Ok(());
        }
        let more = if more.is_empty() { String::new() } else { format!("{more}, ") };
        let (expected, candidates): (_, &[&str]) = match self.last {
            Last::EventType => (format!("'where', {more}or the end"), &["where"]),
            Last::Values => (format!("'or' with a value, 'and' with a condition, {more}or the end"), &["or", "and"]),
            Last::NoValues => (format!("'and' with a condition, {more}or the end"), &["and"]),
        };
        let error = self.unexpected(expected);
        Err(match self.keyword() {
            Some(joiner @ ("or" | "and")) if !more.is_empty() => error.with_suggestion(&format!(", {joiner}")),
            _ if matches!(self.token, Token::Word(_)) => {
                let mut error = error.with_nearest(candidates);
                if error.suggestion.is_none() {
                    error.expected.push_str(" (a text of several words is written in single quotes)");
                }
                error
            }
            _ => error,
        })
    }
}
