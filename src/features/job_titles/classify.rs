//! A title against the patterns. Matching is by whole words, whatever the case and the accents; at every word the
//! longest phrase wins and takes its words with it, so that "Vice President" is never also a "President".

use super::categories::{Function, Seniority};
use super::patterns::{FUNCTION, FUNCTION_FALLBACK, Patterns, Rank, SENIORITY};

/// The seniority that a job title states; `None` where no known word occurs.
///
/// Of several ranks the highest counts ("Founder and Sales Director" is C-level), but a word that says that somebody is
/// learning or assisting counts before all ("Assistant to the CEO", "Junior Manager").
pub fn seniority(title: &str) -> Option<Seniority> {
    let ranks = matches(&words(title), SENIORITY);
    let before_all = [Seniority::Student, Seniority::Junior];
    if let Some(rank) = before_all.into_iter().find(|rank| ranks.contains(&Rank::Is(*rank))) {
        return Some(rank);
    }
    if ranks.contains(&Rank::Assists) {
        return Some(Seniority::Staff);
    }
    ranks.into_iter().filter_map(|rank| if let Rank::Is(rank) = rank { Some(rank) } else { None }).min()
}

/// The function that a job title names, the first one where there are several; `None` where no known word occurs.
///
/// General management, consulting and the bare trade words (engineer, professor) count only where nothing more specific
/// is named: a "Managing Director Sales" is in sales, a "Sales Engineer" too.
pub fn function(title: &str) -> Option<Function> {
    let words = words(title);
    matches(&words, FUNCTION).first().or(matches(&words, FUNCTION_FALLBACK).first()).copied()
}

/// The categories of all patterns found, in the order of the title; the longest phrase takes its words.
fn matches<T: Copy>(words: &[String], categories: Patterns<T>) -> Vec<T> {
    let mut found = Vec::new();
    let mut position = 0;
    while position < words.len() {
        let mut best: Option<(Specificity, T)> = None;
        for (category, patterns) in categories {
            for pattern in patterns.split(", ") {
                let Some(specificity) = specificity(pattern, &words[position..]) else { continue };
                if best.is_none_or(|(had, _)| specificity > had) {
                    best = Some((specificity, *category));
                }
            }
        }
        if let Some((_, category)) = best {
            found.push(category);
        }
        position += best.map_or(1, |(specificity, _)| specificity.words);
    }
    found
}

/// How specific a match is: more words first, then no `*`, then more letters, so that `teamleiter` is before `*leiter`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Specificity {
    words: usize,
    exact: bool,
    letters: usize,
}

/// How specific the pattern is, where the first of the words are those that it asks for.
fn specificity(pattern: &str, words: &[String]) -> Option<Specificity> {
    let mut used = 0;
    for part in pattern.split(' ') {
        if !word_matches(part, words.get(used)?) {
            return None;
        }
        used += 1;
    }
    Some(Specificity { words: used, exact: !pattern.contains('*'), letters: pattern.len() })
}

fn word_matches(pattern: &str, word: &str) -> bool {
    if let Some(ending) = pattern.strip_prefix('*') {
        word.len() > ending.len() && word.ends_with(ending)
    } else if let Some(start) = pattern.strip_suffix('*') {
        word.len() > start.len() && word.starts_with(start)
    } else {
        word == pattern
    }
}

/// The words of a title: lower case, common accents removed, split at everything that is neither letter nor digit.
/// A title is cut after 200 characters: nothing longer is one.
pub(super) fn words(title: &str) -> Vec<String> {
    let mut plain = String::with_capacity(title.len().min(256));
    for letter in title.chars().take(200).flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => plain.push('a'),
            'è' | 'é' | 'ê' | 'ë' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' => plain.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => plain.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => plain.push('u'),
            'ç' => plain.push('c'),
            'ñ' => plain.push('n'),
            'ß' => plain.push_str("ss"),
            // Combining marks: what is left of an accent in decomposed text. Dots: "V.P." is "VP".
            '\u{300}'..='\u{36f}' | '.' => {}
            letter => plain.push(letter),
        }
    }
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
