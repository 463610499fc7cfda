//! No circle of files: what two files need of each other lies below both.

use super::source::{Source, module_path};
use std::collections::{BTreeMap, BTreeSet};

type Graph<'a> = BTreeMap<&'a str, BTreeMap<&'a str, String>>;

/// Every import that lies on a circle, but for those between a module and its own child, where these two alone make it.
fn circles(source: &Source) -> Vec<String> {
    let graph = source.imports();
    let mut found = Vec::new();
    for component in components(&graph) {
        for &from in &component {
            for (&to, item) in graph[from].iter().filter(|(to, _)| component.contains(**to)) {
                if !is_child(from, to) && !is_child(to, from) {
                    found.push(format!("{from} needs {item} of {to}, which needs it in turn"));
                }
            }
        }
    }
    found
}

fn is_child(child: &str, parent: &str) -> bool {
    module_path(child).split_last().is_some_and(|(_, above)| above == module_path(parent))
}

/// The strongly connected components of more than one file: sets of files each of which reaches each other.
fn components<'a>(graph: &Graph<'a>) -> Vec<BTreeSet<&'a str>> {
    let reachable = |start: &'a str| {
        let mut seen = BTreeSet::new();
        let mut open = vec![start];
        while let Some(file) = open.pop() {
            for &next in graph.get(file).into_iter().flat_map(BTreeMap::keys) {
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph.keys().map(|&file| (file, reachable(file))).collect();
    let mut found: Vec<BTreeSet<&str>> = Vec::new();
    for (&file, others) in &reached {
        if others.contains(file) && !found.iter().any(|component| component.contains(file)) {
            let both = others.iter().filter(|other| reached.get(*other).is_some_and(|back| back.contains(file)));
            found.push(both.copied().collect());
        }
    }
    found
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let found = circles(&Source::of_crate());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn circles_are_found_however_they_are_written() {
    let a = "use super::b::B; pub struct A;";
    let circles_of = |files: &[(&str, &str)]| circles(&Source::new(files.iter().copied())).len();
    let cases: [&[(&str, &str)]; 8] = [
        &[("x/a.rs", a), ("x/b.rs", "use crate::x::a::A; pub struct B;")],
        &[("x/a.rs", a), ("x/b.rs", "pub struct B; fn f() -> super::a::A { todo!() }")],
        &[("x/a.rs", a), ("x/b.rs", "pub struct B; fn f() { println!(\"{}\", crate::x::a::A::new()) }")],
        &[("x/a.rs", a), ("x/b.rs", "use super::a as other; pub struct B(other::A);")],
        &[("x/a.rs", a), ("x/b.rs", "use super::{a::{self}}; pub struct B(a::A);")],
        // Over a third file, and through what a map hands on.
        &[("x/a.rs", a), ("x/b.rs", "use crate::c::C; pub struct B;"), ("c.rs", "use crate::x::a::A; pub struct C;")],
        &[("x/mod.rs", "pub use a::A;"), ("x/a.rs", a), ("x/b.rs", "use super::A; pub struct B;")],
        &[("x/mod.rs", "pub use a::*;"), ("x/a.rs", a), ("x/b.rs", "use crate::x::A; pub struct B;")],
    ];
    for files in cases {
        assert_ne!(circles_of(files), 0, "{files:?}");
    }
    // A child and its module and one more between them.
    let three = [
        ("x/mod.rs", "pub struct M; fn f() { a::A; }"),
        ("x/a.rs", "use super::b::B; pub struct A;"),
        ("x/b.rs", "use super::M; pub struct B;"),
    ];
    assert_eq!(circles_of(&three), 1);
}

#[test]
fn what_makes_no_circle_passes() {
    let a = "use super::b::B; pub struct A;";
    let cases: [&[(&str, &str)]; 6] = [
        &[("x/a.rs", a), ("x/b.rs", "// use super::a::A;\npub struct B; const S: &str = \"crate::x::a::A\";")],
        &[("x/a.rs", a), ("x/b.rs", "pub struct B; #[cfg(test)] mod tests { use crate::x::a::A; }")],
        &[("x/a.rs", a), ("x/b.rs", "pub struct B; #[cfg(test)]\nmod tests;"), ("x/b/tests.rs", "use crate::x::a::A;")],
        // A map names its children, and a module and its own child may know each other.
        &[("x/mod.rs", "pub mod a; pub mod b; pub use a::A;"), ("x/a.rs", a), ("x/b.rs", "pub struct B;")],
        &[("x/mod.rs", "pub struct M; fn f() { a::A; }"), ("x/a.rs", "use super::M; pub struct A;")],
        &[("x/a.rs", a), ("x/b.rs", "use other::a::A; pub struct B; fn f(b: B) { b.a::<u8>() }")],
    ];
    for files in cases {
        assert_eq!(circles(&Source::new(files.iter().copied())), Vec::<String>::new(), "{files:?}");
    }
}
