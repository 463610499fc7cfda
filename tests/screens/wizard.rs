//! The wizard by its keys: the whole way, the way back, mistakes at their fields, drafts.

use super::*;
use propensity::domain::score::draft::Draft;
use propensity::domain::score::goal::Operator;
use propensity::tui::dialogs::Dialog;
use propensity::tui::dialogs::wizard::Field;

pub fn wizard(app: &App) -> &propensity::tui::dialogs::Wizard {
    match app.dialogs.iter().find(|d| matches!(d, Dialog::Wizard(_))) {
        Some(Dialog::Wizard(wizard)) => wizard,
        _ => panic!("no wizard is open:\n{}", text(app)),
    }
}

/// Basic information filled in, on the goal.
pub fn at_goal(size: (u16, u16)) -> App {
    let mut app = app(size);
    press(&mut app, &["c", "Enter", "Down", "Enter", "Tab"]);
    type_text(&mut app, "Won soon");
    press(&mut app, &["C-s"]);
    app
}

/// Chooses the type, one field with its operator, and types a value, which is not entered yet.
pub fn with_value(app: &mut App, value: &str) {
    press(app, &["Enter"]);
    type_text(app, "opport");
    press(app, &["Enter", "Tab", "Enter"]);
    type_text(app, "newV");
    press(app, &["Enter", "Tab", "Enter", "Enter", "Tab"]);
    type_text(app, value);
}

fn questions(effects: &[Effect]) -> Vec<String> {
    let goal = |e: &Effect| match e {
        Effect::Estimate { question, .. } => Some(question.goal.to_string()),
        _ => None,
    };
    effects.iter().filter_map(goal).collect()
}

#[test]
fn the_whole_way_makes_the_score_that_was_entered() {
    let mut app = at_goal((120, 40));
    with_value(&mut app, "Closed Won");
    press(&mut app, &["Enter"]);
    type_text(&mut app, "Contract");
    press(&mut app, &["Enter"]);
    assert_eq!(wizard(&app).draft.goal[0].conditions[0].values, ["Closed Won", "Contract"]);
    // Past the buttons to the timeframe, and the merge policy.
    while wizard(&app).focus != Field::Timeframe {
        press(&mut app, &["Tab"]);
    }
    press(&mut app, &["Enter", "Down", "Down", "Enter"]);
    assert_eq!((wizard(&app).draft.timeframe.as_str(), wizard(&app).focus), ("90", Field::Timeframe));
    press(&mut app, &["Tab", "Tab", "Tab"]);
    let effects = press(&mut app, &["Enter"]);
    let [Effect::CreateScore { draft, one_off: None }] = &effects[..] else { panic!("{effects:?}") };
    let score = draft.finish(|_| false, at(NOW), "ann").unwrap();
    let goal = "opportunityEvent.opportunityUpdated where newValue is 'Closed Won' or 'Contract'";
    assert_eq!((score.name.as_str(), score.profile_type), ("Won soon", ProfileType::Account));
    assert_eq!((score.goal.to_string().as_str(), score.timeframe_days), (goal, 90));
    // The store made it: the list has it, the dialog says so, OK leads to the offer of its first run.
    let mut stored = score;
    stored.id = "won-soon".into();
    let mut listed = scores();
    listed.push(Arc::new(ScoreSummary::from_runs(stored.clone(), Vec::new())));
    update(&mut app, Msg::Scores(Ok(listed)));
    update(&mut app, Msg::Created(Box::new(Ok(stored))));
    assert!(text(&app).contains("Scoring setup is complete") && text(&app).contains("will take about"));
    press(&mut app, &["Enter"]);
    assert!(text(&app).contains("Start the first run of 'Won soon' now?"));
    assert_eq!(app.services.selected.as_deref(), Some("won-soon"));
    assert_eq!(press(&mut app, &["Enter"]), [Effect::StartRun { score: "won-soon".into(), kind: RunKind::Training }]);
}

#[test]
fn each_part_appears_when_the_one_before_is_chosen() {
    let mut app = at_goal((120, 40));
    let shows = |app: &App, label: &str| text(app).contains(label);
    assert!(shows(&app, "Goal event") && !shows(&app, "  Field name") && !shows(&app, "within how many days"));
    press(&mut app, &["Enter"]);
    type_text(&mut app, "opport");
    press(&mut app, &["Enter"]);
    assert!(shows(&app, "Field name") && shows(&app, "+ Add field") && shows(&app, "+ Add event"));
    assert!(!shows(&app, "Condition") && !shows(&app, "Merge policy"));
    press(&mut app, &["Tab", "Enter", "Enter"]);
    assert!(shows(&app, "Condition") && !shows(&app, "Value"));
    press(&mut app, &["Tab", "Enter", "Enter"]);
    assert!(shows(&app, "Value"));
    while wizard(&app).focus != Field::Timeframe {
        press(&mut app, &["Tab"]);
    }
    press(&mut app, &["Enter", "Enter"]);
    assert!(shows(&app, "Merge policy") && shows(&app, "most recent"));
}

#[test]
fn the_live_line_follows_the_goal_and_tells_what_is_missing() {
    let mut app = at_goal((120, 40));
    press(&mut app, &["Enter"]);
    type_text(&mut app, "opport");
    let effects = press(&mut app, &["Enter"]);
    assert_eq!(questions(&effects), ["opportunityEvent.opportunityUpdated"]);
    assert!(text(&app).contains("Counting…"));
    let generation = app.estimate_generation;
    update(&mut app, Msg::Estimated { generation, estimate: Box::new(Ok(estimate())) });
    let shown = text(&app);
    assert!(shown.contains("6,461 conversions of 4,902 accounts · 4.2 % of all convert within 90 days"), "{shown}");
    assert!(shown.contains("Enough to learn from."));
    // A late answer to an older question does not replace it.
    let old = GoalEstimate { conversions: 1, ..estimate() };
    update(&mut app, Msg::Estimated { generation: generation - 1, estimate: Box::new(Ok(old)) });
    assert!(text(&app).contains("6,461"));
    let few = Check::stopping(404, "not enough", "Count of conversions", 7.0, Rule::AtLeast, 10.0);
    app.estimate_generation += 1;
    press(&mut app, &["Tab", "Enter", "Enter", "Tab", "Enter", "Enter", "Tab"]);
    type_text(&mut app, "Stage");
    press(&mut app, &["Enter"]);
    let generation = app.estimate_generation;
    let scarce = GoalEstimate { conversions: 7, checks: vec![few], ..estimate() };
    update(&mut app, Msg::Estimated { generation, estimate: Box::new(Ok(scarce)) });
    assert!(
        text(&app).contains("This cannot be learned. The goal was reached 7 times, and 10 are needed to learn from."),
        "{}",
        text(&app)
    );
}

#[test]
fn until_the_catalog_is_there_its_progress_stands_in_place_of_the_line() {
    let mut app = at_goal((120, 40));
    update(&mut app, Msg::Catalog(CatalogView::Building { rows: 4_200_000, seconds: 3.0 }));
    assert!(text(&app).contains("Reading the data, to count what the goal matches: 4.2 M rows, 0:03"));
    press(&mut app, &["Enter"]);
    type_text(&mut app, "my.own.event");
    let before = press(&mut app, &["Enter"]);
    assert_eq!(questions(&before), ["my.own.event"], "free text is possible without a catalog");
    let mut newer = catalog();
    newer.key = "k2".into();
    let effects = update(&mut app, Msg::Catalog(CatalogView::Ready(Arc::new(newer))));
    assert_eq!(questions(&effects), ["my.own.event"], "and is asked again when it is there");
}

#[test]
fn mistakes_are_told_on_leaving_a_field_and_not_while_typing() {
    let mut app = app((120, 40));
    press(&mut app, &["c", "Tab"]);
    assert!(text(&app).contains("✗ Choose who is scored."));
    type_text(&mut app, "Webinar to");
    assert!(!text(&app).contains("already"));
    type_text(&mut app, " meeting");
    assert!(!text(&app).contains("already"), "still typing");
    press(&mut app, &["Tab"]);
    assert!(text(&app).contains("✗ There is a score of this name already"));
    press(&mut app, &["S-Tab"]);
    assert!(!text(&app).contains("already"), "being mended");
    type_text(&mut app, "s");
    press(&mut app, &["C-s"]);
    assert_eq!(wizard(&app).focus, Field::ProfileType, "the first mistake has the focus");
    assert!(text(&app).contains("✗ Choose who is scored."));
}

#[test]
fn text_left_in_the_value_field_becomes_a_value_and_backspace_removes_the_last() {
    let mut app = at_goal((120, 40));
    with_value(&mut app, "Closed Won");
    press(&mut app, &["Tab"]);
    assert_eq!(wizard(&app).draft.goal[0].conditions[0].values, ["Closed Won"]);
    assert!(text(&app).contains("Closed Won ×"));
    press(&mut app, &["S-Tab", "Backspace"]);
    assert!(wizard(&app).draft.goal[0].conditions[0].values.is_empty());
    press(&mut app, &["Tab"]);
    assert!(text(&app).contains("✗ Type a value and press Enter."));
}

#[test]
fn dropdowns_filter_as_one_types_and_show_counts() {
    let mut app = at_goal((120, 40));
    press(&mut app, &["Enter"]);
    assert!(text(&app).contains("web.visit") && text(&app).contains("6,100,000"));
    type_text(&mut app, "convert");
    let shown = text(&app);
    assert!(shown.contains("leadOperation.convertLead") && !shown.contains("web.visit"), "{shown}");
    press(&mut app, &["Esc"]);
    assert!(matches!(app.dialogs.last(), Some(Dialog::Wizard(_))), "Esc closes the dropdown only");
}

#[test]
fn fields_events_and_exclusions_are_added_and_removed() {
    let mut app = at_goal((120, 60));
    with_value(&mut app, "Closed Won");
    press(&mut app, &["Enter", "C-f"]);
    assert_eq!(wizard(&app).focus, Field::FieldName(propensity::tui::dialogs::wizard::EventRole::Goal, 0, 1));
    press(&mut app, &["Enter", "Enter", "Tab", "Enter", "Down", "Enter", "Tab"]);
    assert_eq!(wizard(&app).draft.goal[0].conditions[1].operator, Some(Operator::IsNot));
    type_text(&mut app, "Draft");
    press(&mut app, &["C-n", "Enter"]);
    type_text(&mut app, "lead");
    press(&mut app, &["Enter"]);
    let draft = &wizard(&app).draft;
    assert_eq!(draft.goal[0].conditions[1].values, ["Draft"], "the text was taken on leaving");
    assert_eq!(draft.goal.len(), 2);
    assert!(text(&app).contains("any one of the events"));
    while wizard(&app).focus != Field::AddExclusion {
        press(&mut app, &["Tab"]);
    }
    press(&mut app, &["Enter", "Enter"]);
    type_text(&mut app, "web");
    press(&mut app, &["Enter"]);
    assert_eq!(wizard(&app).draft.exclusions[0].event_type, "web.visit");
    press(&mut app, &["C-d"]);
    assert!(wizard(&app).draft.exclusions.is_empty());
    assert!(!app.is_name_taken("nothing"));
}

#[test]
fn back_and_forth_loses_nothing() {
    let mut app = at_goal((120, 40));
    with_value(&mut app, "Closed Won");
    let before = wizard(&app).draft_with_input();
    while wizard(&app).focus != Field::Back {
        press(&mut app, &["Tab"]);
    }
    press(&mut app, &["Enter"]);
    assert!(text(&app).contains("Basic information") && text(&app).contains("Won soon"));
    press(&mut app, &["C-s"]);
    assert_eq!(wizard(&app).draft, before);
}

#[test]
fn esc_asks_whether_to_keep_the_draft_and_an_untouched_wizard_just_closes() {
    let mut app = app((120, 40));
    press(&mut app, &["c", "Esc"]);
    assert!(app.dialogs.is_empty());
    let mut app = at_goal((120, 40));
    press(&mut app, &["Esc"]);
    assert!(text(&app).contains("Keep 'Won soon' as a draft?"));
    press(&mut app, &["Esc"]);
    assert!(matches!(app.dialogs.last(), Some(Dialog::Wizard(_))), "Esc goes back");
    press(&mut app, &["Esc"]);
    let effects = press(&mut app, &["Enter"]);
    let [Effect::SaveDraft(draft)] = &effects[..] else { panic!("{effects:?}") };
    assert!(draft.name == "Won soon" && app.dialogs.is_empty());
    // It is listed and taken up again.
    let kept = Draft { id: "d1".into(), ..(**draft).clone() };
    update(&mut app, Msg::Drafts(Ok(vec![kept])));
    press(&mut app, &["D", "Enter"]);
    assert_eq!(wizard(&app).draft.name, "Won soon");
    press(&mut app, &["Esc"]);
    assert!(app.dialogs.is_empty(), "nothing changed, so nothing is asked");
}

#[test]
fn discarding_changes_keeps_the_draft_and_removing_it_asks() {
    let mut app = app((120, 40));
    let kept = Draft { id: "d1".into(), name: "Half".into(), ..Draft::default() };
    update(&mut app, Msg::Drafts(Ok(vec![kept])));
    press(&mut app, &["D", "Enter", "Tab"]);
    type_text(&mut app, "-way");
    press(&mut app, &["Esc"]);
    assert!(text(&app).contains("Keep the changes to the draft 'Half-way'?"));
    assert_eq!(press(&mut app, &["Left", "Enter"]), [], "what was kept before stays");
    press(&mut app, &["D", "C-d"]);
    assert!(text(&app).contains("Remove the draft 'Half'?"));
    assert_eq!(press(&mut app, &["Enter"]), []);
}

#[test]
fn a_clone_is_prefilled_its_goal_empty_and_one_key_copies_it() {
    let mut app = app((120, 40));
    press(&mut app, &["C"]);
    let draft = &wizard(&app).draft;
    assert_eq!((draft.name.as_str(), draft.profile_type), ("Closed Won in 90 days (2)", Some(ProfileType::Account)));
    assert_eq!((draft.description.as_str(), draft.goal()), ("New business in the enterprise segment.", None));
    let effects = press(&mut app, &["C-g"]);
    assert_eq!(questions(&effects), [WON]);
    let goal = wizard(&app).draft.goal().unwrap();
    assert_eq!((goal.to_string().as_str(), wizard(&app).draft.timeframe.as_str()), (WON, "90"));
    assert_eq!(wizard(&app).draft.exclusions.len(), 1);
    press(&mut app, &["C-s"]);
    let effects = press(&mut app, &["C-s"]);
    assert!(matches!(&effects[..], [Effect::CreateScore { .. }]), "{effects:?}");
    assert_eq!(press(&mut app, &["C-s"]), [], "nothing is created twice");
}

#[test]
fn a_hang_up_keeps_what_was_entered() {
    let mut app = at_goal((120, 40));
    with_value(&mut app, "Closed");
    let effects = update(&mut app, Msg::Terminated);
    let Some(Effect::KeepDraft(draft)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!(draft.goal[0].conditions[0].values, ["Closed"]);
    assert!(matches!(effects.last(), Some(Effect::Quit)));
    let mut untouched = app_with_open_wizard();
    assert!(!update(&mut untouched, Msg::Terminated).iter().any(|e| matches!(e, Effect::KeepDraft(_))));
}

fn app_with_open_wizard() -> App {
    let mut app = app((120, 40));
    press(&mut app, &["c"]);
    app
}

#[test]
fn opening_the_wizard_has_the_catalog_built_where_there_are_sources() {
    let mut app = app((120, 40));
    assert_eq!(press(&mut app, &["c"]), [Effect::EnsureCatalog]);
    press(&mut app, &["Esc"]);
    app.workspace.has_sources = false;
    app.catalog = CatalogView::NoSources;
    assert_eq!(press(&mut app, &["c"]), []);
    assert!(text(&app).contains("Basic information"), "a score can be made before its data is there");
}

#[test]
fn letters_on_a_closed_dropdown_are_text_and_none_of_them_leaves() {
    for word in ["lead", "quote", "k", "g?"] {
        let mut app = at_goal((120, 40));
        let effects = type_text(&mut app, word);
        assert!(
            !effects.contains(&Effect::Quit) && text(&app).contains(&format!("› {word}")),
            "{word}:\n{}",
            text(&app)
        );
    }
    let mut app = app((120, 40));
    press(&mut app, &["c", "Tab"]);
    type_text(&mut app, "Half");
    let effects = press(&mut app, &["C-c"]);
    assert!(
        matches!(&effects[..], [Effect::KeepDraft(draft), .., Effect::Quit] if draft.name == "Half"),
        "{effects:?}"
    );
}

#[test]
fn removing_a_row_leaves_the_text_of_other_fields_alone() {
    let mut app = app((120, 40));
    press(&mut app, &["c", "Tab"]);
    type_text(&mut app, "Foo");
    press(&mut app, &["C-d", "Tab"]);
    assert_eq!(wizard(&app).draft.name, "Foo");
}

#[test]
fn text_typed_below_a_value_field_is_not_lost_on_leaving() {
    let mut app = at_goal((120, 40));
    with_value(&mut app, "Closed");
    press(&mut app, &["Down", "Tab"]);
    assert_eq!(wizard(&app).draft.goal[0].conditions[0].values, ["Closed"]);
}

#[test]
fn a_goal_that_is_there_is_not_copied_over() {
    let mut app = app((120, 40));
    press(&mut app, &["C", "C-g", "C-g"]);
    assert!(text(&app).contains("There is a goal already"));
}

#[test]
fn choosing_who_is_scored_loads_what_counting_needs() {
    let mut app = app((120, 40));
    press(&mut app, &["c"]);
    assert_eq!(press(&mut app, &["Enter", "Enter"]), [Effect::WarmUp(ProfileType::Person)]);
    assert_eq!(type_text(&mut app, "name"), []);
}

#[test]
fn a_custom_timeframe_is_typed() {
    let mut app = at_goal((120, 40));
    press(&mut app, &["Enter", "Down", "Down", "Enter"]);
    while wizard(&app).focus != Field::Timeframe {
        press(&mut app, &["Tab"]);
    }
    press(&mut app, &["Enter"]);
    type_text(&mut app, "another");
    press(&mut app, &["Enter", "Tab"]);
    assert_eq!(wizard(&app).focus, Field::Days);
    type_text(&mut app, "800");
    press(&mut app, &["Tab"]);
    assert!(text(&app).contains("✗ Write 1 to 730 days."));
    press(&mut app, &["S-Tab", "Backspace", "Backspace", "Tab"]);
    assert!(!text(&app).contains("730"), "{}", text(&app));
    assert_eq!(wizard(&app).draft.timeframe, "8");
}
