//! What a user may rely on when reading CSV, and the splitting held against the `csv` crate.

use super::skipper::{Skipper, State};
use super::splitter::{Split, Splitter};
use crate::config::{Source, SourceKind};
use crate::data::readers::batch::BatchBuilder;
use crate::data::readers::file::ReadOptions;
use crate::data::readers::file::tests::{read_bytes, read_with};
use crate::data::readers::window::{MAX_ROW, Window};
use crate::domain::source::refusal::Reason;
use proptest::prelude::*;

/// Rows as the `csv` crate splits them.
fn oracle(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = ::csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text);
    reader.byte_records().map(|r| r.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
}

/// Rows as ours splits them out of a window of this width, with the lines on which they begin.
fn split_all(text: &[u8], width: usize) -> Vec<(u64, Vec<Vec<u8>>)> {
    let mut window = Window::new(Box::new(text), width);
    let (splitter, mut line, mut rows) = (Splitter::new(b','), 1, Vec::new());
    let mut builder = BatchBuilder::new(Vec::new().into());
    loop {
        match splitter.split(window.rest(), window.ended(), &mut builder) {
            Split::Row { next, lines, .. } => {
                rows.push((line, builder.row_cells().map(<[u8]>::to_vec).collect()));
                builder.undo_row();
                line += lines;
                window.consume(next);
            }
            Split::Blank { next } => {
                line += 1;
                window.consume(next);
            }
            Split::Incomplete if window.ended() => return rows,
            Split::Incomplete => window.fill().unwrap(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn rows_are_split_as_the_csv_crate_does(text in "[a,\"\r\n é]{0,60}", width in 1_usize..40) {
        let ours: Vec<_> = split_all(text.as_bytes(), width).into_iter().map(|row| row.1).collect();
        prop_assert_eq!(ours, oracle(text.as_bytes()));
    }

    #[test]
    fn every_row_is_delivered_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = [b"x,y\n".as_slice(), &body].concat();
        let options = ReadOptions { header: Some(1), delimiter: Some(','), encoding: Some("utf-8".into()), ..ReadOptions::default() };
        let reading = read_with("t.csv", &text, options);
        let refused = reading.refused().len();
        prop_assert!(refused <= 20);
        let note = reading.ok().notes.iter().find_map(|note| note.split_once(" line")?.0.parse().ok());
        let noted: usize = note.unwrap_or(0);
        prop_assert!(noted <= 10);
        if refused < 20 {
            let filled = split_all(&body, 64).into_iter().filter(|row| row.1.iter().any(|cell| !cell.is_empty()));
            let (found, expected) = (reading.rows.len() + refused + noted, filled.count());
            // A quote at the very end is refused though nothing stands in it.
            prop_assert!(found == expected || (body.ends_with(b"\"") && found == expected + 1), "{} {}", found, expected);
        }
    }

    #[test]
    fn a_row_is_passed_over_to_the_same_place_as_it_is_split(text in "[a,\"][a,\"\r\n]{0,60}", pieces in 1_usize..9) {
        let mut builder = BatchBuilder::new(Vec::new().into());
        let Split::Row { next, lines, unclosed } = Splitter::new(b',').split(text.as_bytes(), true, &mut builder) else {
            panic!("a text is a row");
        };
        let (mut skipper, mut at) = (Skipper::new(), 0);
        for piece in text.as_bytes().chunks(pieces) {
            match skipper.skip(piece, b',') {
                Some(end) => {
                    at += end;
                    break;
                }
                None => at += piece.len(),
            }
        }
        prop_assert_eq!(at, next);
        if !unclosed && matches!(skipper.state, State::End) {
            prop_assert_eq!(skipper.line_breaks, lines);
        }
    }
}

#[test]
fn lines_are_those_of_the_file_under_crlf_blank_lines_and_quoted_line_ends() {
    let text = "\r\nid,note\r\n1,a\r\n\r\n\r\n2,\"b\r\nc\r\nd\"\r\n3,e\n4\n5,f";
    let reading = read_bytes("t.csv", text.as_bytes());
    assert_eq!(reading.lines(), [3, 6, 9, 11]);
    assert_eq!(reading.cells()[1], ["2", "b\r\nc\r\nd"]);
    assert_eq!(reading.refused(), [(Reason::Ragged, 10, "1 cell instead of 2")]);
}

#[test]
fn ragged_rows_are_refused_and_all_others_go_on() {
    let reading = read_bytes("t.csv", b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n,,\n7,8,9\n");
    assert_eq!(reading.cells(), [["1", "2", "3"], ["7", "8", "9"]]);
    let expected = [(Reason::Ragged, 3, "2 cells instead of 3"), (Reason::Ragged, 4, "4 cells instead of 3")];
    assert_eq!(reading.refused(), expected);
}

#[test]
fn an_unclosed_quote_counts_the_lines_that_it_swallowed() {
    let reading = read_bytes("t.csv", b"a,b\n1,2\n\"3,4\n5,6\n7,8\n");
    assert_eq!((reading.rows.len(), reading.refusals.total()), (1, 3));
    assert_eq!(reading.refused(), [(Reason::Ragged, 3, "a quote is opened and never closed, which swallowed 3 lines")]);

    let reading = read_bytes("t.csv", b"a,b\n\"1,2\n3,4\n5,\"x\"\n7,8\n");
    assert_eq!((reading.cells(), reading.refusals.total()), (vec![vec!["7", "8"]], 3));
    let refused = reading.refused();
    assert!(refused[0].2.starts_with("1 cell instead of 2, and it spans 3 lines"), "{refused:?}");
}

#[test]
fn the_delimiter_is_found_from_the_header_or_given() {
    for (text, cells) in [
        ("a;b\n1,5;2\n", ["1,5", "2"]),
        ("a\tb\n1\t2\n", ["1", "2"]),
        ("\na|b\n1|2\n", ["1", "2"]),
        ("\"a,x,y\";b\n1;2\n", ["1", "2"]),
    ] {
        assert_eq!(read_bytes("t.csv", text.as_bytes()).cells(), [cells], "{text}");
    }
    assert_eq!(read_bytes("t.tsv", b"a,b\n1,2\n").cells(), [["1,2"]]);
    let given = |c| read_with("t.csv", b"a,b:c\n1,2:3\n", ReadOptions { delimiter: Some(c), ..ReadOptions::default() });
    assert_eq!(given(':').cells(), [["1,2", "3"]]);
    assert_eq!(given('\0').cells(), [["1,2:3"]]);
    assert!(given('é').error().contains("delimiter"));
    assert!(given('"').error().contains("delimiter"));
}

#[test]
fn the_header_is_trimmed_named_and_unique() {
    let reading = read_bytes("t.csv", b"\xef\xbb\xbf id , \"name\",,\n1,2,3,4\n");
    assert_eq!(reading.ok().columns, ["id", "\"name\"", "column 3", "column 4"]);
    assert!(read_bytes("t.csv", b"id,\"na\nme\n").error().contains("never closed"));
}

#[test]
fn doubled_names_are_told_apart_unless_a_field_needs_one() {
    let text = b"id,Notes,x,Notes,Notes (2),Notes\n1,2,3,4,5,6\n";
    let reading = read_bytes("t.csv", text);
    assert_eq!(reading.ok().columns, ["id", "Notes", "x", "Notes (3)", "Notes (2)", "Notes (4)"]);
    assert!(reading.ok().notes[0].contains("'Notes'"), "{:?}", reading.ok().notes);

    let needed = |columns: &[(&str, &str)]| {
        let columns = columns.iter().map(|(field, column)| (field.to_string(), column.to_string())).collect();
        ReadOptions::of(&Source { columns, ..Source::new(SourceKind::Person, "t.csv") })
    };
    assert!(read_with("t.csv", text, needed(&[])).result.is_ok());
    let error = read_with("t.csv", text, needed(&[("name", "Notes")])).error();
    assert!(error.contains("t.csv") && error.contains("'Notes'"), "{error}");
    let error = read_with("t.csv", b"Contact ID,Contact ID\n1,2\n", needed(&[])).error();
    assert!(error.contains("'Contact ID'"), "{error}");
    assert!(read_with("t.csv", b"id,Contact ID,Contact ID\n1,2,3\n", needed(&[("person_id", "id")])).result.is_ok());
}

#[test]
fn a_line_that_names_the_delimiter_is_no_row() {
    for text in ["sep=;\r\nid;x\r\n1;2,5\r\n", "\u{feff}\"sep=;\"\nid;x\n1;2,5\n", "SEP=;\rid;x\r1;2,5\r"] {
        let reading = read_bytes("t.csv", text.as_bytes());
        assert_eq!((reading.cells(), reading.lines()), (vec![vec!["1", "2,5"]], vec![3]), "{text}");
        assert!(reading.ok().notes.is_empty());
    }
    assert_eq!(read_bytes("t.csv", b"sep=,x\n1,2\n").ok().columns, ["sep=", "x"]);
}

#[test]
fn what_stands_above_and_below_a_table_is_told_and_no_row() {
    let text = "Report; open leads, by owner\nAs of 1/2/2026\n\nid;name;amount\n1;a;2,5\n2;b;3,5\n\n\"Open; leads\"\n\
                \"Copyright (c), all rights reserved.\"\n\"Confidential\"\n\nGenerated by a user\nExample\n";
    let reading = read_bytes("t.csv", text.as_bytes());
    assert_eq!(reading.cells(), [["1", "a", "2,5"], ["2", "b", "3,5"]]);
    assert_eq!((reading.refusals.total(), reading.lines()), (0, vec![5, 6]));
    let notes = &reading.ok().notes;
    assert!(
        notes[0].starts_with("2 lines above the header are not read: line 1 'Report, open leads, by owner'"),
        "{notes:?}"
    );
    assert!(notes[1].starts_with("5 lines below the table are not read: line 8 'Open; leads'"), "{notes:?}");

    // Padded with empty cells, as spreadsheets save them.
    let reading = read_bytes("t.csv", b"My report,,\n,,\nid,name,x\n1,a,b\n,,\nAll rights reserved,,\nExample,,\n");
    assert_eq!((reading.cells(), reading.lines()), (vec![vec!["1", "a", "b"]], vec![4]));
    assert_eq!(reading.ok().notes.len(), 2);
}

#[test]
fn rows_below_a_blank_line_are_rows_unless_only_notes_follow() {
    let reading = read_bytes("t.csv", b"id,x\n1,a\n\nA stray line\n2,\n3,c\n\n4,\n");
    assert_eq!(reading.cells(), [["1", "a"], ["2", ""], ["3", "c"], ["4", ""]]);
    assert_eq!(reading.refused(), [(Reason::Ragged, 4, "1 cell instead of 2")]);
    assert!(reading.ok().notes.is_empty());
    let many = "id,x\n1,a\n\n".to_string() + &"a note\n".repeat(11);
    assert_eq!(read_bytes("t.csv", many.as_bytes()).refusals.total(), 11);
}

#[test]
fn rows_before_a_change_of_width_are_read_and_those_after_it_refused() {
    for wide in ["1,2,3,4", "1,2,3,4,5,6,7,8,9"] {
        let text = "id,x,y\n1,a,b\n2,a,b\n".to_string() + &format!("{wide}\n").repeat(9);
        let reading = read_bytes("t.csv", text.as_bytes());
        assert_eq!(reading.cells(), [["1", "a", "b"], ["2", "a", "b"]]);
        assert_eq!((reading.refused()[0].1, reading.refusals.total()), (4, 9));
    }
}

#[test]
fn the_line_of_the_header_may_be_given() {
    let header = |line| ReadOptions { header: Some(line), ..ReadOptions::default() };
    let text = b"a,b\n\n1,2\n3,4\n";
    let reading = read_with("t.csv", text, header(3));
    assert_eq!(
        (reading.cells(), &reading.ok().columns[..]),
        (vec![vec!["3", "4"]], &["1".to_string(), "2".into()][..])
    );
    assert!(reading.ok().notes[0].contains("line 1 'a, b'"));
    assert!(read_with("t.csv", text, header(2)).error().contains("line 2"));
}

#[test]
fn bytes_that_are_no_utf8_are_replaced_and_noted() {
    let reading = read_bytes("t.csv", b"id,name\n1,M\xfcller\n2,\xc3\n\xa4,ok\n4,\xc3\xa4\n");
    assert_eq!(reading.cells()[0], ["1", "M\u{fffd}ller"]);
    assert_eq!(reading.cells()[3], ["4", "ä"]);
    assert_eq!(reading.ok().notes, ["not UTF-8: 3 cells had bytes replaced"]);
}

#[test]
fn ten_megabytes_in_one_cell_are_fine() {
    let large = "x\n".repeat(5 << 20);
    let reading = read_bytes("t.csv", format!("id,text\n1,\"{large}\"\n2,y\n").as_bytes());
    assert_eq!(reading.rows[0].1[1].1.len(), 10 << 20);
    assert_eq!(reading.lines(), [2, (5 << 20) + 3]);
}

#[test]
fn a_row_beyond_the_limit_is_refused_and_the_rest_goes_on() {
    let large = "x".repeat(MAX_ROW);
    for text in [format!("id,text\n1,{large}\n2,y\n"), format!("id,text\n1,{large}{large},\"z\n\"\n2,y\n")] {
        let reading = read_bytes("t.csv", text.as_bytes());
        assert_eq!(reading.cells(), [["2", "y"]]);
        let refused = reading.refused();
        assert!(
            matches!(refused[..], [(Reason::TooLarge, 2, detail)] if detail.starts_with("more than 64 MiB")),
            "{refused:?}"
        );
    }
}
