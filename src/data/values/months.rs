//! Names of months and weekdays in English, German, French, Spanish, Italian, Portuguese and Dutch, whole and short. No
//! name means different months in two of them, so that the language need not be known. Called by
//! [`date_format`](super::date_format).

/// Names by month, January first, without accents and in small letters.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "janner", "janvier", "janv", "enero", "ene", "gennaio", "gen", "janeiro", "januari"],
    &["february", "feb", "februar", "fevrier", "fevr", "fev", "febrero", "febbraio", "fevereiro", "februari"],
    &["march", "mar", "marz", "maerz", "mrz", "mars", "marzo", "marco", "maart", "mrt"],
    &["april", "apr", "avril", "avr", "abril", "abr", "aprile"],
    &["may", "mai", "mayo", "maggio", "mag", "maio", "mei"],
    &["june", "jun", "juni", "juin", "junio", "giugno", "giu", "junho"],
    &["july", "jul", "juli", "juillet", "juil", "julio", "luglio", "lug", "julho"],
    &["august", "aug", "aout", "agosto", "ago", "augustus"],
    &["september", "sep", "sept", "septembre", "septiembre", "settembre", "set", "setembro"],
    &["october", "oct", "oktober", "okt", "octobre", "octubre", "ottobre", "ott", "outubro", "out"],
    &["november", "nov", "novembre", "noviembre", "novembro"],
    &["december", "dec", "dezember", "dez", "decembre", "diciembre", "dic", "dicembre", "dezembro"],
];

/// Names of weekdays, and the small words within a date.
const PASSED_OVER: [&str; 72] = [
    "monday",
    "mon",
    "tuesday",
    "tue",
    "tues",
    "wednesday",
    "wed",
    "thursday",
    "thu",
    "thur",
    "thurs",
    "friday",
    "fri",
    "saturday",
    "sat",
    "sunday",
    "sun",
    "montag",
    "mo",
    "dienstag",
    "di",
    "mittwoch",
    "mi",
    "donnerstag",
    "do",
    "freitag",
    "fr",
    "samstag",
    "sa",
    "sonnabend",
    "sonntag",
    "so",
    "lundi",
    "lun",
    "mardi",
    "mercredi",
    "mer",
    "jeudi",
    "jeu",
    "vendredi",
    "ven",
    "samedi",
    "sam",
    "dimanche",
    "dim",
    "lunes",
    "miercoles",
    "mie",
    "jueves",
    "jue",
    "viernes",
    "vie",
    "sabado",
    "sab",
    "domingo",
    "dom",
    "lunedi",
    "giovedi",
    "gio",
    "venerdi",
    "sabato",
    "domenica",
    "maandag",
    "ma",
    "dinsdag",
    "woensdag",
    "donderdag",
    "vrijdag",
    "zaterdag",
    "zondag",
    "de",
    "of",
];

/// The month (1–12) of a name in any case, with or without accents.
pub fn month(name: &str) -> Option<i8> {
    let name = plain(name);
    MONTHS.iter().position(|names| names.contains(&name.as_str())).map(|at| at as i8 + 1)
}

/// Whether a word says nothing that the date does not say: a weekday, or a small word.
pub fn is_passed_over(word: &str) -> bool {
    let word = plain(word);
    // Tuesday in Spanish and Italian is short for March, too: it only counts as a weekday where it is whole.
    PASSED_OVER.contains(&word.as_str())
        || ["martes", "martedi", "mercoledi", "segunda", "terca", "quarta", "quinta", "sexta", "feira", "del", "the"]
            .contains(&word.as_str())
}

/// Small letters without accents.
fn plain(word: &str) -> String {
    let letter = |c: char| match c {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    };
    word.chars().flat_map(char::to_lowercase).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_in_seven_languages_and_no_name_means_two() {
        for (name, number) in [
            ("Oct", 10),
            ("Okt", 10),
            ("OUTUBRO", 10),
            ("août", 8),
            ("März", 3),
            ("déc", 12),
            ("mei", 5),
            ("giugno", 6),
        ] {
            assert_eq!(month(name), Some(number), "{name}");
        }
        assert_eq!((month(""), month("octo"), month("di")), (None, None, None));
        let mut all: Vec<&str> = MONTHS.iter().flat_map(|names| names.iter().copied()).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(all.iter().all(|name| !PASSED_OVER.contains(name)));
    }
}
