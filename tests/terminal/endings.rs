//! Every way out gives the terminal back.

use super::*;

/// The terminal is as a shell wants it: the normal screen, the cursor shown, no bracketed paste.
#[track_caller]
fn given_back(tui: &Tui) {
    tui.wait_until("the normal screen", |s| !s.alternate_screen() && !s.hide_cursor() && !s.bracketed_paste());
}

#[test]
fn quitting_and_being_terminated_give_the_terminal_back() {
    let home = home_with(&["Alpha", "Beta"]);
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("▌ Beta");
    assert!(tui.on_alternate_screen());
    tui.send("j");
    tui.wait_for("▌ Alpha");
    tui.send("q");
    assert_eq!(tui.ended(), 0);
    given_back(&tui);
    let mut tui = Tui::start(&home, &[]);
    // The next session begins where this one left.
    tui.wait_for("▌ Alpha");
    tui.signal("TERM");
    assert_eq!(tui.ended(), 0);
    given_back(&tui);
}

#[test]
fn a_hang_up_ends_the_session_at_once_and_keeps_the_draft() {
    let home = home_with(&["Alpha"]);
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("Alpha");
    tui.send("c");
    tui.wait_for("Basic information");
    tui.send(TAB);
    tui.send("Half-way");
    tui.wait_for("Half-way");
    tui.signal("HUP");
    assert_eq!(tui.ended(), 0);
    let mut next = Tui::start(&home, &[]);
    next.wait_for("Alpha");
    next.wait_for("D drafts");
    next.send("D");
    next.wait_for("Half-way");
    next.send(ENTER);
    next.wait_for("Basic information");
    next.wait_for("Half-way");
    next.send(ESC);
    next.wait_gone("Basic information");
    next.quit();
}

#[test]
fn ctrl_z_stops_the_program_and_fg_brings_it_back() {
    let home = home_with(&["Alpha"]);
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("Alpha");
    tui.send("\x1a");
    given_back(&tui);
    let stat = format!("/proc/{}/stat", tui.pid());
    let stopped =
        || std::fs::read_to_string(&stat).is_ok_and(|s| s.rsplit(") ").next().is_some_and(|s| s.starts_with('T')));
    wait("the stop", stopped);
    tui.signal("CONT");
    tui.wait_until("the screens", |s| s.alternate_screen() && s.contents().contains("Alpha"));
    // Keys work again.
    tui.send("?");
    tui.wait_for("Move up, or scroll up.");
    tui.send(ESC);
    tui.wait_gone("Move up, or scroll up.");
    tui.quit();
}

#[test]
fn a_panic_on_a_helper_thread_gives_the_terminal_back_and_ends_the_program() {
    let home = home_with(&["Alpha"]);
    let mut tui = Tui::with(&home, &[], &[("PROPENSITY_PANIC", "1")]);
    tui.wait_for("Alpha");
    tui.send("\x1b[24~");
    assert_eq!(tui.ended(), 101);
    given_back(&tui);
    tui.wait_for("asked to panic");
}

#[test]
fn no_color_means_no_colour() {
    let home = home_with(&["Alpha", "Beta"]);
    let mut tui = Tui::with(&home, &[], &[("NO_COLOR", "1")]);
    tui.wait_for("Alpha");
    tui.send("j");
    tui.send("?");
    tui.wait_for("Move up, or scroll up.");
    let raw = String::from_utf8_lossy(&tui.raw()).into_owned();
    for code in raw.split("\x1b[").filter_map(sgr).flatten() {
        assert!(!(30..50).contains(&code) && !(90..108).contains(&code), "the colour {code} in the output");
    }
    let screen = tui.shared.screen.lock().unwrap();
    let reversed = (0..40).any(|y| (0..60).any(|x| screen.screen().cell(y, x).is_some_and(|c| c.inverse())));
    drop(screen);
    assert!(reversed, "the selected row shows without colours");
    tui.send(ESC);
    tui.wait_gone("Move up, or scroll up.");
    tui.quit();
}

/// The numbers of what follows an escape, where it is a sequence that sets colours and modifiers.
fn sgr(rest: &str) -> Option<Vec<u8>> {
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    rest[end..].starts_with('m').then(|| rest[..end].split(';').filter_map(|n| n.parse().ok()).collect())
}
