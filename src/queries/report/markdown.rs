//! Markdown that reads well as text, too: headings, facts one a line, tables with aligned columns; and text from data made
//! harmless for it.

use crate::domain::text::{Align, harmless};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// A page as it grows.
#[derive(Default)]
pub struct Markdown(String);

impl Markdown {
    pub fn finish(self) -> String {
        self.0
    }

    /// A heading, whose text is escaped already.
    pub fn heading(&mut self, level: usize, text: &str) {
        let gap = if self.0.is_empty() || self.0.ends_with("\n\n") { "" } else { "\n" };
        self.put(&format!("{gap}{} {text}\n\n", "#".repeat(level)));
    }

    /// `- name: value`; the value is escaped here.
    pub fn fact(&mut self, name: &str, value: impl AsRef<str>) {
        self.put(&format!("- {name}: {}\n", plain(value.as_ref())));
    }

    /// A sentence of ours.
    pub fn sentence(&mut self, text: &str) {
        self.put(&format!("{text}\n"));
    }

    /// A table, whose cells are escaped here; a blank line before it where there is none.
    pub fn table(&mut self, header: &[(&str, Align)], rows: &[Vec<String>]) {
        let rows: Vec<Vec<String>> = rows.iter().map(|r| r.iter().map(|cell| plain(cell)).collect()).collect();
        let width = |at: usize| {
            let cells = rows.iter().filter_map(|r| r.get(at)).map(|c| c.width());
            // A rule of three dashes is the shortest that every reader of Markdown takes.
            cells.chain([header[at].0.width(), 3]).max().unwrap_or_default()
        };
        let widths: Vec<usize> = (0..header.len()).map(width).collect();
        let line = |cells: &[&str]| {
            let columns = cells.iter().zip(header).zip(&widths).map(|((cell, (_, side)), width)| {
                let gap = " ".repeat(width.saturating_sub(cell.width()));
                if *side == Align::Right { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
            });
            format!("| {} |\n", columns.collect::<Vec<_>>().join(" | "))
        };
        let rules: Vec<String> = (header.iter().zip(&widths))
            .map(|((_, side), width)| match side {
                Align::Left => "-".repeat(*width),
                Align::Right => format!("{}:", "-".repeat(width.saturating_sub(1))),
            })
            .collect();
        if !self.0.ends_with("\n\n") {
            self.put("\n");
        }
        self.put(&line(&header.iter().map(|h| h.0).collect::<Vec<_>>()));
        self.put(&line(&rules.iter().map(String::as_str).collect::<Vec<_>>()));
        for row in &rows {
            self.put(&line(&row.iter().map(String::as_str).collect::<Vec<_>>()));
        }
    }

    fn put(&mut self, text: &str) {
        // Writing to a String does not fail.
        let _ = self.0.write_str(text);
    }
}

/// Text from data on one line that means nothing to Markdown: no cell ends in it, nothing is emphasised, linked or run.
pub fn plain(text: &str) -> String {
    let text = harmless(text);
    let mut shown = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let within_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let means = match c {
            // Between letters it is only an underscore, and names have many.
            '_' => !(within_word(before) && within_word(rest.peek().copied())),
            _ => "\\`*|<>[]~&$#!".contains(c),
        };
        if means {
            shown.push('\\');
        }
        shown.push(c);
        before = Some(c);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_stay_readable_and_signs_lose_their_meaning() {
        assert_eq!(plain("count.web_visit.30d (other types)"), "count.web_visit.30d (other types)");
        assert_eq!(plain("a|b `c` *d* _e_"), "a\\|b \\`c\\` \\*d\\* \\_e\\_");
        assert_eq!(plain("<b>[x](y)</b>"), "\\<b\\>\\[x\\](y)\\</b\\>");
        assert_eq!(plain("one\ntwo\x1b[2J"), "one␊two␛\\[2J");
    }

    #[test]
    fn columns_stand_under_each_other() {
        let mut out = Markdown::default();
        out.heading(1, "Title");
        out.heading(2, "Part");
        out.fact("name", "x");
        out.table(&[("a", Align::Left), ("number", Align::Right)], &[vec!["株式".into(), "1".into()]]);
        let wanted = "# Title\n\n## Part\n\n- name: x\n\n| a    | number |\n| ---- | -----: |\n| 株式 |      1 |\n";
        assert_eq!(out.finish(), wanted);
    }

    proptest! {
        #[test]
        fn no_text_ends_a_cell_or_a_line(text in any::<String>()) {
            let shown = plain(&text);
            prop_assert!(!shown.chars().any(char::is_control));
            let mut escaped = false;
            for c in shown.chars() {
                prop_assert!(escaped || !"|`<".contains(c), "{}", shown);
                escaped = c == '\\' && !escaped;
            }
            prop_assert!(!escaped);
        }
    }
}
