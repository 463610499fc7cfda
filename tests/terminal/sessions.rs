//! Runs outlive sessions, and two sessions on one workspace see each other.

use super::*;

/// The process of the live run of a score, as its lock tells.
fn worker_of(home: &Home, score: &str) -> Option<u32> {
    let lock = std::fs::read_to_string(home.path().join("data/runs").join(score).join(".lock")).ok()?;
    let holder: serde_json::Value = serde_json::from_str(&lock).ok()?;
    holder["pid"].as_u64().map(|pid| pid as u32)
}

fn start_run(tui: &mut Tui) {
    tui.send("r");
    tui.wait_for("Run score");
    tui.send(ENTER);
    tui.wait_for("1 run live");
}

#[test]
fn a_run_survives_the_kill_of_its_session_and_the_next_one_shows_it_live() {
    let home = home_with_long_runs("leads");
    let mut first = Tui::start(&home, &[]);
    first.wait_for("leads");
    start_run(&mut first);
    first.signal("KILL");
    first.ended();
    let mut second = Tui::start(&home, &[]);
    second.wait_for("1 run live");
    second.wait_for("process");
    // A second start is refused, with who runs it since when.
    second.send("r");
    second.wait_for("ann runs it already, since");
    second.send("x");
    second.wait_for("Cancel the run of 'leads'?");
    second.send(RIGHT);
    second.send(ENTER);
    second.wait_for("The run is cancelled.");
    second.wait_for("cancelled");
    let runs = home.json(&["run", "list"]);
    assert_eq!(runs[0]["status"], "cancelled", "{runs}");
    second.quit();
}

#[test]
fn a_worker_that_dies_is_shown_as_interrupted_within_five_seconds() {
    let home = home_with_long_runs("leads");
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("leads");
    start_run(&mut tui);
    let worker = worker_of(&home, "leads").expect("the lock names the worker");
    let killed = Instant::now();
    signal(worker, "KILL");
    tui.wait_for("! interrupted");
    assert!(killed.elapsed() < Duration::from_secs(5), "{:?}", killed.elapsed());
    tui.quit();
}

#[test]
fn leaving_during_a_run_says_that_it_goes_on() {
    let home = home_with_long_runs("leads");
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("leads");
    start_run(&mut tui);
    tui.send("\x03");
    assert_eq!(tui.ended(), 0);
    tui.wait_for("1 run goes on; this follows it:");
    tui.wait_for(&format!("propensity --home {} run watch", home.path().display()));
    home.stdout(&["run", "cancel", "leads"]);
}

#[test]
fn two_sessions_see_each_others_changes_and_tell_of_a_score_that_went() {
    let home = home_with(&["Alpha", "Beta"]);
    let mut one = Tui::start(&home, &[]);
    let mut other = Tui::start(&home, &[]);
    one.wait_for("Alpha");
    other.wait_for("Alpha");
    // Another session adds one.
    let added = Instant::now();
    home.create_score("Gamma", &["--repeatable", "no"]);
    one.wait_for("Gamma");
    other.wait_for("Gamma");
    assert!(added.elapsed() < Duration::from_secs(20), "{:?}", added.elapsed());
    // One opens a dialog on Beta while the other deletes it.
    for tui in [&mut one, &mut other] {
        tui.send("/beta\r");
        tui.wait_for("1 of 1 · 3 scores");
    }
    one.send("d");
    one.wait_for("Delete 'Beta'?");
    other.send("d");
    other.wait_for("Delete 'Beta'?");
    other.send(RIGHT);
    other.send(ENTER);
    let deleted = Instant::now();
    one.wait_for("This score was deleted in another session.");
    assert!(deleted.elapsed() < Duration::from_secs(3), "{:?}", deleted.elapsed());
    one.send(ESC);
    one.wait_gone("another session");
    one.quit();
    other.quit();
}

#[test]
fn the_screens_learn_of_a_timer_that_calls() {
    let home = home_with(&["Alpha"]);
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("Alpha");
    tui.send("3");
    tui.wait_for("no timer yet · T sets one up");
    home.stdout(&["run", "start", "--due"]);
    tui.wait_gone("no timer yet");
    tui.quit();
}

#[test]
fn what_an_earlier_session_deleted_comes_back_by_a_list() {
    let home = home_with(&["Alpha", "Beta"]);
    home.stdout(&["score", "delete", "Beta", "--yes"]);
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("Alpha");
    tui.send("u");
    tui.wait_for("Deleted scores");
    tui.wait_for("0 runs");
    tui.send(ENTER);
    tui.wait_for("'Beta' is back.");
    tui.send("u");
    tui.wait_for("The trash is empty. A deleted score can be brought back for 7 days.");
    tui.send(ESC);
    tui.wait_gone("The trash is empty");
    tui.quit();
}

#[test]
fn a_folder_that_may_not_be_written_opens_read_only() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let home = home_with(&["Alpha"]);
    for folder in ["", "data"] {
        std::fs::set_permissions(home.path().join(folder), PermissionsExt::from_mode(0o555)).unwrap();
    }
    let pair = native_pty_system()
        .openpty(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 })
        .expect("a pseudo-terminal can be opened");
    let tty = pair.master.tty_name().expect("the terminal has a name");
    let open = || std::fs::File::options().read(true).write(true).open(&tty).expect("the terminal can be opened");
    // The binary and the home must be within reach of another user.
    let reach = tempfile::tempdir().unwrap();
    std::fs::set_permissions(reach.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let program = reach.path().join("propensity");
    std::fs::copy(env!("CARGO_BIN_EXE_propensity"), &program).unwrap();
    let mut command = std::process::Command::new(&program);
    command.env_clear().envs(variables(&home)).current_dir("/").stdin(open()).stdout(open()).stderr(open());
    if rustix::process::geteuid().is_root() {
        command.uid(65_534).gid(65_534);
    }
    let child = command.spawn().expect("the program can be started under another user");
    let mut tui = Tui::of(Box::new(child), pair.master);
    tui.wait_for("Alpha");
    tui.wait_for("read-only");
    tui.send("d");
    tui.wait_for("✗ Read-only: you may not write");
    tui.send("c");
    tui.send("?");
    tui.wait_for("Create a score.");
    tui.send(ESC);
    tui.wait_gone("Create a score.");
    assert!(!tui.contents().contains("Basic information"));
    tui.send("q");
    assert_eq!(tui.ended(), 0);
    for folder in ["", "data"] {
        std::fs::set_permissions(home.path().join(folder), PermissionsExt::from_mode(0o755)).unwrap();
    }
}

#[test]
fn what_the_terminal_answers_about_its_background_is_no_typing_whenever_it_comes() {
    let home = home_with(&["Alpha"]);
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("▌ Alpha");
    for end in ["\x07", "\x1b\\"] {
        // The letters of the answer would run, find, delete and edit.
        tui.send(&format!("\x1b]11;rgb:ffff/fdfd/eded{end}"));
        tui.send("?");
        let shown = tui.wait_for("On this screen");
        assert!(!shown.contains("Run score") && !shown.contains("Delete documentation"), "{shown}");
        tui.send(ESC);
        tui.wait_gone("On this screen");
    }
    tui.quit();
}
