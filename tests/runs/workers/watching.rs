//! Following a live run from another process.

use super::*;

#[test]
fn watching_prints_the_same_fold_as_the_list_and_ends_like_the_start() {
    let stage = Stage::new();
    let held = stage.held();
    let mut watch = stage.home.command(&["run", "watch", "--json"]);
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap());
    let mut first = String::new();
    lines.read_line(&mut first).unwrap();
    let first: Value = serde_json::from_str(&first).expect("a line of JSON");
    assert_eq!(first, serde_json::to_value(stage.live().unwrap()).unwrap());
    let row = stage.listed(&held.run);
    for (of_watch, of_list) in [("run", "id"), ("status", "status"), ("started_at", "started_at"), ("stages", "stages")]
    {
        assert_eq!(first[of_watch], row[of_list], "{first} {row}");
    }
    assert_eq!(text(&row, "/status"), "processing");
    assert!(stage.home.stdout(&["run", "list"]).contains("processing"));
    held.go_on();
    let mut rest = String::new();
    lines.read_to_string(&mut rest).unwrap();
    let (code, _, errors) = finish(watch);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    let last: Value = serde_json::from_str(rest.lines().last().expect("more lines follow")).unwrap();
    assert_eq!(text(&last, "/status"), "successful");
    let run = stage.home.json(&["run", "show", &held.run]);
    let names = |stages: &Value| -> Vec<String> { list(stages, "").iter().map(|s| text(s, "/name").into()).collect() };
    assert_eq!(names(&last["stages"]), names(&run["stages"]));
    // Every row of the sources was told in the end.
    let report = fs::read(stage.run_folder(&held.run).join("report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let files = list(&report, "/intake/sources").iter().flat_map(|source| list(source, "/files"));
    let rows: u64 = files.map(|f| f["rows"].as_u64().unwrap() + f["refused"].as_u64().unwrap()).sum();
    assert_eq!(last["rows"].as_u64(), Some(rows));
    // A run that is over can be named, too; a score without a live one cannot.
    assert!(stage.home.stdout(&["run", "watch", &held.run]).contains("successful"));
    assert!(stage.home.fails(&["run", "watch", "leads"], 1).contains("No run of 'leads' is live"));
    assert!(stage.home.fails(&["run", "watch"], 1).contains("No run is live"));
}

#[test]
fn watching_without_a_name_asks_which_where_several_runs_are_live() {
    let stage = Stage::new();
    stage.home.create_score("others", &["--repeatable", "no"]);
    let held = stage.held();
    let other = stage.home.json(&["run", "start", "others", "--detach"]);
    let pid = u32::try_from(other["pid"].as_u64().unwrap()).unwrap();
    signal(pid, Signal::STOP);
    let errors = stage.home.fails(&["run", "watch"], 1);
    signal(pid, Signal::CONT);
    held.go_on();
    assert!(errors.contains("2 runs are live") && errors.contains(&held.run), "{errors}");
    assert_eq!(finish(watcher(&stage, "others")).0, Some(0));
    stage.until_over();
}

fn watcher(stage: &Stage, score: &str) -> Child {
    let live = follow::live_run(&stage.workspace, score);
    let wanted =
        live.map_or_else(|| list(&stage.home.json(&["run", "list", score]), "")[0]["id"].to_string(), |l| l.run);
    let mut watch = stage.home.command(&["run", "watch", wanted.trim_matches('"')]);
    watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_stopped_run_ends_the_watcher_as_it_ends_the_starter() {
    let home = Home::new();
    Business::of(60, 20).write(&home);
    home.create_score("few", &["--repeatable", "no"]);
    let started = home.fails(&["run", "start", "few"], 3);
    let run = text(&list(&home.json(&["run", "list"]), "")[0], "/id").to_string();
    let watched = home.fails(&["run", "watch", &run], 3);
    assert_eq!(started, watched);
    assert!(
        started.contains("stopped by 4") && started.contains("threshold") && started.contains("hint:"),
        "{started}"
    );
}
