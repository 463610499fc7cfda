//! Whatever is pressed, nothing panics, no score is lost, and every dialog can be closed.

use super::*;
use propensity::tui::dialogs::Dialog;
use proptest::prelude::*;

const KEYS: &[&str] = &[
    "Enter",
    "Esc",
    "Tab",
    "S-Tab",
    "Up",
    "Down",
    "Left",
    "Right",
    "Home",
    "End",
    "PgUp",
    "PgDn",
    "Backspace",
    "Delete",
    "F1",
    "C-s",
    "C-g",
    "C-f",
    "C-n",
    "C-d",
    "C-u",
    "C-l",
    "C-w",
    "a",
    "1",
    " ",
    "ß",
    "株",
    "/",
    ":",
    "?",
    "c",
    "e",
    "y",
    "C",
    "|",
    ">",
    "!",
    "o",
    "v",
    "T",
    "d",
    "r",
    "x",
    "p",
    "u",
    "s",
    "D",
    "R",
    "g",
    "G",
    "j",
    "k",
    "h",
    "l",
    "2",
    "n",
    "N",
    "f",
    "b",
    "#",
    "i",
    "w",
    "z",
];

/// What the runtime would answer, so that the keys reach what lies behind.
fn answer(app: &mut App, effect: Effect) {
    let msg = match effect {
        Effect::CreateScore { draft, .. } => {
            let made = draft.finish(|_| false, at(NOW), "ann").map(|mut s| {
                s.id = propensity::domain::score::slug(&s.name, |_| false);
                s
            });
            Msg::Created(Box::new(made.map_err(propensity::error::Error::new)))
        }
        Effect::Estimate { generation, .. } => Msg::Estimated { generation, estimate: Box::new(Ok(estimate())) },
        Effect::SaveDraft(draft) => {
            Msg::DraftSaved(Ok(propensity::domain::score::draft::Draft { id: "d".into(), ..*draft }))
        }
        Effect::LoadDeletionImpact { score } => Msg::DeletionImpact { score, impact: Default::default() },
        Effect::StartRun { score, .. } => {
            let lives = vec![live(&score)];
            update(app, Msg::LiveRuns(lives));
            Msg::Started { score, outcome: Ok(()) }
        }
        Effect::CancelRun { score } => {
            update(app, Msg::LiveRuns(Vec::new()));
            Msg::Cancelled { score, outcome: Ok(()) }
        }
        Effect::Profiles(ask) => match reader::answer(ask) {
            Some(answer) => Msg::Profiles(Box::new(answer)),
            None => return,
        },
        _ => return,
    };
    for effect in update(app, msg) {
        answer(app, effect);
    }
}

fn play(app: &mut App, keys: &[usize]) {
    let before = app.scores.len();
    for (i, at) in keys.iter().enumerate() {
        for effect in press(app, &[KEYS[*at]]) {
            answer(app, effect);
        }
        assert!(app.dialogs.len() < 8, "dialogs pile up after {:?}", &keys[..=i]);
        if i % 16 == 0 {
            draw(app);
        }
    }
    draw(app);
    assert_eq!(app.scores.len(), before, "only the store takes scores away");
    for _ in 0..40 {
        if app.dialogs.is_empty() {
            return;
        }
        // Esc closes one; of a form with changes it asks first, and the second button there discards.
        match app.dialogs.last() {
            Some(Dialog::Confirm(_)) if app.dialogs.len() > 1 => {
                press(app, &["Left", "Left", "Right", "Enter"]);
            }
            _ => drop(press(app, &["Esc"])),
        }
    }
    panic!("a dialog cannot be closed:\n{}", text(app));
}

proptest! {
    // 250 × 400 keys are 100,000.
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hundred_thousand_keys(keys in proptest::collection::vec(0..KEYS.len(), 400), small in any::<bool>()) {
        let mut app = app(if small { (80, 24) } else { (120, 40) });
        play(&mut app, &keys);
    }
}
