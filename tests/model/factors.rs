//! The influential factors of a run: who carries them, their values against conversions and contributions, and that all
//! of it is what the profiles one by one come to.

use crate::common::business::Business;
use crate::common::{Home, list, number, text};
use propensity::domain::explanation::Band;
use propensity::domain::value_effects::{Bin, FactorValues, Values};
use propensity::queries::feature_importance::{self, FeatureImportance};
use propensity::queries::profile::{ProfileDetail, ScoredProfiles};
use propensity::runs::find;
use propensity::runs::report_json::Report;
use propensity::workspace::Workspace;
use serde_json::Value;

/// A home with a trained score `leads` of this profile type.
fn trained(profile: &str) -> (Home, Workspace) {
    let home = Home::new();
    Business::new().write(&home);
    let goal = crate::common::business::GOAL;
    home.json(&["score", "create", "--name", "leads", "--profile", profile, "--goal", goal, "--timeframe", "30"]);
    home.json(&["run", "start", "leads"]);
    let workspace = Workspace::open(Some(home.path()), None).unwrap();
    (home, workspace)
}

fn influence_of(workspace: &Workspace) -> FeatureImportance {
    feature_importance::load(&find::latest(workspace, "leads").unwrap()).unwrap()
}

/// Every profile of the latest scores with all its factors.
fn details(workspace: &Workspace) -> Vec<ProfileDetail> {
    let mut scored = ScoredProfiles::open(workspace, "leads").unwrap();
    (0..scored.pages.len() as u32).map(|place| scored.detail(workspace, place).unwrap()).collect()
}

fn contribution(detail: &ProfileDetail, code: &str) -> f64 {
    detail.factors().iter().find(|f| f.code == code).map_or(0.0, |f| f.contribution)
}

/// Tested profiles and conversions of the bins that `wanted` picks.
fn tested(values: &FactorValues, wanted: impl Fn(&Bin) -> bool) -> (u64, u64) {
    let bins = values.bins.iter().filter(|b| wanted(b));
    bins.fold((0, 0), |sum, b| (sum.0 + b.tested, sum.1 + b.conversions))
}

#[test]
fn who_asked_for_a_demo_lately_converts_more_often() {
    let (home, workspace) = trained("person");
    let influence = influence_of(&workspace);
    let values = influence.values_of("since.form.demo").expect("the planted signal is a factor");
    let recent = tested(values, |b| matches!(b.values, Values::Range { to, .. } if to <= 45.0));
    let never = tested(values, |b| b.values == Values::Missing);
    assert!(recent.0 > 10 && never.0 > 10, "{values:#?}");
    let rate = |(profiles, conversions): (u64, u64)| conversions as f64 / profiles as f64;
    assert!(rate(recent) > 2.0 * rate(never), "{recent:?} {never:?}");
    let effect = |wanted: &Values| values.bins.iter().find(|b| b.values == *wanted).unwrap().contribution.unwrap();
    assert!(effect(&values.bins[0].values) > 0.0 && effect(&Values::Missing) < 0.0, "{values:#?}");
    // The same on the command line, by code and by name.
    let printed = home.json(&["score", "factors", "leads", "--factor", "since.form.demo"]);
    assert_eq!(printed["bins"], serde_json::to_value(&values.bins).unwrap());
    assert_eq!(text(&printed, "/tested_at"), "2025-09-28");
    assert_eq!(home.json(&["score", "factors", "leads", "--factor", &values.label]), printed);
    let table = home.stdout(&["score", "factors", "leads", "--factor", "since.form.demo"]);
    assert!(table.contains("never") && table.contains('█') && table.contains("converted"), "{table}");
}

#[test]
fn the_bins_of_every_factor_hold_everybody_once_and_their_means_are_the_mean() {
    for profile in ["person", "account"] {
        let (_home, workspace) = trained(profile);
        let run = find::latest(&workspace, "leads").unwrap().run;
        let (influence, details) = (influence_of(&workspace), details(&workspace));
        let codes: Vec<&str> = influence.all.iter().map(|f| f.code.as_str()).collect();
        assert!(codes.len() > 20, "all factors are told, not the first 20: {}", codes.len());
        assert_eq!(influence.values.iter().map(|v| v.code.as_str()).collect::<Vec<_>>(), codes);
        for values in &influence.values {
            let code = &values.code;
            assert_eq!(tested(values, |_| true), (run.population.test, run.population.test_conversions), "{code}");
            assert_eq!(values.bins.iter().map(|b| b.scored).sum::<u64>(), run.population.scored, "{code}");
            let numbers = values.bins.iter().filter(|b| matches!(b.values, Values::Range { .. })).count();
            assert!(numbers <= 10, "{code}: {numbers} bins");
            assert!(values.bins.iter().all(|b| b.tested + b.scored > 0), "{code}");
            let sum: f64 = values.bins.iter().map(|b| b.scored as f64 * b.contribution.unwrap_or(0.0)).sum();
            let truth: f64 = details.iter().map(|d| contribution(d, code)).sum();
            assert!((sum - truth).abs() < 1e-9 * details.len() as f64, "{code}: {sum} {truth}");
        }
        for pair in influence.values.iter().flat_map(|v| v.bins.windows(2)) {
            if let (Values::Range { from, to }, Values::Range { from: next, .. }) = (&pair[0].values, &pair[1].values) {
                assert!(from <= to && to < next, "{pair:?}");
            }
        }
        bins_hold_the_profiles(&influence, &details);
    }
}

/// Every profile's value stands in a bin that names it, as often as the bin says.
fn bins_hold_the_profiles(influence: &FeatureImportance, details: &[ProfileDetail]) {
    for values in &influence.values {
        let mut found = vec![0; values.bins.len()];
        for detail in details {
            let cell = detail.cells.iter().find(|c| c.code == values.code).unwrap();
            let holds = |bin: &Bin| match &bin.values {
                Values::Missing => cell.value.is_nan(),
                Values::Range { from, to } => (*from..=*to).contains(&cell.value),
                Values::Category(name) => cell.text.as_ref() == Some(name),
            };
            let at: Vec<usize> = (0..values.bins.len()).filter(|&i| holds(&values.bins[i])).collect();
            assert_eq!(at.len(), 1, "{} = {:?} is in {at:?} of {:?}", values.code, cell.value, values.bins);
            found[at[0]] += 1;
        }
        assert_eq!(found, values.bins.iter().map(|b| b.scored).collect::<Vec<_>>(), "{}", values.code);
    }
}

#[test]
fn who_carries_a_factor_is_counted_over_all_and_by_band() {
    let (home, workspace) = trained("person");
    let (influence, details) = (influence_of(&workspace), details(&workspace));
    let carries = |d: &&&ProfileDetail, code: &str| contribution(d, code).abs() >= 1.25f64.ln();
    for factor in &influence.all {
        assert!((0.0..=1.0).contains(&factor.influenced_share), "{factor:?}");
        let carried = details.iter().collect::<Vec<_>>().iter().filter(|d| carries(d, &factor.code)).count();
        assert!(
            (factor.influenced_share - carried as f64 / details.len() as f64).abs() < 1e-12,
            "{factor:?} {carried}"
        );
    }
    assert!(influence.all[0].influenced_share > 0.0);
    let printed = home.json(&["score", "factors", "leads"]);
    assert_eq!(printed["factors"], serde_json::to_value(&influence.all).unwrap());
    for report in &influence.bands {
        let of_band: Vec<&ProfileDetail> = details.iter().filter(|d| d.profile.band == report.band).collect();
        assert_eq!(report.profiles, of_band.len() as u64);
        let top = &report.factors[0];
        let carried = of_band.iter().filter(|d| carries(d, &top.code)).count();
        assert!((top.influenced_share - carried as f64 / of_band.len() as f64).abs() < 1e-12, "{top:?} {carried}");
        let mean = of_band.iter().map(|d| contribution(d, &top.code).abs()).sum::<f64>() / of_band.len() as f64;
        assert!((top.mean_absolute - mean).abs() < 1e-9);
        let printed = home.json(&["score", "factors", "leads", "--band", report.band.word()]);
        assert_eq!([text(&printed, "/band"), text(&printed, "/factors/0/code")], [report.band.word(), &top.code]);
        assert_eq!(number(&printed, "/profiles"), of_band.len() as f64);
    }
    assert_eq!(influence.bands.iter().map(|b| b.band).collect::<Vec<_>>(), Band::ALL);
}

#[test]
fn a_scoring_run_shows_the_test_of_its_training_run() {
    let (home, workspace) = trained("person");
    let training = influence_of(&workspace);
    let mut business = Business::new();
    for number in 0..50 {
        business.event(&format!("p{}", number * 7), "2025-10-27T10:00:00Z", "form.demo", "/demo", "");
    }
    business.write(&home);
    home.json(&["run", "start", "leads", "--kind", "scoring"]);
    let scoring = influence_of(&workspace);
    assert_ne!(training.run, scoring.run);
    assert_eq!(training.tested_at, scoring.tested_at);
    assert!(scoring.no_values.is_none());
    for values in &scoring.values {
        let before = training.values_of(&values.code).expect("the same model has the same factors");
        let known = |v: &FactorValues| -> Vec<(u64, u64)> {
            v.bins.iter().filter(|b| b.tested > 0).map(|b| (b.tested, b.conversions)).collect()
        };
        assert_eq!(known(values), known(before), "{}", values.code);
    }
    let asked = |i: &FeatureImportance| i.values_of("since.form.demo").unwrap().bins[0].scored;
    assert!(asked(&scoring) > asked(&training), "the run counts those whom it scored itself");
}

#[test]
fn a_model_of_an_older_program_still_scores_and_says_why_there_are_no_values() {
    let (home, workspace) = trained("person");
    let found = find::latest(&workspace, "leads").unwrap();
    let strip = |name: &str, keys: &[&str]| {
        let path = found.folder.join(name);
        let mut json: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        keys.iter().for_each(|key| drop(json.as_object_mut().unwrap().remove(*key).expect("the key is there")));
        if let Some(bands) = json.get_mut("bands").and_then(Value::as_array_mut) {
            let factors = bands.iter_mut().flat_map(|b| b["factors"].as_array_mut().unwrap());
            factors.for_each(|f| drop(f.as_object_mut().unwrap().remove("carrying")));
        }
        std::fs::write(&path, json.to_string()).unwrap();
    };
    strip("model.json", &["values"]);
    strip("report.json", &["values", "tested_at", "factors"]);
    let old = influence_of(&workspace);
    assert!(old.values.is_empty() && !old.all.is_empty() && old.no_values.is_some());
    assert_eq!(old.all, found.run.factors);
    home.json(&["run", "start", "leads", "--kind", "scoring"]);
    let scoring = influence_of(&workspace);
    assert!(scoring.values.is_empty() && scoring.all.len() > 20);
    let errors = home.fails(&["score", "factors", "leads", "--factor", &scoring.all[0].code], 1);
    assert!(errors.contains("older version"), "{errors}");
}

#[test]
fn what_cannot_be_told_is_a_clear_error() {
    let (home, workspace) = trained("person");
    let errors = home.fails(&["score", "factors", "leads", "--factor", "since.form.dem"], 1);
    assert!(errors.contains("did you mean 'since.form.demo'"), "{errors}");
    assert!(home.fails(&["score", "factors", "leads", "--band", "best"], 2).contains("high, medium and low"));
    let found = find::latest(&workspace, "leads").unwrap();
    let path = found.folder.join("report.json");
    let whole = std::fs::read_to_string(&path).unwrap();
    assert!(Report::read(&found).is_ok());
    for broken in ["", "{", "[]", "7", "{\"version\": 99}", "{\"version\": 1, \"bands\": 3}", &whole[..whole.len() / 2]]
    {
        std::fs::write(&path, broken).unwrap();
        let error = feature_importance::load(&found).unwrap_err().to_string();
        assert!(error.contains("report.json cannot be read"), "{broken:.20}: {error}");
        assert!(error.contains("hint:"), "{error}");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(home.fails(&["score", "factors", "leads"], 1).contains("report.json cannot be read"));
    list(&home.json(&["run", "show", "leads"]), "/factors");
}
