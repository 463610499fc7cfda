//! Ids as systems and spreadsheets write them: two forms of one id, several ids in one cell, a mark before an id, and ids
//! that a spreadsheet has destroyed. Called by `id_index`, `profiles` and `stream` for cells that are
//! ids.

use hashbrown::HashMap;

/// The id without what a spreadsheet needs to take it for text: `'0012` and `="0012"`.
pub fn unmarked(cell: &str) -> &str {
    match cell.as_bytes().first() {
        Some(b'\'') => cell[1..].trim(),
        Some(b'=') => cell.strip_prefix("=\"").and_then(|id| id.strip_suffix('"')).unwrap_or(cell),
        _ => cell,
    }
}

/// The first of several ids in one cell, as CRMs write the records that something belongs to: `123;456`.
pub fn first_of_several(cell: &str) -> &str {
    let is_id =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_@.".contains(&b));
    match cell.split_once(';') {
        Some((first, rest)) if rest.split(';').map(str::trim).all(|part| part.is_empty() || is_id(part)) => {
            if is_id(first.trim()) { first.trim() } else { cell }
        }
        _ => cell,
    }
}

/// Whether a spreadsheet has shortened the id: `4.57E+11` stands for as many ids as it has lost digits.
pub fn is_damaged(id: &str) -> bool {
    let Some((digits, exponent)) = id.split_once(['E', 'e']) else { return false };
    let bytes = digits.as_bytes();
    let mantissa = match bytes {
        [digit] => digit.is_ascii_digit(),
        [digit, b'.' | b',', fraction @ ..] => {
            digit.is_ascii_digit() && !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    };
    let power = exponent.strip_prefix('+').unwrap_or("");
    mantissa && (1..=4).contains(&power.len()) && power.bytes().all(|b| b.is_ascii_digit())
}

/// The part of an id that all of its forms share: 15 of the 18 characters of Salesforce, the number of Marketo without its
/// instance. An id without other forms is its own.
pub fn core(id: &str) -> &str {
    if id.len() == 18 && id.is_ascii() {
        let (core, suffix) = id.split_at(15);
        if core.bytes().all(|b| b.is_ascii_alphanumeric()) && salesforce_suffix(core.as_bytes()) == *suffix.as_bytes() {
            return core;
        }
    }
    match id.split_once('@') {
        Some((number, instance)) if !number.is_empty() && is_munchkin(instance) => number,
        _ => id,
    }
}

/// The three characters of the 18-character form: each tells which of five characters are capitals.
fn salesforce_suffix(core: &[u8]) -> [u8; 3] {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let mut suffix = [0; 3];
    for (letter, five) in suffix.iter_mut().zip(core.chunks(5)) {
        let capitals = five.iter().enumerate().map(|(at, byte)| usize::from(byte.is_ascii_uppercase()) << at);
        // Five bits at most: below 32.
        *letter = LETTERS[capitals.sum::<usize>() % 32];
    }
    suffix
}

/// Whether this names an instance of Marketo: `123-ABC-456`, perhaps with `.Marketo` behind.
fn is_munchkin(text: &str) -> bool {
    let parts: Vec<&str> = text.strip_suffix(".Marketo").unwrap_or(text).split('-').collect();
    let digits = |part: &str| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit());
    match parts[..] {
        [first, middle, last] => {
            digits(first) && digits(last) && middle.len() == 3 && middle.bytes().all(|b| b.is_ascii_uppercase())
        }
        _ => false,
    }
}

/// Finds the profile of an id that is written in another form than the profile's own. Nothing is kept for ids that have no
/// other form.
#[derive(Debug, Default)]
pub struct OtherForms {
    /// By the shared part: the number of the one id that has it, `None` where several have.
    by_core: HashMap<String, Option<u32>>,
}

impl OtherForms {
    /// Takes an id with its number.
    pub fn add(&mut self, id: &str, number: u32) {
        let core = core(id);
        if core.len() != id.len() {
            let entry = self.by_core.entry(core.to_string());
            entry.and_modify(|known| *known = known.filter(|n| *n == number)).or_insert(Some(number));
        }
    }

    /// The number of the profile whose id is another form of `id`; `exact` looks for an id as it is written.
    pub fn find(&self, id: &str, exact: impl Fn(&str) -> Option<u32>) -> Option<u32> {
        let core = core(id);
        if core.len() == id.len() { self.by_core.get(id).copied().flatten() } else { exact(core) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_further_ids_are_no_part_of_an_id() {
        for (cell, id) in [("'0012", "0012"), ("=\"0012\"", "0012"), ("=0012", "=0012"), ("a'b", "a'b")] {
            assert_eq!(unmarked(cell), id);
        }
        for (cell, id) in [("123;456", "123"), ("123; 456;", "123"), ("a;b c", "a;b c"), ("7", "7"), (";7", ";7")] {
            assert_eq!(first_of_several(cell), id);
        }
    }

    #[test]
    fn ids_that_a_spreadsheet_shortened_are_known_and_others_are_not_taken_for_them() {
        for id in ["4.57E+11", "1E+12", "1.2E+4569", "9,1E+5", "4.57e+11"] {
            assert!(is_damaged(id), "{id}");
        }
        for id in ["1E5", "12E4567", "4.57E-11", "ab4.57E+11", "E+11", "4.57E+", "00E+11", "4.E+1"] {
            assert!(!is_damaged(id), "{id}");
        }
    }

    #[test]
    fn both_forms_of_salesforce_are_one_id_and_case_tells_two_apart() {
        assert_eq!(core("0031G00001S3ckZQAR"), "0031G00001S3ckZ");
        assert_eq!(core("0031G00001S3ckZQAX"), "0031G00001S3ckZQAX");
        assert_ne!(core("0031G00001S3ckzQAB"), core("0031G00001S3ckZQAR"));
        let mut forms = OtherForms::default();
        forms.add("0031G00001S3ckZQAR", 4);
        assert_eq!(forms.find("0031G00001S3ckZ", |_| None), Some(4));
        assert_eq!(forms.find("0031G00001S3ckz", |_| None), None);
        let stored = |id: &str| (id == "0031G00001S3ckZ").then_some(9);
        assert_eq!(OtherForms::default().find("0031G00001S3ckZQAR", stored), Some(9));
    }

    #[test]
    fn a_number_of_marketo_is_its_own_only_where_one_instance_has_it() {
        let mut forms = OtherForms::default();
        forms.add("7@123-ABC-456", 1);
        assert_eq!(forms.find("7", |_| None), Some(1));
        forms.add("7@999-XYZ-456.Marketo", 2);
        assert_eq!(forms.find("7", |_| None), None);
        assert_eq!(core("ann@example.com"), "ann@example.com");
    }
}
