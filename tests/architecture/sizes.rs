//! Small files in small folders, each with a head that says what it is; folders whose head maps their files; and public
//! items with docs, where the field's words meet the code.

use super::source::{files_below, root, texts};
use std::collections::BTreeMap;

/// Lines of code, without blank ones and comments.
const LINES: usize = 400;
const LINES_OF_MAIN: usize = 60;
/// Files in a folder beside its subfolders.
const FILES: usize = 14;
/// Folders whose public items all have docs, with the errors of what returns a `Result`.
const DOCUMENTED: [&str; 5] = ["domain", "features", "model", "data", "store"];

fn lines_of_code(text: &str) -> usize {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")).count()
}

/// Everything wrong with one file; `name` is relative to `src`.
fn breaches(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !text.starts_with("//!") && name != "main.rs" {
        found.push(format!("{name}: does not open with //!"));
    }
    let (lines, limit) = (lines_of_code(text), if name == "main.rs" { LINES_OF_MAIN } else { LINES });
    if lines > limit {
        found.push(format!("{name}: {lines} lines of code, and {limit} is the limit"));
    }
    found
}

/// Folders with too many files, and folders whose head does not name one of their files or subfolders.
fn folders(texts: &[(String, String)]) -> Vec<String> {
    let mut inside: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, _) in texts {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        inside.entry(folder).or_default().push(file);
        if let Some((above, own)) = folder.rsplit_once('/') {
            let above = inside.entry(above).or_default();
            if !above.contains(&own) {
                above.push(own);
            }
        }
    }
    let mut found = Vec::new();
    for (folder, entries) in inside {
        let files = entries.iter().filter(|entry| entry.ends_with(".rs")).count();
        if files > FILES {
            found.push(format!("{folder}: {files} files, and {FILES} is the limit"));
        }
        let head = texts.iter().find(|(name, _)| *name == format!("{folder}/mod.rs")).map(|(_, text)| head(text));
        for entry in entries.iter().map(|entry| entry.trim_end_matches(".rs")) {
            let named = |head: &String| matches!(entry, "mod" | "tests") || head.contains(&format!("`{entry}`"));
            if !head.as_ref().is_none_or(named) {
                found.push(format!("{folder}/mod.rs: its head does not say what {entry} is"));
            }
        }
    }
    found
}

fn head(text: &str) -> String {
    text.lines().take_while(|line| line.starts_with("//!")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut found: Vec<String> = texts().iter().flat_map(|(name, text)| breaches(name, text)).collect();
    let mut tests = Vec::new();
    files_below(&root().join("tests"), &mut tests);
    for path in tests {
        let text = std::fs::read_to_string(&path).unwrap();
        found.extend(breaches(&path.strip_prefix(root()).unwrap().to_string_lossy(), &text));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn folders_are_small_and_mapped() {
    let found = folders(&texts());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn the_folders_of_the_field_s_words_insist_on_docs() {
    for folder in DOCUMENTED {
        let text = std::fs::read_to_string(root().join("src").join(folder).join("mod.rs")).unwrap();
        let lints = text.lines().find(|line| line.starts_with("#![warn(")).unwrap_or_default();
        for lint in ["missing_docs", "clippy::missing_errors_doc"] {
            assert!(lints.contains(lint), "src/{folder}/mod.rs does not warn of {lint}");
        }
    }
}

#[test]
fn long_files_crowded_folders_and_silent_heads_are_found() {
    let lines = |n: usize| format!("//! x\n{}", "fn f() {}\n".repeat(n));
    assert!(breaches("data/a.rs", &lines(LINES)).is_empty());
    assert_eq!(breaches("data/a.rs", &lines(LINES + 1)).len(), 1);
    assert_eq!(breaches("data/a.rs", &format!("{}{}", lines(LINES), "// a comment\n\n".repeat(50))).len(), 0);
    assert!(breaches("main.rs", &lines(LINES_OF_MAIN)).is_empty());
    assert_eq!(breaches("main.rs", &lines(LINES_OF_MAIN + 1)).len(), 1);
    assert_eq!(breaches("data/a.rs", "// x\nfn f() {}\n").len(), 1);
    let file = |name: &str, text: &str| (name.to_string(), text.to_string());
    let crowd: Vec<(String, String)> = (0..=FILES).map(|n| file(&format!("data/f{n}.rs"), "")).collect();
    assert_eq!(folders(&crowd).len(), 1);
    assert!(folders(&crowd[1..]).is_empty());
    let mapped = [file("data/mod.rs", "//! [`a`] reads.\n"), file("data/a.rs", ""), file("data/b/c.rs", "")];
    assert_eq!(folders(&mapped), ["data/mod.rs: its head does not say what b is"]);
}
