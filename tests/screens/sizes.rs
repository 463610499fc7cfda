//! Every screen and dialog at sizes that nobody has chosen on purpose.

use super::*;
use propensity::error::Error;

/// The state with each dialog open in turn.
pub fn all(size: (u16, u16)) -> Vec<(&'static str, App)> {
    let with = |keys: &[&str]| {
        let mut app = app(size);
        press(&mut app, keys);
        app
    };
    let mut failed = app(size);
    update(&mut failed, Msg::BackgroundError(Error::new("No.").because("why").hint("what next")));
    let mut running = app(size);
    update(&mut running, Msg::LiveRuns(vec![live("won")]));
    let mut ready = app(size);
    let made = score("new", "New", ProfileType::Person, "t");
    press(&mut ready, &["c"]);
    update(&mut ready, Msg::Created(Box::new(Ok(made))));
    let mut goal = with(&["C", "C-g", "C-s"]);
    press(&mut goal, &["Tab", "Tab"]);
    vec![
        ("services", with(&[])),
        ("empty", bare(size)),
        ("details", with(&["Enter"])),
        ("filter", with(&["/", "d"])),
        ("running", running),
        ("wizard, basic", with(&["c"])),
        ("wizard, menu", with(&["c", "Enter"])),
        ("wizard, goal", goal),
        ("wizard, goal menu", with(&["C", "C-g", "C-s", "Enter"])),
        ("leave", with(&["C", "x", "Esc"])),
        ("edit", with(&["e"])),
        ("delete", with(&["d"])),
        ("run", with(&["r"])),
        ("ready", ready),
        ("profiles", profiles::opened(size)),
        ("profiles, filter", {
            let mut app = profiles::opened(size);
            profiles::work(&mut app, &["b", "f"]);
            app
        }),
        ("profiles, columns", {
            let mut app = profiles::opened(size);
            profiles::work(&mut app, &["|"]);
            app
        }),
        ("profile", {
            let mut app = profiles::opened(size);
            profiles::work(&mut app, &["j", "Enter", "j", "Enter"]);
            app
        }),
        ("profile, facts", {
            let mut app = profiles::opened(size);
            profiles::work(&mut app, &["j", "Enter", "Tab"]);
            app
        }),
        ("profile, what if", {
            let mut app = profiles::opened(size);
            profiles::work(&mut app, &["j", "Enter", "a", "j", "w", "1", "Enter", "w"]);
            app
        }),
        ("factors", {
            let mut app = profiles::opened(size);
            profiles::work(&mut app, &["i"]);
            app
        }),
        ("monitoring", monitoring::opened(size)),
        ("monitoring, list alone", {
            let mut app = monitoring::opened(size);
            press(&mut app, &["m", "f"]);
            app
        }),
        ("monitoring, scores", {
            let mut app = monitoring::opened(size);
            press(&mut app, &["o"]);
            app
        }),
        ("data", with(&["4", "j"])),
        ("data, a source", with(&["4", "j", "Enter"])),
        ("data, event types", with(&["4", "End", "Enter"])),
        ("schedule", with(&["t"])),
        ("drafts", {
            let mut app = app(size);
            let kept =
                propensity::domain::score::draft::Draft { id: "d".into(), name: "Half".into(), ..Default::default() };
            update(&mut app, Msg::Drafts(Ok(vec![kept])));
            press(&mut app, &["D"]);
            app
        }),
        ("no timer", without_timer(app(size))),
        ("no timer, monitoring", without_timer(monitoring::opened(size))),
        ("no timer, schedule", {
            let mut app = without_timer(app(size));
            press(&mut app, &["t"]);
            app
        }),
        ("no timer, set up", {
            let mut app = without_timer(app(size));
            press(&mut app, &["T"]);
            app
        }),
        ("deleted", deleted::opened(size, deleted::two())),
        ("deleted, none", deleted::opened(size, Vec::new())),
        ("palette", with(&[":"])),
        ("help", with(&["?"])),
        ("error", failed),
    ]
}

/// Where no timer has called yet.
fn without_timer(mut app: App) -> App {
    app.timer = TimerRecord::default();
    app
}

#[test]
fn every_picture_is_drawn_at_every_size() {
    for size in [(0, 0), (1, 1), (10, 3), (40, 10), (60, 16), (79, 23), (80, 24), (300, 90)] {
        for (name, mut app) in all(size) {
            let (_, cursor) = draw(&app);
            assert!(cursor.is_none_or(|c| c.x < size.0 && c.y < size.1), "{name} at {size:?}: {cursor:?}");
            // And while the window is being dragged smaller and larger under it.
            for other in [(0, 0), (5, 50), (200, 2), (61, 17)] {
                update(&mut app, Msg::Resize(other.0, other.1));
                draw(&app);
                press(&mut app, &["Down", "PgDn", "Tab"]);
            }
        }
    }
}

#[test]
fn a_window_that_is_too_small_says_the_size_that_is_needed() {
    let shown = text(&app((40, 10)));
    assert!(shown.replace('\n', " ").contains("needs 60 × 16; this window is 40 × 10."), "{shown}");
}

#[test]
fn each_dialog_fits_the_smallest_window_with_its_last_line() {
    for (name, app) in all((80, 24)) {
        let shown = text(&app);
        let open = !app.dialogs.is_empty();
        assert!(!open || (shown.contains('╭') && shown.contains('╯')), "{name}:\n{shown}");
    }
}
