//! Words that mean that there is no value: databases, spreadsheets and CRMs write them into their exports. Called for every
//! cell that is read.

/// The words, as they are written; `null` and `n/a` in any case.
pub const WORDS: [&str; 8] = ["null", "n/a", "#n/a", "\\n", "-", "(blank)", "nan", "<na>"];

/// The cell without surrounding blanks; empty where it holds nothing but a word for nothing.
#[inline]
pub fn without_empty_words(cell: &str) -> &str {
    let cell = cell.trim();
    if is_empty_word(cell) { "" } else { cell }
}

/// Whether a trimmed cell is a word for nothing. The usual cell is told by its length and its first byte.
#[inline]
fn is_empty_word(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    bytes.len() <= 7
        && matches!(bytes.first(), Some(b'n' | b'N' | b'#' | b'\\' | b'-' | b'(' | b'<'))
        && WORDS.iter().any(|word| word.eq_ignore_ascii_case(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_nothing_are_empty_and_values_are_not() {
        for word in ["NULL", "null", "\\N", "N/A", "-", "(blank)", "#N/A", "NaN", " null ", "", "  "] {
            assert_eq!(without_empty_words(word), "", "{word}");
        }
        for value in ["NA", "n", "-1", "--", "nullable", "none", "0", "(blank", "#1"] {
            assert_eq!(without_empty_words(value), value);
        }
    }
}
