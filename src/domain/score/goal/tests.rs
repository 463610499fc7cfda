//! What a user may rely on when writing, reading and matching goals.

use super::*;
use crate::error::Error;
use proptest::prelude::*;

fn condition(field: &str, operator: Operator, values: &[&str]) -> Condition {
    Condition { field: field.into(), operator, values: values.iter().map(|v| v.to_string()).collect() }
}

fn refused(text: &str) -> ParseError {
    Goal::parse(text).expect_err(text)
}

const SPEC: &str =
    "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Closed Won' or 'Contract'";

#[test]
fn the_sentence_of_the_specification_is_understood_and_printed_alike() {
    let goal = Goal::parse(SPEC).unwrap();
    let expected = GoalEvent {
        event_type: "opportunityEvent.opportunityUpdated".into(),
        conditions: vec![
            condition("attributeName", Operator::Is, &["Stage"]),
            condition("newValue", Operator::Is, &["Closed Won", "Contract"]),
        ],
    };
    assert_eq!(goal, Goal { events: vec![expected], combine: Combine::Any });
    assert_eq!(goal.to_string(), SPEC);
    assert_eq!(goal.fields(), ["attributeName", "newValue"]);
}

#[test]
fn unquoted_words_capitals_of_keywords_and_spacing_are_free() {
    let terse = Goal::parse("  a   WHERE newValue is Won AND amount>=-5,OR b").unwrap();
    assert_eq!(terse.to_string(), "a where newValue is 'Won' and amount >= -5, or b");
}

#[test]
fn what_is_no_plain_word_is_quoted() {
    let goal = Goal::parse("'W_Completeren aanvraag' where 'is' is 'it''s' or where2").unwrap();
    assert_eq!(goal.to_string(), "'W_Completeren aanvraag' where 'is' is 'it''s' or 'where2'");
}

#[test]
fn every_operator_is_read_as_it_is_printed() {
    for operator in Operator::ALL {
        let values: &[&str] = match operator.arity() {
            Arity::Nothing => &[],
            Arity::Number => &["12.5"],
            Arity::Texts => &["a", "b c"],
        };
        let event = GoalEvent { event_type: "e".into(), conditions: vec![condition("f", operator, values)] };
        assert_eq!(GoalEvent::parse(&event.to_string()).as_ref(), Ok(&event), "{event}");
    }
}

#[test]
fn events_are_joined_by_any_or_by_all_and_never_by_both() {
    assert_eq!(Goal::parse("a, or b, or c").unwrap().combine, Combine::Any);
    let all = Goal::parse("a, and b where x exists, and c").unwrap();
    assert_eq!((all.combine, all.events.len()), (Combine::All, 3));
    let error = refused("a, or b, and c");
    assert_eq!(error.position, 9);
    assert!(error.expected.contains("not both"), "{error}");
    assert!(GoalEvent::parse("a, or b").unwrap_err().expected.contains("only one"));
}

#[test]
fn an_error_is_pointed_at_with_what_was_expected() {
    insta::assert_snapshot!(refused("opportunityEvent where attributeName iz 'Stage'"), @r"
    This is not understood as a goal:
      opportunityEvent where attributeName iz 'Stage'
                                           ^
      expected an operator: is, is not, contains, does not contain, starts with, ends with, exists, does not exist, >, >=, < or <=; did you mean 'is'?
    ");
    insta::assert_snapshot!(refused("事件 where\t字段 is Closed Won"), @r"
    This is not understood as a goal:
      事件 where 字段 is Closed Won
                                ^
      expected 'or' with a value, 'and' with a condition, ', or' or ', and' with a goal event, or the end (a text of several words is written in single quotes)
    ");
}

#[test]
fn places_and_suggestions_of_errors() {
    for (text, position, suggestion) in [
        ("", 0, None),
        ("   ", 3, None),
        ("a wehre x exists", 2, Some("where")),
        ("a or b", 2, Some(", or")),
        ("a where x == 1", 10, Some("is")),
        ("a where x != 1", 10, Some("is not")),
        ("a where x equals y", 10, Some("is")),
        ("a where x does nto contain y", 15, Some("not")),
        ("a where x does not contains y", 19, Some("contain")),
        ("a where x start with y", 10, Some("starts with")),
        ("a where x > ten", 12, None),
        ("a where x > 1 or 2", 14, Some(", or")),
        ("a where x > inf", 12, None),
        ("a where x is ''", 13, None),
        ("a where x is", 12, None),
        ("a where x exists 'y'", 17, None),
        ("a, b", 3, None),
        ("a where x is 'y", 13, None),
        ("a where x is \"y\"", 13, None),
        ("where", 0, None),
    ] {
        let error = refused(text);
        assert_eq!((error.position, error.suggestion.as_deref()), (position, suggestion), "{text}: {error}");
    }
    assert!(refused("a where x is 'y").expected.contains("closing quote"));
    assert!(refused("a where x is \"y\"").expected.contains("plain single quotes"));
}

#[test]
fn a_refused_sentence_is_a_usage_error_and_harmless_on_one_line() {
    let error = Error::from(refused(&format!("{} \u{1b}[2J where\nx", "long ".repeat(500))));
    assert_eq!(error.exit_code(), 2);
    assert!(!error.what.contains('\u{1b}'));
    assert_eq!(error.what.lines().count(), 4);
    assert!(error.what.lines().nth(1).is_some_and(|l| l.chars().count() < 120), "{error}");
}

#[test]
fn the_caret_stands_under_the_place_after_a_cut_and_wide_characters() {
    let text = format!("'{}' nonsense", "漢".repeat(200));
    let shown = refused(&text).to_string();
    let lines: Vec<&str> = shown.lines().collect();
    let caret = lines[2].find('^').unwrap();
    let before = &lines[1][..lines[1].find("nonsense").unwrap()];
    assert_eq!(unicode_width::UnicodeWidthStr::width(before), caret);
}

#[test]
fn printed_names_never_hold_a_character_that_moves_the_cursor() {
    let event = GoalEvent { event_type: "a\u{1b}[2J\r\u{202e}b\\u{41}".into(), conditions: vec![] };
    let printed = event.to_string();
    assert_eq!(printed, r"'a\u{1b}[2J\u{d}\u{202e}b\u{5c}u{41}'");
    assert_eq!(GoalEvent::parse(&printed), Ok(event));
    let path = r"'C:\users\u{zz}'";
    assert_eq!(GoalEvent::parse(path).unwrap().event_type, r"C:\users\u{zz}");
}

#[test]
fn operators_hold_as_documented() {
    use Operator::*;
    #[rustfmt::skip]
    let table: [(Operator, &[&str], Option<&str>, bool); 36] = [
        (Is, &["Won"], Some(" Won "), true),
        (Is, &[" Won"], Some("Won"), true),
        (Is, &["Won"], Some("won"), false),
        (Is, &["Lost", "Won"], Some("Won"), true),
        (Is, &["1.0"], Some("1"), true),
        (Is, &["-5e2"], Some("-500"), true),
        (Is, &["9007199254740993"], Some("9007199254740992"), false),
        (Is, &["nan"], Some("nan"), true),
        (Is, &["inf"], Some("infinity"), false),
        (Is, &["Won"], None, false),
        (Is, &["Won"], Some("  "), false),
        (IsNot, &["Lost", "Won"], Some("Open"), true),
        (IsNot, &["Lost", "Won"], Some("Won"), false),
        (IsNot, &["Won"], None, true),
        (IsNot, &["Won"], Some(""), true),
        (IsNot, &["1"], Some("1.00"), false),
        (Contains, &["lose"], Some("Closed"), true),
        (Contains, &["LOSE"], Some("Closed"), false),
        (Contains, &["x"], None, false),
        (DoesNotContain, &["a", "b"], Some("cab"), false),
        (DoesNotContain, &["a", "b"], Some("xyz"), true),
        (DoesNotContain, &["a"], None, true),
        (StartsWith, &["Clo"], Some("Closed"), true),
        (StartsWith, &["sed"], Some("Closed"), false),
        (EndsWith, &["sed"], Some("Closed"), true),
        (EndsWith, &["Clo"], Some("Closed"), false),
        (Exists, &[], Some("x"), true),
        (Exists, &[], Some(" "), false),
        (DoesNotExist, &[], None, true),
        (DoesNotExist, &[], Some("x"), false),
        (GreaterThan, &["5"], Some("5"), false),
        (GreaterThan, &["5"], Some("10"), true),
        (AtLeast, &["5"], Some("5.0"), true),
        (LessThan, &["5"], Some("n/a"), false),
        (LessThan, &["5"], Some("4.9"), true),
        (AtMost, &["5"], None, false),
    ];
    for (operator, values, cell, holds) in table {
        assert_eq!(condition("f", operator, values).holds(cell), holds, "{} {values:?} on {cell:?}", operator.words());
    }
}

#[test]
fn an_event_matches_by_exact_type_and_all_conditions() {
    let event = GoalEvent::parse("deal.updated where stage is Won and amount > 10").unwrap();
    let cells = |amount: &'static str| move |f: &str| if f == "stage" { Some("Won") } else { Some(amount) };
    assert!(event.matches("deal.updated", cells("11")));
    assert!(!event.matches("deal.updated", cells("9")));
    assert!(!event.matches("Deal.Updated", cells("11")));
}

#[test]
fn a_goal_that_cannot_be_asked_for_is_refused() {
    let goal = |event_type: &str, c: Condition| Goal {
        events: vec![GoalEvent { event_type: event_type.into(), conditions: vec![c] }],
        combine: Combine::Any,
    };
    assert!(goal("e", condition("f", Operator::Is, &["v"])).check().is_ok());
    for wrong in [
        Goal { events: vec![], combine: Combine::Any },
        goal(" ", condition("f", Operator::Is, &["v"])),
        goal("e", condition("", Operator::Is, &["v"])),
        goal("e", condition("f", Operator::Is, &[])),
        goal("e", condition("f", Operator::Is, &["v", " "])),
        goal("e", condition("f", Operator::Exists, &["v"])),
        goal("e", condition("f", Operator::AtMost, &["v"])),
        goal("e", condition("f", Operator::AtMost, &["1", "2"])),
    ] {
        assert!(wrong.check().is_err(), "{wrong:?}");
    }
}

#[test]
fn json_of_a_goal_is_stable() {
    let goal = Goal::parse("a where x does not contain 'b' and y exists and z >= 2, and c").unwrap();
    let json = serde_json::to_string(&goal).unwrap();
    assert_eq!(
        json,
        r#"{"events":[{"event_type":"a","conditions":[{"field":"x","operator":"does-not-contain","values":["b"]},{"field":"y","operator":"exists"},{"field":"z","operator":"at-least","values":["2"]}]},{"event_type":"c"}],"combine":"all"}"#
    );
    assert_eq!(serde_json::from_str::<Goal>(&json).unwrap(), goal);
}

fn text() -> impl Strategy<Value = String> {
    const PIECES: &[&str] =
        &["'", "\\", "u{", "}", "41", " or ", ", and ", "where", "\u{1b}[2J", "\u{202e}", "\r\n", "ä", "漢"];
    let piece = prop_oneof![proptest::sample::select(PIECES).prop_map(String::from), "\\PC{0,4}", any::<String>()];
    proptest::collection::vec(piece, 1..4).prop_map(|p| p.concat()).prop_filter("blank", |t| !t.trim().is_empty())
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let operator = proptest::sample::select(&Operator::ALL[..]);
    (text(), operator, proptest::collection::vec(text(), 1..4), -1e300..1e300f64).prop_map(|(field, operator, v, n)| {
        let values = match operator.arity() {
            Arity::Nothing => vec![],
            Arity::Number => vec![format!("{n:e}")],
            Arity::Texts => v,
        };
        Condition { field, operator, values }
    })
}

fn any_goal() -> impl Strategy<Value = Goal> {
    let event = (text(), proptest::collection::vec(any_condition(), 0..4))
        .prop_map(|(event_type, conditions)| GoalEvent { event_type, conditions });
    (proptest::collection::vec(event, 1..4), any::<bool>()).prop_map(|(events, all)| {
        let combine = if all && events.len() > 1 { Combine::All } else { Combine::Any };
        Goal { events, combine }
    })
}

proptest! {
    #[test]
    fn a_printed_goal_is_read_as_the_same_goal(goal in any_goal()) {
        prop_assert!(goal.check().is_ok());
        let printed = goal.to_string();
        prop_assert!(!printed.chars().any(is_unprintable), "{printed:?}");
        prop_assert_eq!(Goal::parse(&printed), Ok(goal));
    }

    #[test]
    fn any_text_is_a_goal_that_can_be_asked_for_or_a_told_error(text in text()) {
        match Goal::parse(&text) {
            Ok(goal) => prop_assert!(goal.check().is_ok()),
            Err(e) => prop_assert!(text.is_char_boundary(e.position) && e.to_string().lines().count() == 4),
        }
    }

    #[test]
    fn a_goal_cut_or_spliced_anywhere_is_told_on_four_lines(goal in any_goal(), cut in any::<proptest::sample::Index>()) {
        let printed = goal.to_string();
        let at = printed.floor_char_boundary(cut.index(printed.len() + 1));
        for text in [printed[..at].to_string(), printed[at..].to_string()] {
            if let Err(e) = Goal::parse(&text) {
                prop_assert!(text.is_char_boundary(e.position));
                prop_assert_eq!(e.to_string().lines().count(), 4);
            }
        }
    }
}
