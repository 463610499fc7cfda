//! The demo by the command line: it says where it lives, and the commands that it prints lead there.

use crate::common::Home;

#[test]
fn a_headless_demo_tells_where_it_lives_and_its_commands_work_from_anywhere() {
    let home = Home::new();
    // So few accounts that a check stops the first run: the demo is there nevertheless.
    let output = home.propensity(&["demo", "--headless", "--people", "100", "--events", "4000"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let folder = home.path().join("demo");
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains(&format!("The demo lives in {}. Come back to it with:", folder.display())), "{said}");
    let commands: Vec<&str> =
        said.lines().map(str::trim).filter(|line| line.starts_with("propensity --home ")).collect();
    assert_eq!(commands.len(), 3, "{said}");
    assert!(home.in_a_shell(&format!("{} score list", commands[0])).contains("Closed Won in 90 days"));
    assert!(home.in_a_shell(commands[1]).contains("Closed Won in 90 days"));
    assert!(home.in_a_shell(commands[2]).contains("4,0"), "{}", home.in_a_shell(commands[2]));
}
