//! The Profiles screen by its keys, with a reader in the place of the thread that answers what the screen asks.

use super::reader::{TOTAL, answer, detail, row, what_if};
use super::*;
use propensity::data::scores::{ScoredProfile, Sort};
use propensity::domain::explanation;
use propensity::error::Error;
use propensity::tui::screens::profiles::{Request, Response};

/// Presses keys and lets the reader answer all that is asked; gives the other effects.
pub fn work(app: &mut App, keys: &[&str]) -> Vec<Effect> {
    let mut others = Vec::new();
    for key in keys {
        let mut effects = press(app, &[key]);
        while let Some(effect) = effects.pop() {
            match effect {
                Effect::Profiles(ask) => {
                    if let Some(answer) = answer(ask) {
                        effects.extend(update(app, Msg::Profiles(Box::new(answer))));
                    }
                }
                other => others.push(other),
            }
        }
    }
    others
}

/// Text that is typed.
fn typed(app: &mut App, text: &str) {
    for c in text.chars() {
        press(app, &[&c.to_string()]);
    }
}

/// The screen with the list.
pub fn opened(size: (u16, u16)) -> App {
    let mut app = app(size);
    work(&mut app, &["p"]);
    app
}

fn selected(app: &App) -> u32 {
    let screen = app.profiles.as_ref().unwrap();
    screen.selected_profile().expect("the selected row was read").0
}

/// Every row that stands on the screen was read.
fn nothing_is_missing(app: &App) {
    let screen = app.profiles.as_ref().unwrap();
    let shown = usize::from(app.size.1) - 9;
    let end = screen.len().min(screen.offset + shown);
    assert!((screen.offset..end).all(|row| screen.row(row).is_some()), "{} {:?}", screen.offset, screen.window.from);
}

#[test]
fn the_list_moves_by_row_and_page_and_never_shows_a_gap() {
    let mut app = opened((120, 40));
    assert!(text(&app).contains("14,998 accounts scored as of") && text(&app).contains("Rank ▴"));
    assert_eq!(selected(&app), 0);
    for (keys, place) in [
        (&["j", "j"][..], 2),
        (&["PgDn", "PgDn"], 64),
        (&["End"], TOTAL as u32 - 1),
        (&["Down"], TOTAL as u32 - 1),
        (&["PgUp"], TOTAL as u32 - 32),
        (&["Home", "Up"], 0),
    ] {
        work(&mut app, keys);
        assert_eq!(selected(&app), place, "{keys:?}");
        nothing_is_missing(&app);
    }
    // Step by step over many pages, the reader being asked only now and then.
    let mut asked = 0;
    for _ in 0..2_000 {
        let effects = press(&mut app, &["j"]);
        asked += effects.len();
        for effect in effects {
            let Effect::Profiles(ask) = effect else { panic!("{effect:?}") };
            update(&mut app, Msg::Profiles(Box::new(answer(ask).unwrap())));
        }
        nothing_is_missing(&app);
    }
    assert!((1..80).contains(&asked), "{asked}");
}

#[test]
fn a_filter_shows_some_and_escape_all_of_them_again() {
    let mut app = opened((120, 40));
    press(&mut app, &["f"]);
    typed(&mut app, "country=DE");
    assert!(text(&app).contains("f country=DE"));
    work(&mut app, &["Enter"]);
    assert!(text(&app).contains("5,000 of 14,998"), "{}", text(&app));
    work(&mut app, &["j", "j"]);
    assert_eq!(selected(&app), 6, "every third");
    work(&mut app, &["s", "u"]);
    assert!(text(&app).contains("Change ▾"), "{}", text(&app));
    work(&mut app, &["Esc"]);
    assert!(!text(&app).contains("country=DE") && text(&app).contains("Change ▾"));
    work(&mut app, &["b"]);
    assert!(text(&app).contains("f band=high"));
    work(&mut app, &["b", "b", "b"]);
    assert!(!text(&app).contains("band="), "round and off");
    // A mistake is told, and what was typed stays to be mended.
    press(&mut app, &["f"]);
    typed(&mut app, "contry=DE");
    work(&mut app, &["Enter"]);
    assert!(text(&app).contains("There is no attribute 'contry'. (did you mean country?)"), "{}", text(&app));
    assert!(text(&app).contains("f contry=DE") && app.is_typing());
    press(&mut app, &["C-u"]);
    typed(&mut app, "nobody");
    work(&mut app, &["Enter"]);
    assert!(text(&app).contains("No profile fits the filter."));
    assert_eq!(press(&mut app, &["Enter"]), [], "nothing to open");
    work(&mut app, &["Esc", "Esc"]);
    assert!(text(&app).contains("Predictive lead and account scoring"), "back on Services");
}

#[test]
fn a_task_tells_how_far_it_is_and_can_be_ended_and_late_answers_are_dropped() {
    let mut app = opened((120, 40));
    let effects = press(&mut app, &["s", "u"]);
    let [Effect::Profiles(first @ Request::Query { task, .. })] = &effects[..] else { panic!("{effects:?}") };
    update(&mut app, Msg::Profiles(Box::new(Response::Progress { task: *task, done: 3, total: 10 })));
    assert!(text(&app).contains("looking through all profiles 30 % · Esc cancels"), "{}", text(&app));
    assert_eq!(press(&mut app, &["Esc"]), [Effect::Profiles(Request::Cancel)]);
    update(&mut app, Msg::Profiles(Box::new(answer(first.clone()).unwrap())));
    assert!(text(&app).contains("Rank ▴"), "the answer came too late");
    let late = Response::Rows { view: 7_777, from: 0, rows: Ok(Arc::new(Vec::new())) };
    update(&mut app, Msg::Profiles(Box::new(late)));
    nothing_is_missing(&app);
    let error = Error::cancelled();
    let effects = press(&mut app, &["s", "u"]);
    let [Effect::Profiles(Request::Query { task, .. })] = effects[..] else { panic!("{effects:?}") };
    update(&mut app, Msg::Profiles(Box::new(Response::QueryResult { task, places: Err(error) })));
    assert!(app.dialogs.is_empty(), "who cancels knows it");
}

#[test]
fn finding_goes_to_the_next_one_and_round() {
    let mut app = opened((120, 40));
    work(&mut app, &["n"]);
    assert!(text(&app).contains("/ looks for an id or a name."));
    press(&mut app, &["/"]);
    // Found while one types, with the place among those that were found.
    work(&mut app, &["a", "c"]);
    assert!(text(&app).contains("1 of 3") && selected(&app) == 30, "{}", text(&app));
    work(&mut app, &["Enter"]);
    assert!(text(&app).contains("/ ac") && text(&app).contains("1 of 3"), "the words stay:\n{}", text(&app));
    for (key, place) in [("n", 40), ("n", 9_000), ("n", 30), ("N", 9_000), ("N", 40)] {
        work(&mut app, &[key]);
        assert_eq!(selected(&app), place);
        nothing_is_missing(&app);
    }
    assert!(text(&app).contains("2 of 3"));
    press(&mut app, &["/"]);
    typed(&mut app, "nobod");
    work(&mut app, &["y"]);
    assert!(text(&app).contains("none") && selected(&app) == 40, "{}", text(&app));
    // Esc goes back to where one was.
    work(&mut app, &["Esc"]);
    assert!(selected(&app) == 40 && !text(&app).contains("nobody"));
}

#[test]
fn one_goes_to_a_rank_or_a_percentile() {
    let mut app = opened((120, 40));
    for (entered, place) in [("1200", 1_199), ("14,998", 14_997), ("p50", 7_498), ("99 %", 149)] {
        press(&mut app, &["#"]);
        typed(&mut app, entered);
        work(&mut app, &["Enter"]);
        assert_eq!(selected(&app), place, "{entered}");
    }
    for (entered, told) in
        [("0", "Ranks go from 1 to 14,998."), ("p0", "between 1 and 100"), ("best", "a rank, as 1200")]
    {
        press(&mut app, &["#"]);
        typed(&mut app, entered);
        work(&mut app, &["Enter"]);
        assert!(text(&app).contains(told), "{entered}: {}", text(&app));
        press(&mut app, &["Esc"]);
    }
}

#[test]
fn columns_are_chosen_and_kept_and_rank_and_name_stay_when_scrolling_sideways() {
    let mut app = opened((80, 24));
    assert!(text(&app).contains('▸'), "more columns at the right:\n{}", text(&app));
    work(&mut app, &["Right", "Right", "Right"]);
    let shown = text(&app);
    assert!(shown.contains("Rank") && shown.contains("Brambleford") && shown.contains('◂'), "{shown}");
    assert!(!shown.contains("Score ") && shown.contains("Top factor"), "{shown}");
    let mut app = opened((120, 40));
    press(&mut app, &["|"]);
    typed(&mut app, "plan");
    let effects = work(&mut app, &["Enter"]);
    let [Effect::SaveUi(kept)] = &effects[..] else { panic!("{effects:?}") };
    assert!(kept.columns.contains(&"attribute:plan".to_string()) && kept.columns.contains(&"score".to_string()));
    press(&mut app, &["Esc"]);
    assert!(text(&app).contains("Plan") && text(&app).contains("paid"));
    // A blank hides what it showed, and an account has no account.
    press(&mut app, &["|"]);
    assert!(!text(&app).contains("○ Account"));
    work(&mut app, &[" ", "Esc"]);
    assert!(text(&app).contains("  Id  Id "), "{}", text(&app));
}

#[test]
fn a_profile_tells_why_and_its_points_add_up() {
    let mut app = opened((120, 40));
    work(&mut app, &["j", "Enter"]);
    let shown = text(&app);
    let score = explanation::rounded_score(row(1).score);
    for part in
        ["› 株式会社 Quill", "rank 2 of 14,998", "Starting point", "Pricing pages visited", "3 days ago", "People"]
    {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    assert!(shown.contains("since the run of 13 Nov 2026") && shown.contains("ageing − 2"), "{shown}");
    assert!(shown.contains("Each alone; these are no parts of a sum.") && shown.contains("− 22"));
    assert!(shown.contains("4 web visits") && shown.contains("Pricing page visited") && shown.contains("22 Nov"));
    // The points of the lines that are shown, with 50, are the score.
    let points = |app: &App| {
        let picture = text(app);
        let left: Vec<String> = picture.lines().map(|l| l.chars().take(71).collect()).collect();
        let from = left.iter().position(|l| l.contains("odds") && l.contains("points")).unwrap() + 1;
        let to = left.iter().position(|l| l.contains("All together")).unwrap();
        let number = |line: &String| -> Option<i64> {
            let at = line.rfind('×')?;
            let end: String = line[at..].split_whitespace().skip(1).collect();
            end.replace('−', "-").replace('+', "").parse().ok()
        };
        left[from..=to].iter().map(|l| number(l).unwrap()).collect::<Vec<i64>>()
    };
    let mut all = points(&app);
    let sum = all.pop().unwrap();
    assert_eq!((all.iter().sum::<i64>(), 50 + sum), (sum, i64::from(score)));
    work(&mut app, &["a"]);
    let mut all = points(&app);
    let sum = all.pop().unwrap();
    assert_eq!((all.iter().sum::<i64>(), 50 + sum), (sum, i64::from(score)), "factor by factor, too");
    work(&mut app, &["a"]);
    assert!(text(&app).contains("Days since last demo requested"), "also what does not contribute");
    // A group is opened with a key.
    work(&mut app, &["a", "Enter"]);
    assert!(text(&app).contains("Days since the last") && text(&app).contains("Last 30 days"), "{}", text(&app));
    // And the next profile looks the same way at once.
    work(&mut app, &["n"]);
    assert!(text(&app).contains("rank 3 of 14,998") && text(&app).contains("Last 30 days"));
    work(&mut app, &["Esc"]);
    assert_eq!(selected(&app), 2);
}

#[test]
fn another_value_is_tried_and_taken_back() {
    let mut app = opened((120, 40));
    work(&mut app, &["Enter", "w"]);
    assert!(text(&app).contains("Choose a feature"), "a group has no value");
    work(&mut app, &["a", "w"]);
    assert!(text(&app).contains("What if") && text(&app).contains("a number, or nothing"));
    press(&mut app, &["C-u"]);
    typed(&mut app, "soon");
    work(&mut app, &["Enter"]);
    assert!(text(&app).contains("Enter a number, or nothing where it is missing."));
    press(&mut app, &["C-u"]);
    typed(&mut app, "1");
    work(&mut app, &["Enter"]);
    let shown = text(&app);
    assert!(shown.contains("What if: 93 → 96, 1 value changed"), "{shown}");
    // A category by its next choice.
    work(&mut app, &["j", "j", "j", "w", "Down", "Enter"]);
    assert!(text(&app).contains("2 values changed") && text(&app).contains("Retail"), "{}", text(&app));
    work(&mut app, &["z"]);
    assert!(!text(&app).contains("What if") && text(&app).contains("Software"));
    // A late answer to a question that was taken back is dropped.
    let late = Response::WhatIf { changes: vec![(0, 1.0)], answer: Ok(Arc::new(what_if(&detail(0), &[(0, 1.0)]))) };
    update(&mut app, Msg::Profiles(Box::new(late)));
    assert!(!text(&app).contains("What if"));
}

#[test]
fn a_profile_is_copied_as_id_row_or_text() {
    let mut app = opened((120, 40));
    let copied = |app: &mut App, down: usize| {
        press(app, &["y"]);
        press(app, &["Down", "Down"][..down]);
        let mut effects = press(app, &["Enter"]);
        // What an e-mail tells is read first.
        if let [Effect::Profiles(ask @ Request::Detail { .. })] = &effects[..] {
            effects = update(app, Msg::Profiles(Box::new(answer(ask.clone()).unwrap())));
        }
        let [Effect::Profiles(Request::Copy(text))] = &effects[..] else { panic!("{effects:?}") };
        text.clone()
    };
    work(&mut app, &["j"]);
    assert_eq!(copied(&mut app, 0), row(1).profile_id);
    let cells = copied(&mut app, 1);
    assert_eq!(cells.split('\t').count(), 9, "{cells}");
    assert!(cells.starts_with(&format!("2\t{}\t株式会社 Quill\t", row(1).profile_id)));
    let email = copied(&mut app, 2);
    assert!(email.contains("scores 93 of 100 for \"Closed Won in 90 days\": High, rank 2 of 14,998"), "{email}");
    assert!(email.contains("In favour:\n- Pricing pages visited: 3 days ago"), "{email}");
    work(&mut app, &["y", "Enter"]);
    assert!(text(&app).contains("Copied, where the terminal lets programs copy."));
}

#[test]
fn what_is_shown_is_exported_in_the_format_of_the_name() {
    let mut app = opened((120, 40));
    work(&mut app, &["b", ">"]);
    press(&mut app, &["C-u"]);
    typed(&mut app, "best.xlsx");
    work(&mut app, &["Enter"]);
    assert!(text(&app).contains("ends with .csv, .jsonl or .parquet"), "{}", text(&app));
    press(&mut app, &["C-u"]);
    typed(&mut app, "best.parquet");
    let effects = press(&mut app, &["Enter"]);
    let [Effect::Profiles(ask @ Request::Export { places: Some(places), .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(places.len(), 5_000, "what the filter left");
    update(&mut app, Msg::Profiles(Box::new(answer(ask.clone()).unwrap())));
    assert!(text(&app).contains("14,998 profiles are in /home/ann/best.parquet."));
}

#[test]
fn factors_over_all_and_by_band_with_their_values() {
    let mut app = opened((120, 40));
    work(&mut app, &["i"]);
    let shown = text(&app);
    for part in ["All 14,998", "High 900", "Days since last pricing page visited", "1 to 7", "30 %", "never", "×2.5"] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    work(&mut app, &["Tab", "Down"]);
    assert!(text(&app).contains("Industry") && !text(&app).contains("1 to 7"), "{}", text(&app));
    assert!(text(&app).contains("The values of this factor are not known."));
    work(&mut app, &["Esc"]);
    nothing_is_missing(&app);
}

#[test]
fn what_goes_wrong_is_told_and_the_program_goes_on() {
    let mut app = app((120, 40));
    press(&mut app, &["p"]);
    let error =
        || Error::new("The scores file s.parquet could not be read: it is cut short.").hint("run the score again");
    let failed = Response::Opened { score: "won".into(), opened: Err(error()) };
    update(&mut app, Msg::Profiles(Box::new(failed)));
    assert!(text(&app).contains("cut short") && text(&app).contains("run the score again"));
    assert_eq!(press(&mut app, &["j", "End", "Enter", "s", "i", ">", "|", "y", "#"]), []);
    work(&mut app, &["Esc"]);
    assert!(text(&app).contains("Predictive lead"));
    // The file is gone while it is open; opening the profiles again asks anew.
    let mut app = opened((120, 40));
    let view = app.profiles.as_ref().unwrap().shown.number;
    let gone = Response::Rows { view, from: 0, rows: Err(error()) };
    update(&mut app, Msg::Profiles(Box::new(gone)));
    assert!(text(&app).contains("cut short"));
    work(&mut app, &["2"]);
    assert!(text(&app).contains("14,998 accounts scored"));
    // One profile that cannot be read.
    press(&mut app, &["Enter"]);
    let serial = app.profiles.as_ref().unwrap().serial;
    update(&mut app, Msg::Profiles(Box::new(Response::Detail { serial, place: 0, detail: Err(error()) })));
    assert!(text(&app).contains("cut short"));
    work(&mut app, &["Esc", "j"]);
    assert_eq!(selected(&app), 1);
}

#[test]
fn answers_about_other_scores_are_dropped_and_an_export_is_told_wherever_one_is() {
    let mut app = opened((120, 40));
    let rows = press(&mut app, &["End"]);
    let detail = press(&mut app, &["Enter"]);
    press(&mut app, &["Esc", "1", "j"]);
    let other = press(&mut app, &["p"]);
    assert!(
        matches!(&other[..], [Effect::Profiles(Request::Cancel), Effect::Profiles(Request::Open { score })] if score == "demo")
    );
    for effect in rows.into_iter().chain(detail) {
        let Effect::Profiles(ask) = effect else { panic!("{effect:?}") };
        assert_eq!(update(&mut app, Msg::Profiles(Box::new(answer(ask).unwrap()))), []);
    }
    let screen = app.profiles.as_ref().unwrap();
    assert!(screen.window.rows.is_empty() && screen.page.is_none() && screen.name != "Closed Won in 90 days");
    let mut app = opened((120, 40));
    work(&mut app, &[">"]);
    let effects = press(&mut app, &["Enter"]);
    let [Effect::Profiles(export)] = &effects[..] else { panic!("{effects:?}") };
    // A filter does not end it, and a second one does not begin.
    work(&mut app, &["b", ">"]);
    assert!(text(&app).contains("An export is being written already.") && app.dialogs.is_empty());
    work(&mut app, &["Esc", "Esc"]);
    update(&mut app, Msg::Profiles(Box::new(answer(export.clone()).unwrap())));
    assert!(
        text(&app).contains("14,998 profiles are in /home/ann/won-2026-11-21.csv.") && app.export.is_none(),
        "{}",
        text(&app)
    );
}

#[test]
fn keys_that_come_faster_than_a_task_lose_nothing_of_what_was_asked() {
    let mut app = opened((120, 40));
    press(&mut app, &["f"]);
    typed(&mut app, "country=DE");
    press(&mut app, &["Enter"]);
    let effects = press(&mut app, &["s", "u"]);
    assert!(
        matches!(&effects[..], [Effect::Profiles(Request::Query { query, sort: Sort::Risen, .. })] if query == "country=DE")
    );
    let effects = press(&mut app, &["b", "b"]);
    let Some(Effect::Profiles(Request::Query { query, sort, .. })) = effects.last() else { panic!("{effects:?}") };
    assert_eq!((query.as_str(), *sort), ("band=medium country=DE", Sort::Risen));
}

#[test]
fn ids_from_the_data_cannot_move_the_cursor() {
    let mut app = opened((120, 40));
    let evil = ScoredProfile { profile_id: "\u{1b}[2J\r\nx".into(), name: Some("a\u{1b}]0;t\u{7}".into()), ..row(0) };
    let view = app.profiles.as_ref().unwrap().shown.number;
    let rows = Ok(Arc::new(vec![(0, evil)]));
    update(&mut app, Msg::Profiles(Box::new(Response::Rows { view, from: 0, rows })));
    let (buffer, _) = draw(&app);
    assert!(buffer.content.iter().all(|c| !c.symbol().chars().any(char::is_control)));
    assert!(text(&app).contains("a␛]0;t"));
}
