//! Building the catalog: which sources it is of, who builds, what is left where that fails.

use super::*;

/// A home with the usual business, and its workspace.
fn usual() -> (Home, Workspace) {
    let home = Home::new();
    Business::of(40, 10).write(&home);
    let workspace = open(&home);
    (home, workspace)
}

fn ready(workspace: &Workspace) -> String {
    match catalog::state(workspace) {
        CatalogState::Ready(catalog) => catalog.key,
        other => panic!("not ready: {other:?}"),
    }
}

fn question() -> GoalQuery {
    GoalQuery {
        profile_type: ProfileType::Person,
        goal: Goal::parse("web.visit where page is '/page/1'").unwrap(),
        exclusions: Vec::new(),
        exclude_until_active: Default::default(),
        population: Default::default(),
        timeframe_days: 30,
    }
}

/// What lies in the catalog's folder.
fn left(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.path().join("cache/catalog")).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_catalog_is_of_the_sources_as_they_are() {
    let (home, workspace) = usual();
    assert_eq!(catalog::state(&workspace), CatalogState::Missing);
    assert_eq!(catalog::state(&open(&Home::new())), CatalogState::NoSources);
    let first = catalog::build(&workspace, &Silent).unwrap();
    assert_eq!(catalog::state(&workspace), CatalogState::Ready(Box::new(first.clone())));
    assert_eq!(catalog::build(&workspace, &Silent).unwrap(), first, "what is there is not built again");
    // Thresholds are applied to the catalog, not built into it; the time zone cuts its days.
    let config = std::fs::read_to_string(home.path().join("config.toml")).unwrap();
    home.write("config.toml", format!("[thresholds]\nevents = 7\n{config}"));
    assert_eq!(ready(&open(&home)), first.key);
    for settings in ["timezone = \"Asia/Tokyo\"", "as_of = \"2025-08-01\"", "as_of = \"now\""] {
        home.write("config.toml", format!("[workspace]\n{settings}\n{config}"));
        assert_eq!(catalog::state(&open(&home)), CatalogState::Missing, "{settings}");
    }
    let events = home.path().join("in/events.csv");
    let mut text = std::fs::read_to_string(&events).unwrap();
    text += "e-new,p1,2025-06-01T00:00:00Z,brand.new,,\n";
    home.write("in/events.csv", text);
    assert_eq!(catalog::state(&workspace), CatalogState::Missing);
    let second = catalog::build(&workspace, &Silent).unwrap();
    assert_ne!(second.key, first.key);
    assert_eq!(second.events, first.events + 1);
    assert_eq!(left(&home), [".lock".to_string(), second.key.clone()], "the older one is gone");
    // The same bytes with another time may be other bytes of the same length.
    let file = std::fs::File::options().append(true).open(&events).unwrap();
    file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3_600)).unwrap();
    assert_eq!(catalog::state(&workspace), CatalogState::Missing);
}

#[test]
fn a_failed_build_is_told_until_the_sources_change() {
    let (home, workspace) = usual();
    let good = std::fs::read(home.path().join("in/events.csv")).unwrap();
    home.write("in/events.csv", "event_id,when\n1,2\n");
    let error = catalog::build(&workspace, &Silent).unwrap_err();
    assert!(error.what.contains("has no column") && error.hint.is_some(), "{error}");
    assert_eq!(catalog::state(&workspace), CatalogState::Failed(error.clone()));
    assert_eq!(Estimator::open(&workspace).err(), Some(error));
    assert!(left(&home).iter().all(|name| !name.ends_with(".live")), "{:?}", left(&home));
    std::fs::remove_file(home.path().join("in/events.csv")).unwrap();
    let CatalogState::Failed(missing) = catalog::state(&workspace) else { panic!("a source is missing") };
    assert!(missing.to_string().contains("in/events.csv"), "{missing}");
    home.write("in/events.csv", good);
    assert_eq!(catalog::state(&workspace), CatalogState::Missing);
    let key = catalog::build(&workspace, &Silent).unwrap().key;
    assert_eq!(left(&home), [".lock".to_string(), key]);
}

#[test]
fn a_deleted_cache_is_told_and_built_again() {
    let (home, workspace) = usual();
    let key = catalog::build(&workspace, &Silent).unwrap().key;
    let mut estimator = Estimator::open(&workspace).unwrap();
    let mut fresh = Estimator::open(&workspace).unwrap();
    let before = estimator.estimate(&question()).unwrap();
    std::fs::remove_dir_all(home.path().join("cache")).unwrap();
    let error = fresh.estimate(&question()).unwrap_err();
    assert!(error.what.contains("being rebuilt"), "{error}");
    assert_eq!(estimator.estimate(&question()).unwrap(), before, "what is loaded needs no file");
    assert_eq!(catalog::state(&workspace), CatalogState::Missing);
    assert_eq!(catalog::build(&workspace, &Silent).unwrap().key, key);
    assert_eq!(fresh.key(), key);
    assert_eq!(fresh.estimate(&question()).unwrap(), before);
}

#[test]
fn a_catalog_that_is_half_there_counts_as_none() {
    let (home, workspace) = usual();
    let key = catalog::build(&workspace, &Silent).unwrap().key;
    home.write(&format!("cache/catalog/{key}/catalog.json"), "{\"version\": 1,");
    assert_eq!(catalog::state(&workspace), CatalogState::Missing);
    catalog::build(&workspace, &Silent).unwrap();
    assert_eq!(ready(&workspace), key);
    let mut estimator = Estimator::open(&workspace).unwrap();
    home.write(&format!("cache/catalog/{key}/events-0.parquet"), "PAR1");
    assert!(estimator.estimate(&question()).is_err(), "a damaged file is an error");
}

/// A build that waits at its first block until it is told to go on.
struct Held {
    began: Mutex<Option<Sender<()>>>,
    go_on: Mutex<Receiver<()>>,
    cancelled: bool,
}

impl Progress for Held {
    fn advance(&self, _: u64, _: Option<u64>) {
        if let Some(began) = self.began.lock().unwrap().take() {
            began.send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap();
        }
    }

    fn cancelled(&self) -> bool {
        self.cancelled && self.began.lock().unwrap().is_none()
    }
}

fn held(cancelled: bool) -> (Held, Receiver<()>, Sender<()>) {
    let ((began, has_begun), (go, go_on)) = (channel(), channel());
    (Held { began: Mutex::new(Some(began)), go_on: Mutex::new(go_on), cancelled }, has_begun, go)
}

#[test]
fn of_two_builders_one_builds_and_both_have_the_result() {
    let (home, workspace) = usual();
    let (first, first_began, first_go) = held(false);
    let (second, second_waits, second_go) = held(false);
    std::thread::scope(|scope| {
        let one = scope.spawn(|| catalog::build(&open(&home), &first).unwrap());
        first_began.recv().unwrap();
        let CatalogState::Building { seconds, .. } = catalog::state(&workspace) else { panic!("one is building") };
        assert!((0.0..60.0).contains(&seconds), "{seconds}");
        let two = scope.spawn(|| catalog::build(&open(&home), &second).unwrap());
        // Whoever waits is told how far the other one is.
        second_waits.recv().unwrap();
        first_go.send(()).unwrap();
        second_go.send(()).unwrap();
        assert_eq!(one.join().unwrap(), two.join().unwrap(), "built at the same moment: built once");
    });
    assert_eq!(left(&home), [".lock".to_string(), ready(&workspace)]);
}

#[test]
fn a_cancelled_build_leaves_nothing_and_is_no_failure() {
    let (home, workspace) = usual();
    let (cancelled, began, go) = held(true);
    std::thread::scope(|scope| {
        let build = scope.spawn(|| catalog::build(&open(&home), &cancelled).unwrap_err());
        began.recv().unwrap();
        assert!(left(&home).iter().any(|name| name.ends_with(".live")));
        go.send(()).unwrap();
        assert_eq!(build.join().unwrap().kind, propensity::error::Kind::Cancelled);
    });
    assert_eq!(left(&home), [".lock"]);
    assert_eq!(catalog::state(&workspace), CatalogState::Missing);
}

#[test]
fn sources_that_change_while_they_are_read_give_no_catalog() {
    let (home, workspace) = usual();
    let (build, began, go) = held(false);
    std::thread::scope(|scope| {
        let build = scope.spawn(|| catalog::build(&open(&home), &build).unwrap_err());
        began.recv().unwrap();
        home.write("in/accounts.csv", "account_id\na0\n");
        go.send(()).unwrap();
        let error = build.join().unwrap();
        assert!(error.what.contains("changed while"), "{error}");
    });
    assert_eq!(catalog::state(&workspace), CatalogState::Missing, "the failure was that of another state");
}

/// Waits until `done` holds, and tells whether it came true.
fn wait_for(done: impl Fn() -> bool) -> bool {
    let began = Instant::now();
    while !done() {
        if began.elapsed() > Duration::from_secs(60) {
            return false;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    true
}

/// The program as the screens start it: in a process of its own.
fn worker(home: &Home) -> std::process::Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_propensity"))
        .arg("catalog-worker")
        .args(open(home).arguments())
        .current_dir("/")
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn the_worker_builds_silently_wherever_it_is_started() {
    let (home, workspace) = usual();
    assert!(worker(&home).wait().unwrap().success());
    assert_eq!(ready(&workspace), ready(&open(&home)));
    let arguments: Vec<PathBuf> = workspace.arguments().into_iter().map(PathBuf::from).collect();
    assert_eq!(arguments, [PathBuf::from("--home"), std::path::absolute(home.path()).unwrap()]);
}

#[cfg(unix)]
#[test]
fn a_killed_build_leaves_nothing_half() {
    let (home, workspace) = usual();
    let events = home.path().join("in/events.csv");
    let good = std::fs::read(&events).unwrap();
    std::fs::remove_file(&events).unwrap();
    // A pipe that nobody fills: the build stands still in the middle.
    rustix::fs::mkfifoat(rustix::fs::CWD, &events, rustix::fs::Mode::from_raw_mode(0o600)).unwrap();
    let mut child = worker(&home);
    let in_the_middle = || {
        let building = matches!(catalog::state(&workspace), CatalogState::Building { .. });
        building && left(&home).iter().any(|name| name.ends_with(".live"))
    };
    let reached = wait_for(in_the_middle);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reached, "the build began: {:?}", left(&home));
    assert!(left(&home).iter().any(|name| name.ends_with(".live")), "it was killed in the middle: {:?}", left(&home));
    assert_eq!(catalog::state(&workspace), CatalogState::Missing, "a dead process builds nothing");
    std::fs::remove_file(&events).unwrap();
    home.write("in/events.csv", good);
    let key = catalog::build(&workspace, &Silent).unwrap().key;
    assert_eq!(left(&home), [".lock".to_string(), key.clone()]);
    assert_eq!(ready(&workspace), key);
}
