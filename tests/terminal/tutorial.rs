//! The whole tutorial by keys: create, run, read, edit, clone, delete, bring back.

use super::*;

#[test]
fn from_an_empty_list_to_a_scored_one_and_back() {
    let home = home_with(&[]);
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("There is no score yet.");
    // Basic information.
    tui.send("c");
    tui.wait_for("Basic information");
    tui.send(ENTER);
    tui.wait_for("type to search");
    tui.send("per");
    tui.send(ENTER);
    tui.send(TAB);
    tui.send("Leads in 30 days");
    tui.send(TAB);
    tui.send("Made in the tutorial");
    tui.send("\x13");
    // Define your goal: the event types come from the data.
    tui.wait_for("Define your goal");
    tui.wait_for("Choose a goal, and what it matches is counted here.");
    tui.send(ENTER);
    tui.send("convert");
    tui.wait_for("leadOperation.convertLead");
    tui.send(ENTER);
    tui.wait_for("Field name");
    tui.wait_for("Enough to learn from.");
    assert!(tui.contents().contains("conversions of"), "{}", tui.contents());
    // Past the field name, the buttons and who is scored to the timeframe.
    tui.send(&TAB.repeat(6));
    tui.send(ENTER);
    tui.wait_for("another number of days");
    tui.send("30");
    tui.send(ENTER);
    tui.wait_for("Merge policy");
    tui.send("\x13");
    tui.wait_for("Scoring setup is complete");
    tui.send(ENTER);
    tui.wait_for("Start the first run of 'Leads in 30 days' now?");
    tui.send(ENTER);
    // The list with the new score selected, its run live, then its results in the details.
    tui.wait_for("● successful");
    let shown = tui.wait_for("Test");
    for part in ["Leads in 30 days", "Made in the tutorial", "AUC", "recency alone", "persons scored as of"] {
        assert!(shown.contains(part), "{part}:\n{shown}");
    }
    // Who it is about.
    tui.send("p");
    let shown = tui.wait_for("Likely");
    assert!(shown.contains("Profiles › Leads in 30 days"), "{shown}");
    // Why the first of them, from the very data that the run read.
    tui.send(ENTER);
    let shown = tui.wait_for("points");
    assert!(shown.contains("rank 1 of") && shown.contains("the average odds") && shown.contains("Known"), "{shown}");
    tui.send("y");
    tui.wait_for("A text for an e-mail");
    tui.send(ENTER);
    tui.wait_for("Copied, where the terminal lets programs copy.");
    let copied = std::fs::read_to_string(home.path().join("state/copied.txt")).unwrap();
    assert!(shown.contains(&copied), "{copied}:\n{shown}");
    tui.send(ESC);
    tui.wait_for("Likely");
    tui.send(ESC);
    tui.wait_gone("Likely");
    // Edit: the description only.
    tui.send("e");
    tui.wait_for("Edit instance");
    tui.send("\x15Only the description");
    tui.send("\x13");
    tui.wait_for("The description of 'Leads in 30 days' is saved.");
    tui.wait_gone("Made in the tutorial");
    // Clone, with the goal taken over.
    tui.send("C");
    tui.wait_for("Leads in 30 days (2)");
    tui.send("\x07");
    tui.wait_for("Goal copied");
    tui.send("\x13");
    tui.wait_for("Define your goal");
    tui.wait_for("Enough to learn from.");
    tui.send("\x13");
    tui.wait_for("Scoring setup is complete");
    tui.send(ENTER);
    tui.wait_for("Start the first run of 'Leads in 30 days (2)' now?");
    tui.send(TAB);
    tui.send(ENTER);
    tui.wait_gone("Start the first run");
    assert_eq!(home.json(&["score", "list"]).as_array().unwrap().len(), 2);
    // Delete the clone, which is selected, and bring it back.
    tui.send("d");
    tui.wait_for("Delete 'Leads in 30 days (2)'?");
    tui.send(RIGHT);
    tui.send(ENTER);
    tui.wait_for("'Leads in 30 days (2)' is deleted. u brings it back.");
    assert_eq!(home.json(&["score", "list"]).as_array().unwrap().len(), 1);
    tui.send("u");
    tui.wait_for("'Leads in 30 days (2)' is back.");
    assert_eq!(home.json(&["score", "list"]).as_array().unwrap().len(), 2);
    tui.quit();
}

#[test]
fn the_demo_opens_on_its_workspace_with_its_runs_live() {
    let home = Home::new();
    let mut tui = Tui::start(&home, &["demo", "--people", "400", "--events", "12000"]);
    tui.wait_for("Closed Won in 90 days");
    tui.wait_for("Lead converted in 30 days");
    tui.wait_for("live");
    tui.send("q");
    assert_eq!(tui.ended(), 0);
    let folder = home.path().join("demo");
    tui.wait_for(&format!("The demo lives in {}. Come back to it with:", folder.display()));
    let open = format!("propensity --home {}", folder.display());
    tui.wait_for(&open);
    // It works from anywhere, and a home without scores names it, too.
    let elsewhere = Home::new();
    let tui = Tui::start(&elsewhere, &["--home", folder.to_str().unwrap()]);
    tui.wait_for("Closed Won in 90 days");
    tui.quit();
    let tui = Tui::start(&home, &[]);
    let shown = tui.wait_for("The demo that was made here opens with:");
    assert!(shown.contains(&open), "{shown}");
    tui.quit();
}
