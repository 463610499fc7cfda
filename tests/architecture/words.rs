//! The words of the program: every sentence in its source is in one snapshot, so that all of them are read as a whole, and
//! none uses a word that the glossary (`docs/glossary.md`) keeps out.

use super::source::{root, texts};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;

/// The text of a string literal; `None` for other literals.
fn text_of(literal: &str) -> Option<String> {
    let inside = literal.strip_prefix('"')?.strip_suffix('"')?;
    // A backslash at the end of a line joins it with the next.
    let mut text = String::new();
    let mut chars = inside.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('\n')) => while chars.next_if(|c| c.is_whitespace()).is_some() {},
            ('\\', Some('n')) => {
                chars.next();
                text.push(' ');
            }
            ('\\', Some(_)) => text.extend(chars.next()),
            _ => text.push(c),
        }
    }
    Some(text)
}

/// A sentence has words that a person reads: at least three, and it begins as a sentence or ends as one.
fn is_sentence(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    let begins = text.trim_start_matches(['\'', '"', '`', '{', ' ']).starts_with(char::is_uppercase);
    words >= 3 && (begins || text.trim_end().ends_with(['.', ':', '?', '…']))
}

/// `docs`: the doc comments, too, which the command line prints as its help.
fn collect(tokens: TokenStream, docs: bool, found: &mut BTreeSet<String>) {
    let mut skipped = false;
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                let text = group.stream().to_string();
                let sign = |back: usize| match at.checked_sub(back).and_then(|at| tokens.get(at)) {
                    Some(TokenTree::Punct(punct)) => punct.as_char(),
                    _ => ' ',
                };
                let attribute =
                    group.delimiter() == Delimiter::Bracket && (sign(1) == '#' || (sign(1) == '!' && sign(2) == '#'));
                if attribute {
                    // What follows is a test.
                    skipped |= text == "cfg (test)";
                    if !docs || !text.starts_with("doc") || sign(1) == '!' {
                        continue;
                    }
                }
                if !std::mem::take(&mut skipped) {
                    collect(group.stream(), docs, found);
                }
            }
            TokenTree::Literal(literal) => {
                let text = text_of(&literal.to_string()).filter(|text| is_sentence(text));
                found.extend(text);
            }
            _ => {}
        }
    }
}

/// Every sentence of the files that people meet the words of, by file.
fn sentences() -> Vec<(String, BTreeSet<String>)> {
    let of = |(name, text): (String, String)| {
        let mut found = BTreeSet::new();
        let is_test = name.ends_with("tests.rs") || name.starts_with("demo/words");
        if !is_test && let Ok(tokens) = text.parse::<TokenStream>() {
            collect(tokens, name.starts_with("cli/"), &mut found);
        }
        (name, found)
    };
    texts().into_iter().map(of).filter(|(_, found)| !found.is_empty()).collect()
}

#[test]
fn every_sentence_of_the_program_has_been_read() {
    let all = sentences();
    let number: usize = all.iter().map(|(_, found)| found.len()).sum();
    assert!(number > 400, "only {number} sentences were found");
    let part = |(name, found): &(String, BTreeSet<String>)| {
        let lines: Vec<String> = found.iter().map(|text| format!("  {text}")).collect();
        format!("{name}\n{}\n", lines.join("\n"))
    };
    insta::assert_snapshot!("sentences", all.iter().map(part).collect::<Vec<_>>().join("\n"));
}

/// The words that the glossary keeps out, each with the term that is said instead.
fn kept_out(glossary: &str) -> Vec<(String, String)> {
    let rows = glossary.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| term"));
    let cells = rows.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    let words = |row: Vec<&str>| -> Vec<(String, String)> {
        let term = row.first().copied().unwrap_or_default().to_string();
        let not = row.get(2).copied().unwrap_or_default();
        // A comma at the end of a word is part of it: `stopped,`.
        let parts = not.split(", ").map(str::trim).filter(|word| !word.is_empty());
        parts.map(|word| (word.to_lowercase(), term.clone())).collect()
    };
    cells.flat_map(words).collect()
}

fn breaches(text: &str, kept_out: &[(String, String)]) -> Vec<String> {
    let text = text.to_lowercase();
    kept_out
        .iter()
        .filter(|(word, _)| text.contains(word.as_str()))
        .map(|(word, term)| format!("'{word}' is said where the glossary says '{term}'"))
        .collect()
}

#[test]
fn one_name_per_thing() {
    let glossary = std::fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let kept_out = kept_out(&glossary);
    assert!(kept_out.len() > 15, "{kept_out:?}");
    // The rule finds what breaks it.
    assert_eq!(breaches("What drives it", &kept_out).len(), 1);
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let mut found = breaches(&readme, &kept_out).into_iter().map(|why| format!("README.md: {why}")).collect::<Vec<_>>();
    for (name, sentences) in sentences() {
        for sentence in sentences {
            found.extend(breaches(&sentence, &kept_out).iter().map(|why| format!("{name}: {why}: {sentence}")));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
