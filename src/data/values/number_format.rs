//! Numbers as people and programs write them: decimal point or comma, thousands separators, currency, percent, minus in
//! parentheses. Called by [`number_column`](super::number_column), which finds out which mark a column has, and by
//! [`normalise`](super::normalise).

/// The mark before the fraction of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecimalMark {
    /// `1,234.56`.
    Point,
    /// `1.234,56`.
    Comma,
}

impl DecimalMark {
    /// The mark that a configuration names; `None` where it is neither of them.
    pub fn of(mark: char) -> Option<DecimalMark> {
        match mark {
            '.' => Some(DecimalMark::Point),
            ',' => Some(DecimalMark::Comma),
            _ => None,
        }
    }

    /// The character.
    pub fn mark(self) -> char {
        match self {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        }
    }

    fn thousands(self) -> char {
        match self {
            DecimalMark::Point => ',',
            DecimalMark::Comma => '.',
        }
    }
}

/// Separators of thousands besides comma and point.
const BLANKS: [char; 7] = [' ', '\u{a0}', '\u{202f}', '\u{2009}', '\'', '\u{2019}', '_'];
/// Signs and codes of money, the longer ones first.
const CURRENCIES: [&str; 40] = [
    "US$", "CA$", "AU$", "NZ$", "R$", "A$", "C$", "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₪", "zł", "Kč", "kr.", "kr",
    "EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "BRL", "INR", "CNY",
    "MXN", "ZAR", "HUF", "Fr.",
];

/// Whether the cell is a number that a program reads without being told how it is written.
pub fn is_plain(cell: &str) -> bool {
    matches!(cell.as_bytes().first(), Some(b'0'..=b'9' | b'-' | b'+' | b'.')) && cell.parse::<f64>().is_ok()
}

/// The number as a program reads it, `-1234.56`; `None` where the cell is none with this decimal mark. Percent keep their
/// value: `12,5 %` is 12.5.
pub fn to_plain(cell: &str, mark: DecimalMark) -> Option<String> {
    let (negative, digits) = bare(cell)?;
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.parse::<i32>().ok()?)),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once(mark.mark()) {
        Some((whole, fraction)) => (whole, fraction),
        None => (mantissa, ""),
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole = without_thousands(whole, mark.thousands())?;
    let mut plain = String::with_capacity(cell.len() + 1);
    if negative {
        plain.push('-');
    }
    plain.push_str(if whole.is_empty() { "0" } else { &whole });
    if !fraction.is_empty() {
        plain.push('.');
        plain.push_str(fraction);
    }
    if let Some(exponent) = exponent {
        plain.push_str(&format!("e{exponent}"));
    }
    Some(plain)
}

/// The digits with their separators, without sign, currency and percent; whether it is negative.
fn bare(cell: &str) -> Option<(bool, &str)> {
    let trim = |text: &'_ str| -> usize { text.len() - text.trim_start_matches([' ', '\u{a0}', '\u{202f}']).len() };
    let mut text = cell.trim();
    let mut negative = false;
    if let Some(inside) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        (negative, text) = (true, inside.trim());
    }
    let (mut signs, mut currencies) = (0, 0);
    loop {
        text = &text[trim(text)..];
        if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
            (negative, signs, text) = (true, signs + 1, rest);
        } else if let Some(rest) = text.strip_prefix('+') {
            (signs, text) = (signs + 1, rest);
        } else if let Some(rest) = CURRENCIES.iter().find_map(|sign| text.strip_prefix(sign)) {
            (currencies, text) = (currencies + 1, rest);
        } else {
            break;
        }
    }
    loop {
        text = text.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
        if let Some(rest) = CURRENCIES.iter().find_map(|sign| text.strip_suffix(sign)) {
            (currencies, text) = (currencies + 1, rest);
        } else if let Some(rest) = text.strip_suffix('%') {
            text = rest;
        } else if let Some(rest) = text.strip_suffix('-') {
            // SAP writes the minus behind.
            (negative, signs, text) = (true, signs + 1, rest);
        } else {
            break;
        }
    }
    let begins = text.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
    (signs <= 1 && currencies <= 1 && begins).then_some((negative, text))
}

/// The digits of a whole number: grouped by threes (by twos above the thousand as in India), or not at all.
fn without_thousands(whole: &str, thousands: char) -> Option<String> {
    let Some(separator) = whole.chars().find(|c| !c.is_ascii_digit()) else { return Some(whole.to_string()) };
    if separator != thousands && !BLANKS.contains(&separator) {
        return None;
    }
    let groups: Vec<&str> = whole.split(separator).collect();
    let (first, last) = (groups.first()?, groups.last()?);
    let between = groups.get(1..groups.len() - 1)?;
    let digits = |group: &&str| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    let by_threes = between.iter().all(|group| group.len() == 3);
    let by_twos = separator == ',' && between.iter().all(|group| group.len() == 2) && first.len() <= 2;
    // A group that begins with zeros is a fraction or a code: `0.123` has no thousands.
    let starts = first.len() <= 3 && !first.starts_with('0');
    let fits = groups.iter().all(digits) && last.len() == 3 && (by_threes || by_twos) && starts;
    fits.then(|| groups.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};
    use proptest::prelude::*;

    #[test]
    fn numbers_of_all_kinds_become_plain() {
        for (cell, mark, plain) in [
            ("1,234.56", Point, Some("1234.56")),
            ("$1,234.56", Point, Some("1234.56")),
            ("USD 1,234.56", Point, Some("1234.56")),
            ("-$5", Point, Some("-5")),
            ("$-5", Point, Some("-5")),
            ("(1,234.56)", Point, Some("-1234.56")),
            ("12,34,567.8", Point, Some("1234567.8")),
            ("12.5 %", Point, Some("12.5")),
            (".5", Point, Some("0.5")),
            ("1.5E+10", Point, Some("1.5e10")),
            ("1.234,56", Comma, Some("1234.56")),
            ("1.234,56 €", Comma, Some("1234.56")),
            ("1 234,56", Comma, Some("1234.56")),
            ("1\u{202f}234,56\u{a0}€", Comma, Some("1234.56")),
            ("1'234.56", Point, Some("1234.56")),
            ("CHF 1\u{2019}234.50", Point, Some("1234.50")),
            ("12,5%", Comma, Some("12.5")),
            ("1.234.567", Comma, Some("1234567")),
            ("1234,5-", Comma, Some("-1234.5")),
            ("1,5", Point, None),
            ("1.5", Comma, None),
            ("0,123", Point, None),
            ("1.234.567", Point, None),
            ("1,2345", Point, None),
            ("12.10.2024", Comma, None),
            ("10.1.1.1", Comma, None),
            ("", Point, None),
            ("€", Comma, None),
            ("--5", Point, None),
            ("abc", Point, None),
            ("1.2.3", Point, None),
        ] {
            assert_eq!(to_plain(cell, mark).as_deref(), plain, "{cell} {mark:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_comes_out_is_a_number(cell in "\\PC{0,20}", digits in "[0-9.,' ()%$€eE+-]{0,16}") {
            for text in [&cell, &digits] {
                for mark in [Point, Comma] {
                    if let Some(plain) = to_plain(text, mark) {
                        prop_assert!(plain.parse::<f64>().is_ok(), "{} {}", text, plain);
                    }
                }
            }
        }

        #[test]
        fn plain_numbers_stay_what_they_are(value in -1e12..1e12_f64) {
            let text = format!("{value:.2}");
            let read: f64 = to_plain(&text, Point).unwrap().parse().unwrap();
            prop_assert_eq!(read, text.parse::<f64>().unwrap());
        }
    }
}
