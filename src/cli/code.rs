//! `propensity code …`: the codes that a run can end with or remark, and what each means.

use super::session::Session;
use super::table::table;
use crate::config::Thresholds;
use crate::domain::run::codes::{self, Code, Effect, TABLE};
use crate::domain::text::{Align, wrapped};
use crate::error::{Error, Result};
use clap::Subcommand;
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List all codes with their thresholds.
    List,
    /// Show what a code means, what it is held against, and what usually helps.
    Show {
        /// As 404, or common for *goal too common*, which has no number.
        code: String,
    },
}

/// Columns of a page.
const WIDTH: usize = 96;

/// A code as printed.
#[derive(Serialize)]
struct CodeOutput {
    code: String,
    title: &'static str,
    effect: Effect,
    meaning: &'static str,
    limits: Vec<LimitOutput>,
    helps: &'static [&'static str],
    related: Vec<String>,
}

#[derive(Serialize)]
struct LimitOutput {
    figure: &'static str,
    acts: &'static str,
    /// The key in `[thresholds]`.
    key: &'static str,
    /// As this workspace's configuration has it.
    threshold: f64,
    default: f64,
}

pub fn execute(session: &Session, verb: Verb) -> Result<()> {
    match verb {
        Verb::List => {
            let thresholds = session.workspace()?.config.thresholds;
            let all: Vec<CodeOutput> = TABLE.iter().map(|code| output(code, &thresholds)).collect();
            session.print(&all, |_| list(&thresholds))
        }
        // A code that there is not is told first, whatever the configuration is like.
        Verb::Show { code } => {
            let code = codes::by_name(&code).ok_or_else(|| unknown(&code))?;
            let thresholds = session.workspace()?.config.thresholds;
            session.print(&output(code, &thresholds), |_| page(code, &thresholds))
        }
    }
}

fn output(code: &Code, thresholds: &Thresholds) -> CodeOutput {
    let defaults = Thresholds::default();
    let limit = |limit: &codes::Limit| LimitOutput {
        figure: limit.figure,
        acts: limit.acts,
        key: limit.key,
        threshold: (limit.threshold)(thresholds),
        default: (limit.threshold)(&defaults),
    };
    CodeOutput {
        code: code.name(),
        title: code.title,
        effect: code.effect,
        meaning: code.meaning,
        limits: code.limits.iter().map(limit).collect(),
        helps: code.remedies,
        related: code.related.iter().map(|number| codes::name(*number)).collect(),
    }
}

fn unknown(name: &str) -> Error {
    let error = Error::new(format!("There is no code '{name}'.")).hint("`propensity code list` lists the codes");
    let near: Vec<String> = codes::similar(name).iter().map(|c| format!("{} ({})", c.name(), c.title)).collect();
    match near.as_slice() {
        [] => error,
        near => error.because(format!("the nearest are {}", near.join(", "))),
    }
}

/// A line for every code; one with several thresholds has a line for each.
fn list(thresholds: &Thresholds) -> String {
    let header = [
        ("code", Align::Right),
        ("title", Align::Left),
        ("effect", Align::Left),
        ("", Align::Left),
        ("threshold", Align::Right),
        ("[thresholds]", Align::Left),
    ];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for code in TABLE {
        let mut first = vec![code.name(), code.title.into(), code.effect.words().into()];
        for limit in code.limits {
            let value = limit.unit.words((limit.threshold)(thresholds));
            let of_limit = [limit.acts.into(), value, limit.key.into()];
            rows.push(first.into_iter().chain(of_limit).collect());
            first = vec![String::new(); 3];
        }
        if code.limits.is_empty() {
            first.extend([const { String::new() }; 3]);
            rows.push(first);
        }
    }
    table(&header, &rows)
}

fn page(code: &Code, thresholds: &Thresholds) -> String {
    let mut text = format!("{}  {}: {}\n\n", code.name(), code.title, code.effect.words());
    for line in wrapped(code.meaning, WIDTH) {
        text += &format!("{line}\n");
    }
    let defaults = Thresholds::default();
    for (at, limit) in code.limits.iter().enumerate() {
        let (value, default) = ((limit.threshold)(thresholds), limit.unit.words((limit.threshold)(&defaults)));
        let title = if at == 0 { "\nWhat is compared\n" } else { "" };
        text += &format!("{title}  {}: {} {}\n", limit.figure, limit.acts, limit.unit.words(value));
        text += &format!("    {} under [thresholds] of config.toml, by default {default}\n", limit.key);
    }
    text += "\nWhat usually helps\n";
    for help in code.remedies {
        for (at, line) in wrapped(help, WIDTH - 4).iter().enumerate() {
            text += &format!("  {} {line}\n", if at == 0 { "·" } else { " " });
        }
    }
    let related = code.related.iter().filter_map(|number| codes::by_number(*number));
    let related: Vec<String> = related.map(|c| format!("  {}  {}\n", c.name(), c.title)).collect();
    if !related.is_empty() {
        text += &format!("\nRelated\n{}", related.concat());
    }
    text
}
