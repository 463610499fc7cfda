//! The values of a goal in the wizard: what is offered, what is added, what is not in the data, what does not count yet.

use super::wizard::{at_goal, with_value, wizard};
use super::*;
use propensity::domain::score::ExcludeUntilActive;
use propensity::tui::dialogs::wizard::Field;

#[test]
fn what_enter_adds_stays_in_sight_in_a_low_window() {
    let mut app = at_goal((80, 24));
    with_value(&mut app, "Closed Won");
    press(&mut app, &["Enter"]);
    for value in ["Contract", "Draft", "a value that is long enough for a line of its own", "Signed"] {
        type_text(&mut app, value);
        // As it was typed, whatever the data holds.
        press(&mut app, &["PgDn", "Enter"]);
        let last = wizard(&app).draft.goal[0].conditions[0].values.last().cloned().unwrap();
        let shown = text(&app);
        assert!(shown.contains(&format!("{last} ×")), "{last}:\n{shown}");
    }
    assert!(text(&app).contains("5 values"), "{}", text(&app));
}

#[test]
fn what_is_not_in_the_data_is_told_below_its_field_with_the_nearest_that_is() {
    for size in [(80, 24), (120, 40)] {
        let mut app = at_goal(size);
        press(&mut app, &["Enter"]);
        type_text(&mut app, "opportunityEvent.opportunityUpdatd");
        press(&mut app, &["Enter"]);
        let shown = text(&app);
        let line = shown.lines().find(|line| line.contains("did you mean")).unwrap_or_else(|| panic!("{shown}"));
        assert!(line.contains("! not in the data"), "{shown}");
        assert!(shown.contains("opportunityEvent.opportunityUpdated?"), "{shown}");
    }
}

#[test]
fn a_condition_without_a_value_is_said_not_to_count() {
    let mut app = at_goal((120, 40));
    with_value(&mut app, "");
    let known = |app: &mut App| {
        let generation = app.estimate_generation;
        update(app, Msg::Estimated { generation, estimate: Box::new(Ok(estimate())) });
    };
    known(&mut app);
    assert!(text(&app).contains("Counted without what is not complete yet."), "{}", text(&app));
    type_text(&mut app, "Closed Won");
    press(&mut app, &["Enter"]);
    known(&mut app);
    assert!(!text(&app).contains("Counted without"), "{}", text(&app));
}

/// At the field of who is scored, its offer open.
fn at_population(size: (u16, u16)) -> App {
    let mut app = at_goal(size);
    with_value(&mut app, "Closed Won");
    while wizard(&app).focus != Field::Population {
        press(&mut app, &["Tab"]);
    }
    app
}

fn asked(effects: &[Effect]) -> Vec<Vec<String>> {
    let rule = |e: &Effect| match e {
        Effect::Estimate { question, .. } => Some(question.population.sentences()),
        _ => None,
    };
    effects.iter().filter_map(rule).collect()
}

#[test]
fn who_is_scored_is_offered_typed_and_counted_at_once() {
    for size in [(120, 40), (80, 24)] {
        let mut app = at_population(size);
        assert!(text(&app).contains("Who is scored") && text(&app).contains("active within 30 days"), "{}", text(&app));
        type_text(&mut app, "365");
        let effects = press(&mut app, &["Down", "Enter"]);
        assert_eq!(asked(&effects), [["active within 365 days"]]);
        type_text(&mut app, "never had web.visit");
        let effects = press(&mut app, &["Enter"]);
        assert_eq!(asked(&effects), [["active within 365 days", "never had web.visit"]]);
        let shown = text(&app);
        assert!(shown.contains("active within 365 days ×") && shown.contains("never had web.visit ×"), "{shown}");
        // Backspace in the empty field takes the last one back, to be changed.
        let effects = press(&mut app, &["Backspace", "Backspace"]);
        assert_eq!(asked(&effects), [["active within 365 days"]], "asked when it was taken back, and not again");
        type_text(&mut app, "t");
        press(&mut app, &["Enter", "C-d"]);
        assert_eq!(wizard(&app).draft.population, ["active within 365 days"]);
    }
}

#[test]
fn attributes_and_events_of_the_data_are_offered_and_others_are_marked() {
    let mut app = at_population((120, 40));
    type_text(&mut app, "software");
    press(&mut app, &["Down", "Enter"]);
    assert_eq!(wizard(&app).draft.population, ["where industry is 'Software'"]);
    type_text(&mut app, "where industri exists");
    press(&mut app, &["Enter"]);
    type_text(&mut app, "never had web.visits");
    press(&mut app, &["Enter", "Tab"]);
    let shown = text(&app);
    assert!(shown.contains("web.visits: not in the data; did you mean web.visit?"), "{shown}");
    assert!(shown.contains("3 conditions that must all hold"), "{shown}");
    press(&mut app, &["S-Tab", "C-d"]);
    assert!(text(&app).contains("industri: not in the data; did you mean industry?"), "{}", text(&app));
}

#[test]
fn what_is_no_condition_stays_in_the_field_with_its_mistake() {
    let mut app = at_population((120, 40));
    type_text(&mut app, "activ within 30 days");
    press(&mut app, &["Enter"]);
    let shown = text(&app);
    assert!(shown.contains("did you mean 'active'?") && shown.contains("activ within 30 days"), "{shown}");
    assert!(wizard(&app).draft.population.is_empty());
    // Going on takes it along, and Finish comes back to it.
    press(&mut app, &["Tab"]);
    assert_eq!(wizard(&app).draft.population, ["activ within 30 days"]);
    assert!(text(&app).contains("did you mean 'active'?"), "{}", text(&app));
    press(&mut app, &["Enter", "Enter"]);
    assert_eq!(press(&mut app, &["C-s"]), []);
    assert_eq!(wizard(&app).focus, Field::Population);
    press(&mut app, &["C-d"]);
    let effects = press(&mut app, &["C-s"]);
    assert!(matches!(&effects[..], [.., Effect::CreateScore { .. }]), "{effects:?}");
}

#[test]
fn an_exclusion_says_how_long_it_holds() {
    let mut app = at_population((120, 50));
    assert!(!text(&app).contains("An exclusion holds"));
    press(&mut app, &["S-Tab", "Enter", "Enter"]);
    type_text(&mut app, "web");
    press(&mut app, &["Enter"]);
    let shown = text(&app);
    let holds = shown.lines().find(|line| line.contains("An exclusion holds")).unwrap_or_else(|| panic!("{shown}"));
    assert!(holds.contains("until later activity"), "{shown}");
    while wizard(&app).focus != Field::ExclusionHolds {
        press(&mut app, &["Tab"]);
    }
    press(&mut app, &["Enter", "Down", "Enter"]);
    assert_eq!(wizard(&app).draft.exclude_until_active, ExcludeUntilActive::No);
    press(&mut app, &["Enter", "Up", "Enter"]);
    assert_eq!(wizard(&app).draft.exclude_until_active, ExcludeUntilActive::Auto, "that is what accounts have anyway");
}

#[test]
fn the_values_seen_are_offered_below_the_value_field() {
    let mut app = at_goal((120, 40));
    with_value(&mut app, "");
    assert!(text(&app).contains("Closed Lost") && text(&app).contains("9,112"), "as soon as it has the focus");
    type_text(&mut app, "closed");
    press(&mut app, &["Down", "Enter"]);
    assert_eq!(wizard(&app).draft.goal[0].conditions[0].values, ["Closed Won"]);
    assert!(matches!(wizard(&app).focus, Field::Value(..)), "a choice does not move on by itself");
    // With nothing typed and nothing chosen, Enter goes on.
    press(&mut app, &["Enter"]);
    assert!(!matches!(wizard(&app).focus, Field::Value(..)));
}
