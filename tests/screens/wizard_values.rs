//! The values of a goal in the wizard: what is offered, what is added, what is not in the data, what does not count yet.

use super::wizard::{at_goal, with_value, wizard};
use super::*;
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
