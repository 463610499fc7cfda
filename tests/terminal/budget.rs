//! What a key and what an idle program may cost.

use super::*;

#[test]
fn moving_the_selection_takes_few_bytes_and_an_idle_program_writes_none() {
    let names: Vec<String> = (0..12).map(|i| format!("Score number {i}")).collect();
    let home = Home::new();
    crate::common::business::Business::new().write(&home);
    let scores: Vec<serde_json::Value> = (0..12).map(|i| stored(i, &names[i])).collect();
    home.write("data/scores.json", serde_json::json!({ "version": 1, "scores": scores }).to_string());
    let mut tui = Tui::start(&home, &[]);
    tui.wait_for("Score number 11");
    tui.wait_for("never run");
    tui.wait_until("the details", |s| s.contents().contains("Press r to learn"));
    let quiet = |tui: &Tui| {
        // Quiet is when two seconds pass without a byte.
        loop {
            let before = tui.bytes();
            std::thread::sleep(Duration::from_secs(2));
            if tui.bytes() == before {
                return before;
            }
        }
    };
    let before = quiet(&tui);
    let cpu = cpu_ticks(tui.pid());
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(tui.bytes(), before, "an idle program writes nothing");
    assert!(cpu_ticks(tui.pid()) - cpu <= 1, "and takes no measurable time");
    tui.send(DOWN);
    let moved = quiet(&tui) - before;
    assert!((1..=500).contains(&moved), "moving the selection took {moved} bytes");
    tui.quit();
}

fn stored(i: usize, name: &str) -> serde_json::Value {
    serde_json::json!({
        "id": format!("score-{i}"),
        "name": name,
        "description": format!("The description of number {i}"),
        "profile_type": if i.is_multiple_of(2) { "Person" } else { "Account" },
        "goal": { "events": [{ "event_type": format!("event.type{i}") }], "combine": "any" },
        "timeframe_days": 30,
        "created_at": "2026-03-01T08:00:00Z",
        "created_by": "ann",
        "updated_at": "2026-03-01T08:00:00Z",
        "updated_by": "ann",
    })
}

/// User and system time of a process in clock ticks (hundredths of a second).
fn cpu_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process is there");
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}
