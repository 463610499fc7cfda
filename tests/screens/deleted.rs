//! Deleted scores: brought back at once right after, chosen from the trash later.

use super::*;
use propensity::error::Error;
use propensity::queries::deleted_scores::DeletedScore;

pub fn deleted(score: &str, name: &str, when: &str) -> DeletedScore {
    DeletedScore {
        score: score.into(),
        name: name.into(),
        deleted_at: at(when),
        deleted_by: "ann".into(),
        kept_until: at(when) + jiff::SignedDuration::from_hours(7 * 24),
        runs: 3,
        bytes: 2_500_000,
    }
}

/// The list of what can be brought back.
pub fn opened(size: (u16, u16), trash: Vec<DeletedScore>) -> App {
    let mut app = app(size);
    assert_eq!(press(&mut app, &["u"]), [Effect::LoadTrash]);
    update(&mut app, Msg::Trash(Ok(trash)));
    app
}

pub fn two() -> Vec<DeletedScore> {
    vec![
        deleted("leads", "Leads in 30 days", "2026-11-24T10:00:00Z"),
        deleted("odd", "O\u{202e}dd \u{1b}[2J", "2026-11-20T09:00:00Z"),
    ]
}

#[test]
fn what_an_earlier_session_deleted_is_chosen_from_a_list() {
    let mut app = opened((120, 40), two());
    let shown = text(&app);
    for part in ["Deleted scores", "Leads in 30 days", "2 h ago · 3 runs, 2.5 MB · until 1 Dec 10:00", "Fri 09:00"] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    assert!(shown.contains("O\\u{202e}dd ␛[2J"), "{shown}");
    assert!(shown.find("Leads in 30") < shown.find("␛[2J"), "the last deleted first");
    assert_eq!(press(&mut app, &["Down", "Enter"]), [Effect::RestoreScore { score: "odd".into() }]);
    assert!(app.dialogs.is_empty());
    update(&mut app, Msg::Restored(Box::new(Ok(scores()[1].score.clone()))));
    assert!(text(&app).contains("is back."), "{}", text(&app));
}

#[test]
fn an_empty_trash_says_so_and_for_how_long_a_score_would_be_kept() {
    for size in [(120, 40), (80, 24), (60, 16)] {
        let mut app = opened(size, Vec::new());
        let shown = text(&app).replace('\n', " ");
        assert!(shown.contains("The trash is empty."), "{shown}");
        assert!(press(&mut app, &["Enter"]).is_empty());
    }
    let mut app = opened((120, 40), two());
    type_text(&mut app, "nowhere");
    assert!(text(&app).contains("Nothing holds these words."));
}

#[test]
fn a_score_that_cannot_come_back_does_not_stand_in_the_way_of_the_others() {
    let mut app = app((120, 40));
    update(&mut app, Msg::Deleted(Box::new(Ok(scores()[0].score.clone()))));
    assert!(text(&app).contains("u undo"), "{}", text(&app));
    assert_eq!(press(&mut app, &["u"]), [Effect::RestoreScore { score: "won".into() }]);
    update(&mut app, Msg::Restored(Box::new(Err(Error::new("The trash has no score won.")))));
    press(&mut app, &["Esc"]);
    assert_eq!(press(&mut app, &["u"]), [Effect::LoadTrash]);
    assert!(text(&app).contains("Looking…"), "{}", text(&app));
    let mut reading = self::app((120, 40));
    reading.workspace.read_only = Some("Read-only.".into());
    assert!(press(&mut reading, &["u"]).is_empty() && reading.dialogs.is_empty());
}
