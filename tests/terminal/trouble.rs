//! The screens while the disk is full, and while the data folder is away: a dialog says what is wrong, and they go on.

use super::*;
use crate::lost::{FULL, shim};
use std::fs;

#[test]
fn a_full_disk_and_a_folder_that_is_gone_are_dialogs_and_the_screens_go_on() {
    let home = home_with(&["Alpha", "Beta"]);
    // How the screens were left is garbage, which keeps nobody out.
    home.write("state/ui.json", "{\"selected\": [");
    let (data, gate) = (home.path().join("data"), home.path().join("full"));
    let text = |path: &std::path::Path| path.to_str().unwrap().to_string();
    let (below, gate_text, full) = (text(&data), text(&gate), FULL.to_string());
    let library = text(shim());
    let faults = [
        ("LD_PRELOAD", library.as_str()),
        ("LOST_BELOW", &below),
        ("LOST_GATE", &gate_text),
        ("LOST_DO", "fail"),
        ("LOST_AT", "1"),
        ("LOST_ERRNO", &full),
    ];
    let mut tui = Tui::with(&home, &[], &faults);
    tui.wait_for("▌ Beta");
    // As long as the gate is there, the disk is full.
    fs::write(&gate, "").unwrap();
    tui.send("e");
    tui.wait_for("Edit instance");
    tui.send("New words");
    tui.send("\x13");
    tui.wait_for("No space left on device");
    tui.wait_for("free space");
    tui.send(ESC);
    tui.wait_gone("No space left on device");
    // What was typed is still there.
    assert!(tui.contents().contains("New words"), "{}", tui.contents());
    tui.send(ESC);
    tui.wait_for("What was typed is not saved.");
    tui.send(RIGHT);
    tui.send(ENTER);
    tui.wait_gone("Edit instance");
    // A run cannot even begin, and says why.
    tui.send("r");
    tui.wait_for("Run score");
    tui.send(ENTER);
    tui.wait_for("No space left on device");
    tui.send(ESC);
    tui.wait_gone("No space left on device");
    tui.send("?");
    tui.wait_for("Move up, or scroll up.");
    tui.send(ESC);
    tui.wait_gone("Move up, or scroll up.");
    fs::remove_file(&gate).unwrap();
    // The folder goes away, as with a mount that is lost.
    let aside = home.path().join("aside");
    fs::rename(&data, &aside).unwrap();
    tui.wait_for("is gone");
    assert!(tui.contents().contains("Alpha") && tui.contents().contains("Beta"), "{}", tui.contents());
    tui.send("d");
    tui.wait_for("Delete 'Beta'?");
    tui.send(RIGHT);
    tui.send(ENTER);
    tui.wait_for("a drive or a share may be away");
    tui.send(ESC);
    tui.wait_gone("a drive or a share may be away");
    assert!(!data.exists(), "nothing was made in its place");
    // It comes back, and everything works again.
    fs::rename(&aside, &data).unwrap();
    tui.send("e");
    tui.wait_for("Edit instance");
    tui.send("Words that fit");
    tui.send("\x13");
    tui.wait_for("The description of 'Beta' is saved.");
    tui.wait_for("Words that fit");
    tui.quit();
    assert_eq!(home.json(&["score", "show", "Beta"])["description"], "Words that fit");
}
