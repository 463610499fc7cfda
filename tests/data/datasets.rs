//! Real histories through the real binary: what the program must reach on them. The data lie beside the project
//! (`PROPENSITY_DATASETS`, else `../shared/datasets`); where they are not, these tests say so and end.

use crate::common::{Home, number, text};
use serde_json::Value;
use std::path::PathBuf;

/// The folder of one data set, where it is there.
pub fn dataset(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PROPENSITY_DATASETS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/datasets")), PathBuf::from);
    let folder = root.join(name);
    if !folder.is_dir() {
        eprintln!("{} is not there: nothing was tested.", folder.display());
        return None;
    }
    Some(folder)
}

/// A home whose configuration names the files of a data set, with default settings.
fn home(name: &str, sources: &[(&str, &str)], more: &str) -> Option<Home> {
    let folder = dataset(name)?;
    let home = Home::new();
    let mut config = more.to_string();
    for (kind, file) in sources {
        let path = toml::Value::from(folder.join(file).display().to_string());
        config += &format!("\n[[source]]\nkind = \"{kind}\"\npath = {path}\n");
    }
    home.write("config.toml", config);
    Some(home)
}

const CRM: [(&str, &str); 3] = [("person", "persons.csv"), ("account", "accounts.csv"), ("event", "events.csv")];

fn auc(run: &Value) -> f64 {
    number(run, "/metrics/auc/value")
}

#[track_caller]
fn accepted_offers(days: &str, least: f64) {
    let sources = [("person", "persons.csv"), ("event", "events.csv.gz")];
    let Some(home) = home("bpi2012", &sources, "") else { return };
    let what = ["score", "create", "--name", "offers", "--profile", "person", "--goal", "O_ACCEPTED"];
    let how = ["--exclude", "A_DECLINED", "--exclude", "A_CANCELLED", "--with", "amount_requested"];
    home.stdout(&[&what[..], &["--timeframe", days], &how].concat());
    let run = home.json(&["run", "start", "offers"]);
    assert!(auc(&run) >= least, "the test AUC is {} ({})", auc(&run), text(&run, "/message"));
    let (low, high) = (number(&run, "/metrics/auc/low"), number(&run, "/metrics/auc/high"));
    assert!(low < auc(&run) && auc(&run) < high);
}

#[test]
fn accepted_offers_of_a_bank_are_foreseen_over_thirty_days() {
    accepted_offers("30", 0.755);
}

#[test]
fn accepted_offers_of_a_bank_are_foreseen_over_fourteen_days() {
    accepted_offers("14", 0.80);
}

#[test]
fn converted_leads_of_a_marketplace_are_foreseen_over_ninety_days() {
    let Some(home) = home("olist_funnel", &CRM, "") else { return };
    let goal = "leadOperation.convertLead";
    home.stdout(&["score", "create", "--name", "leads", "--profile", "person", "--goal", goal, "--timeframe", "90"]);
    let run = home.json(&["run", "start", "leads", "--as-of", "2018-08-30"]);
    assert_eq!(text(&run, "/cutoffs/test"), "2018-06-01");
    assert!(auc(&run) >= 0.64, "the test AUC is {} ({})", auc(&run), text(&run, "/message"));
}

const WON: &str = "opportunityEvent.opportunityUpdated where attributeName is 'Stage' and newValue is 'Won'";

fn won_accounts(more: &str) -> Option<String> {
    let home = home("maven_crm", &CRM, more)?;
    home.stdout(&["score", "create", "--name", "won", "--profile", "account", "--goal", WON, "--timeframe", "30"]);
    Some(home.fails(&["run", "start", "won"], 3))
}

#[test]
fn eighty_five_accounts_are_too_few_by_default() {
    let Some(errors) = won_accounts("") else { return };
    assert!(errors.contains("401") && errors.contains("85") && errors.contains("100"), "{errors}");
}

#[test]
fn a_goal_that_nearly_every_account_reaches_is_too_common() {
    let Some(errors) = won_accounts("[thresholds]\naccounts = 50\n") else { return };
    assert!(errors.contains("goal too common") && errors.contains("Base rate: 0.9"), "{errors}");
}
