//! Which folder may import which, and which folder may name which library: the table in `src/lib.rs`.

use super::source::{Source, root, texts};
use proc_macro2::{TokenStream, TokenTree};

/// Folder → folders of ours that it may import besides itself; `data::scores` stands for that one module.
const MAP: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("data", &["domain"]),
    ("features", &["domain"]),
    ("model", &["domain"]),
    ("demo", &["domain", "store"]),
    ("workspace", &["domain", "store"]),
    ("runs", &["domain", "store", "data", "features", "model", "workspace"]),
    ("schedule", &["domain", "store", "workspace", "runs"]),
    ("pipeline", &["domain", "store", "data", "features", "model", "workspace", "runs"]),
    ("process", &["domain", "store", "workspace", "runs", "schedule", "pipeline"]),
    ("queries", &["domain", "store", "data", "features", "model", "workspace", "runs", "schedule", "pipeline"]),
    ("doctor", &["domain", "store", "data", "workspace", "runs", "schedule", "pipeline", "demo"]),
    (
        "cli",
        &[
            "domain",
            "store",
            "workspace",
            "runs",
            "schedule",
            "pipeline",
            "process",
            "queries",
            "doctor",
            "demo",
            "data::scores",
        ],
    ),
    (
        "tui",
        &["domain", "store", "workspace", "runs", "schedule", "pipeline", "process", "queries", "demo", "data::scores"],
    ),
];
/// Open to everybody; they import only each other.
const OPEN: &[&str] = &["error", "paths", "config", "logging"];
/// What `main.rs` may name.
const MAIN: &[&str] = &["cli", "tui", "domain", "error"];

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

/// Every import of one file that the map does not allow; `name` is relative to `src`.
fn forbidden(name: &str, text: &str) -> Vec<String> {
    let alone = if name == "main.rs" { "lib.rs" } else { name };
    let source = Source::new([(alone, text)]);
    let home = if name == "main.rs" { "main" } else { home_of(alone) };
    let paths = source.paths_of(alone);
    let mut found: Vec<String> = (paths.iter().filter(|path| !may_import(home, path)))
        .map(|path| format!("{name}: {home} must not import {}", path[..path.len().min(2)].join("::")))
        .collect();
    found.sort();
    found.dedup();
    for (library, folders) in LIBRARIES {
        if !folders.contains(&home) && names_library(text, library) {
            found.push(format!("{name}: only {} may name {library}", folders.join(" and ")));
        }
    }
    found
}

/// The folder (or file) at the top of `src` that a file belongs to.
fn home_of(name: &str) -> &str {
    name.split('/').next().unwrap_or(name).trim_end_matches(".rs")
}

fn may_import(home: &str, target: &[String]) -> bool {
    let Some(first) = target.first() else { return true };
    if home == "lib" || first == home || OPEN.contains(&first.as_str()) {
        return true;
    }
    let allowed = match home {
        "main" => MAIN,
        _ => MAP.iter().find(|(folder, _)| *folder == home).map_or(&[][..], |(_, allowed)| allowed),
    };
    allowed.iter().any(|rule| rule.split("::").enumerate().all(|(i, part)| target.get(i).is_some_and(|t| t == part)))
}

/// Whether a library is named: `name::…` from the root, `use name` or `extern crate name`, but not a module of ours.
fn names_library(text: &str, library: &str) -> bool {
    let tokens = words(text.parse().unwrap());
    let of = |word: &str| word == library || word.starts_with(&format!("{library}_"));
    (0..tokens.len()).filter(|at| of(&tokens[*at])).any(|at| {
        let before = |n: usize| at.checked_sub(n).map_or("", |i| tokens[i].as_str());
        let is_word = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_');
        let within_path = before(1) == "::" && is_word(before(2)) && !matches!(before(2), "" | "use");
        let path = tokens.get(at + 1).is_some_and(|t| t == "::");
        !within_path && (path || matches!(before(1), "use" | "crate"))
    })
}

/// The tokens as text, groups opened, `::` in one piece.
fn words(tokens: TokenStream) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                words.push("(".into());
                words.extend(self::words(group.stream()));
                words.push(")".into());
            }
            TokenTree::Punct(p) if p.as_char() == ':' && words.last().is_some_and(|w| w == ":") => {
                words.pop();
                words.push("::".into());
            }
            TokenTree::Literal(_) => words.push("\"".into()),
            other => words.push(other.to_string()),
        }
    }
    words
}

#[test]
fn the_code_keeps_to_its_map() {
    let found: Vec<String> = texts().iter().flat_map(|(name, text)| forbidden(name, text)).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_folder_is_on_the_map_and_the_map_is_in_the_crate_s_head() {
    let head = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.trim_end_matches(".rs");
        if matches!(name, "lib" | "main") || OPEN.contains(&name) {
            continue;
        }
        let Some((_, allowed)) = MAP.iter().find(|(folder, _)| *folder == name) else {
            panic!("src/{name} has no rule about what it may import");
        };
        let line = head.lines().find(|line| line.starts_with(&format!("//! | [`{name}`]")));
        let line = line.unwrap_or_else(|| panic!("the map in src/lib.rs has no line for {name}"));
        let told: Vec<&str> = line.trim_end_matches(" |").rsplit(" | ").next().unwrap().split(", ").collect();
        let told: Vec<&str> =
            told.iter().map(|part| part.trim_matches(['`', '–', ' '])).filter(|p| !p.is_empty()).collect();
        assert_eq!(&told, allowed, "the line of {name} in src/lib.rs and the rule differ");
    }
}

#[test]
fn forbidden_imports_are_found_however_they_are_written() {
    let cases = [
        ("domain/score.rs", "use crate::store::atomic;"),
        ("store/mod.rs", "use crate::runs;"),
        ("data/csv.rs", "use crate::{error::Result, model::fit};"),
        ("features/windows.rs", "fn f() { crate::data::daily::read() }"),
        ("model/fit.rs", "use crate::{domain::{goal, score}, features::{titles}};"),
        ("cli/run.rs", "use crate::data::sources;"),
        ("cli/run.rs", "use crate::data::{scores, daily};"),
        ("cli/run.rs", "use crate::model::explain as e;"),
        ("pipeline/run.rs", "use crate::cli::run;"),
        ("runs/index.rs", "use crate::pipeline::train;"),
        ("features/a/b.rs", "use super::super::super::data::daily;"),
        ("model/fit.rs", "use super::super::data;"),
        ("model/fit.rs", "mod inner { use super::super::super::demo::world; }"),
        ("error.rs", "use crate::store;"),
        ("main.rs", "use propensity::model;"),
        ("data/a.rs", "fn f() { let s = \"// no comment\"; crate::store::x() }"),
        ("data/a.rs", "const Q: char = '\"'; use crate::store::x;"),
        ("data/a.rs", "fn f() { println!(\"{}\", crate::store::x()) }"),
    ];
    for (name, text) in cases {
        assert_eq!(forbidden(name, text).len(), 1, "{name}: {text}");
    }
}

#[test]
fn allowed_imports_pass() {
    let cases = [
        ("domain/score.rs", "use super::goal::Goal; use crate::domain::metrics; use crate::error::Result;"),
        ("pipeline/run.rs", "use crate::{data::daily, features, model::{self, fit}, store::lock};"),
        ("cli/run.rs", "use crate::data::scores::Reader; use crate::{data::{scores}, queries};"),
        ("features/mod.rs", "// use crate::data::x;\n/* crate::data /* nested */ crate::model */"),
        ("features/mod.rs", "const A: &str = \"crate::data::x\"; const B: &str = r#\"use crate::runs;\" \"#;"),
        ("features/a/b.rs", "use super::super::titles; mod inner { use super::*; use super::super::c; }"),
        ("model/fit.rs", "#[cfg(test)] mod tests { use crate::demo::world; }"),
        ("main.rs", "use propensity::{cli, error::Kind};"),
        ("model/fit.rs", "fn f<'a>(x: &'a str) -> &'a str { pub(crate) fn g() {} x }"),
    ];
    for (name, text) in cases {
        assert_eq!(forbidden(name, text), Vec::<String>::new(), "{name}: {text}");
    }
}

#[test]
fn libraries_stay_in_their_folders() {
    let cases = [
        ("runs/run.rs", "use arrow::array::Int64Array;", 1),
        ("runs/run.rs", "use arrow_array::Array;", 1),
        ("runs/run.rs", "fn f() -> parquet::errors::Result<()> { todo() }", 1),
        ("runs/run.rs", "use hessboost as gbm;", 1),
        ("cli/run.rs", "use ::crossterm::style;", 1),
        ("demo/mod.rs", "use clap::Parser;", 1),
        ("data/scores.rs", "use arrow::array::Array; use parquet::file;", 0),
        ("model/train.rs", "use hessboost::Booster;", 0),
        ("cli/mod.rs", "use clap::Parser;", 0),
        ("runs/run.rs", "use crate::data::parquet::Reader; let arrow = 1; let x = arrow + f(parquet);", 0),
    ];
    for (name, text, wrong) in cases {
        assert_eq!(forbidden(name, text).len(), wrong, "{name}: {text}");
    }
}
