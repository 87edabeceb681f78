//! Too much of everything: output, log, memory, processes. The host keeps a bounded part of it.

use std::time::Duration;

use rstest::rstest;
use runner::judge::VerdictKind::{self, *};

use crate::judged;

/// No flood may leave more than this in memory, in bytes.
const KEPT: usize = 80 << 20;

/// Enough seconds for what comes to its end, and few for what has none.
const ENOUGH: u64 = 30;
const FEW: u64 = 3;

#[rstest]
#[case::a_million_lines("flood out", ENOUGH, Crashed, "wrote too much")]
#[case::bytes("bytes out", ENOUGH, Crashed, "wrote too much")]
#[case::a_million_observations("flood channel", ENOUGH, Differs, "alive")]
#[case::bytes_of_observations("bytes channel", ENOUGH, Crashed, "wrote too much")]
#[case::kernel_log("flood kernel-log", ENOUGH, Crashed, "wrote too much")]
#[case::a_complaint_under_a_flood("flood complaint", ENOUGH, Crashed, "the kernel complained")]
#[case::console("flood console", FEW, TimedOut, "")]
#[case::memory("hog memory", ENOUGH, Crashed, "SIGKILL")]
#[case::files("hog files", ENOUGH, KernelPanicked, "deadlocked on memory")]
#[case::processes("hog processes", FEW, TimedOut, "")]
fn end_in_a_verdict(#[case] words: &str, #[case] seconds: u64, #[case] kind: VerdictKind, #[case] text: &str) {
    let judged = judged::run("6.1", words, Duration::from_secs(seconds));
    let details = format!("{:?}", judged.verdict);
    let shown: String = details.chars().take(2000).collect();
    assert_eq!(judged.verdict.kind(), kind, "{shown}");
    assert!(details.contains(text), "`{text}` is not in {shown}");
    let log: usize = judged.transcript.kernel_log.iter().map(String::len).sum();
    let kept = log
        + judged.transcript.console.len()
        + judged.transcript.diagnostic_bytes
        + judged.transcript.observation_bytes;
    assert!(kept < KEPT, "{kept} bytes were kept of `{words}`");
}
