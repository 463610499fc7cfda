//! What a user may rely on when reading NDJSON.

use super::rows::LISTED_COLUMNS;
use crate::data::readers::file::tests::{Reading, read_bytes};
use crate::data::readers::window::MAX_ROW;
use crate::domain::source::refusal::Reason;
use proptest::prelude::*;

/// What is not missing of each row.
fn fields(reading: &Reading) -> Vec<Vec<(&str, &str)>> {
    let present = |row: &'_ (u64, Vec<(String, String)>)| row.1.iter().filter(|c| !c.1.is_empty()).count();
    reading
        .rows
        .iter()
        .map(|row| {
            let cells: Vec<_> =
                row.1.iter().filter(|c| !c.1.is_empty()).map(|c| (c.0.as_str(), c.1.as_str())).collect();
            assert_eq!(cells.len(), present(row));
            cells
        })
        .collect()
}

#[test]
fn values_are_flattened_and_numbers_keep_their_digits() {
    let text = r#"{"id": 12345678901234567890123, "n": 1.10, "e": 1E3, "t": true, "nil": null, "s": "a\"\u00fc\ud83d\ude00"}
{"a": {"b": {"c": "x"}, "d": {}}, "tags": [ "p q", 2 , null], "none": []}
{"people": [{"key": {"id": "k0"}}, {"key": {"id": "k1"}}, 7], "m": [[1, 2], [3]]}"#;
    let reading = read_bytes("t.ndjson", text.as_bytes());
    let expected = [
        vec![("id", "12345678901234567890123"), ("n", "1.10"), ("e", "1E3"), ("t", "true"), ("s", "a\"ü😀")],
        vec![("a.b.c", "x"), ("tags", "p q;2")],
        vec![("people.0.key.id", "k0"), ("people.1.key.id", "k1"), ("people.2", "7"), ("m", "[[1,2],[3]]")],
    ];
    assert_eq!(fields(&reading), expected);
    assert_eq!(reading.lines(), [1, 2, 3]);
    assert_eq!(reading.ok().columns[..2], ["id", "n"]);
}

#[test]
fn bad_lines_are_refused_with_their_place_and_all_others_go_on() {
    let text = "{\"a\":1}\r\n\r\n{\"a\":tru}\n[1]\n42\n{\"a\":1} x\n  {\"b\":{\"c\":\"\\ud800\"}}\n{\"a\":2}";
    let reading = read_bytes("t.ndjson", text.as_bytes());
    assert_eq!((reading.cells(), reading.lines()), (vec![vec!["1"], vec!["2"]], vec![1, 8]));
    let refused = reading.refused();
    assert_eq!(refused.iter().map(|r| r.1).collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
    assert!(refused.iter().all(|r| r.0 == Reason::BadJson && r.2.contains("at column")), "{refused:?}");
    assert_eq!(refused[0].2, "expected ident at column 9");
    assert!(refused[1].2.contains("expected a JSON object"), "{refused:?}");
    // The place is that in the line, not in the nested part.
    assert!(refused[4].2.ends_with("at column 20"), "{refused:?}");
    assert_eq!(reading.ok().columns, ["a"]);
}

#[test]
fn rows_may_differ_in_fields_and_their_order() {
    let reading = read_bytes("t.ndjson", b"{\"a\":1,\"b\":2}\n{\"b\":3,\"c\":4,\"a\":5}\n{\"a\":6,\"a\":7}\n{}\n");
    assert_eq!(reading.cells(), [["1", "2", ""], ["5", "3", "4"], ["7", "", ""], ["", "", ""]]);
}

#[test]
fn an_array_is_read_however_it_is_printed() {
    let objects = r#"[{"id":1,"n":{"x":"a]"}},{"id":2,"t":["p","q"]}]"#;
    let pretty = "[\n  {\n    \"id\": 1,\n    \"n\": {\"x\": \"a]\"}\n  },\n  {\"id\": 2, \"t\": [\"p\", \"q\"]}\n]\n";
    let pages = "[{\"id\":1,\"n\":{\"x\":\"a]\"}}]\n[{\"id\":2,\"t\":[\"p\",\"q\"]}]";
    let sequence = "{\n \"id\": 1,\n \"n\": {\"x\": \"a]\"}\n}\n{\n \"id\": 2,\n \"t\": [\"p\", \"q\"]\n}\n";
    for (name, text, lines) in [
        ("t.json", objects, [1, 1]),
        ("t.ndjson", objects, [1, 1]),
        ("t.json", pretty, [2, 6]),
        ("t.json", pages, [1, 2]),
        ("t.json", sequence, [1, 5]),
        ("t.ndjson", sequence, [1, 5]),
    ] {
        let reading = read_bytes(name, text.as_bytes());
        assert_eq!(fields(&reading), [vec![("id", "1"), ("n.x", "a]")], vec![("id", "2"), ("t", "p;q")]], "{text}");
        assert_eq!(reading.lines(), lines, "{text}");
    }
    assert_eq!(read_bytes("t.json", b"[]").ok().notes, ["empty file"]);
    assert_eq!(read_bytes("t.json", b"{\"id\":1}\n{\"id\":2}\n").cells(), [["1"], ["2"]]);
}

#[test]
fn an_object_with_one_array_of_objects_is_its_rows() {
    for (text, path) in [
        (r#"{"total": 2, "data": [{"id": 1}, {"id": 2}], "paging": {"next": [1]}, "none": []}"#, "data"),
        ("{\n \"result\": {\n  \"records\": [\n   {\"id\": 1},\n   {\"id\": 2}\n  ]\n }\n}", "result.records"),
    ] {
        let reading = read_bytes("t.json", text.as_bytes());
        assert_eq!(reading.cells(), [["1"], ["2"]], "{text}");
        assert_eq!(reading.ok().notes, [format!("rows are the elements of '{path}'")]);
    }
    let error = read_bytes("t.json", br#"{"data": [{"id": 1}], "included": [{"id": 2}]}"#).error();
    assert!(error.contains("data, included"), "{error}");
    // One object on a line is a row where the name says so.
    assert_eq!(read_bytes("t.ndjson", br#"{"id": 1, "people": [{"k": 2}]}"#).cells(), [["1", "2"]]);
}

#[test]
fn a_bad_element_is_refused_with_the_line_on_which_it_begins() {
    let text = "[\n{\"a\": 1},\n 42,\n {\"a\":\n  tru},\n{\"a\": 2}]";
    let reading = read_bytes("t.json", text.as_bytes());
    assert_eq!((reading.cells(), reading.lines()), (vec![vec!["1"], vec!["2"]], vec![2, 6]));
    let refused = reading.refused();
    assert_eq!(refused.iter().map(|r| r.1).collect::<Vec<_>>(), [3, 4]);
    assert!(refused[1].2.ends_with("of its line 2"), "{refused:?}");
    let reading = read_bytes("t.json", b"[{\"a\": 1}, {\"a\": 2");
    assert!(reading.error().contains("t.json") && reading.rows.len() == 1);
}

#[test]
fn elements_of_any_size_are_read_and_the_largest_refused() {
    let large = "x".repeat(600 << 10);
    let text = format!("[{{\"a\":\"{large}\"}},\n{{\"a\":\"{}\"}},\n{{\"a\":\"y\"}}]", "z".repeat(MAX_ROW));
    let reading = read_bytes("t.json", text.as_bytes());
    assert_eq!((reading.lines(), reading.cells()[1][0]), (vec![1, 3], "y"));
    assert_eq!(reading.cells()[0][0].len(), 600 << 10);
    assert_eq!(reading.refused().iter().map(|r| (r.0, r.1)).collect::<Vec<_>>(), [(Reason::TooLarge, 2)]);
}

#[test]
fn depth_width_and_size_have_limits_that_hold() {
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let wide: Vec<String> = (0..5_000).map(|i| format!("\"k{i}\":1")).collect();
    let large = "x".repeat(MAX_ROW);
    let text =
        format!("{deep}\n{{{}}}\n{{\"a\":\"{large}{large}\"}}\n{{\"b\":1}}\n{}", wide.join(","), "[".repeat(100_000));
    let reading = read_bytes("t.ndjson", text.as_bytes());
    assert_eq!(reading.lines(), [1, 4]);
    let refused: Vec<_> = reading.refused().iter().map(|r| (r.0, r.1)).collect();
    assert_eq!(refused, [(Reason::BadJson, 5), (Reason::TooLarge, 2), (Reason::TooLarge, 3)]);
}

#[test]
fn columns_that_differ_in_every_row_stay_bounded() {
    let rows: String = (0..12_000).map(|i| format!("{{\"id\":\"{i}\",\"k{i}\":1}}\n")).collect();
    let reading = read_bytes("t.ndjson", rows.as_bytes());
    assert_eq!(reading.rows.len(), 12_000);
    assert!(fields(&reading).iter().enumerate().all(|(i, row)| row[0].1 == i.to_string() && row.len() == 2));
    assert_eq!(reading.ok().columns.len(), LISTED_COLUMNS);
    assert!(reading.ok().notes[0].contains("10000"));
}

proptest! {
    #[test]
    fn every_line_is_delivered_or_refused(text in r#"([{}\[\]":,\\a1 \n]|\{"a":1\}\n){0,80}"#) {
        // What begins as an array, or as an object over several lines, is no line.
        let start = text.trim_start().replacen('[', "", 1);
        prop_assume!(!text.trim_start().starts_with('[') || !start.trim_start().starts_with('{'));
        prop_assume!(text.trim_start().lines().next().is_none_or(|line| line.trim_end() != "{"));
        let reading = read_bytes("t.ndjson", text.as_bytes());
        prop_assume!(reading.result.is_ok());
        let lines = text.split('\n').filter(|l| !l.trim().is_empty()).count() as u64;
        prop_assert_eq!(reading.ok().rows + reading.ok().refused, lines);
    }

    #[test]
    fn rows_are_the_same_on_lines_and_in_arrays(rows in prop::collection::vec(json(3), 1..8), pretty in any::<bool>()) {
        let rows: Vec<_> = rows.into_iter().map(|value| serde_json::json!({"id": 1, "v": value})).collect();
        let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
        let array = if pretty { serde_json::to_string_pretty(&rows) } else { serde_json::to_string(&rows) }.unwrap();
        let wrapped = format!("{{\"meta\": {{\"n\": [1]}}, \"rows\": {array}}}");
        let expected = read_bytes("t.ndjson", lines.as_bytes());
        for text in [array, wrapped] {
            let reading = read_bytes("t.json", text.as_bytes());
            prop_assert_eq!(fields(&reading), fields(&expected));
            prop_assert_eq!(reading.refusals.total(), 0);
        }
    }

    #[test]
    fn flattening_loses_no_scalar(value in json(4)) {
        let object = serde_json::json!({"root": value});
        let reading = read_bytes("t.ndjson", object.to_string().as_bytes());
        let mut expected = Vec::new();
        scalars(&object, &mut expected);
        let text: String = fields(&reading)[0].iter().map(|c| format!("{} ", c.1)).collect();
        for scalar in expected {
            prop_assert!(text.contains(&scalar), "{} not in {}", scalar, text);
        }
    }
}

fn json(depth: u32) -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        any::<i64>().prop_map(Into::into),
        any::<bool>().prop_map(Into::into),
        "[a-z]{1,5}".prop_map(Into::into)
    ];
    scalar.prop_recursive(depth, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
            prop::collection::hash_map("[a-z]{1,3}", inner, 0..4)
                .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
        ]
    })
}

fn scalars(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(a) => a.iter().for_each(|v| scalars(v, found)),
        serde_json::Value::Object(o) => o.values().for_each(|v| scalars(v, found)),
        serde_json::Value::String(s) => found.push(s.clone()),
        other => found.push(other.to_string()),
    }
}
