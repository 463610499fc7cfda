//! A disk that refuses: every answer that is an error is a dialog, closed by one key, and the screens go on as they were.

use super::*;
use propensity::error::Error;

fn full() -> Error {
    Error::new("/data/scores.json could not be written.")
        .because("No space left on device (os error 28)")
        .hint("The file is as it was before. Check the free space and who may write the folder.")
}

#[test]
fn every_change_that_the_disk_refuses_is_a_dialog_and_the_screens_go_on() {
    let answers = [
        Msg::Created(Box::new(Err(full()))),
        Msg::Edited(Box::new(Err(full()))),
        Msg::Deleted(Box::new(Err(full()))),
        Msg::Restored(Box::new(Err(full()))),
        Msg::DraftSaved(Err(full())),
        Msg::Drafts(Err(full())),
        Msg::Started { score: "won".into(), outcome: Err(full()) },
        Msg::Cancelled { score: "won".into(), outcome: Err(full()) },
        Msg::BackgroundError(full()),
    ];
    for answer in answers {
        let mut app = app((120, 40));
        let before = text(&app);
        assert_eq!(update(&mut app, answer.clone()), [], "{answer:?}");
        let shown = text(&app);
        for part in ["could not be written", "No space left on device", "Check the free space"] {
            assert!(shown.contains(part), "{answer:?}: no '{part}' in\n{shown}");
        }
        press(&mut app, &["Esc"]);
        assert_eq!(text(&app), before, "{answer:?}");
        press(&mut app, &["?"]);
        assert!(text(&app).contains("Move up, or scroll up."), "{answer:?}");
    }
}

#[test]
fn scores_that_cannot_be_read_any_more_stay_on_the_screen_and_the_reason_is_told() {
    let mut app = app((120, 40));
    let gone = Error::new("The data folder /data is gone.").hint("Bring it back.");
    update(&mut app, Msg::Scores(Err(gone)));
    let shown = text(&app);
    assert!(shown.contains("The data folder /data is gone.") && shown.contains("Webinar to meeting"), "{shown}");
    update(&mut app, Msg::Scores(Ok(scores())));
    press(&mut app, &["Down"]);
    assert!(!text(&app).contains("is gone"));
}
