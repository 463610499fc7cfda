//! What is due says whether a timer starts it, on every screen; and the page that tells how one is set up.

use super::*;

/// The screens where a timer called at a moment, or never.
fn with_timer(size: (u16, u16), called: Option<&str>) -> App {
    let mut app = app(size);
    update(&mut app, Msg::Timer(TimerRecord::new(None, called.map(at))));
    app
}

const SILENT: Option<&str> = Some("2026-11-12T06:30:00Z");

#[test]
fn the_details_promise_no_run_that_nobody_starts() {
    let shown = text(&with_timer((120, 40), None));
    assert!(shown.contains("Scoring   due in 12 h · no timer yet"), "{shown}");
    let shown = text(&with_timer((120, 40), SILENT));
    assert!(shown.contains("Scoring   due in 12 h · timer silent since 12 Nov 2026"), "{shown}");
    let mut app = with_timer((120, 40), None);
    update(&mut app, Msg::Timer(TimerRecord::new(None, Some(at("2026-11-24T06:30:00Z")))));
    let shown = text(&app);
    assert!(shown.contains("Scoring   due in 12 h · training 24 Dec") && !shown.contains("no timer"), "{shown}");
    // A day without a call, and it is silent.
    update(&mut app, Msg::Now(at("2026-11-25T09:00:00Z")));
    assert!(text(&app).contains("timer silent since 24 Nov 2026"), "{}", text(&app));
}

#[test]
fn the_list_promises_no_run_that_nobody_starts() {
    for size in [(80, 24), (120, 40), (200, 60)] {
        let list = |app: &App| -> String {
            text(app).lines().map(|l| l.chars().take(size.0 as usize / 2).collect::<String>() + "\n").collect()
        };
        assert!(!list(&with_timer(size, None)).contains("due "), "{}", list(&with_timer(size, None)));
    }
}

#[test]
fn the_note_and_the_key_have_their_room_at_every_width_and_for_every_score() {
    for (called, note) in [(None, "no timer yet"), (SILENT, "timer silent")] {
        for width in 80..130 {
            let heights = ["won", "webinar"].map(|score| {
                let mut app = with_timer((width, 50), called);
                app.services.selected = Some(score.into());
                let shown = text(&app);
                assert!(shown.contains(note) && shown.contains("[t] Schedule"), "{score} at {width}:\n{shown}");
                shown.lines().position(|line| line.contains("[t] Schedule"))
            });
            assert!(heights.iter().all(Option::is_some), "{width}");
        }
    }
}

#[test]
fn monitoring_says_it_above_what_is_next_with_the_key_that_helps() {
    for size in [(120, 40), (80, 24), (60, 16)] {
        let mut app = with_timer(size, None);
        press(&mut app, &["3"]);
        assert!(text(&app).contains("no timer yet · T sets one up"), "{}", text(&app));
        update(&mut app, Msg::Timer(TimerRecord::new(None, Some(at(NOW)))));
        assert!(!text(&app).contains("timer"), "{}", text(&app));
    }
}

#[test]
fn the_page_of_the_timer_has_both_commands_for_this_workspace() {
    for screen in ["1", "2", "3"] {
        let mut app = with_timer((100, 30), None);
        press(&mut app, &[screen, "T"]);
        let shown = text(&app);
        for part in [
            "No timer has called yet, so nothing runs by itself.",
            "propensity --home /home/ann/acme schedule install --cron",
            "propensity --home /home/ann/acme schedule install --systemd",
            "propensity --home /home/ann/acme run start --due",
            "daily at 06:30",
        ] {
            assert!(shown.contains(part), "{part}:\n{shown}");
        }
        press(&mut app, &["Esc"]);
        assert!(app.dialogs.is_empty());
    }
    let mut app = with_timer((100, 30), Some(NOW));
    press(&mut app, &["T"]);
    assert!(text(&app).contains("it called last on 24 Nov 2026 12:00."), "{}", text(&app));
}

#[test]
fn the_schedule_leads_to_that_page_and_back_with_what_was_typed() {
    let mut app = with_timer((80, 24), None);
    press(&mut app, &["t"]);
    let shown = text(&app);
    for part in ["No timer has called yet, so nothing runs by itself.", "no timer yet", "[ Set up a timer ]"] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    type_text(&mut app, "weekly");
    press(&mut app, &["Tab", "Tab", "Enter"]);
    assert!(text(&app).contains("schedule install --cron"), "{}", text(&app));
    press(&mut app, &["Esc"]);
    assert!(text(&app).contains("every 7 days"), "{}", text(&app));
    // In a field the key of the page is a letter.
    press(&mut app, &["S-Tab"]);
    type_text(&mut app, "T");
    assert_eq!(app.dialogs.len(), 1);
}
