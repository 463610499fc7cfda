//! Titles with the categories that a reader would give them.

use super::Function as F;
use super::Seniority as S;
use super::classify::words;
use super::patterns::{FUNCTION, FUNCTION_FALLBACK, SENIORITY};
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
    let lists = ranks.chain(FUNCTION.iter().chain(FUNCTION_FALLBACK).map(|(_, patterns)| *patterns));
    for pattern in lists.flat_map(|patterns| patterns.split(", ")) {
        assert_eq!(words(&pattern.replace('*', "")).join(" "), pattern.replace('*', ""), "{pattern} can never match");
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
