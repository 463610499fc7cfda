//! How quickly millions of scored profiles are opened, paged, searched, filtered and ordered, and in how much memory.
//!
//! `cargo bench --bench profiles -- [ROWS] [FOLDER]` writes a workspace with a score of so many made-up profiles (5,000,000
//! unless told) into the folder (a temporary one unless told), measures in this process, and prints milliseconds and
//! megabytes. With a folder, `PROPENSITY_HOME=FOLDER propensity` opens the screens on it.

use propensity::data::scores::{Query, ScorePages, ScoreWriter, ScoredProfile, Sort};
use propensity::domain::explanation::{Band, Factor};
use propensity::domain::progress::Silent;
use propensity::domain::run::{RunKind, Status};
use propensity::domain::score::goal::Goal;
use propensity::domain::score::{ProfileType, Score};
use propensity::runs::layout;
use propensity::runs::summary_json;
use propensity::store::json;
use propensity::workspace::Workspace;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

const RUN: &str = "20260101-000000-0000";
const CODES: [&str; 12] = [
    "since.pricingPageVisited",
    "count.webVisit.30d",
    "people.active.30d",
    "account.industry",
    "account.employees",
    "tenure",
    "since.last",
    "count.emailOpened.90d",
    "events.180d",
    "active_days.90d",
    "count.demoRequested.all",
    "person.country",
];

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let rows: u32 = arguments.first().and_then(|a| a.parse().ok()).unwrap_or(5_000_000);
    let temporary = tempfile::tempdir().expect("a temporary folder can be made");
    let home = arguments.get(1).map_or_else(|| temporary.path().to_path_buf(), PathBuf::from);
    let path = workspace(&home, rows);
    let size = std::fs::metadata(&path).map_or(0, |m| m.len());
    println!("{rows} profiles, {} MB on disk", size >> 20);
    measure(&path, rows);
}

/// Writes the workspace unless it is there; gives the scores file.
fn workspace(home: &Path, rows: u32) -> PathBuf {
    std::fs::create_dir_all(home).expect("the folder can be made");
    let config = home.join("config.toml");
    if !config.exists() {
        std::fs::write(&config, "[workspace]\nname = \"big\"\n").expect("the configuration can be written");
    }
    let workspace = Workspace::open(Some(home), None).expect("the workspace opens");
    let score = match workspace.scores.find("big") {
        Ok(score) => score,
        Err(_) => {
            let goal = Goal::parse("opportunityEvent.opportunityUpdated").expect("the goal parses");
            let score = Score::new("big", ProfileType::Person, goal, 90, jiff::Timestamp::now(), "bench");
            workspace.scores.create(score).expect("the score can be created")
        }
    };
    let folder = workspace.paths.runs(&score.id).join(RUN);
    let path = folder.join(layout::SCORES);
    if ScorePages::open(&path).is_ok_and(|p| p.len() == rows as usize) {
        return path;
    }
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let attributes: Vec<Arc<str>> = ["country", "job_title", "account.industry"].map(Arc::from).to_vec();
    let mut writer = ScoreWriter::create(&path, &attributes).expect("the file can be created");
    let all: Vec<u32> = (0..rows).collect();
    for block in all.chunks(8_192) {
        let profiles: Vec<ScoredProfile> = block.iter().map(|&rank| profile(rank, rows, &attributes)).collect();
        writer.write(&profiles).expect("the scores can be written");
    }
    writer.finish().expect("the scores can be finished");
    let mut run = summary_json::empty(RUN, (&score.id, &score.name), RunKind::Training, jiff::Timestamp::now());
    run.status = Status::Successful;
    run.population.scored = u64::from(rows);
    run.cutoffs.as_of = "2026-01-01".into();
    json::write_json(&folder.join(layout::SUMMARY), &run).expect("the summary can be written");
    path
}

/// The finaliser of splitmix64.
fn mix(value: u64) -> u64 {
    let z = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn profile(rank: u32, rows: u32, attributes: &[Arc<str>]) -> ScoredProfile {
    let draw = mix(u64::from(rank) + 0x9e37_79b9_7f4a_7c15);
    let score = 100.0 * f64::from(rows - rank) / f64::from(rows + 1);
    let pick = |from: &[&str], shift: u32| from[(draw >> shift) as usize % from.len()].to_string();
    let factors = (0..10)
        .map(|i| {
            let code = CODES[(draw as usize >> i) % CODES.len()];
            let contribution = (1.0 - 0.09 * i as f64) * if draw >> (20 + i) & 1 == 0 { 1.0 } else { -1.0 };
            Factor::new(code, Some((draw >> i & 63).to_string()), contribution)
        })
        .collect();
    let first = ["Ada", "Bruno", "Chen", "Dora", "Emil", "Fatou", "Goran", "Hana"];
    let last = ["Abara", "Becker", "Costa", "Dubois", "Egede", "Ferrari", "Ghosh", "Horvat", "Ito", "Jansen"];
    let values = [
        pick(&["DE", "FR", "US", "GB", "SE"], 8),
        pick(&["Engineer", "Head of Sales", "Analyst", "VP Marketing"], 16),
        pick(&["Software", "Retail", "Health", "Transport"], 24),
    ];
    ScoredProfile {
        profile_id: format!("P{:09}", draw % 1_000_000_000),
        name: Some(format!("{} {} {}", pick(&first, 32), pick(&last, 40), draw % 10_000)),
        account_id: Some(format!("A{:06}", draw >> 44)),
        score,
        previous_score: (!draw.is_multiple_of(10)).then_some((score + (draw % 17) as f64 - 8.0).clamp(0.0, 100.0)),
        percentile: (100 * (rows - rank) / rows).clamp(1, 100) as i32,
        probability: score / 300.0,
        band: if score >= 75.0 {
            Band::High
        } else if score >= 25.0 {
            Band::Medium
        } else {
            Band::Low
        },
        model_type: "gradient-boosted trees".into(),
        score_date: 20_454,
        factors,
        rest: 0.1,
        top_group: None,
        attributes: attributes.iter().cloned().zip(values).collect(),
    }
}

fn measure(path: &Path, rows: u32) {
    let before = resident("VmRSS");
    let (pages, opened) = timed(|| ScorePages::open(path).expect("the scores open"));
    let page = |from: u32| (from..from + 40).collect::<Vec<u32>>();
    let (_, first) = timed(|| pages.rows(&page(0)).expect("the rows are read"));
    println!("open                     {opened:8.1} ms");
    println!("open and first page      {:8.1} ms", opened + first);
    let mut each: Vec<f64> = (1..200u64)
        .map(|i| {
            let from = (mix(i) % u64::from(rows - 40)) as u32;
            timed(|| pages.rows(&page(from)).expect("the rows are read")).1
        })
        .collect();
    each.sort_by(f64::total_cmp);
    println!("a page of 40 rows        {:8.1} ms median, {:.1} ms at most", each[each.len() / 2], each[each.len() - 1]);
    println!("memory after that        {:8} MB more than before", (resident("VmRSS") - before) >> 10);
    let id = profile(rows / 2, rows, &[]).profile_id;
    let show = |what: &str, ms: f64, found: usize| println!("{what:<24} {ms:8.1} ms, {found} rows");
    let (found, ms) = timed(|| pages.find(&id.to_lowercase(), &Silent).expect("the search ends"));
    show("find an id", ms, found.len());
    let (found, ms) = timed(|| pages.find_id(&id, &Silent).expect("the search ends"));
    show("find exactly this id", ms, usize::from(found.is_some()));
    let query = |line: &str| Query::parse(line, &["country", "job_title", "account.industry"]).expect("a query");
    for line in ["band=high", "country=DE", "ferrari country=FR"] {
        let (found, ms) = timed(|| pages.filter(&query(line), &Silent).expect("the filter ends"));
        show(line, ms, found.len());
    }
    for sort in [Sort::Risen, Sort::Name, Sort::Id] {
        let (found, ms) = timed(|| pages.order(sort, None, &Silent).expect("the order is made"));
        show(&format!("order by {sort}"), ms, found.len());
        let (_, ms) = timed(|| pages.rows(&found[..40]).expect("the rows are read"));
        show("  a page of that order", ms, 40);
    }
    println!("peak memory of it all    {:8} MB", resident("VmHWM") >> 10);
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let began = Instant::now();
    let made = work();
    (made, began.elapsed().as_secs_f64() * 1e3)
}

/// Kilobytes of this process, where the system tells them as Linux does.
fn resident(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with(what));
    line.and_then(|l| l.split_whitespace().nth(1)).and_then(|n| n.parse().ok()).unwrap_or(0)
}
