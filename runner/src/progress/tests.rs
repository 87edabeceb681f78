//! The document and its file: merged, cut off, from a newer runner, written by two at once.

use std::{fs, thread};

use rstest::rstest;

use super::*;

fn pass(unix_s: u64) -> Pass {
    Pass { content: "ab".repeat(32), unix_s, seed: 0 }
}

fn document(lab: &str, hint: u8, passes: &[(&str, u64)]) -> Document {
    let passed = passes.iter().map(|(kernel, when)| ((*kernel).to_owned(), pass(*when))).collect();
    Document { schema: SCHEMA, labs: [(lab.to_owned(), LabProgress { hint, passed })].into() }
}

#[test]
fn a_document_survives_its_text() {
    let one = document("lab-03", 2, &[("6.1", 1_700_000_000)]);
    assert_eq!(Document::parse(one.text().as_bytes()), Ok(one.clone()));
    insta::assert_snapshot!("document", one.text());
}

#[test]
fn every_half_of_a_document_is_broken_and_none_is_empty_progress() {
    let text = document("lab-03", 2, &[("6.1", 7)]).text();
    for end in 0..text.trim_end().len() {
        let found = Document::parse(&text.as_bytes()[..end]);
        assert!(matches!(found, Err(Unusable::Broken(_))), "the first {end} bytes: {found:?}");
    }
}

#[rstest]
#[case::newer(br#"{"schema": 99, "labs": 7}"#, Unusable::Newer(99))]
#[case::empty(b" \n", Unusable::Broken("it is empty".into()))]
fn unusable(#[case] bytes: &[u8], #[case] expected: Unusable) {
    assert_eq!(Document::parse(bytes), Err(expected));
}

#[test]
fn merging_keeps_the_later_pass_and_the_further_hint() {
    let mut one = document("lab-01", 3, &[("6.1", 5), ("7.3", 5)]);
    one.merge(&document("lab-01", 1, &[("6.1", 9), ("5.10", 1), ("7.3", 2)]));
    one.merge(&document("lab-02", 1, &[]));
    let lab = one.lab("lab-01");
    let times: Vec<(&str, u64)> =
        lab.passed.iter().map(|(kernel, pass)| (kernel.as_str(), pass.unix_s)).collect();
    assert_eq!((lab.hint, times), (3, vec![("5.10", 1), ("6.1", 9), ("7.3", 5)]));
    assert_eq!(one.lab("lab-02").hint, 1);
}

fn store(folder: &tempfile::TempDir) -> Store {
    Store::at(&folder.path().join("workbook-progress.json"), &folder.path().join("target/progress.lock"))
}

#[test]
fn two_writers_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    let write = |lab: &'static str| {
        let store = store.clone();
        move || {
            for number in 0..25 {
                store
                    .change(|document| {
                        let lab = document.labs.entry(lab.to_owned()).or_default();
                        lab.record(&format!("6.{number}"), pass(number));
                    })
                    .unwrap();
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(write("lab-01"));
        scope.spawn(write("lab-02"));
    });
    let read = store.read().unwrap();
    assert_eq!(read.document.lab("lab-01").passed.len(), 25);
    assert_eq!(read.document.lab("lab-02").passed.len(), 25);
}

#[test]
fn a_broken_file_is_put_aside_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    for round in 1..=2 {
        fs::write(store.file(), r#"{"schema": 1, "labs": {"lab-0"#).unwrap();
        let read = store.read().unwrap();
        let name = format!("workbook-progress.json.broken-{round}");
        assert_eq!(read.document, Document::default());
        assert!(read.notice.is_some_and(|notice| notice.contains(&name)), "the notice names `{name}`");
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), r#"{"schema": 1, "labs": {"lab-0"#);
        assert_eq!(store.read().unwrap().notice, None);
    }
}

#[test]
fn a_newer_file_is_neither_read_nor_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    fs::write(store.file(), r#"{"schema": 2}"#).unwrap();
    insta::assert_snapshot!("newer", store.read().unwrap().notice.unwrap_or_default());
    store.change(|document| document.labs.clear()).unwrap_err();
    assert_eq!(fs::read_to_string(store.file()).unwrap(), r#"{"schema": 2}"#);
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(&folder);
    store.change(|document| *document = self::document("lab-01", 1, &[])).unwrap();
    // Small enough to be read; written out, each lab is five times as long.
    let labs: Vec<String> = (0..200_000).map(|lab| format!(r#""{lab}":{{}}"#)).collect();
    let flood =
        Document::parse(format!(r#"{{"schema":1,"labs":{{{}}}}}"#, labs.join(",")).as_bytes()).unwrap();
    let refused = store.change(|document| document.merge(&flood)).unwrap_err();
    assert!(refused.to_string().contains("nothing was changed\nhint: "), "{refused}");
    assert_eq!(store.read().unwrap(), Read { document: document("lab-01", 1, &[]), notice: None });
}
