//! `ARCHITECTURE.md` and `CONTRIBUTING.md` name what is there: every path, module and function between backticks exists.

use super::source::{Source, root, texts};

/// What stands between backticks, outside of code blocks.
fn quoted(text: &str) -> Vec<String> {
    let prose: String = text.split("```").step_by(2).collect::<Vec<_>>().join("\n");
    prose.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

/// What of a guide's names is not there. A name with `::` is a module, an item of one, or a method; one with `/` is a path.
fn unknown(guide: &str, source: &Source, texts: &[(String, String)]) -> Vec<String> {
    let names = quoted(guide).into_iter().filter(|name| !name.contains([' ', '<', '*', '$', '=']));
    let is_missing = |name: &String| {
        if name.contains("::") {
            !is_item(name, source, texts)
        } else if name.contains(char::is_alphanumeric) && (name.contains('/') || name.ends_with(".md")) {
            !root().join(name).exists()
        } else {
            false
        }
    };
    names.filter(is_missing).collect()
}

fn is_item(name: &str, source: &Source, texts: &[(String, String)]) -> bool {
    let path: Vec<String> = name.trim_end_matches("()").split("::").map(str::to_string).collect();
    if source.files.contains_key(&path) {
        return true;
    }
    let Some((file, item)) = source.definition(&path) else { return false };
    let text = texts.iter().find(|(name, _)| *name == file.name).map_or("", |(_, text)| text);
    match path.last() {
        Some(last) if *last == item => true,
        // A method or a variant of the item.
        Some(last) => {
            let method = [format!("fn {last}("), format!("fn {last}<")].iter().any(|head| text.contains(head));
            let variant = text.lines().any(|line| {
                let word = line.trim().trim_end_matches([',', '{', ' ']);
                word.split(['(', ' ']).next() == Some(last.as_str())
            });
            method || variant
        }
        None => false,
    }
}

#[test]
fn the_guides_name_what_is_there() {
    let (source, texts) = (Source::of_crate(), texts());
    for guide in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = std::fs::read_to_string(root().join(guide)).unwrap();
        let names = quoted(&text);
        assert!(names.len() > 10, "{guide} names nothing");
        let unknown = unknown(&text, &source, &texts);
        assert!(unknown.is_empty(), "{guide} names what is not there: {unknown:#?}");
    }
}

/// A head may name a module of its own folder, too: only what begins with a folder of `src` is held to be there.
#[test]
fn the_heads_of_files_name_what_is_there() {
    let (source, texts) = (Source::of_crate(), texts());
    let mut found = Vec::new();
    for (name, text) in &texts {
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join("\n");
        let paths = quoted(&head).into_iter().filter(|path| {
            let first = path.split("::").next().unwrap_or_default();
            path.contains("::") && source.files.contains_key(&[first.to_string()][..])
        });
        let paths: String = paths.map(|path| format!("`{path}` ")).collect();
        found.extend(unknown(&paths, &source, &texts).into_iter().map(|path| format!("{name}: {path}")));
    }
    assert!(found.is_empty(), "heads name what is not there: {found:#?}");
}

#[test]
fn names_that_lead_nowhere_are_found() {
    let text = "pub struct Thing; impl Thing { pub fn act(&self) {} }\npub enum Kind {\n    Small,\n}\nfn own() {}\n";
    let texts = vec![("room/file.rs".to_string(), text.to_string())];
    let source = Source::new(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let good =
        "`room::file`, `room::file::Thing::act`, `room::file::own()`, `room::file::Kind::Small`, `src/lib.rs`, `word`";
    assert_eq!(unknown(good, &source, &texts), Vec::<String>::new());
    for bad in ["room::other", "room::file::Other", "room::file::Thing::rest", "src/nothing.rs", "NOTHING.md"] {
        assert_eq!(unknown(&format!("see `{bad}`"), &source, &texts), [bad]);
    }
    assert_eq!(unknown("```\n`room::other`\n```", &source, &texts), Vec::<String>::new());
}
