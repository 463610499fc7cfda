//! Yes and no as exports write them. Called where a column says whether something holds, as `IsDeleted`.

/// The truth that a word tells; `None` where it tells none.
pub fn boolean(cell: &str) -> Option<bool> {
    const YES: [&str; 13] = ["true", "yes", "y", "1", "t", "ja", "oui", "sí", "si", "sì", "sim", "wahr", "vrai"];
    const NO: [&str; 12] = ["false", "no", "n", "0", "f", "nein", "non", "nee", "não", "nao", "falsch", "faux"];
    let word = cell.trim().to_lowercase();
    match word.as_str() {
        word if YES.contains(&word) => Some(true),
        word if NO.contains(&word) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_several_languages_tell_truth() {
        for (word, truth) in [("TRUE", Some(true)), (" Ja ", Some(true)), ("Nein", Some(false)), ("0", Some(false))] {
            assert_eq!(boolean(word), truth, "{word}");
        }
        assert_eq!((boolean(""), boolean("maybe"), boolean("2")), (None, None, None));
    }
}
