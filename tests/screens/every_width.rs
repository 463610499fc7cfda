//! Every screen and dialog at every width that people have: nothing that must be read is cut, no number is parted from its
//! unit, no field is written in a colour that its ground does not go with.

use super::*;
use propensity::tui::dialogs::Dialog;
use ratatui::style::Style;

/// Words that stand after a number.
const UNITS: &[&str] = &[
    "%",
    "k",
    "M",
    "s",
    "h",
    "min",
    "kB",
    "MB",
    "GB",
    "d",
    "days",
    "events",
    "accounts",
    "persons",
    "profiles",
    "runs",
    "opportunities",
    "rows",
    "conversions",
    "points",
];

/// What stands in a row, with the column at which each part begins. Two blanks or a line of a frame part two of them.
fn segments(row: &str) -> Vec<(usize, String)> {
    let chars: Vec<char> = row.chars().collect();
    let parts = |at: usize| {
        matches!(chars.get(at), Some('│' | '┃' | '╮' | '╭' | '╯' | '╰' | '─') | None)
            || (chars.get(at) == Some(&' ') && matches!(chars.get(at + 1), Some(' ' | '│' | '┃') | None))
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        if chars[at] == ' ' || parts(at) {
            at += 1;
            continue;
        }
        let begin = at;
        while !parts(at) {
            at += 1;
        }
        found.push((begin, chars[begin..at].iter().collect::<String>().trim().to_string()));
    }
    found
}

/// Numbers at the end of a line whose unit begins the next.
fn orphans(picture: &str) -> Vec<String> {
    let rows: Vec<Vec<(usize, String)>> = picture.lines().map(segments).collect();
    let is_number = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit() || c == '.') && word.ends_with(|c: char| c.is_ascii_digit())
    };
    let mut found = Vec::new();
    for (above, below) in rows.iter().zip(rows.iter().skip(1)) {
        for (x, text) in below {
            let Some((_, before)) = above.iter().find(|(at, _)| at == x) else { continue };
            // A table has figures under each other; only a sentence goes on below itself.
            let (last, first) = (before.rsplit(' ').next().unwrap_or(""), text.split(' ').next().unwrap_or(""));
            if before.contains(' ') && is_number(last) && UNITS.contains(&first) {
                found.push(format!("{before} / {text}"));
            }
        }
    }
    found
}

#[test]
fn the_rule_finds_a_unit_that_was_parted_from_its_number() {
    assert_eq!(orphans("base rate 1.3\n%").len(), 1);
    assert_eq!(orphans("120\nevents"), Vec::<String>::new());
    assert_eq!(segments("a b  c │ d"), [(0, "a b".into()), (5, "c".into()), (9, "d".into())]);
}

#[test]
fn no_number_is_parted_from_its_unit_at_any_width() {
    for width in (60..=240).step_by(3) {
        for (what, app) in sizes::all((width, 40)) {
            let found = orphans(&text(&app));
            assert!(found.is_empty(), "{what} at {width}: {found:?}\n{}", text(&app));
        }
    }
}

#[test]
fn what_must_be_read_can_be_read_at_every_width() {
    let sentence =
        "The model of the run that was asked for is the champion already, and so nothing was changed here today.";
    for width in 60..=240 {
        // A notice.
        let mut noticed = app((width, 24));
        noticed.notify(propensity::tui::app::Severity::Error, sentence);
        readable(&noticed, sentence, width);
        // The name and the description of a score.
        let mut described = app((width, 50));
        let mut scores = scores();
        let description =
            "Who of the enterprise accounts signs within a quarter, as the sales committee asked in spring.";
        let changed = Arc::make_mut(&mut scores[0]);
        changed.score.description = description.into();
        let name = changed.score.name.clone();
        update(&mut described, Msg::Scores(Ok(scores)));
        described.services.selected = Some("won".into());
        press(&mut described, &["Enter"]);
        readable(&described, description, width);
        readable(&described, &name, width);
        // A mistake at a field, and every question.
        let mut wrong = app((width, 40));
        press(&mut wrong, &["c", "C-s"]);
        readable(&wrong, "Choose who is scored.", width);
        for keys in [&["d"][..], &["r"], &["e", "x", "Esc"], &["C", "x", "Esc"]] {
            let mut asked = app((width, 30));
            press(&mut asked, keys);
            let Some(Dialog::Confirm(confirm)) = asked.dialogs.last() else { panic!("{keys:?} ask nothing") };
            for paragraph in confirm.question.text(&asked) {
                readable(&asked, &paragraph, width);
            }
        }
    }
}

/// Whether every word of a text stands in the picture, whole.
#[track_caller]
fn readable(app: &App, wanted: &str, width: u16) {
    let picture = text(app);
    let missing: Vec<&str> = wanted.split_whitespace().filter(|word| !picture.contains(word)).collect();
    assert!(missing.is_empty(), "at {width}, {missing:?} of '{wanted}' cannot be read:\n{picture}");
}

/// The screens under every theme.
fn looks() -> Vec<(ThemeName, TerminalEnv)> {
    let terminal = |term: &str| TerminalEnv { term: term.into(), ..TerminalEnv::default() };
    vec![
        (ThemeName::Dark, terminal("xterm-256color")),
        (ThemeName::Light, terminal("xterm-256color")),
        (ThemeName::Ansi, terminal("xterm")),
        (ThemeName::Mono, terminal("xterm-256color")),
    ]
}

#[test]
fn no_ground_is_painted_without_the_colour_of_its_text() {
    for (theme, terminal) in looks() {
        for (what, mut app) in sizes::all((120, 36)) {
            app.look = Look::new(theme, None, terminal.clone());
            let (buffer, _) = draw(&app);
            let wrong = buffer.content.iter().find(|cell| cell.bg != Color::Reset && cell.fg == Color::Reset);
            assert!(wrong.is_none(), "{what} in {theme:?}: {wrong:?}");
        }
    }
}

#[test]
fn every_cell_below_a_dialog_steps_back() {
    for (theme, terminal) in looks() {
        let mut app = app((120, 36));
        app.look = Look::new(theme, None, terminal);
        press(&mut app, &["d"]);
        let (buffer, _) = draw(&app);
        let faded = app.theme().behind_dialog();
        // The list and the title bar lie below; the foot tells the keys of the dialog.
        for (x, y) in [(10, 0), (4, 7), (70, 3), (70, 30)] {
            let cell = &buffer[(x, y)];
            let same = Style::reset().patch(faded);
            assert_eq!(
                (Some(cell.fg), cell.modifier),
                (same.fg.or(Some(Color::Reset)), same.add_modifier),
                "{theme:?} {x} {y}"
            );
        }
    }
}

/// The relative luminance of a colour of the 256, as WCAG defines it.
fn luminance(color: Color) -> f64 {
    let Color::Indexed(n) = color else { panic!("{color:?} has no known luminance") };
    let level = |step: u8| if step == 0 { 0.0 } else { 55.0 + 40.0 * f64::from(step) };
    let rgb = match n {
        16..232 => [(n - 16) / 36, (n - 16) / 6 % 6, (n - 16) % 6].map(level),
        232.. => [8.0 + 10.0 * f64::from(n - 232); 3],
        _ => panic!("{n} is of the terminal's own palette"),
    };
    let linear =
        rgb.map(|c| c / 255.0).map(|c| if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055f64).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}

fn contrast(one: f64, other: f64) -> f64 {
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn a_wrong_guess_of_the_background_stays_readable() {
    for (theme, terminal) in looks().into_iter().take(2) {
        let look = Look::new(theme, None, terminal);
        let theme_colours = look.theme();
        let styles = [
            theme_colours.dim(),
            theme_colours.accent(),
            theme_colours.good(),
            theme_colours.warn(),
            theme_colours.bad(),
        ];
        for style in styles {
            let text = luminance(style.fg.unwrap());
            let (own, other) = if theme == ThemeName::Dark { (0.0, 1.0) } else { (1.0, 0.0) };
            assert!(contrast(text, own) >= 4.3, "{theme:?} {style:?}: {:.1}", contrast(text, own));
            assert!(contrast(text, other) >= 2.0, "{theme:?} {style:?} on the other: {:.1}", contrast(text, other));
        }
        // What is written on a ground of its own is readable wherever that is.
        for style in [theme_colours.field(), theme_colours.focused(), theme_colours.chosen()] {
            let (text, ground) = (luminance(style.fg.unwrap()), luminance(style.bg.unwrap()));
            assert!(contrast(text, ground) >= 4.3, "{theme:?} {style:?}: {:.1}", contrast(text, ground));
        }
    }
}

#[test]
fn the_terminals_answer_changes_the_theme_at_once() {
    let mut app =
        with_look((80, 24), ThemeName::Auto, TerminalEnv { term: "xterm-256color".into(), ..TerminalEnv::default() });
    let dark = app.theme().accent();
    update(&mut app, Msg::Background { is_light: true });
    assert_ne!(app.theme().accent(), dark);
    // Whoever has asked for a theme keeps it.
    let mut asked =
        with_look((80, 24), ThemeName::Dark, TerminalEnv { term: "xterm-256color".into(), ..TerminalEnv::default() });
    update(&mut asked, Msg::Background { is_light: true });
    assert_eq!(asked.theme().accent(), dark);
}
