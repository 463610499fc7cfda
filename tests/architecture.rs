//! Holds the code to the map in `src/lib.rs`: who may import whom, which folder may name which library, how long a file
//! may be, and that it says what it is. The rules are tested on made-up breaches first, then on the code.

use std::path::{Path, PathBuf};

/// Folder → folders of ours that it may import besides itself; `data::scores` stands for that one module.
const MAP: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("data", &["domain"]),
    ("features", &["domain"]),
    ("model", &["domain"]),
    ("jobs", &["domain", "store", "data", "features", "model"]),
    ("cli", &["domain", "store", "jobs", "data::scores"]),
    ("tui", &["domain", "store", "jobs", "data::scores"]),
    ("main", &["cli", "tui", "domain"]),
];
/// Open to everybody; they import only each other.
const OPEN: &[&str] = &["error", "paths", "config", "logging"];

/// Library → the folders that alone may name it.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("arrow", &["data"]),
    ("parquet", &["data"]),
    ("datafusion", &["data"]),
    ("hessboost", &["model"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("clap", &["cli", "main"]),
];

const LINES: usize = 600;
const LINES_OF_MAIN: usize = 60;

/// Everything wrong with one file; `path` is relative to `src`, with `/`.
fn breaches(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let module = module_path(path);
    let home = module.first().map_or("lib", String::as_str);
    let code = without_comments(text);
    for target in crate_paths(&code, &module) {
        if !may_import(home, &target) {
            found.push(format!("{path}: {home} must not import {}", target.join("::")));
        }
    }
    for (library, folders) in LIBRARIES {
        if !folders.contains(&home) && names_library(&code, library) {
            found.push(format!("{path}: only {} may name {library}", folders.join(" and ")));
        }
    }
    if !text.starts_with("//!") && path != "main.rs" {
        found.push(format!("{path}: does not open with //!"));
    }
    let lines = code.lines().filter(|line| !line.trim().is_empty()).count();
    let limit = if path == "main.rs" { LINES_OF_MAIN - 1 } else { LINES };
    if lines > limit {
        found.push(format!("{path}: {lines} lines of code, and {limit} is the limit"));
    }
    found
}

fn may_import(home: &str, target: &[String]) -> bool {
    let Some(first) = target.first() else { return true };
    if home == "lib" || first == home || OPEN.contains(&first.as_str()) {
        return true;
    }
    let allowed = MAP.iter().find(|(folder, _)| *folder == home).map_or(&[][..], |(_, allowed)| allowed);
    allowed.iter().any(|rule| rule.split("::").enumerate().all(|(i, part)| target.get(i).is_some_and(|t| t == part)))
}

/// `jobs/demo/mod.rs` → `[jobs, demo]`; `lib.rs` → `[]`.
fn module_path(path: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs");
    stem.split('/').filter(|part| !matches!(*part, "mod" | "lib")).map(str::to_owned).collect()
}

/// The text with comments, strings and character literals blanked out, line breaks kept.
fn without_comments(text: &str) -> String {
    let bytes: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let end = match (bytes[at], bytes.get(at + 1)) {
            ('/', Some('/')) => at + bytes[at..].iter().take_while(|c| **c != '\n').count(),
            ('/', Some('*')) => end_of_block(&bytes, at),
            ('"', _) => end_of_string(&bytes, at),
            ('r', Some('"' | '#')) if at == 0 || !is_word(bytes[at - 1]) || bytes[at - 1] == 'b' => {
                end_of_raw(&bytes, at)
            }
            ('\'', Some('\\')) => {
                at + 3 + bytes[(at + 3).min(bytes.len())..].iter().take_while(|c| **c != '\'').count() + 1
            }
            ('\'', Some(_)) if bytes.get(at + 2) == Some(&'\'') => at + 3,
            _ => at,
        }
        .min(bytes.len());
        if end == at {
            out.push(bytes[at]);
            at += 1;
        } else {
            out.extend(bytes[at..end].iter().filter(|c| **c == '\n'));
            at = end;
        }
    }
    out
}

fn end_of_block(text: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < text.len() {
        match (text[at], text.get(at + 1)) {
            ('/', Some('*')) => (depth, at) = (depth + 1, at + 2),
            ('*', Some('/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    at
}

fn end_of_string(text: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The end of `r"…"` or `r#"…"#`; `start` itself where it is a raw identifier.
fn end_of_raw(text: &[char], start: usize) -> usize {
    let hashes = text[start + 1..].iter().take_while(|c| **c == '#').count();
    if text.get(start + 1 + hashes) != Some(&'"') {
        return start;
    }
    let mut at = start + 2 + hashes;
    while at < text.len() {
        if text[at] == '"' && text[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes {
            return at + 1 + hashes;
        }
        at += 1;
    }
    at
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every path into the crate: `crate::…`, `propensity::…` and `super::…`, as absolute module paths of up to two parts.
fn crate_paths(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut blocks: Vec<bool> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at].as_str();
        match token {
            // Inline modules add a level for `super`; other braces do not.
            "{" => blocks.push(at >= 2 && tokens[at - 2] == "mod"),
            "}" => {
                blocks.pop();
            }
            _ => {}
        }
        let starts = at == 0 || tokens[at - 1] != "::";
        if starts && matches!(token, "crate" | "propensity" | "super") && tokens.get(at + 1).is_some_and(|t| t == "::")
        {
            let mut depth = module.len() + blocks.iter().filter(|inline| **inline).count();
            let mut rest = at;
            if token == "super" {
                while tokens.get(rest).is_some_and(|t| t == "super") {
                    (depth, rest) = (depth.saturating_sub(1), rest + 2);
                }
            } else {
                (depth, rest) = (0, at + 2);
            }
            let base: Vec<String> = module.iter().take(depth).cloned().collect();
            // A path that stays in a module of the same folder, or in an inline module, can breach nothing.
            if depth <= module.len() {
                tree(&tokens, rest, &base, &mut found);
            }
        }
        at += 1;
    }
    found
}

/// Reads the use tree or path at `at` and adds its leaves, cut to two parts; returns the position after it.
fn tree(tokens: &[String], mut at: usize, base: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = base.to_vec();
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("{") => {
                at += 1;
                while at < tokens.len() && tokens[at] != "}" {
                    let next = tree(tokens, at, &path, found);
                    at = if tokens.get(next).is_some_and(|t| t == ",") { next + 1 } else { next.max(at + 1) };
                }
                return at + 1;
            }
            Some(part) if part.chars().all(is_word) => {
                if part != "self" {
                    path.push(part.to_owned());
                }
                at += 1;
            }
            _ => break,
        }
        if tokens.get(at).is_some_and(|t| t == "::") {
            at += 1;
        } else {
            break;
        }
    }
    path.truncate(2);
    found.push(path);
    // The rest of a leaf (`as name`, `*`) up to the next comma or brace is not a path.
    while at < tokens.len() && !matches!(tokens[at].as_str(), "," | "}" | ";" | "{") {
        at += 1;
    }
    at
}

/// Words, `::` and single signs.
fn tokens(code: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Whether a library is named: `name::…` from the root, `use name` or `extern crate name`, but not a module of ours.
fn names_library(code: &str, library: &str) -> bool {
    let tokens = tokens(code);
    let of = |word: &str| word == library || word.starts_with(&format!("{library}_"));
    (0..tokens.len()).filter(|at| of(&tokens[*at])).any(|at| {
        let before = |n: usize| at.checked_sub(n).map_or("", |i| tokens[i].as_str());
        let within_path = before(1) == "::" && before(2).chars().all(is_word) && !matches!(before(2), "" | "use");
        let path = tokens.get(at + 1).is_some_and(|t| t == "::");
        !within_path && (path || matches!(before(1), "use" | "crate"))
    })
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            found.push(entry);
        }
    }
}

#[test]
fn the_code_keeps_to_its_map() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&source, &mut paths);
    paths.sort();
    assert!(paths.len() > 10, "the source was not found: {paths:?}");
    let mut found = Vec::new();
    for path in paths {
        let name = path.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        found.extend(breaches(&name, &std::fs::read_to_string(&path).unwrap()));
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_folder_is_on_the_map() {
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.trim_end_matches(".rs");
        let known = name == "lib" || OPEN.contains(&name) || MAP.iter().any(|(folder, _)| *folder == name);
        assert!(known, "src/{name} has no rule about what it may import");
    }
}

#[test]
fn forbidden_imports_are_found_however_they_are_written() {
    let cases = [
        ("domain/score.rs", "use crate::store::atomic;"),
        ("store/mod.rs", "use crate::jobs;"),
        ("data/csv.rs", "use crate::{error::Result, model::fit};"),
        ("features/windows.rs", "fn f() { crate::data::daily::read() }"),
        ("model/fit.rs", "use crate::{domain::{goal, score}, features::{titles}};"),
        ("cli/run.rs", "use crate::data::sources;"),
        ("cli/run.rs", "use crate::data::{scores, daily};"),
        ("cli/run.rs", "use crate::model::explain as e;"),
        ("jobs/pipeline.rs", "use crate::cli::run;"),
        ("features/a/b.rs", "use super::super::super::data::daily;"),
        ("model/fit.rs", "use super::super::data;"),
        ("model/fit.rs", "mod tests { use super::super::super::jobs::demo; }"),
        ("error.rs", "use crate::store;"),
        ("main.rs", "use propensity::model;"),
        ("data/a.rs", "fn f() { let s = \"// no comment\"; crate::store::x() }"),
        ("data/a.rs", "const Q: char = '\"'; use crate::store::x;"),
    ];
    for (path, text) in cases {
        assert_eq!(breaches(path, &format!("//! x\n{text}")).len(), 1, "{path}: {text}");
    }
}

#[test]
fn allowed_imports_pass() {
    let cases = [
        ("domain/score.rs", "use super::goal::Goal; use crate::domain::metrics; use crate::error::Result;"),
        ("jobs/pipeline.rs", "use crate::{data::daily, features, model::{self, fit}, store::lock};"),
        ("cli/run.rs", "use crate::data::scores::Reader; use crate::{data::{scores}, jobs};"),
        ("features/mod.rs", "// use crate::data::x;\n/* crate::data /* nested */ crate::model */"),
        ("features/mod.rs", "const A: &str = \"crate::data::x\"; const B: &str = r#\"use crate::jobs;\" \"#;"),
        ("features/a/b.rs", "use super::super::titles; mod tests { use super::*; use super::super::c; }"),
        ("main.rs", "use propensity::{cli, error::Kind};"),
        ("model/fit.rs", "fn f<'a>(x: &'a str) -> &'a str { pub(crate) fn g() {} x }"),
    ];
    for (path, text) in cases {
        assert_eq!(breaches(path, &format!("//! x\n{text}")), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn libraries_stay_in_their_folders() {
    let cases = [
        ("jobs/run.rs", "use arrow::array::Int64Array;", 1),
        ("jobs/run.rs", "use arrow_array::Array;", 1),
        ("jobs/run.rs", "fn f() -> parquet::errors::Result<()> { todo() }", 1),
        ("jobs/run.rs", "use hessboost as gbm;", 1),
        ("cli/run.rs", "use ::crossterm::style;", 1),
        ("jobs/demo/mod.rs", "use clap::Parser;", 1),
        ("data/scores.rs", "use arrow::array::Array; use parquet::file;", 0),
        ("model/train.rs", "use hessboost::Booster;", 0),
        ("cli/mod.rs", "use clap::Parser;", 0),
        ("jobs/run.rs", "use crate::data::parquet::Reader; let arrow = 1; let x = arrow + f(parquet);", 0),
    ];
    for (path, text, wrong) in cases {
        assert_eq!(breaches(path, &format!("//! x\n{text}")).len(), wrong, "{path}: {text}");
    }
}

#[test]
fn long_files_and_silent_files_are_found() {
    let lines = |n: usize| format!("//! x\n{}", "fn f() {}\n".repeat(n));
    assert!(breaches("data/a.rs", &lines(LINES)).is_empty());
    assert_eq!(breaches("data/a.rs", &lines(LINES + 1)).len(), 1);
    assert_eq!(breaches("data/a.rs", &format!("{}{}", lines(LINES), "// a comment\n\n".repeat(50))).len(), 0);
    assert!(breaches("main.rs", &lines(LINES_OF_MAIN - 1)).is_empty());
    assert_eq!(breaches("main.rs", &lines(LINES_OF_MAIN)).len(), 1);
    assert_eq!(breaches("data/a.rs", "// x\nfn f() {}\n").len(), 1);
}
