//! Job title → two categories, seniority and function, by word lists in English, German, French, Spanish,
//! Portuguese and Dutch. A title is free text with thousands of values; these two are what a model can learn from.
//!
//! `features` calls this once per distinct title (a call walks the word lists, so callers keep the answers). Matching is
//! by whole words, whatever the case and the accents; a pattern may be a phrase, and its words may begin or end with
//! `*` (German compounds: `*leiter`, `vertrieb*`). At every word the longest phrase wins and takes its words with it,
//! so that "Vice President" is never also a "President".

mod lists;

use lists::{FUNCTION, FUNCTION_WEAK, SENIORITY};
use std::fmt;

/// The rank that a job title states, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Seniority {
    CLevel,
    Vp,
    Director,
    Head,
    Manager,
    Senior,
    Staff,
    Junior,
    Student,
}

impl Seniority {
    pub const ALL: [Seniority; 9] = [
        Seniority::CLevel,
        Seniority::Vp,
        Seniority::Director,
        Seniority::Head,
        Seniority::Manager,
        Seniority::Senior,
        Seniority::Staff,
        Seniority::Junior,
        Seniority::Student,
    ];

    /// The category as models and files keep it; never changes.
    pub fn code(self) -> &'static str {
        match self {
            Seniority::CLevel => "c-level",
            Seniority::Vp => "vp",
            Seniority::Director => "director",
            Seniority::Head => "head",
            Seniority::Manager => "manager",
            Seniority::Senior => "senior",
            Seniority::Staff => "staff",
            Seniority::Junior => "junior",
            Seniority::Student => "student",
        }
    }
}

impl fmt::Display for Seniority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Seniority::CLevel => "C-level",
            Seniority::Vp => "Vice president",
            Seniority::Director => "Director",
            Seniority::Head => "Head",
            Seniority::Manager => "Manager",
            Seniority::Senior => "Senior",
            Seniority::Staff => "Staff",
            Seniority::Junior => "Junior",
            Seniority::Student => "Student",
        })
    }
}

/// The part of a business that a job title names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Function {
    Engineering,
    Marketing,
    Sales,
    Finance,
    Operations,
    HumanResources,
    Product,
    Legal,
    Support,
    Research,
    GeneralManagement,
    Purchasing,
    Consulting,
    Education,
}

impl Function {
    pub const ALL: [Function; 14] = [
        Function::Engineering,
        Function::Marketing,
        Function::Sales,
        Function::Finance,
        Function::Operations,
        Function::HumanResources,
        Function::Product,
        Function::Legal,
        Function::Support,
        Function::Research,
        Function::GeneralManagement,
        Function::Purchasing,
        Function::Consulting,
        Function::Education,
    ];

    /// The category as models and files keep it; never changes.
    pub fn code(self) -> &'static str {
        match self {
            Function::Engineering => "engineering",
            Function::Marketing => "marketing",
            Function::Sales => "sales",
            Function::Finance => "finance",
            Function::Operations => "operations",
            Function::HumanResources => "human-resources",
            Function::Product => "product",
            Function::Legal => "legal",
            Function::Support => "support",
            Function::Research => "research",
            Function::GeneralManagement => "general-management",
            Function::Purchasing => "purchasing",
            Function::Consulting => "consulting",
            Function::Education => "education",
        }
    }
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Function::Engineering => "Engineering and IT",
            Function::Marketing => "Marketing",
            Function::Sales => "Sales",
            Function::Finance => "Finance",
            Function::Operations => "Operations",
            Function::HumanResources => "Human resources",
            Function::Product => "Product",
            Function::Legal => "Legal",
            Function::Support => "Customer support",
            Function::Research => "Research",
            Function::GeneralManagement => "General management",
            Function::Purchasing => "Purchasing",
            Function::Consulting => "Consulting",
            Function::Education => "Education",
        })
    }
}

/// The seniority that a job title states; `None` where no known word occurs.
///
/// Of several ranks the highest counts ("Founder and Sales Director" is C-level), but a word that says that somebody is
/// learning or assisting counts before all ("Assistant to the CEO", "Junior Manager").
pub fn seniority(title: &str) -> Option<Seniority> {
    let ranks = matches(&words(title), SENIORITY);
    let lowering = [Seniority::Student, Seniority::Junior];
    if let Some(rank) = lowering.into_iter().find(|rank| ranks.contains(&Rank::Is(*rank))) {
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
    matches(&words, FUNCTION).first().or(matches(&words, FUNCTION_WEAK).first()).copied()
}

#[derive(Clone, Copy, PartialEq)]
enum Rank {
    Is(Seniority),
    /// Works for somebody of another rank.
    Assists,
}

/// Categories with their patterns, separated by commas.
type Lists<T> = &'static [(T, &'static str)];

/// The categories of all patterns found, in the order of the title; the longest phrase takes its words.
fn matches<T: Copy>(words: &[String], lists: Lists<T>) -> Vec<T> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let mut best: Option<(Strength, T)> = None;
        for (category, patterns) in lists {
            for pattern in patterns.split(", ") {
                let Some(strength) = strength(pattern, &words[at..]) else { continue };
                if best.is_none_or(|(had, _)| strength > had) {
                    best = Some((strength, *category));
                }
            }
        }
        if let Some((_, category)) = best {
            found.push(category);
        }
        at += best.map_or(1, |(strength, _)| strength.words);
    }
    found
}

/// How specific a match is: more words first, then no `*`, then more letters, so that `teamleiter` is before `*leiter`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Strength {
    words: usize,
    exact: bool,
    letters: usize,
}

fn strength(pattern: &str, words: &[String]) -> Option<Strength> {
    let mut used = 0;
    for part in pattern.split(' ') {
        if !word_matches(part, words.get(used)?) {
            return None;
        }
        used += 1;
    }
    Some(Strength { words: used, exact: !pattern.contains('*'), letters: pattern.len() })
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
fn words(title: &str) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use super::Function as F;
    use super::Seniority as S;
    use super::*;
    use proptest::prelude::*;

    const TABLE: &[(&str, Option<S>, Option<F>)] = &[
        ("Chief Technology Officer", Some(S::CLevel), Some(F::Engineering)),
        ("CEO", Some(S::CLevel), Some(F::GeneralManagement)),
        ("Founder & CEO", Some(S::CLevel), Some(F::GeneralManagement)),
        ("CFO", Some(S::CLevel), Some(F::Finance)),
        ("chief marketing officer", Some(S::CLevel), Some(F::Marketing)),
        ("President", Some(S::CLevel), Some(F::GeneralManagement)),
        ("Vice President", Some(S::Vp), Some(F::GeneralManagement)),
        ("Vice President, Sales", Some(S::Vp), Some(F::Sales)),
        ("VP Marketing", Some(S::Vp), Some(F::Marketing)),
        ("V.P. of Engineering", Some(S::Vp), Some(F::Engineering)),
        ("SVP Product", Some(S::Vp), Some(F::Product)),
        ("Director of Operations", Some(S::Director), Some(F::Operations)),
        ("Managing Director", Some(S::CLevel), Some(F::GeneralManagement)),
        ("Managing Director Sales", Some(S::CLevel), Some(F::Sales)),
        ("Senior Director, Human Resources", Some(S::Director), Some(F::HumanResources)),
        ("Head of Procurement", Some(S::Head), Some(F::Purchasing)),
        ("Engineering Manager", Some(S::Manager), Some(F::Engineering)),
        ("Product Marketing Manager", Some(S::Manager), Some(F::Marketing)),
        ("Senior Product Manager", Some(S::Manager), Some(F::Product)),
        ("Project Manager", Some(S::Manager), Some(F::Operations)),
        ("Account Executive", Some(S::Staff), Some(F::Sales)),
        ("Key Account Manager", Some(S::Manager), Some(F::Sales)),
        ("Senior Software Engineer", Some(S::Senior), Some(F::Engineering)),
        ("Sales Engineer", Some(S::Staff), Some(F::Sales)),
        ("Engineer", Some(S::Staff), Some(F::Engineering)),
        ("IT Consultant", Some(S::Staff), Some(F::Engineering)),
        ("Consultant", Some(S::Staff), Some(F::Consulting)),
        ("Analyst", Some(S::Staff), None),
        ("Business Development Representative", Some(S::Staff), Some(F::Sales)),
        ("HR Business Partner", Some(S::Staff), Some(F::HumanResources)),
        ("General Counsel", Some(S::Staff), Some(F::Legal)),
        ("Customer Success Manager", Some(S::Manager), Some(F::Support)),
        ("Research Scientist", Some(S::Staff), Some(F::Research)),
        ("Professor of Economics", Some(S::Senior), Some(F::Education)),
        ("Junior Manager", Some(S::Junior), None),
        ("Marketing Intern", Some(S::Junior), Some(F::Marketing)),
        ("International Sales Director", Some(S::Director), Some(F::Sales)),
        ("Student", Some(S::Student), Some(F::Education)),
        ("Executive Assistant to the CEO", Some(S::Staff), Some(F::GeneralManagement)),
        ("Geschäftsführer", Some(S::CLevel), Some(F::GeneralManagement)),
        ("Geschaeftsfuehrer", Some(S::CLevel), Some(F::GeneralManagement)),
        ("Leiterin Einkauf", Some(S::Head), Some(F::Purchasing)),
        ("Vertriebsleiter", Some(S::Head), Some(F::Sales)),
        ("Teamleiter Support", Some(S::Manager), Some(F::Support)),
        ("Softwareentwicklerin", Some(S::Staff), Some(F::Engineering)),
        ("Werkstudentin Marketing", Some(S::Student), Some(F::Marketing)),
        ("Sachbearbeiter Buchhaltung", Some(S::Staff), Some(F::Finance)),
        ("Unternehmensberater", Some(S::Staff), Some(F::Consulting)),
        ("Directeur général", Some(S::CLevel), Some(F::GeneralManagement)),
        ("Directrice des ventes", Some(S::Director), Some(F::Sales)),
        ("Responsable des achats", Some(S::Head), Some(F::Purchasing)),
        ("Ingénieur", Some(S::Staff), Some(F::Engineering)),
        ("Chef de projet", Some(S::Manager), Some(F::Operations)),
        ("Stagiaire ressources humaines", Some(S::Junior), Some(F::HumanResources)),
        ("Director de Compras", Some(S::Director), Some(F::Purchasing)),
        ("Gerente de Operaciones", Some(S::Manager), Some(F::Operations)),
        ("Jefa de Investigación", Some(S::Head), Some(F::Research)),
        ("Diretora Financeira", Some(S::Director), Some(F::Finance)),
        ("Engenheiro de Produção", Some(S::Staff), Some(F::Operations)),
        ("Estagiário", Some(S::Junior), None),
        ("Hoofd Inkoop", Some(S::Head), Some(F::Purchasing)),
        ("Algemeen directeur", Some(S::CLevel), Some(F::GeneralManagement)),
        ("Medewerker Klantenservice", Some(S::Staff), Some(F::Support)),
        ("", None, None),
        ("n/a", None, None),
        ("Astronaut", None, None),
    ];

    #[test]
    fn titles_have_the_seniority_and_function_that_a_reader_would_say() {
        let wrong: Vec<String> = TABLE
            .iter()
            .filter(|(title, rank, part)| (seniority(title), function(title)) != (*rank, *part))
            .map(|(title, ..)| format!("{title}: {:?} {:?}", seniority(title), function(title)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn case_accents_and_spacing_do_not_matter() {
        for title in ["DIRECTEUR GÉNÉRAL", "directeur  general", "Directeur-Ge\u{301}ne\u{301}ral"] {
            assert_eq!(seniority(title), Some(S::CLevel), "{title}");
        }
    }

    #[test]
    fn patterns_are_written_as_words_are_compared() {
        let ranks = SENIORITY.iter().map(|(_, patterns)| *patterns);
        let lists = ranks.chain(FUNCTION.iter().chain(FUNCTION_WEAK).map(|(_, patterns)| *patterns));
        for pattern in lists.flat_map(|patterns| patterns.split(", ")) {
            assert_eq!(
                words(&pattern.replace('*', "")).join(" "),
                pattern.replace('*', ""),
                "{pattern} can never match"
            );
        }
    }

    #[test]
    fn codes_and_names_are_distinct() {
        let codes: std::collections::BTreeSet<&str> = S::ALL.iter().map(|s| s.code()).collect();
        assert_eq!(codes.len(), S::ALL.len());
        let names: std::collections::BTreeSet<String> = F::ALL.iter().map(|f| f.to_string()).collect();
        let function_codes: std::collections::BTreeSet<&str> = F::ALL.iter().map(|f| f.code()).collect();
        assert_eq!((names.len(), function_codes.len()), (F::ALL.len(), F::ALL.len()));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(title in "\\PC{0,300}") {
            let _ = (seniority(&title), function(&title));
        }
    }
}
