//! Pictures of the screens as text, at 80 × 24 and 120 × 40, with the styles where a highlight matters.

use super::*;

fn snapshots(size: (u16, u16)) {
    let name = |what: &str| format!("{}_{}x{}", what.replace([',', ' '], "_").replace("__", "_"), size.0, size.1);
    for (what, app) in sizes::all(size) {
        insta::assert_snapshot!(name(what), text(&app));
    }
}

#[test]
fn pictures_at_80_by_24() {
    snapshots((80, 24));
}

#[test]
fn pictures_at_120_by_40() {
    snapshots((120, 40));
}

#[test]
fn styles_of_the_list_and_a_menu() {
    insta::assert_snapshot!("styles_services", styles(&app((80, 24))));
    let mut app = app((80, 24));
    press(&mut app, &["c", "Enter"]);
    insta::assert_snapshot!("styles_menu", styles(&app));
}

#[test]
fn without_colours_the_selection_and_the_focus_still_show() {
    let terminal = TerminalEnv { no_color: true, term: "xterm-256color".into(), ..TerminalEnv::default() };
    let mut app = with_look((80, 24), ThemeName::Dark, terminal);
    update(&mut app, Msg::Scores(Ok(scores())));
    let (buffer, _) = draw(&app);
    assert!(buffer.content.iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
    insta::assert_snapshot!("styles_services_mono", styles(&app));
}
