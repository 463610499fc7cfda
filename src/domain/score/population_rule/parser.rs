//! One condition of the population rule as a sentence: the grammar and its parser.
//!
//! ```text
//! condition = "active" within
//!           | "had" events [ within ]
//!           | ( "never had" | "had no" ) events [ within ]
//!           | "where" field { "and" field }
//!           | "exists for" number "days"
//!           | "created since" YYYY-MM-DD
//! events    = event { ", or" event }
//! within    = "within" number "days"
//! ```
//!
//! `event` and `field` are the events and conditions of a [goal](crate::domain::score::goal). Words of the language are
//! read in any case; an event that is called `no` is quoted.

use super::definition::{MAX_DAYS, PopulationCondition};
use crate::domain::score::goal::{GoalEvent, ParseError, Parser, Sentence};
use jiff::civil::Date;
use std::str::FromStr;

const BEGINNINGS: &str = "'active within', 'had', 'never had', 'had no', 'where', 'exists for' or 'created since'";

impl FromStr for PopulationCondition {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<PopulationCondition, ParseError> {
        PopulationCondition::parse(text)
    }
}

impl PopulationCondition {
    /// Reads the sentence; what the condition prints gives the same condition back.
    ///
    /// # Errors
    /// Where the text stops being a condition, and what could stand there.
    pub fn parse(text: &str) -> Result<PopulationCondition, ParseError> {
        let mut parser = Parser::new(text, Sentence::Population);
        if parser.take("active") {
            expect(&mut parser, "within")?;
            let within_days = days(&mut parser)?;
            return end(&parser, PopulationCondition::Active { within_days });
        }
        if parser.take("never") {
            expect(&mut parser, "had")?;
            return of_events(&mut parser, false);
        }
        if parser.take("had") {
            let happened = !parser.take("no");
            return of_events(&mut parser, happened);
        }
        if parser.take("where") {
            let conditions = parser.conditions()?;
            parser.expect_end("")?;
            return Ok(PopulationCondition::Attribute { conditions });
        }
        if parser.take("exists") {
            expect(&mut parser, "for")?;
            let days = days(&mut parser)?;
            return end(&parser, PopulationCondition::ExistsFor { days });
        }
        if parser.take("created") {
            expect(&mut parser, "since")?;
            let date = parser.take_as("a date as 2024-01-31", |word| word.parse::<Date>().ok())?;
            return end(&parser, PopulationCondition::CreatedSince { date });
        }
        Err(parser.unexpected(BEGINNINGS).with_nearest(&["active", "had", "never", "where", "exists", "created"]))
    }
}

fn of_events(parser: &mut Parser<'_>, happened: bool) -> Result<PopulationCondition, ParseError> {
    let mut events: Vec<GoalEvent> = vec![parser.event()?];
    while parser.take_comma() {
        if !parser.take("or") {
            let expected = "'or' and an event (events that must all have happened are conditions of their own)";
            return Err(parser.unexpected(expected).with_nearest(&["or"]));
        }
        events.push(parser.event()?);
    }
    let condition = |events, within_days| match happened {
        true => PopulationCondition::Had { events, within_days },
        false => PopulationCondition::HadNo { events, within_days },
    };
    if parser.take("within") {
        let within_days = days(parser)?;
        return end(parser, condition(events, Some(within_days)));
    }
    let more = "', or' with an event, 'within' with a number of days";
    parser.expect_end(more).map_err(|error| error.with_nearest(&["within"]))?;
    Ok(condition(events, None))
}

/// `30 days`.
fn days(parser: &mut Parser<'_>) -> Result<u32, ParseError> {
    let expected = format!("a number of days from 1 to {MAX_DAYS}");
    let days = parser.take_as(&expected, |word| word.parse().ok().filter(|days| (1..=MAX_DAYS).contains(days)))?;
    if !parser.take("days") && !parser.take("day") {
        return Err(parser.unexpected("'days'").with_nearest(&["days"]));
    }
    Ok(days)
}

fn expect(parser: &mut Parser<'_>, word: &str) -> Result<(), ParseError> {
    if parser.take(word) { Ok(()) } else { Err(parser.unexpected(format!("'{word}'")).with_nearest(&[word])) }
}

/// The condition, where nothing follows it.
fn end(parser: &Parser<'_>, condition: PopulationCondition) -> Result<PopulationCondition, ParseError> {
    if parser.is_at_end() { Ok(condition) } else { Err(parser.unexpected("the end")) }
}
