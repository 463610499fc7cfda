//! Scored profiles looked at one by one and page by page: what is computed anew equals what the run wrote, parts add up,
//! filters and orders are those of a reader of the whole file.

use crate::common::business::Business;
use crate::common::{Home, list, number, text};
use propensity::data::scores::{Query, ScorePages, ScoreReader, ScoredProfile, Sort};
use propensity::domain::explanation::{points, score};
use propensity::domain::progress::Silent;
use propensity::queries::profile::{ChangePart, ScoredProfiles, history};
use propensity::workspace::Workspace;
use serde_json::Value;

/// Two runs a month apart, between which events were added, one was taken out, and somebody moved and got a title.
fn twice(profile: &str) -> (Home, Workspace) {
    let home = Home::new();
    let mut business = Business::new();
    business.write(&home);
    let goal = crate::common::business::GOAL;
    let asked = ["score", "create", "--name", "leads", "--profile", profile, "--goal", goal, "--timeframe", "30"];
    home.json(&asked);
    home.json(&["run", "start", "leads", "--as-of", "2025-09-20"]);
    // An export of later: some rows of before are corrected.
    business.events.rows.retain(|row| !row[2].starts_with("2025-08-1"));
    for number in 0..60 {
        business.event(&format!("p{}", number * 3), "2025-09-01T10:00:00Z", "web.visit", "/page/1", "30");
    }
    for row in business.persons.rows.iter_mut().step_by(5) {
        row[1] = "a7".into();
        row[4] = "Chief Executive Officer".into();
    }
    business.write(&home);
    home.json(&["run", "start", "leads", "--as-of", "2025-10-20"]);
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    (home, workspace)
}

fn all(scored: &ScoredProfiles) -> Vec<ScoredProfile> {
    ScoreReader::open(&scored.folder.join("scores.parquet")).unwrap().map(|row| row.unwrap()).collect()
}

#[test]
fn what_is_computed_anew_for_one_profile_is_what_the_run_wrote() {
    for profile in ["person", "account"] {
        let (_home, workspace) = twice(profile);
        let mut scored = ScoredProfiles::open(&workspace, "leads").unwrap();
        let rows = all(&scored);
        assert!(rows.len() > 50, "{profile}: {}", rows.len());
        for (place, row) in (0..).zip(&rows).step_by(3) {
            let detail = scored.detail(&workspace, place).unwrap();
            let why = &detail.explanation;
            assert_eq!((detail.rank, &detail.profile), (place + 1, row));
            assert_eq!(why.score().to_bits(), row.score.to_bits(), "{profile} {}", row.profile_id);
            assert_eq!(why.probability().to_bits(), row.probability.to_bits());
            assert_eq!(why.factors[..row.factors.len()], row.factors, "{}", row.profile_id);
            let terms: Vec<f64> =
                std::iter::once(why.starting_point).chain(why.factors.iter().map(|f| f.contribution)).collect();
            assert!((terms.iter().sum::<f64>() - why.log_odds_ratio()).abs() < 1e-6);
            // e^s·∏e^φ are the odds against the average, and the points add from 50 to the score.
            let product: f64 = terms.iter().map(|t| t.exp()).product();
            let odds = row.score / (100.0 - row.score);
            assert!((product / odds - 1.0).abs() < 1e-6, "{product} {odds}");
            assert!((50.0 + points(&terms).iter().sum::<f64>() - row.score).abs() < 1e-4);
            let groups = why.groups();
            let grouped: f64 = groups.iter().map(|g| g.contribution).sum();
            assert!((grouped + why.starting_point - why.log_odds_ratio()).abs() < 1e-6);
            assert_eq!(groups.iter().map(|g| g.factors.len()).sum::<usize>(), why.factors.len());
            let coded: Vec<(&str, f64)> = groups.iter().map(|g| (g.title.as_str(), g.contribution)).collect();
            let whole = 50 + why.rounded_points(&coded).iter().sum::<i64>();
            assert_eq!(whole, (row.score + 0.5).floor() as i64);
            assert!((score(why.z, why.b) - row.score).abs() < 1e-12);
            assert_eq!(detail.activity.iter().filter(|h| h.day >= row.score_date).count(), 0);
            assert!(detail.activity.is_sorted_by(|a, b| a.day >= b.day));
        }
    }
}

#[test]
fn the_parts_of_a_change_add_up_and_name_what_was_done() {
    for profile in ["person", "account"] {
        let (_home, workspace) = twice(profile);
        let mut scored = ScoredProfiles::open(&workspace, "leads").unwrap();
        let rows = all(&scored);
        let mut moved = [0.0f64; 5];
        let mut seen = 0;
        for (place, row) in (0..).zip(&rows).step_by(2) {
            let detail = scored.detail(&workspace, place).unwrap();
            let change = scored.change(&workspace, &detail).unwrap();
            let Some(before) = row.previous_score else {
                assert_eq!(change, None);
                continue;
            };
            let change = change.unwrap();
            seen += 1;
            assert_eq!((change.from.to_bits(), change.to.to_bits()), (before.to_bits(), row.score.to_bits()));
            let sum: f64 = change.parts.iter().map(|(_, part)| part).sum();
            assert!((sum - (row.score - before)).abs() < 1e-9, "{change:?}");
            assert_eq!(change.parts.iter().map(|p| p.0).collect::<Vec<_>>(), ChangePart::ALL);
            moved.iter_mut().zip(&change.parts).for_each(|(sum, (_, part))| *sum += part.abs());
            let past = history(&workspace, "leads", &row.profile_id, &Silent).unwrap();
            assert_eq!(past.iter().map(|p| p.score).collect::<Vec<_>>(), [row.score, before]);
        }
        assert!(seen > 20, "{seen}");
        // Events were added and taken out, the month went by, people moved, the model was trained anew.
        assert!(moved.iter().all(|m| *m > 0.0), "{profile}: {moved:?}");
    }
}

#[test]
fn without_corrections_links_and_a_new_model_only_time_and_new_activity_change_a_score() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    home.json(&["run", "start", "leads", "--as-of", "2025-09-20"]);
    home.json(&["run", "start", "leads", "--as-of", "2025-10-20", "--kind", "scoring"]);
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    let mut scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    let (mut aged, mut active) = (false, false);
    for place in 0..scored.pages.len() as u32 {
        let detail = scored.detail(&workspace, place).unwrap();
        let Some(change) = scored.change(&workspace, &detail).unwrap() else { continue };
        let of = |part: ChangePart| change.parts.iter().find(|p| p.0 == part).unwrap().1;
        assert_eq!([of(ChangePart::Corrections), of(ChangePart::AttributesAndLinks), of(ChangePart::Model)], [0.0; 3]);
        aged |= of(ChangePart::Ageing) != 0.0;
        active |= of(ChangePart::NewActivity) != 0.0;
    }
    assert!(aged && active);
}

#[test]
fn an_account_without_a_person_is_the_account_whose_events_that_person_never_had() {
    let home = Home::new();
    let business = Business::new();
    business.write(&home);
    let goal = crate::common::business::GOAL;
    home.json(&["score", "create", "--name", "firms", "--profile", "account", "--goal", goal, "--timeframe", "30"]);
    home.json(&["run", "start", "firms"]);
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    let mut scored = ScoredProfiles::open(&workspace, "firms").unwrap();
    let detail = scored.detail(&workspace, 0).unwrap();
    assert!(!detail.people.is_empty() && detail.more_people == 0);
    assert!(detail.people.is_sorted_by(|a, b| a.change <= b.change));
    // The same by another way: the sources without that person, scored with the same model.
    let person = &detail.people[0];
    let mut fewer = business.clone();
    fewer.persons.rows.retain(|row| row[0] != person.id);
    fewer.events.rows.retain(|row| row[1] != person.id);
    fewer.write(&home);
    home.json(&["run", "start", "firms", "--kind", "scoring"]);
    let later = ScoredProfiles::open(&workspace, "firms").unwrap();
    let row = all(&later).into_iter().find(|r| r.profile_id == detail.profile.profile_id);
    if let Some(row) = row {
        assert!((row.score - detail.profile.score - person.change).abs() < 1e-9, "{} {person:?}", row.score);
    }
}

#[test]
fn what_if_with_the_same_values_is_the_score_and_another_value_is_another_score() {
    let (_home, workspace) = twice("person");
    let mut scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    for place in [0, 17, scored.pages.len() as u32 - 1] {
        let detail = scored.detail(&workspace, place).unwrap();
        let same = scored.what_if(&workspace, &detail, &[]).unwrap();
        assert_eq!((same.score, i32::from(same.percentile)), (detail.profile.score, detail.profile.percentile));
        assert_eq!((same.band, same.explanation), (detail.profile.band, detail.explanation.clone()));
        let at = detail.cells.iter().position(|c| c.code == "since.form.demo").unwrap();
        let recent = scored.what_if(&workspace, &detail, &[(at, 2.0)]).unwrap();
        let long_ago = scored.what_if(&workspace, &detail, &[(at, 250.0)]).unwrap();
        assert!(recent.score > long_ago.score && recent.percentile >= long_ago.percentile);
        assert!(detail.cells.iter().any(|c| c.choices.contains(&"DE".to_string())));
    }
}

#[test]
fn pages_filters_and_orders_are_those_of_a_reader_of_the_whole_file() {
    let (_home, workspace) = twice("person");
    let scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    let (pages, rows) = (&scored.pages, all(&scored));
    let at = |place: u32| rows[place as usize].clone();
    assert_eq!(pages.len(), rows.len());
    let some = [5, 0, 99, 1_000_000, rows.len() as u32 - 1];
    let read: Vec<(u32, ScoredProfile)> = pages.rows(&some).unwrap();
    assert_eq!(read, some.iter().filter(|p| (**p as usize) < rows.len()).map(|&p| (p, at(p))).collect::<Vec<_>>());
    let names: Vec<&str> = pages.attributes().iter().map(|a| &**a).collect();
    assert!(
        names.contains(&"plan") && names.contains(&"account.industry") && names.contains(&"account.name"),
        "{names:?}"
    );
    let kept = |wanted: &dyn Fn(&ScoredProfile) -> bool| -> Vec<u32> {
        (0..).zip(&rows).filter(|(_, r)| wanted(r)).map(|(p, _)| p).collect()
    };
    let filter = |line: &str| pages.filter(&Query::parse(line, &names).unwrap(), &Silent).unwrap();
    assert_eq!(filter("country=de"), kept(&|r| r.attribute("country") == Some("DE")));
    assert_eq!(
        filter("country=DE Plan=paid"),
        kept(&|r| { r.attribute("country") == Some("DE") && r.attribute("plan") == Some("paid") })
    );
    assert_eq!(filter("P11"), kept(&|r| r.profile_id.contains("p11")));
    assert_eq!(
        filter("'person 1' account.industry=Retail"),
        kept(&|r| {
            r.name.as_ref().unwrap().to_lowercase().contains("person 1")
                && r.attribute("account.industry") == Some("Retail")
        })
    );
    assert_eq!(filter("band=low"), kept(&|r| r.band.word() == "Low"));
    assert_eq!(filter(""), kept(&|_| true));
    for (line, word) in [("contry=DE", "country"), ("band=best", "high")] {
        let error = Query::parse(line, &names).unwrap_err().to_string();
        assert!(error.contains(word), "{error}");
    }
    for row in [3, 40] {
        assert_eq!(pages.find_id(&rows[row].profile_id, &Silent).unwrap(), Some(row as u32));
    }
    assert_eq!(pages.find_id("nobody", &Silent).unwrap(), None);
    for percentile in [100, 75, 50, 3, 1] {
        let first = rows.iter().position(|r| r.percentile <= i32::from(percentile)).unwrap_or(rows.len());
        assert_eq!(pages.at_percentile(percentile).unwrap(), first as u32);
    }
    let ordered = |sort| pages.order(sort, None, &Silent).unwrap().into_iter().map(at).collect::<Vec<_>>();
    let names: Vec<String> = ordered(Sort::Name).into_iter().map(|r| r.name.unwrap().to_lowercase()).collect();
    assert!(names.is_sorted() && names.len() == rows.len());
    let ids: Vec<String> = ordered(Sort::Id).into_iter().map(|r| r.profile_id).collect();
    assert!(ids.is_sorted());
    let rises: Vec<f64> = ordered(Sort::Risen).iter().map(|r| r.change().unwrap_or(f64::MIN)).collect();
    assert!(rises.windows(2).all(|w| w[0] >= w[1] - 1e-5));
    let falls: Vec<f64> = ordered(Sort::Fallen).iter().map(|r| r.change().unwrap_or(f64::MAX)).collect();
    assert!(falls.windows(2).all(|w| w[0] <= w[1] + 1e-5));
    let within = filter("country=FR");
    let mut sorted = pages.order(Sort::Id, Some(within.clone()), &Silent).unwrap();
    sorted.sort_unstable();
    assert_eq!(sorted, within);
}

#[test]
fn a_scores_file_that_is_cut_or_gone_is_told_and_nothing_panics() {
    let (_home, workspace) = twice("person");
    let scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    let path = scored.folder.join("scores.parquet");
    let bytes = std::fs::read(&path).unwrap();
    for cut in [0, 3, bytes.len() / 2, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..cut]).unwrap();
        let error = ScorePages::open(&path).err().expect("cut short").to_string();
        assert!(error.contains("cut short") && error.contains("run the score again"), "{error}");
    }
    // Cut while it is open: the pages that are gone are told.
    std::fs::write(&path, &bytes).unwrap();
    let open = ScorePages::open(&path).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_len(64).unwrap();
    let error = open.rows(&[0, 5]).unwrap_err().to_string();
    assert!(error.contains("could not be read on"), "{error}");
    std::fs::remove_dir_all(&scored.folder).unwrap();
    assert!(ScorePages::open(&path).err().unwrap().to_string().contains("could not be opened"));
}

#[test]
fn the_command_line_lists_shows_and_exports_what_the_screen_does() {
    let (home, workspace) = twice("person");
    let scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    let rows = all(&scored);
    let listed = |more: &[&str]| home.json(&[&["profile", "list", "leads"], more].concat());
    let ids = |value: &Value| -> Vec<String> {
        value.as_array().unwrap().iter().map(|r| text(r, "/profile_id").to_string()).collect()
    };
    let german: Vec<String> =
        rows.iter().filter(|r| r.attribute("country") == Some("DE")).map(|r| r.profile_id.clone()).collect();
    assert_eq!(ids(&listed(&["--filter", "country=DE", "--top", "1000"])), german);
    assert_eq!(ids(&listed(&["--from", "11", "--top", "2"])), [10, 11].map(|i: usize| rows[i].profile_id.clone()));
    let risen = listed(&["--sort", "risen"]);
    assert!(number(&risen[0], "/score") - number(&risen[0], "/previous_score") > 0.0);
    assert!(home.fails(&["profile", "list", "leads", "--filter", "contry=DE"], 2).contains("did you mean country?"));
    assert!(home.fails(&["profile", "list", "leads", "--sort", "best"], 2).contains("risen"));
    // One in full.
    let shown = home.json(&["profile", "show", "leads", &rows[0].profile_id]);
    assert_eq!((number(&shown, "/rank"), list(&shown, "/factors").len()), (1.0, rows[0].factors.len()));
    assert!(list(&shown, "/explanation/factors").len() >= rows[0].factors.len());
    let whole = home.json(&["profile", "show", "leads", &rows[0].profile_id, "--all"]);
    assert_eq!(whole["factors"], shown["explanation"]["factors"]);
    let before = rows.iter().find(|r| r.previous_score.is_some()).unwrap();
    let shown = home.json(&["profile", "show", "leads", &before.profile_id]);
    let parts: f64 = list(&shown, "/change/parts").iter().map(|p| p[1].as_f64().unwrap()).sum();
    assert!((parts - (before.score - before.previous_score.unwrap())).abs() < 1e-9);
    let printed = home.stdout(&["profile", "show", "leads", &before.profile_id]);
    for part in ["all together: odds multiply", "ageing", "new activity", "activity,", "known", "scores of the past"] {
        assert!(printed.contains(part), "{part}:\n{printed}");
    }
    // What if, by code or by name, as the screen computes it.
    let place = rows.iter().position(|r| r.profile_id == before.profile_id).unwrap() as u32;
    let mut again = ScoredProfiles::open(&workspace, "leads").unwrap();
    let detail = again.detail(&workspace, place).unwrap();
    let change = detail.parse_change("since.form.demo=2").unwrap();
    let answer = again.what_if(&workspace, &detail, &[change]).unwrap();
    for set in ["since.form.demo=2", "days since last form demo = 2"] {
        let shown = home.json(&["profile", "show", "leads", &before.profile_id, "--set", set]);
        assert_eq!(number(&shown, "/what_if/score"), answer.score);
    }
    let wrong = ["profile", "show", "leads", &before.profile_id, "--set", "since.form.dem=2"];
    assert!(home.fails(&wrong, 2).contains("since.form.demo"));
    let below = ["profile", "show", "leads", &before.profile_id, "--set", "since.form.demo=-2"];
    assert!(home.fails(&below, 2).contains("cannot be below 0"));
    let both = ["score", "export", "leads", "--band", "high", "--filter", "band=low"];
    assert!(home.fails(&both, 2).contains("Two bands"));
    assert!(home.fails(&["score", "export", "leads", "--out", "x.xlsx"], 2).contains("says no format"));
    // Exports.
    let path = |name: &str| home.path().join(name).display().to_string();
    for (name, filter) in [("out.csv", "country=DE"), ("out.jsonl", "country=DE"), ("out.parquet", "country=DE")] {
        home.stdout(&["score", "export", "leads", "--filter", filter, "--out", &path(name)]);
    }
    let mut csv = csv::Reader::from_path(path("out.csv")).unwrap();
    let headers = csv.headers().unwrap().clone();
    assert!(["account_id", "plan", "account.industry"].iter().all(|h| headers.iter().any(|c| c == *h)), "{headers:?}");
    let of_csv: Vec<String> = csv.records().map(|r| r.unwrap()[1].to_string()).collect();
    assert_eq!(of_csv, german);
    let lines = std::fs::read_to_string(path("out.jsonl")).unwrap();
    let of_lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(of_lines.iter().map(|v| text(v, "/profile_id").to_string()).collect::<Vec<_>>(), german);
    let of_parquet: Vec<ScoredProfile> =
        ScoreReader::open(&home.path().join("out.parquet")).unwrap().map(|r| r.unwrap()).collect();
    assert_eq!(of_parquet.iter().map(|p| p.profile_id.clone()).collect::<Vec<_>>(), german);
    assert_eq!(of_parquet[0], *rows.iter().find(|r| r.profile_id == german[0]).unwrap());
    // A file that cannot be written leaves what was there.
    let folder = home.path().join("nowhere/out.csv").display().to_string();
    assert!(home.fails(&["score", "export", "leads", "--out", &folder], 1).contains("could not be written"));
    assert!(home.fails(&["score", "export", "leads", "--band", "best"], 2).contains("high, medium and low"));
    // Nor may an export take the place of what it comes from.
    for own in ["in/persons.csv", "data/scores.json", "data/new.csv"] {
        let errors = home.fails(&["score", "export", "leads", "--format", "csv", "--out", &path(own)], 2);
        assert!(errors.contains("choose another name"), "{errors}");
    }
    let kept = propensity::queries::export::to_file(
        &again.pages,
        None,
        propensity::queries::export::Format::Csv,
        &home.path().join("out.csv"),
        propensity::queries::export::Existing::Keep,
        &Silent,
    );
    assert!(kept.unwrap_err().to_string().contains("exists already"));
}

#[test]
fn names_that_spreadsheets_would_run_are_exported_as_text_and_controls_move_no_cursor() {
    let home = Home::new();
    let mut business = Business::new();
    for (row, name) in business.persons.rows.iter_mut().zip(["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "a\u{1b}[2Jb"]) {
        row[3] = name.into();
    }
    business.write(&home);
    home.create_score("leads", &[]);
    home.json(&["run", "start", "leads"]);
    let csv = home.stdout(&["score", "export", "leads"]);
    assert!(!csv.contains(",=1+1") && !csv.contains(",@SUM") && !csv.contains(",+cmd"), "{csv}");
    let evil = home.json(&["profile", "list", "leads", "--top", "1000", "--filter", "'[2j'"]);
    if let Some(row) = evil.as_array().unwrap().first() {
        let shown = home.stdout(&["profile", "show", "leads", text(row, "/profile_id")]);
        assert!(shown.contains("a␛[2Jb") && !shown.contains('\u{1b}'), "{shown}");
    }
}

#[test]
fn only_the_newest_runs_keep_what_they_read_and_an_older_profile_says_so() {
    let home = Home::new();
    Business::new().write(&home);
    home.create_score("leads", &[]);
    let mut folders = Vec::new();
    for day in ["2025-10-01", "2025-10-02", "2025-10-03", "2025-10-04"] {
        let kind = if folders.is_empty() { "training" } else { "scoring" };
        let run = home.json(&["run", "start", "leads", "--as-of", day, "--kind", kind]);
        folders.push(std::path::PathBuf::from(text(&run, "/folder")));
    }
    let kept = || folders.iter().map(|f| f.join("snapshot.json").exists()).collect::<Vec<bool>>();
    // A run is seen as soon as it is published; its process tidies up after that.
    let began = std::time::Instant::now();
    while kept()[0] && began.elapsed() < std::time::Duration::from_secs(60) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(kept(), [false, true, true, true]);
    std::fs::remove_file(folders[3].join("snapshot.json")).unwrap();
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    let mut scored = ScoredProfiles::open(&workspace, "leads").unwrap();
    let error = scored.detail(&workspace, 0).unwrap_err().to_string();
    assert!(error.contains("not kept any more") && error.contains("start a new run"), "{error}");
    assert_eq!(scored.pages.rows(&[0]).unwrap().len(), 1, "the list goes on");
}
