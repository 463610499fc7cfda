//! Every kind of problem, planted in a copy of a workspace: named, mended or left, and nothing else touched.

use super::*;

/// What becomes of a problem.
#[derive(Clone, Copy, PartialEq)]
enum Becomes {
    /// `--fix` mends it.
    Mended,
    /// A person must decide; what is said next holds these words.
    Left(&'static str),
    /// It is no problem.
    Noted,
    /// It is no problem, and `--fix` clears it away.
    Cleared,
}

use Becomes::{Cleared, Left, Mended, Noted};

/// A problem: what it is called, where it is told to be (below the home), how it comes about.
struct Case {
    topic: &'static str,
    becomes: Becomes,
    at: String,
    stage: Stage,
}

/// Looks, mends, looks again.
#[track_caller]
fn check(case: &Case) {
    let Case { topic, becomes, at, stage } = case;
    let name = format!("{topic} at {at}");
    let path = stage.path(at);
    let before = stage.tree();
    let looked = stage.doctor(&[]);
    let shown = stage.home.propensity(&["doctor"]).output().unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains(&path.display().to_string()), "{name}: {shown}");
    let after = stage.tree();
    let differ: Vec<&PathBuf> = before.keys().chain(after.keys()).filter(|p| before.get(*p) != after.get(*p)).collect();
    assert!(differ.is_empty(), "{name}: looking changed {differ:?}");
    let found = looked.of(topic, &path).unwrap_or_else(|| panic!("{name} is not named: {}", looked.said));
    let (sign, code) = match becomes {
        Mended => ("mendable", 1),
        Left(_) => ("decide", 1),
        Noted | Cleared => ("note", 0),
    };
    assert_eq!((text(found, "/sign"), looked.code), (sign, code), "{name}: {}", looked.said);
    assert_eq!(looked.problems().len(), usize::try_from(code).unwrap(), "{name}: {}", looked.said);
    if let Left(words) = becomes {
        assert!(text(found, "/next").contains(words), "{name}: {found}");
    }
    let fixed = stage.doctor(&["--fix"]);
    let differ = differing(&before, &stage.tree());
    assert!(
        matches!(becomes, Mended | Cleared) || differ.is_empty(),
        "{name}: there is nothing to mend, and changed is {differ:?}"
    );
    let again = stage.doctor(&[]);
    match becomes {
        Mended => {
            assert_eq!(fixed.of(topic, &path).map(|f| &f["mended"]), Some(&true.into()), "{name}: {}", fixed.said);
            assert_eq!((fixed.code, again.code), (0, 0), "{name}: {} and then {}", fixed.said, again.said);
            let audit = stage.home.stdout(&["audit", "list", "--last", "9"]);
            assert!(audit.contains("mended  ") && audit.contains(&format!("{topic}: ")), "{name}: {audit}");
        }
        Left(_) => {
            assert_eq!((fixed.code, again.code), (1, 1), "{name}: {} and then {}", fixed.said, again.said);
            // How much is free can change under any program's hands.
            let stays =
                |found: Option<&Value>| found.map(|f| if *topic == "space" { f["next"].clone() } else { f.clone() });
            assert_eq!(stays(again.of(topic, &path)), stays(Some(found)), "{name}");
        }
        Noted => assert_eq!((fixed.code, again.code), (0, 0), "{name}: {} and then {}", fixed.said, again.said),
        Cleared => {
            assert_eq!(fixed.of(topic, &path).map(|f| &f["mended"]), Some(&true.into()), "{name}: {}", fixed.said);
            assert!(again.of(topic, &path).is_none() && !path.exists(), "{name}: {}", again.said);
        }
    }
    stage.foreign_is_untouched(&name);
}

fn case(base: &Stage, topic: &'static str, becomes: Becomes, at: &str, plant: impl FnOnce(&Stage)) -> Case {
    let stage = base.copy();
    plant(&stage);
    Case { topic, becomes, at: at.into(), stage }
}

/// Copies of the same workspace, each with another problem.
fn check_all(plant: impl FnOnce(&Stage, &mut dyn FnMut(&'static str, Becomes, &str, &dyn Fn(&Stage)))) {
    let base = Stage::new();
    plant(&base, &mut |topic, becomes, at, planted| check(&case(&base, topic, becomes, at, planted)));
}

#[test]
fn a_healthy_workspace_has_no_problem_and_what_is_not_ours_is_named_and_left() {
    let fresh = Home::new();
    assert!(fresh.stdout(&["doctor"]).contains("Nothing is left to do."));
    assert!(!fresh.path().join("data").exists(), "nothing is made by looking");
    let stage = Stage::new();
    stage.home.write("data/demo/demo.json", "{}");
    let said = stage.home.stdout(&["doctor", "--deep"]);
    assert!(said.contains("✓ 'leads': 4 runs, nothing missing; all digests are as they were written."), "{said}");
    assert!(!said.contains("\n! ") && !said.contains("\n✗ "), "{said}");
    let looked = stage.doctor(&[]);
    assert_eq!((looked.code, looked.problems().len()), (0, 0), "{}", looked.said);
    let shown = ["data/notes.txt", "data/my folder", "data/runs/readme.md", "data/runs/leads/notes.txt"];
    for file in shown.iter().chain(&["data/runs/leads/my folder", "data/trash/keep.txt"]) {
        assert!(looked.of("foreign", &stage.path(file)).is_some(), "{file}: {}", looked.said);
    }
    let mine = stage.path(&format!("{}/mine.txt", stage.run(SCORED)));
    assert!(looked.of("foreign", &mine).is_some(), "{}", looked.said);
    assert!(looked.of("foreign", &stage.path("data/demo")).is_none(), "a demo is made there where no home is given");
    assert_eq!(stage.doctor(&["--fix"]).code, 0);
    stage.foreign_is_untouched("healthy");
    // Who may only look may look.
    assert!(stage.home.stdout(&["--read-only", "doctor"]).contains("Nothing is left to do."));
    assert!(stage.home.fails(&["--read-only", "doctor", "--fix"], 1).contains("--read-only"));
}

#[test]
fn problems_of_the_small_files_are_named_and_mended_or_left() {
    let empty = r#"{"version":1,"drafts":[]}"#;
    check_all(|_, check| {
        let scores = "data/scores.json";
        check("scores", Mended, scores, &|s| drop(s.home.write(scores, "{")));
        check("scores", Left("mv "), scores, &|s| {
            s.home.write(scores, "{");
            fs::remove_file(s.path("data/scores.json.bak")).unwrap();
        });
        check("scores", Left("Update"), scores, &|s| s.amend(scores, |v| v["version"] = 9.into()));
        check("scores", Left("cp "), scores, &|s| fs::remove_file(s.path(scores)).unwrap());
        check("score-name", Left("score delete other"), scores, &|s| {
            s.amend(scores, |v| {
                let mut other = v["scores"][0].clone();
                (other["id"], other["name"]) = ("other".into(), "LEADS".into());
                v["scores"].as_array_mut().unwrap().push(other);
            });
        });
        check("clock", Noted, scores, &|s| {
            s.amend(scores, |v| v["scores"][0]["updated_at"] = "2999-01-01T00:00:00Z".into());
        });
        let drafts = "data/drafts.json";
        check("drafts", Mended, drafts, &|s| {
            s.home.write(drafts, "[");
            s.home.write("data/drafts.json.bak", empty);
        });
        check("drafts", Left("mv "), drafts, &|s| drop(s.home.write(drafts, "[")));
        check("drafts", Left("Update"), drafts, &|s| drop(s.home.write(drafts, r#"{"version":2,"drafts":[]}"#)));
        check("screens", Noted, "state/ui.json", &|s| drop(s.home.write("state/ui.json", "garbage")));
        let audit = "data/audit.ndjson";
        check("audit", Noted, audit, &|s| s.append(audit, "garbage\n"));
        check("audit", Mended, audit, &|s| s.append(audit, "{\"at\":\"2026"));
        check("clock", Noted, audit, &|s| {
            s.append(audit, "{\"at\":\"2999-01-01T00:00:00Z\",\"who\":\"a\",\"what\":\"created\",\"score\":\"x\"}\n");
        });
        check("configuration", Left("config.example.toml"), "config.toml", &|s| drop(s.home.write("config.toml", "x")));
        check("configuration", Left("Europe/Berlin"), "config.toml", &|s| {
            let config = fs::read_to_string(s.path("config.toml")).unwrap();
            s.home.write("config.toml", format!("[workspace]\ntimezone = \"Mars/Base\"\n{config}"));
        });
        check("source", Left("did you mean"), "in/events.csv", &|s| {
            fs::rename(s.path("in/events.csv"), s.path("in/events1.csv")).unwrap();
        });
        check("space", Left("Free some space"), "data", &|s| {
            File::create(s.path(&format!("{}/run.log", s.run(NEWEST)))).unwrap().set_len(1 << 43).unwrap();
        });
    });
}

#[test]
fn what_a_crash_leaves_is_cleared_away_and_what_somebody_keeps_there_stays() {
    let old = Duration::from_secs(2 * 3600);
    check_all(|base, check| {
        let run = base.run(FIRST);
        for folder in ["data", "data/runs", "data/runs/leads", &run, "state", "cache", "cache/runs"] {
            let file = format!("{folder}/.scores.json-aB3dEf.tmp");
            check("temporary", Mended, &file, &|s| {
                s.home.write(&file, "half");
                s.age(&file, old);
            });
        }
        let young = "data/.scores.json-aB3dEf.tmp";
        check("temporary", Noted, young, &|s| drop(s.home.write(young, "half")));
        let gone = "data/runs/leads/.20200101-000000-0000.gone";
        check("removed-run", Mended, gone, &|s| drop(s.home.write(&format!("{gone}/run.json"), "{}")));
        check("removed-run", Left("Move that file"), gone, &|s| drop(s.home.write(&format!("{gone}/mine"), "x")));
        let live = "data/runs/leads/.20200101-000000-0000.live";
        let journal = format!("{live}/journal.ndjson");
        let started = r#"{"v":1,"seq":1,"at":"2020-01-01T00:00:00Z","kind":"started","run":"20200101-000000-0000","score":"leads","pid":1,"run_kind":"scoring","user":"ann"}"#;
        check("interrupted-run", Mended, live, &|s| {
            s.home.write(&journal, format!("{started}\n"));
            s.home.write(&format!("{live}/scores.parquet"), "half");
        });
        check("interrupted-run", Mended, live, &|s| fs::create_dir(s.path(live)).unwrap());
        check("interrupted-run", Left("Move that file"), live, &|s| {
            s.home.write(&journal, format!("{started}\n"));
            s.home.write(&format!("{live}/mine.txt"), "x");
        });
        let orphan = "data/runs/nobody";
        check("orphan", Left("rm -r"), orphan, &|s| {
            s.home.write(&format!("{orphan}/20200101-000000-0000/run.json"), "{}");
        });
        for (topic, empty) in [
            ("orphan", "data/runs/nobody"),
            ("run", "data/runs/leads/20200101-000000-0000"),
            ("trash", "data/trash/old-20200101T000000Z"),
            ("trash", "data/trash/old-20200101T000000Z-2"),
        ] {
            check(topic, Cleared, empty, &|s| fs::create_dir(s.path(empty)).unwrap());
        }
        check("foreign", Noted, "data/runs/leads/nothing", &|s| {
            fs::create_dir(s.path("data/runs/leads/nothing")).unwrap();
        });
        let trash = "data/trash/old-20200101T000000Z";
        check("trash", Left("rm -r"), trash, &|s| drop(s.home.write(&format!("{trash}/score.json"), "{")));
        let deleted = |s: &Stage, at: &str| {
            let scores: Value = serde_json::from_slice(&fs::read(s.path("data/scores.json")).unwrap()).unwrap();
            let mut score = scores["scores"][0].clone();
            score["id"] = "old".into();
            let definition = json!({"version": 1, "deleted_at": at, "deleted_by": "ann", "score": score});
            s.home.write(&format!("{trash}/score.json"), definition.to_string());
        };
        check("trash", Mended, trash, &|s| deleted(s, "2020-01-01T00:00:00Z"));
        check("trash", Left("Move that file"), trash, &|s| {
            deleted(s, "2020-01-01T00:00:00Z");
            s.home.write(&format!("{trash}/mine.txt"), "x");
        });
        check("set-aside", Noted, "data/scores.json.broken-20200101T000000Z", &|s| {
            s.home.write("data/scores.json.broken-20200101T000000Z", "{");
        });
        check("index", Mended, "cache/runs/leads.ndjson", &|s| s.append("cache/runs/leads.ndjson", "garbage\n"));
        check("index", Mended, "cache/runs/leads.ndjson", &|s| {
            let index = fs::read_to_string(s.path("cache/runs/leads.ndjson")).unwrap();
            s.home.write("cache/runs/leads.ndjson", index.replacen("\"scored\":", "\"scored\":9", 1));
        });
    });
}

#[test]
fn problems_of_runs_are_named_and_left_to_a_person() {
    check_all(|base, check| {
        let (first, scored, champion, newest) =
            (base.run(FIRST), base.run(SCORED), base.run(CHAMPION), base.run(NEWEST));
        let summary = format!("{scored}/run.json");
        check("run", Left("rm -r"), &summary, &|s| fs::remove_file(s.path(&summary)).unwrap());
        check("run", Left("rm -r"), &summary, &|s| drop(s.home.write(&summary, "{")));
        check("run", Left("Update"), &summary, &|s| s.amend(&summary, |v| v["version"] = 9.into()));
        check("run", Left("Move"), "data/runs/leads", &|s| {
            s.amend(&summary, |v| v["id"] = "20200101-000000-0000".into())
        });
        for name in ["scores.parquet", "report.json", "snapshot.json"] {
            let file = format!("{newest}/{name}");
            check("run", Left("propensity run start leads --kind scoring"), &file, &|s| {
                fs::remove_file(s.path(&file)).unwrap();
            });
            let older = format!("{scored}/{name}");
            check("run", Noted, &older, &|s| fs::remove_file(s.path(&older)).unwrap());
        }
        let report = format!("{newest}/report.json");
        check("run", Left("propensity run start leads --kind scoring"), &report, &|s| drop(s.home.write(&report, "{")));
        check("run", Left("Update"), &report, &|s| s.amend(&report, |v| v["version"] = 9.into()));
        let model = format!("{first}/model.json");
        check("run", Noted, &model, &|s| fs::remove_file(s.path(&model)).unwrap());
        let scores = format!("{newest}/scores.parquet");
        check("digest", Left("propensity run start leads"), &scores, &|s| s.append(&scores, "x"));
        let model = format!("{champion}/model.json");
        check("digest", Left("propensity score promote leads"), &model, &|s| s.append(&model, "\n"));
        check("champion", Left("propensity score promote leads"), &model, &|s| {
            fs::remove_file(s.path(&model)).unwrap()
        });
        check("promotion", Left("propensity score promote leads"), "data/runs/leads/20200101-000000-0000", &|s| {
            let promoted = json!({"run": "20200101-000000-0000", "after": "20200102-000000-0000", "at": "2020-01-01T00:00:00Z", "by": "ann"});
            s.amend("data/scores.json", |v| v["scores"][0]["promoted"] = promoted);
        });
        let journal = format!("{scored}/journal.ndjson");
        check("journal", Noted, &journal, &|s| s.append(&journal, "garbage\n"));
        check("clock", Noted, &summary, &|s| s.amend(&summary, |v| v["finished_at"] = "2999-01-01T00:00:00Z".into()));
    });
}

#[test]
fn an_old_run_whose_files_changed_is_found_by_looking_deep() {
    let stage = Stage::new();
    let file = format!("{}/scores.parquet", stage.run(FIRST));
    stage.append(&file, "x");
    assert_eq!(stage.doctor(&[]).code, 0);
    let deep = stage.doctor(&["--deep"]);
    // These are not the scores that are shown: nothing can be done, and nothing has to be.
    assert_eq!(deep.code, 0);
    let found = deep.of("digest", &stage.path(&file)).unwrap_or_else(|| panic!("{}", deep.said));
    assert!(text(found, "/sign") == "note" && found["why"].to_string().contains("the past of its profiles"), "{found}");
    // The command that is told for a broken model does what it says.
    let model = format!("{}/model.json", stage.run(CHAMPION));
    stage.home.write(&model, "{");
    let looked = stage.doctor(&[]);
    let next = text(looked.of("champion", &stage.path(&model)).unwrap(), "/next").to_string();
    let command = format!("score promote leads {}", stage.runs[FIRST]);
    assert!(next.starts_with(&format!("propensity {command} ")), "{next}");
    stage.home.stdout(&command.split(' ').collect::<Vec<_>>());
    let again = stage.doctor(&[]);
    assert!(again.of("champion", &stage.path(&model)).is_none(), "{}", again.said);
}

#[test]
fn a_lock_that_is_held_is_told_and_not_waited_for() {
    let stage = Stage::new();
    let path = stage.path("data/scores.lock");
    let lock = Lock::acquire(&path, Duration::ZERO).unwrap();
    let run = stage.path("data/runs/leads/.lock");
    let run_lock = Lock::acquire(&run, Duration::ZERO).unwrap();
    fs::create_dir(stage.path("data/runs/leads/.20200101-000000-0000.live")).unwrap();
    let looked = stage.doctor(&[]);
    assert_eq!(looked.code, 0, "{}", looked.said);
    for lock in [&path, &run] {
        let found = looked.of("lock", lock).unwrap_or_else(|| panic!("{}", looked.said));
        assert!(text(found, "/what").contains(&format!("process {}", std::process::id())), "{found}");
        assert!(!text(found, "/what").contains('Z'), "in the workspace's zone, to the second: {found}");
    }
    assert!(text(looked.of("lock", &run).unwrap(), "/what").contains("is live, as it should be"), "{}", looked.said);
    stage.home.write("data/scores.json", "{");
    let began = std::time::Instant::now();
    let fixed = stage.doctor(&["--fix"]);
    assert!(fixed.code == 1 && began.elapsed() < Duration::from_secs(9), "{:?}", began.elapsed());
    let found = fixed.of("scores", &stage.path("data/scores.json")).unwrap();
    assert_eq!((text(found, "/sign"), &found["mended"]), ("mendable", &false.into()));
    assert!(found["why"].to_string().contains("could not be mended now"), "{found}");
    assert_eq!(fs::read_to_string(stage.path("data/scores.json")).unwrap(), "{");
    drop((lock, run_lock));
    assert_eq!(stage.doctor(&["--fix"]).code, 0);
    assert!(stage.home.stdout(&["score", "list"]).contains("leads"));
}

#[test]
fn a_data_folder_that_is_gone_no_folder_or_not_writable_is_told() {
    let stage = Stage::new();
    let data = stage.path("data");
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    mode(stage.home.path(), 0o755);
    mode(&data, 0o555);
    let mut command = stage.home.command(&["doctor", "--json"]);
    if rustix::process::geteuid().is_root() {
        // The superuser may write everywhere; nobody may only read.
        std::os::unix::process::CommandExt::uid(&mut command, 65_534);
    }
    match command.output() {
        Ok(output) => {
            let said = serde_json::from_slice(&output.stdout).unwrap();
            let looked = Doctored { code: output.status.code().unwrap(), said };
            assert_eq!(looked.code, 1);
            assert_eq!(text(looked.of("data-folder", &data).unwrap(), "/sign"), "decide", "{}", looked.said);
        }
        Err(e) => eprintln!(
            "not tested: a data folder that cannot be written, because the program cannot be run by nobody: {e}"
        ),
    }
    mode(&data, 0o755);
    fs::rename(&data, stage.path("elsewhere")).unwrap();
    for fix in [&[][..], &["--fix"]] {
        let looked = stage.doctor(fix);
        let found = looked.of("data-folder", &data).unwrap();
        assert_eq!((looked.code, text(found, "/sign")), (1, "decide"));
        assert!(text(found, "/next").contains("Mount it") && !data.exists(), "{found}");
    }
    stage.home.write("data", "a file");
    let looked = stage.doctor(&["--fix"]);
    assert!(text(looked.of("data-folder", &data).unwrap(), "/what").contains("is no folder"));
}
