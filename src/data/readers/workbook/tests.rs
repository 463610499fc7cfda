//! What a user may rely on when reading workbooks; they are written here part by part, as Excel and LibreOffice do.

use crate::data::readers::file::ReadOptions;
use crate::data::readers::file::tests::{Reading, read_bytes, read_with};
use crate::domain::source::refusal::Reason;
use std::io::Write;

fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Cells as they are written in a row: text, `n:` a number, `d:` a day with its time, `b:` a boolean, `e:` an error.
fn cell(column: usize, row: usize, text: &str) -> String {
    let at = format!("{}{row}", char::from(b'A' + column as u8));
    match text.split_at_checked(2) {
        _ if text.is_empty() => String::new(),
        Some(("n:", number)) => format!("<c r=\"{at}\"><v>{number}</v></c>"),
        Some(("d:", days)) => format!("<c r=\"{at}\" s=\"1\"><v>{days}</v></c>"),
        Some(("b:", value)) => format!("<c r=\"{at}\" t=\"b\"><v>{value}</v></c>"),
        Some(("e:", error)) => format!("<c r=\"{at}\" t=\"e\"><v>{error}</v></c>"),
        _ => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
    }
}

/// A workbook with sheets of rows; a row `|`-separated, an empty one not written at all.
fn xlsx(sheets: &[(&str, &[&str])], is_1904: bool) -> Vec<u8> {
    let mut parts = vec![
        (
            "xl/styles.xml".to_string(),
            "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs count=\"2\">\
             <xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
                .to_string(),
        ),
        ("[Content_Types].xml".into(), "<Types/>".into()),
        (
            "_rels/.rels".into(),
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
             Target=\"xl/workbook.xml\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/\
             officeDocument\"/></Relationships>"
                .into(),
        ),
    ];
    let (mut list, mut links) = (String::new(), String::new());
    for (i, (name, rows)) in sheets.iter().enumerate() {
        let n = i + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>");
        links += &format!(
            "<Relationship Id=\"rId{n}\" Target=\"worksheets/sheet{n}.xml\" Type=\"http://schemas.openxmlformats.org/\
             officeDocument/2006/relationships/worksheet\"/>"
        );
        let mut data = String::new();
        for (r, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
            let cells: String = row.split('|').enumerate().map(|(c, text)| cell(c, r + 1, text)).collect();
            data += &format!("<row r=\"{}\">{cells}</row>", r + 1);
        }
        let sheet = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
        parts
            .push((format!("xl/worksheets/sheet{n}.xml"), format!("{sheet}<sheetData>{data}</sheetData></worksheet>")));
    }
    parts.push((
        "xl/workbook.xml".into(),
        format!(
            "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.\
             openxmlformats.org/officeDocument/2006/relationships\"><workbookPr date1904=\"{}\"/><sheets>{list}</sheets>\
             </workbook>",
            u8::from(is_1904)
        ),
    ));
    parts.push((
        "xl/_rels/workbook.xml.rels".into(),
        format!("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{links}</Relationships>"),
    ));
    zipped(&parts.iter().map(|(name, text)| (name.as_str(), text.clone())).collect::<Vec<_>>())
}

fn of_sheet(rows: &[&str]) -> Reading {
    read_bytes("t.xlsx", &xlsx(&[("Data", rows)], false))
}

#[test]
fn values_read_as_they_stand_in_a_csv() {
    let rows = [
        "id|when|amount|open|note",
        "n:705861771135|d:45321.86388888889|n:19607.18|b:1|Zoë &amp; Co",
        "2|d:45321|n:100||e:#N/A",
    ];
    let reading = of_sheet(&rows);
    assert_eq!(reading.ok().columns, ["id", "when", "amount", "open", "note"]);
    let expected =
        [["705861771135", "2024-01-30T20:44:00", "19607.18", "true", "Zoë & Co"], ["2", "2024-01-30", "100", "", ""]];
    assert_eq!(reading.cells(), expected);
    assert_eq!(reading.lines(), [2, 3]);
    assert_eq!(reading.ok().notes, ["1 cell with an error such as #N/A: read as empty"]);
    let reading = read_bytes("t.xlsx", &xlsx(&[("Data", &["id|when", "1|d:43859.5"])], true));
    assert_eq!(reading.cells(), [["1", "2024-01-30T12:00:00"]]);
}

#[test]
fn titles_and_notes_are_told_and_rows_keep_their_numbers() {
    let rows = ["Open leads", "", "|id|name|x", "|1|a|n:1", "", "|2|b|", "", "|All rights reserved"];
    let reading = of_sheet(&rows);
    assert_eq!(reading.ok().columns, ["id", "name", "x"]);
    assert_eq!((reading.cells(), reading.lines()), (vec![vec!["1", "a", "1"], vec!["2", "b", ""]], vec![4, 6]));
    let notes = &reading.ok().notes;
    assert_eq!(notes[0], "1 line above the header is not read: line 1 'Open leads'");
    assert_eq!(notes[1], "1 line below the table is not read: line 8 'All rights reserved'");
}

#[test]
fn a_cell_beside_the_table_refuses_its_row() {
    let mut rows = vec!["id|name"; 1];
    rows.extend(["1|a"; 200]);
    rows.push("2|b|c");
    let reading = of_sheet(&rows);
    assert_eq!(reading.rows.len(), 200);
    assert_eq!(reading.refused(), [(Reason::Ragged, 202, "3 cells instead of 2")]);
}

#[test]
fn the_header_may_be_given_and_doubled_names_are_told_apart() {
    let options = ReadOptions { header: Some(2), ..ReadOptions::default() };
    let bytes = xlsx(&[("Data", &["a|b", "x|x", "1|2"])], false);
    let reading = read_with("t.xlsx", &bytes, options);
    assert_eq!((reading.cells(), reading.ok().columns[1].as_str()), (vec![vec!["1", "2"]], "x (2)"));
    let options = ReadOptions { header: Some(9), ..ReadOptions::default() };
    assert!(read_with("t.xlsx", &bytes, options).error().contains("row 9"));
}

#[test]
fn the_sheet_is_the_named_one_or_the_only_one_with_a_table() {
    let cover: (&str, &[&str]) = ("Cover", &["Our leads", "of May"]);
    let data: (&str, &[&str]) = ("Leads", &["id|name", "1|a"]);
    let other: (&str, &[&str]) = ("Deals", &["id|amount", "9|n:5"]);
    let reading = read_bytes("t.xlsx", &xlsx(&[cover, data, ("Empty", &[])], false));
    assert_eq!(reading.cells(), [["1", "a"]]);
    assert_eq!(reading.ok().notes, ["sheets without a table are not read: Cover"]);
    let bytes = xlsx(&[data, cover, other], false);
    let error = read_bytes("t.xlsx", &bytes).error();
    assert!(error.contains("Leads, Deals") && error.contains("`sheet`"), "{error}");
    let named = |sheet: &str| ReadOptions { sheet: Some(sheet.into()), ..ReadOptions::default() };
    assert_eq!(read_with("t.xlsx", &bytes, named("deals")).cells(), [["9", "5"]]);
    let error = read_with("t.xlsx", &bytes, named("Dealz")).error();
    assert!(error.contains("sheet = \"Deals\""), "{error}");
    assert_eq!(read_bytes("t.xlsx", &xlsx(&[("Empty", &[])], false)).ok().notes, ["empty file"]);
}

#[test]
fn a_workbook_is_known_whatever_it_is_called_and_one_cut_short_is_an_error() {
    let bytes = xlsx(&[("Data", &["id|name", "1|a"])], false);
    for name in ["t.csv", "t.xls", "t.ods", "t.xlsm"] {
        assert_eq!(read_bytes(name, &bytes).cells(), [["1", "a"]], "{name}");
    }
    for length in (0..bytes.len()).step_by(7) {
        let reading = read_bytes("t.xlsx", &bytes[..length]);
        assert!(reading.error().contains("t.xlsx"), "{length}");
    }
}

#[test]
fn sheets_of_libreoffice_are_read() {
    let cell = |kind: &str, attribute: &str, text: &str| {
        format!("<table:table-cell office:value-type=\"{kind}\" {attribute}><text:p>{text}</text:p></table:table-cell>")
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let header = row(&[cell("string", "", "id"), cell("string", "", "when"), cell("string", "", "n")]);
    let data = row(&[
        cell("string", "", "k1"),
        cell("date", "office:date-value=\"2024-01-30T20:44:00\"", "30.01.24"),
        cell("float", "office:value=\"2.5\"", "2,5"),
    ]);
    let content = format!(
        "<office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:spreadsheet>\
         <table:table table:name=\"Data\">{header}{data}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let manifest = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    let bytes = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".into()),
        ("META-INF/manifest.xml", manifest.into()),
        ("content.xml", content),
    ]);
    let reading = read_bytes("t.ods", &bytes);
    assert_eq!(reading.cells(), [["k1", "2024-01-30T20:44:00", "2.5"]], "{:?}", reading.result);
}
