//! Reports: whatever a guest has said, its report is lines of bounded length that can be printed.

use std::path::PathBuf;

use runner::{
    catalog::Side,
    judge::Verdict,
    report::{JobReport, JobTimes, Paint, Report, SCHEMA, terminal},
    transcript::{MOST_CHECKS, ObservedCheck},
};

use super::assert_printable;

/// No line of a report is longer, in bytes, whatever the guest has said.
const LONGEST: usize = 16_000;

/// A report on one job has at most so many lines: 64 checks with 45 lines each, and some of our own.
const MOST_LINES: usize = MOST_CHECKS * 45 + 100;

/// Asserts it for a job with this verdict.
///
/// # Panics
/// Where it does not hold.
pub(super) fn is_shown(verdict: Verdict, observations: Vec<ObservedCheck>) {
    let seen: usize = observations.iter().map(|check| check.lines.len()).sum();
    let job = JobReport {
        lab: "lab-01-hello".into(),
        title: "Hello, kernel".into(),
        kernel: "6.1".into(),
        release: Some("6.1.0".into()),
        side: Side::Exercise,
        seed: 0,
        verdict,
        times: JobTimes::default(),
        evidence: Some(PathBuf::from("target/labs/lab-01-hello/6.1")),
        observations,
        notes: Vec::new(),
        warnings: String::new(),
        cause: None,
        place: None,
        explanation: Vec::new(),
        lacks: None,
        costs: Vec::new(),
        guidance: None,
        afterwards: None,
    };
    let jobs = vec![job];
    let report = Report { schema: SCHEMA, runner: "0.1.0".into(), started_unix_s: 0, took_ms: 0, jobs };
    let mut out = Vec::new();
    terminal::render(&report, Paint::Plain, &mut out).expect("memory takes everything");
    let text = String::from_utf8(out).expect("a report is text");
    let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    assert_printable(&lines);
    assert!(lines.len() <= MOST_LINES + seen, "{} lines", lines.len());
    let longest = lines.iter().map(String::len).max().unwrap_or_default();
    assert!(longest <= LONGEST, "a line of {longest} bytes");
}
