//! The grammar: what is printed is read back, what is no condition is told with the place and the nearest word.

use super::{MAX_DAYS, PopulationCondition, PopulationRule};
use crate::domain::score::goal::{Condition, GoalEvent, Operator, is_unprintable};
use crate::error::Error;
use proptest::prelude::*;

fn parse(text: &str) -> PopulationCondition {
    PopulationCondition::parse(text).unwrap_or_else(|e| panic!("{e}"))
}

fn event(name: &str) -> GoalEvent {
    GoalEvent { event_type: name.into(), conditions: Vec::new() }
}

#[test]
fn the_sentences_of_the_help_are_read() {
    use PopulationCondition::{Active, CreatedSince, ExistsFor, Had, HadNo};
    assert_eq!(parse("active within 365 days"), Active { within_days: 365 });
    let events = vec![event("race.result"), event("qualifying.session")];
    let had = Had { events: events.clone(), within_days: Some(365) };
    assert_eq!(parse("had race.result, or qualifying.session within 365 days"), had);
    assert_eq!(parse("Never Had career.paused"), HadNo { events: vec![event("career.paused")], within_days: None });
    assert_eq!(parse("had no race.result, or qualifying.session within 1 day"), HadNo { events, within_days: Some(1) });
    assert_eq!(parse("had no mail"), parse("never had mail"));
    assert_eq!(parse("exists for 30 days"), ExistsFor { days: 30 });
    assert_eq!(parse("created since 2024-01-01"), CreatedSince { date: jiff::civil::date(2024, 1, 1) });
    let both = parse("where industry is 'Software' or 'Retail' and employees >= 50");
    let PopulationCondition::Attribute { conditions } = &both else { panic!("{both:?}") };
    assert_eq!((conditions.len(), conditions[0].values.len()), (2, 2));
    let with_fields = parse("had race.result where status is not 's1' within 30 days");
    assert_eq!(with_fields.to_string(), "had race.result where status is not 's1' within 30 days");
    assert_eq!(with_fields.events()[0].conditions.len(), 1);
}

#[test]
fn an_event_that_is_called_as_a_word_of_the_language_is_no_such_word() {
    let had = PopulationCondition::Had { events: vec![event("no")], within_days: None };
    assert_eq!(had.to_string(), "had 'no'");
    assert_eq!(parse("had 'no'"), had);
    for name in ["within", "days", "No", "never", "had"] {
        let had = PopulationCondition::Had { events: vec![event(name), event("no")], within_days: Some(2) };
        assert_eq!(parse(&had.to_string()), had, "{had}");
    }
}

#[test]
fn what_is_no_condition_is_told_with_the_place_and_the_nearest_word() {
    let told = |text: &str| PopulationCondition::parse(text).unwrap_err().in_short();
    assert!(told("").starts_with("Expected 'active within', 'had'"), "{}", told(""));
    assert!(told("activ within 3 days").ends_with("at 'activ within 3 days'; did you mean 'active'?"));
    assert!(told("active 30 days").starts_with("Expected 'within' at '30 days'"));
    assert!(told("active within 0 days").contains("from 1 to 36500"));
    assert!(told("active within 3 weeks").starts_with("Expected 'days' at 'weeks'"));
    assert!(told("active within 30 days now").starts_with("Expected the end at 'now'"));
    assert!(told("had a, and b").contains("conditions of their own"));
    assert!(told("had a witin 30 days").ends_with("did you mean 'within'?"), "{}", told("had a witin 30 days"));
    assert!(told("created since yesterday").contains("a date as 2024-01-31"));
    assert!(told("where industry = 'x'").ends_with("did you mean 'is'?"));
    let error = Error::from(PopulationCondition::parse("active").unwrap_err());
    assert!(error.what.starts_with("This is not understood as a condition on who is scored:"));
    assert_eq!(error.exit_code(), 2);
    assert!(error.hint.unwrap().contains("never had EVENT"));
}

#[test]
fn a_rule_knows_its_events_and_attributes_once_each_and_its_bounds() {
    let texts = ["had a, or b", "never had b, or c where x > 1", "where k is 'v' and l exists", "where k is not 'w'"];
    let rule = PopulationRule { conditions: texts.map(parse).to_vec() };
    let names: Vec<String> = rule.events().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["a", "b", "c where x > 1"]);
    assert_eq!(rule.attributes(), ["k", "l"]);
    assert_eq!(rule.absent_types().collect::<Vec<_>>(), ["b", "c"]);
    assert_eq!(rule.check(), Ok(()));
    let many = (0..65).map(|i| parse(&format!("had e{i}"))).collect();
    assert!(PopulationRule { conditions: many }.check().unwrap_err().contains("64"));
    let wrong = PopulationRule { conditions: vec![PopulationCondition::Active { within_days: 0 }] };
    assert!(wrong.check().unwrap_err().contains("1 to 36500 days"));
    let none = PopulationRule { conditions: vec![PopulationCondition::Had { events: vec![], within_days: None }] };
    assert!(none.check().unwrap_err().contains("names no event"));
}

#[test]
fn json_has_a_tag_for_every_condition() {
    let rule = PopulationRule { conditions: vec![parse("active within 365 days"), parse("never had a")] };
    let json = r#"[{"condition":"active","within_days":365},{"condition":"had-no","events":[{"event_type":"a"}]}]"#;
    assert_eq!(serde_json::to_string(&rule).unwrap(), json);
    assert_eq!(serde_json::from_str::<PopulationRule>(json).unwrap(), rule);
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z.]{1,6}",
        proptest::sample::select(vec![
            "no",
            "No",
            "within",
            "where",
            "days",
            "or",
            "it's",
            "a b",
            "\u{1b}x",
            "ü, or ß"
        ])
        .prop_map(str::to_string),
    ]
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let operator = proptest::sample::select(vec![Operator::Is, Operator::IsNot, Operator::Exists, Operator::AtLeast]);
    (name(), operator, proptest::collection::vec(name(), 1..3), -9..9i32).prop_map(
        |(field, operator, texts, number)| {
            let values = match operator {
                Operator::Exists => Vec::new(),
                Operator::AtLeast => vec![number.to_string()],
                _ => texts,
            };
            Condition { field, operator, values }
        },
    )
}

fn any_events() -> impl Strategy<Value = Vec<GoalEvent>> {
    let event = (name(), proptest::collection::vec(any_condition(), 0..3))
        .prop_map(|(event_type, conditions)| GoalEvent { event_type, conditions });
    proptest::collection::vec(event, 1..4)
}

fn any_population_condition() -> impl Strategy<Value = PopulationCondition> {
    let within = || proptest::option::of(1..=MAX_DAYS);
    prop_oneof![
        (1..=MAX_DAYS).prop_map(|within_days| PopulationCondition::Active { within_days }),
        (any_events(), within()).prop_map(|(events, within_days)| PopulationCondition::Had { events, within_days }),
        (any_events(), within()).prop_map(|(events, within_days)| PopulationCondition::HadNo { events, within_days }),
        proptest::collection::vec(any_condition(), 1..4)
            .prop_map(|conditions| PopulationCondition::Attribute { conditions }),
        (1..=MAX_DAYS).prop_map(|days| PopulationCondition::ExistsFor { days }),
        (1..9_999i16, 1..=12i8, 1..=28i8)
            .prop_map(|(y, m, d)| PopulationCondition::CreatedSince { date: jiff::civil::date(y, m, d) }),
    ]
}

proptest! {
    #[test]
    fn a_printed_condition_is_read_as_the_same_condition(condition in any_population_condition()) {
        let rule = PopulationRule { conditions: vec![condition.clone()] };
        prop_assert_eq!(rule.check(), Ok(()));
        let printed = condition.to_string();
        prop_assert!(!printed.chars().any(is_unprintable), "{printed:?}");
        prop_assert_eq!(PopulationCondition::parse(&printed), Ok(condition));
        let json = serde_json::to_string(&rule).unwrap();
        prop_assert_eq!(serde_json::from_str::<PopulationRule>(&json).unwrap(), rule);
    }

    #[test]
    fn a_condition_cut_anywhere_is_one_or_is_told(condition in any_population_condition(), cut in any::<proptest::sample::Index>()) {
        let printed = condition.to_string();
        let at = printed.floor_char_boundary(cut.index(printed.len() + 1));
        for text in [&printed[..at], &printed[at..]] {
            match PopulationCondition::parse(text) {
                Ok(found) => prop_assert_eq!(PopulationRule { conditions: vec![found] }.check(), Ok(())),
                Err(e) => {
                    prop_assert!(text.is_char_boundary(e.position));
                    prop_assert_eq!((e.to_string().lines().count(), e.in_short().lines().count()), (4, 1));
                }
            }
        }
    }
}
