//! The Data screen: what is wrong is met first, everything is reached with the arrows, and what is missing says what to do.

use super::*;
use propensity::domain::source::source_changes::SourceChange;
use propensity::error::Error;
use propensity::tui::app::Screen;

fn opened() -> App {
    let mut app = app((120, 36));
    press(&mut app, &["4"]);
    app
}

#[test]
fn what_changed_since_the_last_run_is_marked_everywhere_and_told_on_the_screen() {
    let mut app = opened();
    assert!(!text(&app).contains("Data !"));
    update(&mut app, Msg::SourceChanges(vec![vec![SourceChange::Shrank { from: 300_000, to: 214_331 }], Vec::new()]));
    let screen = text(&app);
    for words in ["4 Data !", "! fewer rows", "Since the last run", "214,331 instead of 300,000"] {
        assert!(screen.contains(words), "{words} in\n{screen}");
    }
    press(&mut app, &["1"]);
    assert!(text(&app).contains("4 Data !"), "the mark stands on every screen");
}

#[test]
fn a_source_opens_with_its_columns_and_refused_rows_and_escape_leads_back() {
    let mut app = opened();
    press(&mut app, &["j", "Enter"]);
    let screen = text(&app);
    for words in ["Task.csv:17", "timestamp not understood", "CreatedDate", "created_at", "41 %", "IsConverted"] {
        assert!(screen.contains(words), "{words} in\n{screen}");
    }
    press(&mut app, &["Esc", "End", "Enter"]);
    assert!(text(&app).contains("leadOperation.convertLead") && text(&app).contains('▇'));
    press(&mut app, &["Esc", "Esc"]);
    assert_eq!(app.screen, Screen::Services);
}

#[test]
fn without_a_catalog_the_screen_says_why_and_has_it_built() {
    let mut app = app((80, 24));
    update(&mut app, Msg::Catalog(CatalogView::NoSources));
    let effects = press(&mut app, &["4"]);
    assert!(effects.contains(&Effect::EnsureCatalog));
    assert!(text(&app).contains("propensity data add FOLDER"));
    update(&mut app, Msg::Catalog(CatalogView::Building { rows: 1_500, seconds: 2.0 }));
    assert!(text(&app).contains("Reading the sources: 1,500 rows"));
    let error = Error::new("The dates of 'At' may be day first.").hint("set date_order");
    update(&mut app, Msg::Catalog(CatalogView::Failed(error)));
    assert!(text(&app).contains("set date_order"));
    press(&mut app, &["j", "Enter", "End"]);
}
