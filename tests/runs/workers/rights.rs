//! Who may only read, and what is refused or started without anybody.

use super::*;

/// Runs the program as somebody who may read the home, but not write it.
#[cfg(unix)]
fn as_reader(stage: &Stage, arguments: &[&str]) -> (Option<i32>, String, String) {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let is_root = rustix::process::geteuid().is_root();
    let folders =
        [stage.home.path().to_path_buf(), stage.workspace.paths.data.clone(), stage.workspace.paths.runs("leads")];
    let set = |mode| folders.iter().for_each(|f| fs::set_permissions(f, PermissionsExt::from_mode(mode)).unwrap());
    let mut command = stage.home.command(arguments);
    if is_root {
        // Somebody else may not reach the place where the program was built.
        let program = stage.home.path().join("program");
        fs::copy(env!("CARGO_BIN_EXE_propensity"), &program).unwrap();
        let mut other = std::process::Command::new(program);
        other.args(arguments).env_clear().env("PROPENSITY_HOME", stage.home.path()).env("USER", "nobody");
        other.current_dir("/").uid(65_534).gid(65_534);
        command = other;
        set(0o755);
    } else {
        fs::set_permissions(stage.workspace.paths.runs("leads").join(".lock"), PermissionsExt::from_mode(0o444))
            .unwrap();
        let live = stage.live().map(|live| stage.live_folder(&live.run));
        live.iter().for_each(|f| fs::set_permissions(f, PermissionsExt::from_mode(0o555)).unwrap());
        set(0o555);
    }
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be started");
    let finished = finish(child);
    if !is_root {
        set(0o755);
        let live = stage.live().map(|live| stage.live_folder(&live.run));
        live.iter().for_each(|f| fs::set_permissions(f, PermissionsExt::from_mode(0o755)).unwrap());
    }
    finished
}

#[cfg(unix)]
#[test]
fn who_may_only_read_sees_a_live_run_as_it_is_and_cannot_stop_it() {
    let stage = Stage::new();
    let mut held = stage.held();
    let row = |said: &str| list(&serde_json::from_str(said).unwrap(), "")[0].clone();
    let (code, said, errors) = as_reader(&stage, &["run", "list", "--json"]);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(text(&row(&said), "/status"), "processing");
    let (code, _, errors) = as_reader(&stage, &["run", "cancel", "leads"]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("could not be asked to stop") && errors.contains("hint:"), "{errors}");
    assert_eq!(stage.live().unwrap().status, Status::Processing);
    signal(held.pid, Signal::KILL);
    held.is_gone();
    stage.until_status(Status::Interrupted);
    let (_, said, _) = as_reader(&stage, &["run", "list", "--json"]);
    assert_eq!(text(&row(&said), "/status"), "interrupted");
}

#[test]
fn read_only_refuses_every_change_with_one_sentence_and_nothing_else() {
    let stage = Stage::new();
    for verb in [
        &["run", "start", "leads"][..],
        &["run", "cancel", "leads"],
        &["score", "edit", "leads", "--description", "d"],
        &["score", "delete", "leads", "--yes"],
        &["score", "restore", "leads"],
        &["demo", "--headless"],
    ] {
        let errors = stage.home.fails(&[verb, &["--read-only"]].concat(), 1);
        assert!(errors.contains("--read-only") && errors.lines().count() == 1, "{errors}");
        let by_environment = stage.home.propensity(verb).env("PROPENSITY_READ_ONLY", "1").output().unwrap();
        assert_eq!(by_environment.status.code(), Some(1));
    }
    stage.home.stdout(&["score", "list", "--read-only"]);
    stage
        .home
        .propensity(&["score", "edit", "leads", "--description", "d"])
        .env("PROPENSITY_READ_ONLY", "0")
        .assert()
        .success();
}

#[test]
fn without_a_verb_and_without_a_terminal_there_is_help_and_no_screen() {
    let errors = Home::new().fails(&[], 2);
    assert!(errors.contains("Usage: propensity") && errors.contains("score"), "{errors}");
    assert!(!errors.contains("worker"), "{errors}");
}

#[test]
fn every_change_gives_another_stamp() {
    let stage = Stage::new();
    let data = stage.workspace.paths.data.clone();
    let mut last = changes::stamp(&data);
    assert!(last.is_some(), "creating a score is a change");
    let held = stage.held();
    assert_ne!(changes::stamp(&data), last, "a run that begins is a change");
    last = changes::stamp(&data);
    cancel::request(&stage.workspace, "leads").unwrap();
    assert_ne!(changes::stamp(&data), last, "asking it to stop is one");
    last = changes::stamp(&data);
    held.go_on();
    stage.until_over();
    // A change is told once it can be seen.
    until("its publication is told", || (changes::stamp(&data) != last).then_some(()));
    last = changes::stamp(&data);
    stage.home.stdout(&["run", "list"]);
    assert_eq!(changes::stamp(&data), last, "looking is none");
    stage.home.stdout(&["score", "edit", "leads", "--description", "d"]);
    assert_ne!(changes::stamp(&data), last);
}

#[test]
fn what_is_due_is_started_and_waited_for() {
    let stage = Stage::new();
    assert_eq!(stage.home.stdout(&["run", "start", "--due"]), "Nothing is due.\n", "it waits for its first run");
    let first = stage.home.json(&["run", "start", "leads"]);
    assert_eq!(stage.home.json(&["run", "start", "--due"])["due"], 0);
    let age = |run: &Value, days: i64| {
        let path = PathBuf::from(text(run, "/folder")).join("run.json");
        let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let at: jiff::Timestamp = text(run, "/started_at").parse().unwrap();
        json["started_at"] = (at - jiff::SignedDuration::from_hours(24 * days)).to_string().into();
        fs::write(path, json.to_string()).unwrap();
    };
    age(&first, 1);
    let done = stage.home.json(&["run", "start", "--due"]);
    assert_eq!([text(&done, "/runs/0/kind"), text(&done, "/runs/0/status")], ["scoring", "successful"], "{done}");
    age(&first, 30);
    assert_eq!(text(&stage.home.json(&["run", "start", "--due"]), "/runs/0/kind"), "training");
    // One that fails is told by the exit code.
    for run in stage.home.json(&["run", "list"]).as_array().unwrap() {
        let folder = stage.run_folder(text(run, "/id"));
        let mut run = run.clone();
        run["folder"] = folder.to_string_lossy().into();
        age(&run, 40);
    }
    fs::remove_file(stage.home.path().join("in/events.csv")).unwrap();
    let errors = stage.home.fails(&["run", "start", "--due"], 1);
    assert!(errors.contains("events.csv"), "{errors}");
}
