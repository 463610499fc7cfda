//! The source read as a graph: which file defines which items, and which file names an item of which other one. Code is
//! taken apart into tokens by `proc-macro2`, so that comments, strings and lifetimes are never mistaken for code, and what
//! stands within macros is seen; test modules are left out.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A module or item path in the crate, `[runs, layout, SUMMARY]`.
pub type ModulePath = Vec<String>;

/// One file as it is told to the graph.
#[derive(Debug, Default)]
pub struct File {
    /// Relative to `src`, with `/`.
    pub name: String,
    pub module: ModulePath,
    /// Items defined at the top of the file, inline modules left out.
    pub items: BTreeSet<String>,
    /// `pub use`: name → path; `*` stands for globs.
    reexports: Vec<(String, ModulePath)>,
    /// Every path into the crate that the code names, absolute.
    paths: BTreeSet<ModulePath>,
}

/// All files by their module.
#[derive(Debug, Default)]
pub struct Source {
    pub files: BTreeMap<ModulePath, File>,
}

impl Source {
    /// Reads files given as (name relative to `src`, text). `main.rs` is left out: nobody imports it.
    pub fn new<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Source {
        let texts: Vec<(&str, &str)> = texts.into_iter().filter(|(name, _)| *name != "main.rs").collect();
        let modules: BTreeSet<ModulePath> = texts.iter().map(|(name, _)| module_path(name)).collect();
        let mut files = BTreeMap::new();
        for (name, text) in texts {
            let module = module_path(name);
            if module.last().is_some_and(|last| last == "tests") {
                continue;
            }
            let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("src/{name} is no Rust: {e}"));
            let mut file = File { name: name.into(), module: module.clone(), ..File::default() };
            let mut reader = Reader { file: &mut file, modules: &modules, bound: BTreeMap::new(), depth: 0 };
            let tokens: Vec<TokenTree> = tokens.into_iter().collect();
            reader.uses(&tokens);
            reader.code(&tokens, true);
            files.insert(module, file);
        }
        Source { files }
    }

    /// The crate's own source.
    pub fn of_crate() -> Source {
        let texts = texts();
        Source::new(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }

    /// The file that defines what a path names, through re-exports; `None` where it names a module or nothing of ours.
    pub fn definition(&self, path: &[String]) -> Option<(&File, String)> {
        self.resolve(path, 0)
    }

    fn resolve(&self, path: &[String], steps: usize) -> Option<(&File, String)> {
        let length = (0..=path.len()).rev().find(|&n| self.files.contains_key(&path[..n]))?;
        let file = &self.files[&path[..length]];
        let item = path.get(length)?;
        if file.items.contains(item) {
            return Some((file, item.clone()));
        }
        if steps > 20 {
            return None;
        }
        let named = file.reexports.iter().filter(|(name, _)| name == item).map(|(_, target)| target.clone());
        let globs = file.reexports.iter().filter(|(name, _)| name == "*").map(|(_, target)| {
            let mut target = target.clone();
            target.push(item.clone());
            target
        });
        named.chain(globs).find_map(|target| self.resolve(&target, steps + 1))
    }

    /// Every path into the crate that a file's code names; none of files of tests.
    pub fn paths_of(&self, name: &str) -> BTreeSet<ModulePath> {
        self.files.get(&module_path(name)).map(|file| file.paths.clone()).unwrap_or_default()
    }

    /// File → files whose items it names, each with one such item.
    pub fn imports(&self) -> BTreeMap<&str, BTreeMap<&str, String>> {
        let mut edges: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
        for file in self.files.values() {
            let targets = edges.entry(&file.name).or_default();
            for path in &file.paths {
                if let Some((target, item)) = self.definition(path).filter(|(target, _)| target.name != file.name) {
                    targets.insert(&target.name, item);
                }
            }
        }
        edges
    }
}

/// Every file below `src`, relative to it, with its text.
pub fn texts() -> Vec<(String, String)> {
    let source = root().join("src");
    let mut paths = Vec::new();
    files_below(&source, &mut paths);
    paths.sort();
    assert!(paths.len() > 10, "the source was not found: {paths:?}");
    let name = |path: &PathBuf| path.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
    paths.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder.
pub fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files_below(&entry, found);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            found.push(entry);
        }
    }
}

/// `runs/index.rs` → `[runs, index]`; `runs/mod.rs` → `[runs]`; `lib.rs` → `[]`.
pub fn module_path(name: &str) -> ModulePath {
    let stem = name.trim_end_matches(".rs");
    stem.split('/').filter(|part| !matches!(*part, "mod" | "lib")).map(str::to_owned).collect()
}

/// Reads the tokens of one file into [`File`].
struct Reader<'f> {
    file: &'f mut File,
    modules: &'f BTreeSet<ModulePath>,
    /// Names that `use` brings into the file, with what they stand for.
    bound: BTreeMap<String, ModulePath>,
    /// Inline modules around the place that is read.
    depth: usize,
}

impl Reader<'_> {
    /// First pass: what is imported and re-exported, wherever it stands.
    fn uses(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while at < tokens.len() {
            if let Some(end) = test_module(&tokens[at..]) {
                at += end;
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(word) if *word == "use" => {
                    let end = tokens[at..].iter().position(|t| is_punct(t, ';')).map_or(tokens.len(), |n| at + n);
                    let public = is_public(&tokens[..at]);
                    for (path, name) in use_tree(&tokens[at + 1..end], &[]) {
                        self.take_use(&path, &name, public);
                    }
                    at = end;
                }
                TokenTree::Group(group) => self.within(&tokens[..at], group, Reader::uses),
                _ => {}
            }
            at += 1;
        }
    }

    /// Visits what stands between braces, one module deeper where they are those of an inline module.
    fn within(&mut self, before: &[TokenTree], group: &Group, visit: impl Fn(&mut Self, &[TokenTree])) {
        let inline = inline_module(before);
        self.depth += usize::from(inline);
        visit(self, &group.stream().into_iter().collect::<Vec<_>>());
        self.depth -= usize::from(inline);
    }

    fn take_use(&mut self, path: &[String], name: &str, public: bool) {
        let Some(path) = self.absolute(path) else { return };
        let own_child = path.len() > self.file.module.len() && path.starts_with(&self.file.module);
        if public {
            self.file.reexports.push((name.into(), path.clone()));
        }
        // A map that hands its children's items on does not need them; what it takes from elsewhere it does.
        if !(public && own_child) && name != "*" {
            self.file.paths.insert(path.clone());
        }
        self.bound.entry(name.into()).or_insert(path);
    }

    /// Second pass: items, and paths in the code.
    fn code(&mut self, tokens: &[TokenTree], top: bool) {
        let mut at = 0;
        while at < tokens.len() {
            if let Some(end) = test_module(&tokens[at..]) {
                at += end;
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(word) if *word == "use" => {
                    at += tokens[at..].iter().position(|t| is_punct(t, ';')).unwrap_or(tokens.len() - at);
                }
                TokenTree::Ident(word) => {
                    if top {
                        self.take_item(&word.to_string(), tokens.get(at + 1));
                    }
                    let (path, end) = path_at(tokens, at);
                    let first = at == 0 || !is_colon(tokens, at - 1);
                    if path.len() > 1 && first && !is_method(tokens, at) {
                        self.take_path(&path);
                    }
                    at = end.max(at + 1) - 1;
                }
                TokenTree::Group(group) => {
                    self.within(&tokens[..at], group, |reader, tokens| reader.code(tokens, false));
                }
                _ => {}
            }
            at += 1;
        }
    }

    fn take_item(&mut self, keyword: &str, name: Option<&TokenTree>) {
        const KEYWORDS: [&str; 8] = ["fn", "struct", "enum", "trait", "type", "const", "static", "union"];
        if let (true, Some(TokenTree::Ident(name))) = (KEYWORDS.contains(&keyword), name) {
            self.file.items.insert(name.to_string());
        }
    }

    fn take_path(&mut self, path: &[String]) {
        let path = match self.bound.get(&path[0]) {
            Some(bound) => Some([bound.clone(), path[1..].to_vec()].concat()),
            None => self.absolute(path),
        };
        self.file.paths.extend(path);
    }

    /// A path as it stands in this file, from the root of the crate; `None` where it is a library's.
    fn absolute(&self, path: &[String]) -> Option<ModulePath> {
        let mut rest = path;
        let mut base: ModulePath = match path.first()?.as_str() {
            "crate" | "propensity" => return Some(path[1..].to_vec()),
            "self" | "super" => self.file.module.clone(),
            first => {
                let child = [self.file.module.clone(), vec![first.into()]].concat();
                return self.modules.contains(&child).then(|| [self.file.module.clone(), path.to_vec()].concat());
            }
        };
        let mut inline = self.depth;
        while let Some(first) = rest.first().filter(|part| matches!(part.as_str(), "self" | "super")) {
            if first == "super" {
                if inline > 0 {
                    inline -= 1;
                } else {
                    base.pop()?;
                }
            }
            rest = &rest[1..];
        }
        Some([base, rest.to_vec()].concat())
    }
}

fn is_punct(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(p) if p.as_char() == sign)
}

/// Whether `::` ends at this token.
fn is_colon(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && is_punct(&tokens[at], ':') && is_punct(&tokens[at - 1], ':')
}

/// Whether the word at `at` is a method or a field.
fn is_method(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && is_punct(&tokens[at - 1], '.') && !(at > 1 && is_punct(&tokens[at - 2], '.'))
}

/// The path that begins at a word, and the position after it.
fn path_at(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = Vec::new();
    while let Some(TokenTree::Ident(word)) = tokens.get(at) {
        path.push(word.to_string());
        at += 1;
        if !(at + 1 < tokens.len() && is_colon(tokens, at + 1)) {
            break;
        }
        at += 2;
    }
    (path, at)
}

/// The length of `#[cfg(test)] mod … { … }`, or of `#[cfg(test)]` before any other item up to its end, at the start of
/// these tokens.
fn test_module(tokens: &[TokenTree]) -> Option<usize> {
    let [hash, TokenTree::Group(attribute), ..] = tokens else { return None };
    let text = attribute.stream().to_string().replace(' ', "");
    if !(is_punct(hash, '#') && matches!(text.as_str(), "cfg(test)" | "test")) {
        return None;
    }
    let ends =
        |t: &TokenTree| is_punct(t, ';') || matches!(t, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
    tokens[2..].iter().position(ends).map(|n| n + 3)
}

/// Whether the braces that follow these tokens are those of an inline module.
fn inline_module(before: &[TokenTree]) -> bool {
    matches!(before, [.., TokenTree::Ident(word), TokenTree::Ident(_)] if *word == "mod")
}

fn is_public(before: &[TokenTree]) -> bool {
    match before {
        [.., TokenTree::Ident(word)] => *word == "pub",
        [.., TokenTree::Ident(word), TokenTree::Group(_)] => *word == "pub",
        _ => false,
    }
}

/// The leaves of a use tree: the path, and the name that it brings in (`*` for a glob).
fn use_tree(tokens: &[TokenTree], base: &[String]) -> Vec<(ModulePath, String)> {
    let mut leaves = Vec::new();
    for branch in tokens.split(|t| is_punct(t, ',')).filter(|branch| !branch.is_empty()) {
        let mut path = base.to_vec();
        let mut name = None;
        let mut at = 0;
        while let Some(token) = branch.get(at) {
            match token {
                TokenTree::Ident(word) if *word == "as" => {
                    name = branch.get(at + 1).map(ToString::to_string);
                    at += 1;
                }
                TokenTree::Ident(word) if *word == "self" && !path.is_empty() => {}
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Punct(p) if p.as_char() == '*' => name = Some("*".into()),
                TokenTree::Group(group) => {
                    leaves.extend(use_tree(&group.stream().into_iter().collect::<Vec<_>>(), &path));
                    path.clear();
                }
                _ => {}
            }
            at += 1;
        }
        if let Some(last) = path.last().cloned() {
            leaves.push((path, name.unwrap_or(last)));
        }
    }
    leaves
}

#[test]
fn modules_follow_from_the_names_of_files() {
    assert_eq!(module_path("runs/index.rs"), ["runs", "index"]);
    assert_eq!(module_path("runs/mod.rs"), ["runs"]);
    assert!(module_path("lib.rs").is_empty());
}
