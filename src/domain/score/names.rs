//! Names and ids of scores: what may be one, and how an id or a free name is made. Used by the definition and the
//! draft, and by `store`, which knows what is taken.

use super::goal::{is_unprintable, quoted};
use crate::error::{Error, Result};

/// Most characters of a name.
pub const MAX_NAME_CHARS: usize = 100;
/// Most bytes of an id.
pub const MAX_ID_BYTES: usize = 60;

/// Refuses a name that is blank, too long, or not harmless to print.
///
/// # Errors
/// A usage error with the reason.
pub fn check_name(name: &str) -> Result<()> {
    let invalid = |why: String| Err(Error::usage("The name of the score is not valid.").because(why));
    let chars = name.chars().count();
    if name.trim().is_empty() {
        return invalid("it is empty".into());
    }
    if chars > MAX_NAME_CHARS {
        return invalid(format!("it has {chars} characters, and can have {MAX_NAME_CHARS}"));
    }
    if name.chars().any(is_unprintable) {
        return invalid(format!("it holds characters that cannot be printed: {}", quoted(name)));
    }
    Ok(())
}

/// An id made from a name: lowercase ASCII letters and digits, joined by hyphens, at most [`MAX_ID_BYTES`] bytes, never
/// empty and never one that `taken` knows (`-2`, `-3`, … tell equal ones apart).
pub fn slug(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut base = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            base.push(c);
        } else if !base.is_empty() && !base.ends_with('-') {
            base.push('-');
        }
    }
    if base.is_empty() {
        base.push_str("score");
    }
    let mut number = 1u64;
    loop {
        let suffix = if number == 1 { String::new() } else { format!("-{number}") };
        // The base is ASCII, so any cut is on a character's boundary.
        let cut = base[..base.len().min(MAX_ID_BYTES - suffix.len())].trim_end_matches('-');
        let id = format!("{cut}{suffix}");
        if !taken(&id) {
            return id;
        }
        number += 1;
    }
}

/// The name itself where it is free, else with ` (2)`, ` (3)`, … at its end, cut so that it stays a name.
pub fn free_name(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let name = name.trim();
    let mut free = name.to_string();
    let mut number = 2u64;
    while taken(&free) {
        let suffix = format!(" ({number})");
        let room = MAX_NAME_CHARS.saturating_sub(suffix.len());
        free = name.chars().take(room).collect::<String>() + &suffix;
        number += 1;
    }
    free
}

/// Whether a text can be an id: it names a folder, so nothing in it may leave its place or hide it.
pub fn is_id(id: &str) -> bool {
    let first = id.bytes().next();
    first.is_some_and(|b| b.is_ascii_alphanumeric())
        && id.len() <= MAX_ID_BYTES
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_come_from_names() {
        for (name, id) in [
            ("Closed Won within 90 days!", "closed-won-within-90-days"),
            ("../../etc/passwd", "etc-passwd"),
            (".hidden", "hidden"),
            ("漢字", "score"),
            ("Ünï-x", "n-x"),
        ] {
            assert_eq!(slug(name, |_| false), id);
        }
        assert_eq!(slug("Leads", |id| matches!(id, "leads" | "leads-2")), "leads-3");
    }

    proptest! {
        #[test]
        fn any_name_gives_a_harmless_new_id(name in any::<String>(), count in 0usize..12) {
            let mut taken: Vec<String> = Vec::new();
            for _ in 0..=count {
                let id = slug(&name, |id| taken.iter().any(|t| t == id));
                prop_assert!(is_id(&id) && !taken.contains(&id), "{:?}", id);
                taken.push(id);
            }
        }
    }

    #[test]
    fn a_folder_name_that_leaves_its_place_is_no_id() {
        for id in ["", ".", "..", ".x", "a/b", "a\\b", "-x", "é", "a b", &"x".repeat(61)] {
            assert!(!is_id(id), "{id}");
        }
        assert!(is_id("Leads_2.b-c"));
    }
}
