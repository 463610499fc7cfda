//! What a user may rely on when reading CSV, and the splitting held against the `csv` crate.

use super::skipper::{Skipper, State};
use super::splitter::{Split, Splitter};
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
                rows.push((line, builder.row_cells().into_iter().map(String::into_bytes).collect()));
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
        let reading = read_bytes("t.csv", &text);
        let refused = reading.refused().len();
        prop_assert!(refused <= 20);
        if refused < 20 {
            prop_assert_eq!(reading.rows.len() + refused, split_all(&body, 64).len());
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
    assert_eq!(reading.cells(), [["1", "2", "3"], ["", "", ""], ["7", "8", "9"]]);
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
    let given = |c| read_with("t.csv", b"a,b:c\n1,2:3\n", ReadOptions { delimiter: Some(c) });
    assert_eq!(given(':').cells(), [["1,2", "3"]]);
    assert_eq!(given('\0').cells(), [["1,2:3"]]);
    assert!(given('é').error().contains("delimiter"));
    assert!(given('"').error().contains("delimiter"));
}

#[test]
fn the_header_is_trimmed_named_and_unique() {
    let reading = read_bytes("t.csv", b"\xef\xbb\xbf id , \"name\",,\n1,2,3,4\n");
    assert_eq!(reading.ok().columns, ["id", "\"name\"", "column 3", "column 4"]);
    let error = read_bytes("t.csv", b"id,Stage,x,Stage,id\n").error();
    assert!(error.contains("t.csv") && error.contains("'Stage', 'id'"), "{error}");
    assert!(read_bytes("t.csv", b"id,\"na\nme\n").error().contains("never closed"));
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
