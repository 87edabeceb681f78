//! Too much of everything: output, log, memory, processes. The host keeps a bounded part of it.

use rstest::rstest;
use runner::judge::VerdictKind::{self, *};

use crate::judged::assert_ends;

/// No flood may leave more than this in memory, in bytes.
const KEPT: usize = 80 << 20;

#[rstest]
#[case::a_million_lines("flood out", Crashed, "wrote too much")]
#[case::bytes("bytes out", Crashed, "wrote too much")]
#[case::a_million_observations("flood channel", Differs, "alive")]
#[case::bytes_of_observations("bytes channel", Crashed, "wrote too much")]
#[case::kernel_log("flood kernel-log", Crashed, "wrote too much")]
#[case::a_complaint_under_a_flood("flood complaint", Crashed, "the kernel complained")]
#[case::console("flood console", TimedOut, "")]
#[case::memory("hog memory", Crashed, "SIGKILL")]
#[case::files("hog files", KernelPanicked, "deadlocked on memory")]
#[case::processes("hog processes", TimedOut, "")]
fn end_in_a_verdict(#[case] words: &str, #[case] kind: VerdictKind, #[case] text: &str) {
    let judged = assert_ends("6.1", words, kind, text);
    let log: usize = judged.transcript.kernel_log.iter().map(String::len).sum();
    let kept = log
        + judged.transcript.console.len()
        + judged.transcript.diagnostic_bytes
        + judged.transcript.observation_bytes;
    assert!(kept < KEPT, "{kept} bytes were kept of `{words}`");
}
