//! What of a run record becomes a transcript, and what of it is refused.

use channel::Record;
use rstest::rstest;
use vm::RunRecord;

use super::{MOST_CHECKS, Refusal, Transcript, samples::*};

fn read(bytes: impl Into<Vec<u8>>) -> Transcript {
    Transcript::from_record(RunRecord { observations: bytes.into(), ..run(&[]) })
}

/// `name: a | b` per check.
fn shown(transcript: &Transcript) -> Vec<String> {
    transcript.checks.iter().map(|check| format!("{}: {}", check.name, check.lines.join(" | "))).collect()
}

#[test]
fn checks_keep_their_order_and_go_on_when_named_again() {
    let records = [check("b"), saw("1"), check("a"), saw("2"), check("b"), saw("3"), Record::End];
    let transcript = Transcript::from_record(run(&records));
    assert_eq!(shown(&transcript), ["b: 1 | 3", "a: 2"]);
    assert!(transcript.ended && transcript.malformed.is_empty() && transcript.notes.is_empty());
}

#[rstest]
#[case::half_a_line("\"end\"\n{\"obs", "line 2: it is the last line and has no end: {\"obs")]
#[case::an_end_without_newline("\"end\"", "line 1: it is the last line and has no end: \"end\"")]
#[case::after_the_end(
    "\"end\"\n{\"check\":\"a\"}\n",
    "line 2: it came after the end record: {\"check\":\"a\"}"
)]
#[case::before_any_check(
    "{\"observe\":\"a\"}\n",
    "line 1: it is an observation before the first check: {\"observe\":\"a\"}"
)]
#[case::rubbish("PASS\n", "line 1: it is no record: expected value at line 1 column 1: PASS")]
#[case::empty_line("\n", "line 1: it is no record: EOF while parsing a value at line 1 column 0: ")]
fn what_cannot_be_used_is_kept_with_its_line(#[case] bytes: &str, #[case] expected: &str) {
    let transcript = read(bytes);
    let [bad] = transcript.malformed.as_slice() else { panic!("{:?}", transcript.malformed) };
    assert_eq!(format!("line {}: {}: {}", bad.line, bad.why, bad.text), expected);
}

#[test]
fn a_flood_of_rubbish_is_counted() {
    let transcript = read("x\n".repeat(100_000));
    assert_eq!((transcript.malformed.len(), transcript.malformed_count), (super::MOST_MALFORMED, 100_000));
}

#[test]
fn half_an_end_is_no_end() {
    assert!(!read("\"end\"").ended);
    assert!(read("\"end\"\n").ended);
}

#[test]
fn bytes_that_are_not_utf8_stay_visible_and_are_noted() {
    let transcript = read(b"{\"check\":\"c\"}\n{\"observe\":\"a\xffb\"}\n\"end\"\n".as_slice());
    assert_eq!(shown(&transcript), ["c: a\u{fffd}b"]);
    assert_eq!(
        transcript.notes,
        ["line 2 of the observations holds bytes that are not UTF-8, shown as `\u{fffd}`"]
    );
    let transcript = Transcript::from_record(RunRecord { diagnostics: vec![b'x', 0xfe], ..good() });
    assert_eq!(transcript.diagnostics, "x\u{fffd}");
    assert_eq!(transcript.notes, ["the diagnostics hold bytes that are not UTF-8, shown as `\u{fffd}`"]);
}

#[test]
fn the_first_refusal_counts() {
    let first = Record::OpenFailed { what: "map `COUNTS`".into(), error: "no such map".into() };
    let second = Record::AttachFailed { program: "p".into(), hook: "h".into(), error: "e".into() };
    let transcript = Transcript::from_record(run(&[first, second]));
    let expected = Refusal::OpenFailed { what: "map `COUNTS`".into(), error: "no such map".into() };
    assert_eq!(transcript.refusal, Some(expected));
}

/// The same cause on every kernel, whatever its words; what nobody knows stays as it is.
#[test]
fn an_observed_refusal_is_named_by_its_cause() {
    let refused = |program: &str, log: &str| {
        let (program, log) = (program.to_owned(), log.to_owned());
        Record::Refused { program, error: "Permission denied (os error 13)".to_owned(), log }
    };
    let [old, new] = [
        include_str!("../../data/verifier/null-check/5.10.log"),
        include_str!("../../data/verifier/null-check/7.3.log"),
    ];
    let records =
        [check("c"), refused("old", old), refused("new", new), refused("odd", ""), saw("last"), Record::End];
    let transcript = Transcript::from_record(run(&records));
    let causes = "c: old: refused: null-check | new: refused: null-check";
    assert_eq!(
        shown(&transcript),
        [format!("{causes} | odd: refused: Permission denied (os error 13) | last")]
    );
    assert_eq!(transcript.refused.len(), 3);
    assert!(transcript.refusal.is_none(), "it is an observation, not the end");
    let early = Transcript::from_record(run(&[refused("old", old), Record::End]));
    assert_eq!(early.malformed.len(), 1);
}

#[test]
fn no_line_is_ever_lost() {
    // Pieces of real records, rubbish and raw bytes in many orders (a fixed linear congruence).
    let pieces: [&[u8]; 7] = [
        b"{\"check\":\"a\"}\n",
        b"{\"observe\":\"x\"}\n",
        b"\"end\"\n",
        b"\xff\xfe\n",
        b"\n",
        b"{\"obs",
        b"}\n",
    ];
    let mut state = 7_u32;
    for _ in 0..2_000 {
        let mut bytes = Vec::new();
        for _ in 0..12 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.extend_from_slice(pieces[(state >> 16) as usize % pieces.len()]);
        }
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let records =
            lines.clone().filter(|line| line.starts_with(b"{\"check") && line.ends_with(b"}\n")).count();
        let transcript = read(bytes.clone());
        let observed: usize = transcript.checks.iter().map(|check| check.lines.len()).sum();
        let total = lines.count();
        let accounted = observed + transcript.malformed_count + usize::from(transcript.ended);
        // Every other line is a check record that was read, and those are at most all of them.
        assert!(
            accounted <= total && total - accounted <= records,
            "{total} lines, {accounted} kept: {bytes:?}"
        );
        assert_eq!(transcript.observation_bytes, bytes.len());
    }
}

#[test]
fn a_flood_of_checks_is_cut_off_early() {
    let records: Vec<Record> = (0..1000).map(|number| check(&format!("c{number}"))).collect();
    let transcript = Transcript::from_record(run(&records));
    assert_eq!(transcript.checks.len(), MOST_CHECKS);
    assert!(transcript.malformed[0].why.contains("at most"), "{:?}", transcript.malformed[0]);
}
