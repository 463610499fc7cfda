//! Scores files written and read back, and what people type into the filter.

use super::pages::{contains_ignoring_case, prefix_key};
use super::*;
use crate::domain::progress::Silent;
use proptest::collection::vec;
use proptest::prelude::*;

fn profile(id: &str, name: Option<&str>, score: f64, country: Option<&str>) -> ScoredProfile {
    ScoredProfile {
        profile_id: id.into(),
        name: name.map(str::to_string),
        account_id: None,
        score,
        previous_score: (score > 50.0).then_some(score - 3.0),
        percentile: 50,
        probability: score / 200.0,
        band: Band::Medium,
        model_type: "trees".into(),
        score_date: 20_000,
        factors: vec![Factor::new("tenure", None, 0.5), Factor::new("person.country", Some("DE".into()), -0.9)],
        rest: 0.25,
        top_group: name.map(|_| TopGroup { code: "tenure".into(), value: None, contribution: 0.5 }),
        attributes: country.map(|c| (Arc::from("home.country"), c.to_string())).into_iter().collect(),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-cA-C]{0,3}", "[abÄß日 ]{0,20}", "aaaaaaaaaaaaaaaa[a-c]{0,2}", any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_was_written_is_read_found_and_ordered(names in vec((text(), text(), 0.0..100.0f64), 1..40), word in "[abc日]{1,2}") {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scores.parquet");
        let rows: Vec<ScoredProfile> = names
            .iter()
            .map(|(id, name, score)| profile(id, Some(name).map(|n| n.as_str()), *score, (*score > 30.0).then_some("DE")))
            .collect();
        let mut writer = ScoreWriter::create(&path, &[Arc::from("home.country")]).unwrap();
        writer.write(&rows).unwrap();
        writer.finish().unwrap();
        let read: Vec<ScoredProfile> = ScoreReader::open(&path).unwrap().map(|r| r.unwrap()).collect();
        prop_assert_eq!(&read, &rows);
        let pages = ScorePages::open(&path).unwrap();
        let odd: Vec<u32> = (0..rows.len() as u32).filter(|p| p % 2 == 1).rev().collect();
        let found: Vec<ScoredProfile> = pages.rows(&odd).unwrap().into_iter().map(|r| r.1).collect();
        prop_assert_eq!(found, odd.iter().map(|&p| rows[p as usize].clone()).collect::<Vec<_>>());
        let holding = |r: &ScoredProfile| {
            r.profile_id.to_lowercase().contains(&word) || r.title().to_lowercase().contains(&word)
        };
        let wanted: Vec<u32> = (0..).zip(&rows).filter(|(_, r)| holding(r)).map(|(p, _)| p).collect();
        prop_assert_eq!(pages.find(&word, &Silent).unwrap(), wanted);
        let german = Query::parse("home.country=de", &["home.country"]).unwrap();
        let wanted: Vec<u32> = (0..).zip(&rows).filter(|(_, r)| r.score > 30.0).map(|(p, _)| p).collect();
        prop_assert_eq!(pages.filter(&german, &Silent).unwrap(), wanted);
        let order = pages.order(Sort::Id, None, &Silent).unwrap();
        let ids: Vec<String> = order.iter().map(|&p| rows[p as usize].profile_id.to_lowercase()).collect();
        // Nothing at all comes last; beyond 64 bytes names keep their order.
        let key = |id: &String| (id.is_empty(), id.bytes().take(64).collect::<Vec<u8>>());
        prop_assert!(ids.windows(2).all(|w| key(&w[0]) <= key(&w[1]) || w.iter().any(|id| id.contains('\0'))), "{:?}", ids);
    }

    #[test]
    fn a_filter_of_any_text_is_understood_or_told(line in any::<String>()) {
        if let Err(error) = Query::parse(&line, &["country", "job_title"]) {
            prop_assert!(line.contains('=') && !error.what.is_empty());
        }
    }

    #[test]
    fn holding_a_word_is_what_lower_case_says(text in any::<String>(), word in "[a-z日]{0,3}") {
        prop_assert_eq!(contains_ignoring_case(&text, &word), text.to_lowercase().contains(&word));
    }

    #[test]
    fn eight_letters_are_ordered_as_the_text(one in "[ -~]{0,8}", other in "[ -~]{0,8}") {
        let by_text = one.to_ascii_lowercase().cmp(&other.to_ascii_lowercase());
        prop_assert_eq!(prefix_key(&one, 0).cmp(&prefix_key(&other, 0)), by_text);
    }
}

#[test]
fn a_filter_has_words_bands_and_attributes() {
    let known = ["country", "job_title", "account.industry"];
    let query = Query::parse(r#"acme band=High "Job title"='VP Sales' account.industry= O'Brien"#, &known);
    // A name with a blank is not written in quotes: its parts are words, as everywhere.
    assert!(query.is_ok(), "{query:?}");
    let query = Query::parse("acme band=High JobTitle='VP Sales' account.industry= O'Brien", &known).unwrap();
    assert_eq!(query.text, ["acme", "o'brien"]);
    assert_eq!(query.band, Some(Band::High));
    let attributes = [("job_title", "VP Sales"), ("account.industry", "")].map(|(n, v)| (n.to_string(), v.to_string()));
    assert_eq!(query.attributes, attributes);
    assert!(Query::parse("  ", &known).unwrap().is_empty());
}

#[test]
fn a_file_without_attributes_and_one_of_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scores.parquet");
    let mut writer = ScoreWriter::create(&path, &[]).unwrap();
    writer.write(&[profile("a", None, 60.0, None)]).unwrap();
    writer.finish().unwrap();
    let pages = ScorePages::open(&path).unwrap();
    assert!(pages.attributes().is_empty() && pages.len() == 1);
    assert_eq!(pages.rows(&[0]).unwrap()[0].1.title(), "a");
    let other = folder.path().join("other.parquet");
    let batch = arrow::array::RecordBatch::try_from_iter([(
        "profile_id",
        Arc::new(arrow::array::Int32Array::from(vec![1])) as arrow::array::ArrayRef,
    )])
    .unwrap();
    let file = std::fs::File::create(&other).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let error = ScorePages::open(&other).err().unwrap().to_string();
    assert!(error.contains("not a scores file of this version") && error.contains("run the score again"), "{error}");
}
