//! A key means one thing, and one thing has one word.

use super::*;
use propensity::tui::action::{Action, KeyContext, TABLE};
use propensity::tui::keymap::Keymap;
use std::collections::BTreeMap;

#[test]
fn no_key_changes_or_destroys_on_one_screen_what_it_shows_on_another() {
    let keymap = Keymap::new(&BTreeMap::new()).unwrap();
    let mut meanings: BTreeMap<String, Vec<(&str, KeyContext, bool)>> = BTreeMap::new();
    for entry in TABLE {
        for key in keymap.keys(entry.action) {
            meanings.entry(key.to_string()).or_default().push((entry.id, entry.context, entry.changes));
        }
    }
    for (key, of) in &meanings {
        let changes = of.iter().filter(|(.., changes)| *changes).count();
        assert!(changes == 0 || of.len() == 1, "{key} changes something in one place only: {of:?}");
    }
    let row = |(key, of): (&String, &Vec<(&str, KeyContext, bool)>)| {
        let of: Vec<String> = of.iter().map(|(id, context, _)| format!("{context:?} {id}")).collect();
        format!("{key:<10} {}", of.join(" | "))
    };
    insta::assert_snapshot!("keys_and_screens", meanings.iter().map(row).collect::<Vec<_>>().join("\n"));
}

#[test]
fn enter_is_called_by_the_same_word_for_the_same_act() {
    for (what, app) in sizes::all((200, 40)) {
        let foot = text(&app).lines().last().unwrap_or_default().to_string();
        let Some(at) = foot.find("Enter ") else { continue };
        let word = foot[at + 6..].split("  ").next().unwrap_or_default().trim().to_string();
        let known = ["open", "choose", "press", "next", "add", "keep", "show", "done", "change"];
        assert!(known.contains(&word.as_str()), "{what}: Enter is called '{word}'");
    }
}

#[test]
fn no_letter_and_no_blank_presses_a_button() {
    let mut app = app((120, 40));
    press(&mut app, &["c", "Tab", "Tab", "Tab", "Tab"]);
    let before = app.clone();
    press(&mut app, &[" ", "l", "h", "q", "x", "?", ":"]);
    assert_eq!(text(&app), text(&before));
}

#[test]
fn a_theme_is_chosen_from_the_palette_and_kept() {
    let mut app = app((120, 40));
    press(&mut app, &[":"]);
    update(&mut app, Msg::Paste("theme".into()));
    press(&mut app, &["Enter"]);
    // Auto speaks of light, too, and stands before it.
    update(&mut app, Msg::Paste("light".into()));
    press(&mut app, &["Down", "Enter"]);
    assert_eq!(app.look.asked(), ThemeName::Light);
    assert_eq!(app.ui_state().theme, Some(ThemeName::Light));
    assert!(Action::by_id("choose-theme").is_some());
}

#[test]
fn the_help_tells_the_keys_of_the_screen_first_and_can_be_searched() {
    let mut app = app((100, 40));
    press(&mut app, &["?"]);
    let picture = text(&app);
    let place = |words: &str| picture.find(words).unwrap_or_else(|| panic!("no '{words}' in:\n{picture}"));
    assert!(place("On this screen") < place("Create a score.") && place("Create a score.") < place("Everywhere"));
    update(&mut app, Msg::Paste("brought".into()));
    update(&mut app, Msg::Paste(" back".into()));
    assert!(text(&app).contains("Nothing holds these words."));
}

#[test]
fn the_help_finds_every_key_by_the_name_that_the_foot_gives_it() {
    let mut app = app((140, 60));
    for entry in propensity::tui::action::TABLE {
        for name in [entry.label, entry.id] {
            press(&mut app, &["?"]);
            update(&mut app, Msg::Paste(name.into()));
            assert!(text(&app).contains(entry.doc), "{name}:\n{}", text(&app));
            press(&mut app, &["Esc"]);
        }
    }
}
