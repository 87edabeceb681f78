//! A learner's progress: what was read is written the same, and merging loses nothing.

use runner::progress::{Document, SCHEMA, Unusable};

use super::assert_printable;

/// The property. The bytes are two documents with an empty line between them.
///
/// # Panics
/// Where it does not hold.
pub fn holds(bytes: &[u8]) {
    let at = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (one, other) = at.map_or((bytes, bytes), |at| (&bytes[..at], &bytes[at + 2..]));
    let (one, other) = (read(one), read(other));
    if let (Some(one), Some(other)) = (one, other) {
        is_merged(&one, &other);
        is_merged(&other, &one);
    }
}

/// Reads a document and sees that its text is the same document.
fn read(bytes: &[u8]) -> Option<Document> {
    match Document::parse(bytes) {
        Ok(document) => {
            assert_eq!(Document::parse(document.text().as_bytes()), Ok(document.clone()));
            Some(document)
        }
        Err(Unusable::Newer(schema)) => {
            assert!(schema > SCHEMA);
            None
        }
        Err(Unusable::Broken(why)) => {
            assert!(!why.is_empty());
            assert_printable(&[why]);
            None
        }
    }
}

/// Everything of both is there, the later of two passes, and merging once more changes nothing.
fn is_merged(one: &Document, other: &Document) {
    let mut merged = one.clone();
    merged.merge(other);
    for (id, lab) in one.labs.iter().chain(&other.labs) {
        let kept = &merged.labs[id];
        assert!(kept.hint >= lab.hint, "a hint of `{id}` is lost");
        for (kernel, pass) in &lab.passed {
            assert!(kept.passed[kernel].unix_s >= pass.unix_s, "a pass of `{id}` on `{kernel}` is lost");
        }
    }
    for (id, lab) in &merged.labs {
        let sources = [one.labs.get(id), other.labs.get(id)];
        let has = |kernel: &String, pass| {
            sources.iter().flatten().any(|source| source.passed.get(kernel) == Some(pass))
        };
        assert!(lab.passed.iter().all(|(kernel, pass)| has(kernel, pass)), "a pass of `{id}` is made up");
        assert!(sources.iter().flatten().any(|source| source.hint == lab.hint));
    }
    let mut again = merged.clone();
    again.merge(other);
    again.merge(one);
    // Of two passes in the same second either may stand.
    let times = |document: &Document| -> Vec<u64> {
        document.labs.values().flat_map(|lab| lab.passed.values().map(|pass| pass.unix_s)).collect()
    };
    assert_eq!(times(&again), times(&merged));
    again = merged.clone();
    again.merge(other);
    again.merge(&merged);
    assert_eq!(again, merged, "merging once more changed it");
    assert_eq!(Document::parse(merged.text().as_bytes()), Ok(merged));
}
