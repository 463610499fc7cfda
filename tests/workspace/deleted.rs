//! The trash by the command line: what is in it, until when, and a command that brings each score back.

use crate::common::{Home, list, text};
use serde_json::Value;

fn names(home: &Home) -> Vec<String> {
    list(&home.json(&["score", "list"]), "").iter().map(|score| text(score, "/name").to_string()).collect()
}

#[test]
fn without_a_name_the_trash_is_listed_with_commands_that_work() {
    let home = Home::new();
    let empty = "The trash is empty. A deleted score can be brought back for 7 days.\n";
    assert_eq!(home.stdout(&["score", "restore"]), empty);
    assert_eq!(home.json(&["score", "restore"]), Value::Array(Vec::new()));
    let odd = "Bob's \"best\" $HOME; leads 株式会社";
    for name in ["Leads", odd] {
        home.create_score(name, &[]);
        home.stdout(&["score", "delete", name, "--yes"]);
    }
    let said = home.stdout(&["score", "restore", "--read-only"]);
    assert!(said.contains(odd) && said.contains("Leads") && said.contains("kept until"), "{said}");
    assert!(said.find(odd) < said.find("Leads"), "the last deleted first: {said}");
    let listed = home.json(&["score", "restore"]);
    assert_eq!((text(&listed, "/0/name"), listed[0]["runs"].as_u64()), (odd, Some(0)));
    let commands: Vec<&str> = said.lines().map(str::trim).filter(|line| line.starts_with("propensity ")).collect();
    assert_eq!(commands, [text(&listed, "/0/restore"), text(&listed, "/1/restore")]);
    commands.iter().for_each(|command| drop(home.in_a_shell(command)));
    assert_eq!(names(&home), [odd, "Leads"]);
    assert_eq!(home.stdout(&["score", "restore"]), empty);
}

#[test]
fn a_name_that_fits_none_is_answered_with_what_there_is() {
    let home = Home::new();
    assert!(home.fails(&["score", "restore", "nothing"], 1).contains("The trash is empty."));
    home.create_score("Leads", &[]);
    home.stdout(&["score", "delete", "Leads", "--yes"]);
    let errors = home.fails(&["score", "restore", "Customers"], 1);
    assert!(errors.contains("The trash has no score 'Customers'"), "{errors}");
    assert!(errors.contains("score restore leads") && errors.contains("Leads"), "{errors}");
    home.stdout(&["score", "restore", "leads"]);
    assert_eq!(names(&home), ["Leads"]);
}
